import { UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { isSameJson } from '../canonical-json.ts';
import { fieldStep } from '../field-step.ts';
import { refuseWider } from '../no-wider.ts';
import { mustGetRole } from './role-copy.ts';
import { decodeDocument, writeIam } from './role-policies.ts';

/** IAM has no revision for a trust policy: what is there is read right before the write. */
export const replaceTrustPolicy = fieldStep<'replace-trust-policy', string>({
  name: (step) => `the trust policy of ${step.target.name}`,
  from: (step) => step.fromText,
  to: (step) => step.toText,
  read: async (_deps, clients, step) =>
    decodeDocument((await mustGetRole(clients, step.target.name)).AssumeRolePolicyDocument ?? ''),
  refuse: (_deps, _clients, step, now, wanted) => refuseWider(`the trust policy of ${step.target.name}`, now, wanted),
  write: async (deps, clients, step, text) => {
    await writeIam(deps, () =>
      clients.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: step.target.name, PolicyDocument: text })),
    );
  },
  same: isSameJson,
});
