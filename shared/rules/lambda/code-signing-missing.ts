import type { Evidence, RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { byHand, lambdaCommand } from '../parts/by-hand.ts';
import { EXAMPLE_SETTINGS } from '../parts/example-context.ts';
import { lastingAdvice } from '../parts/words.ts';

const NEEDS = ['codeSigning', 'packageType', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

/** Images are not signed this way (https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html). */
function evaluate(
  { codeSigning, packageType, managedBy }: Seen,
  { resource, settings }: RuleContext<'function'>,
): Violation | undefined {
  if (!settings.require.codeSigning || packageType === 'Image' || codeSigning?.onUntrusted === 'Enforce') return undefined;
  const evidence: Evidence =
    codeSigning === null
      ? { path: 'CodeSigningConfigArn', found: 'none', expected: 'a code signing configuration that enforces' }
      : { path: 'CodeSigningPolicies.UntrustedArtifactOnDeployment', found: 'Warn', expected: 'Enforce' };
  return {
    summary: codeSigning === null ? 'it takes code that nobody signed' : 'it warns of code that nobody signed, and takes it',
    evidence: [evidence],
    remedy: byHand(
      'Until its pipeline signs, every deploy of the function would be refused.',
      codeSigning === null
        ? `Sign the code in its pipeline, then run ${lambdaCommand(resource, 'put-function-code-signing-config', '--code-signing-config-arn <configuration ARN>')}.`
        : `Sign the code in its pipeline, then run aws lambda update-code-signing-config --code-signing-config-arn ${codeSigning.configArn} --code-signing-policies UntrustedArtifactOnDeployment=Enforce.`,
    ),
    advice: lastingAdvice(managedBy, 'set the code signing configuration'),
  };
}

const CONFIG = 'arn:aws:lambda:eu-central-1:222222222222:code-signing-config:csc-0f3c1d526a7b4c8d9';
const ASKED = { require: { ...EXAMPLE_SETTINGS.require, codeSigning: true } };

export default defineRule({
  id: 'lambda-code-signing-missing',
  title: 'A function takes only signed code where policy asks for it',
  severity: 'medium',
  resource: 'function',
  checklist: ['wa-SEC06-BP04'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'nobody asks', state: { codeSigning: null, packageType: 'Zip', managedBy: null } },
      {
        name: 'enforced',
        state: { codeSigning: { configArn: CONFIG, onUntrusted: 'Enforce' }, packageType: 'Zip', managedBy: null },
        settings: ASKED,
      },
      { name: 'an image', state: { codeSigning: null, packageType: 'Image', managedBy: null }, settings: ASKED },
    ],
    violates: [
      { name: 'no configuration', state: { codeSigning: null, packageType: 'Zip', managedBy: null }, settings: ASKED },
      {
        name: 'only warned of, under a stack',
        state: {
          codeSigning: { configArn: CONFIG, onUntrusted: 'Warn' },
          packageType: 'Zip',
          managedBy: { tool: 'CDK', stack: 'orders' },
        },
        settings: ASKED,
      },
    ],
  },
});
