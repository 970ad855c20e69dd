import { StateMoved } from '../../../model/errors.ts';
import { isSameJson } from '../canonical-json.ts';
import { clientsFor, type StepHandler } from '../handler.ts';
import { refuseMoreByInline } from './no-more-rights.ts';
import { isSeen, readInline, writeInline } from './role-policies.ts';

interface Captured {
  /** The policy's exact text; null when there was none. */
  readonly text: string | null;
}

/** IAM has no revision for inline policies: what is there is read right before the write. */
export const replaceRolePolicy: StepHandler<'replace-role-policy', Captured, Captured> = {
  capture: async (deps, step) => {
    const text = await readInline(clientsFor(deps, step.target, 'write'), step.target.name, step.policyName);
    if (!isSameJson(text, step.fromText))
      throw new StateMoved(`the inline policy ${step.policyName} of ${step.target.name} is no longer as it was`);
    return { text };
  },

  apply: async (deps, step, captured) => {
    const clients = clientsFor(deps, step.target, 'write');
    const now = await readInline(clients, step.target.name, step.policyName);
    if (isSameJson(now, step.toText)) return { text: step.toText };
    if (!isSameJson(now, captured.text))
      throw new StateMoved(`the inline policy ${step.policyName} of ${step.target.name} was changed`);
    await refuseMoreByInline(clients, step.target.name, step.policyName, now, step.toText);
    await writeInline(deps, clients, step.target.name, step.policyName, step.toText);
    return { text: step.toText };
  },

  verify: async (deps, step) => {
    const clients = clientsFor(deps, step.target, 'write');
    const holds = await isSeen(deps.clock, async () =>
      isSameJson(await readInline(clients, step.target.name, step.policyName), step.toText),
    );
    return holds ? undefined : `the inline policy ${step.policyName} is not as it was put`;
  },

  undo: async (deps, step, captured) => {
    const clients = clientsFor(deps, step.target, 'undo');
    const now = await readInline(clients, step.target.name, step.policyName);
    if (now === captured.text) return [];
    if (!isSameJson(now, step.toText) && !isSameJson(now, captured.text))
      return [`the inline policy ${step.policyName} of ${step.target.name} was changed since`];
    await writeInline(deps, clients, step.target.name, step.policyName, captured.text);
    return [];
  },
};
