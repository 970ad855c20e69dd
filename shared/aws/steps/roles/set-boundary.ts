import { DeleteRolePermissionsBoundaryCommand, PutRolePermissionsBoundaryCommand } from '@aws-sdk/client-iam';
import { StateMoved } from '../../../model/errors.ts';
import { isGone } from '../../aws-error.ts';
import { fieldStep } from '../field-step.ts';
import { mustGetRole } from './role-copy.ts';
import { writeIam } from './role-policies.ts';

/** IAM has no revision for a role: what is there is read right before the write. */
export const setBoundary = fieldStep<'set-boundary', string | null>({
  name: (step) => `the permissions boundary of ${step.target.name}`,
  from: (step) => step.fromArn,
  to: (step) => step.toArn,
  shown: (arn) => arn ?? 'no boundary',
  read: async (_deps, clients, step) =>
    (await mustGetRole(clients, step.target.name)).PermissionsBoundary?.PermissionsBoundaryArn ?? null,
  write: async (deps, clients, step, arn) => {
    const RoleName = step.target.name;
    try {
      await writeIam(deps, async () => {
        if (arn === null) await clients.iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }));
        else await clients.iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: arn }));
      });
    } catch (error) {
      // Of deleting: there is none any more, which is what was wanted.
      if (isGone(error) && arn === null) return;
      if (isGone(error)) throw new StateMoved(`the role ${RoleName} or the policy ${arn} does not exist`);
      throw error;
    }
  },
});
