import {
  CreatePolicyCommand,
  GetRoleCommand,
  PutRolePermissionsBoundaryCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { LAMBDA_TRUST, type MemberCloud, newName, policy } from '../../cloud/member-cloud.ts';
import { aRole } from './first-steps.ts';
import type { Scenario } from './scenario.ts';

const OPEN_TRUST = policy([
  { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
  { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' },
]);

async function aBoundary(cloud: MemberCloud): Promise<string> {
  const PolicyDocument = policy([{ Effect: 'Allow', Action: 'logs:*', Resource: '*' }]);
  const made = await cloud.iam.send(new CreatePolicyCommand({ PolicyName: newName('edge'), PolicyDocument }));
  return made.Policy?.Arn ?? '';
}

/** With the boundary and the trust, which are GetRole's. */
async function aWholeRole(cloud: MemberCloud) {
  const { name, target, look } = await aRole(cloud);
  const lookWhole = async () => {
    const { Role: role } = await cloud.iam.send(new GetRoleCommand({ RoleName: name }));
    return [await look(), role?.PermissionsBoundary ?? null, role?.AssumeRolePolicyDocument];
  };
  return { name, target, look: lookWhole };
}

export const ROLES_SCENARIOS: readonly Scenario[] = [
  {
    kind: 'set-boundary',
    what: 'where there is none',
    prepare: async (cloud) => {
      const { target, look } = await aWholeRole(cloud);
      return { step: { kind: 'set-boundary', target, fromArn: null, toArn: await aBoundary(cloud) }, look };
    },
  },
  {
    kind: 'set-boundary',
    what: 'in place of another',
    prepare: async (cloud) => {
      const { name, target, look } = await aWholeRole(cloud);
      const fromArn = await aBoundary(cloud);
      await cloud.iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: name, PermissionsBoundary: fromArn }));
      return { step: { kind: 'set-boundary', target, fromArn, toArn: await aBoundary(cloud) }, look };
    },
  },
  {
    kind: 'replace-trust-policy',
    what: '',
    prepare: async (cloud) => {
      const { name, target, look } = await aWholeRole(cloud);
      await cloud.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: name, PolicyDocument: OPEN_TRUST }));
      return { step: { kind: 'replace-trust-policy', target, fromText: OPEN_TRUST, toText: LAMBDA_TRUST }, look };
    },
  },
];
