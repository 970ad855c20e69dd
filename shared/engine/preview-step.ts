import type { Preview } from '../model/plan.ts';
import type { Step } from '../model/step.ts';
import { parameterName, referenceTo } from '../secrets/resolver-contract.ts';

/** What a step will change, for people. Told from the step alone, so that who only plans needs no code that writes. Never holds a secret's value. */
export function previewStep(step: Step): Preview {
  const { name } = step.target;
  switch (step.kind) {
    case 'lower-timeout':
      return { title: `Timeout of ${name}`, before: `${step.fromSeconds} s`, after: `${step.toSeconds} s` };
    case 'move-secrets-to-ssm':
      return {
        title: `Secrets of ${name}`,
        before: step.variables.map((variable) => `${variable} = (a secret in clear)`).join('\n'),
        after: step.variables.map((variable) => `${variable} = ${referenceTo(parameterName(name, variable))}`).join('\n'),
      };
    case 'remove-permission':
      return {
        title: `Policy of ${qualified(name, step.qualifier)}`,
        before: step.statements.map(({ text }) => prettyJson(text)).join('\n'),
        after: '',
      };
    case 'require-url-iam-auth':
      return {
        title: `Authentication of the URL of ${qualified(name, step.qualifier)}`,
        before: 'NONE: anybody who knows the address may call it',
        after: 'AWS_IAM: callers sign, and need lambda:InvokeFunctionUrl',
      };
    case 'detach-role-policy':
      return { title: `Policies of the role ${name}`, before: `${step.policyArn} is attached`, after: 'detached' };
    case 'replace-role-policy':
      return {
        title: `Inline policy ${step.policyName} of the role ${name}`,
        before: policyShown(step.fromText),
        after: policyShown(step.toText),
      };
    case 'give-own-role':
      return {
        title: `Execution role of ${name}`,
        before: step.fromRoleArn,
        after: `${step.newRoleName}, a copy of it with the same trust and policies`,
      };
  }
}

const qualified = (name: string, qualifier: string | null): string => (qualifier ? `${name}:${qualifier}` : name);
const policyShown = (text: string | null): string => (text === null ? 'no such policy' : prettyJson(text));

function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
