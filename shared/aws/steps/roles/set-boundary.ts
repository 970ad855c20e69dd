import { DeleteRolePermissionsBoundaryCommand, PutRolePermissionsBoundaryCommand } from '@aws-sdk/client-iam';
import { Refused, StateMoved } from '../../../model/errors.ts';
import { isDenyAll } from '../../../model/steps/roles.ts';
import { isGone } from '../../aws-error.ts';
import { readManagedPolicy } from '../../readers/iam-policies.ts';
import { fieldStep } from '../field-step.ts';
import { refuseWiderDocuments } from '../no-wider.ts';
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
  refuse: async (_deps, clients, step, now, wanted) => {
    const what = `the permissions boundary of ${step.target.name}`;
    if (wanted === null) throw new Refused(`${what} would be taken away`);
    // First aid waits for nothing that need not be read.
    if (now === null || isDenyAll(wanted)) return;
    const [was, is] = await Promise.all([now, wanted].map((arn) => readManagedPolicy(new Map(), clients, arn)));
    refuseWiderDocuments(what, was ? [was] : [], is ? [is] : []);
  },
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
