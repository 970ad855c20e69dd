import { isDenyAll, type RolesStep } from '../../model/steps/roles.ts';
import { type Previews, policyShown } from './words.ts';

export const ROLES_PREVIEWS: Previews<RolesStep> = {
  'detach-role-policy': (step) => ({
    title: `Policies of the role ${step.target.name}`,
    before: `${step.policyArn} is attached`,
    after: 'detached',
  }),
  'replace-role-policy': (step) => ({
    title: `Inline policy ${step.policyName} of the role ${step.target.name}`,
    before: policyShown(step.fromText, '(there is none)'),
    after: policyShown(step.toText, '(it is deleted)'),
  }),
  'give-own-role': (step) => ({
    title: `Execution role of ${step.target.name}`,
    before: step.fromRoleArn,
    after: `${step.newRoleName}, a copy of it with the same trust and policies`,
  }),
  'set-boundary': (step) => ({
    title: `Permissions boundary of the role ${step.target.name}`,
    before: boundaryShown(step.fromArn),
    after: boundaryShown(step.toArn),
  }),
  'replace-trust-policy': (step) => ({
    title: `Trust policy of the role ${step.target.name}`,
    before: policyShown(step.fromText, '(there is none)'),
    after: policyShown(step.toText, '(it is deleted)'),
  }),
};

const boundaryShown = (arn: string | null): string =>
  arn === null ? 'no boundary' : isDenyAll(arn) ? `${arn}, which allows nothing` : arn;
