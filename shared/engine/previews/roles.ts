import type { RolesStep } from '../../model/steps/roles.ts';
import { type Previews, policyShown } from './words.ts';

export const ROLES_PREVIEWS: Previews<RolesStep> = {
  'detach-role-policy': (step) => ({
    title: `Policies of the role ${step.target.name}`,
    before: `${step.policyArn} is attached`,
    after: 'detached',
  }),
  'replace-role-policy': (step) => ({
    title: `Inline policy ${step.policyName} of the role ${step.target.name}`,
    before: policyShown(step.fromText),
    after: policyShown(step.toText),
  }),
  'give-own-role': (step) => ({
    title: `Execution role of ${step.target.name}`,
    before: step.fromRoleArn,
    after: `${step.newRoleName}, a copy of it with the same trust and policies`,
  }),
};
