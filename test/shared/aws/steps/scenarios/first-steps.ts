import { AttachRolePolicyCommand, CreatePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AddPermissionCommand, CreateFunctionUrlConfigCommand } from '@aws-sdk/client-lambda';
import { roleResource } from '../../../../../shared/model/resource.ts';
import { everythingOfFunction, everythingOfRole } from '../../cloud/everything.ts';
import { createExecutionRole, createFunction, MEMBER, type MemberCloud, newName, policy } from '../../cloud/member-cloud.ts';
import type { Scenario } from './scenario.ts';

const S3 = policy([{ Effect: 'Allow', Action: 's3:*', Resource: '*' }]);
const NARROW = policy([{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::orders/*' }]);

/** A function with a role of its own, and with more beside it that no step may touch. */
export async function aFunction(cloud: MemberCloud, more: Parameters<typeof createFunction>[3] = {}) {
  const name = newName('orders');
  const roleArn = await createExecutionRole(cloud, `${name}-role`);
  await cloud.iam.send(new PutRolePolicyCommand({ RoleName: `${name}-role`, PolicyName: 'own', PolicyDocument: NARROW }));
  const target = await createFunction(cloud, name, roleArn, {
    Timeout: 900,
    Description: 'takes orders',
    Environment: { Variables: { TABLE: 'orders' } },
    Tags: { owner: 'shop' },
    ...more,
  });
  await cloud.lambda.send(
    new AddPermissionCommand({
      FunctionName: name,
      StatementId: 'api',
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
      SourceAccount: MEMBER,
    }),
  );
  return { target, roleArn, roleName: `${name}-role`, look: () => everythingOfFunction(cloud, name) };
}

export async function aRole(cloud: MemberCloud) {
  const name = newName('worker');
  await createExecutionRole(cloud, name);
  await cloud.iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'broad', PolicyDocument: S3 }));
  return { name, target: roleResource(MEMBER, name), look: () => everythingOfRole(cloud, name) };
}

export const FIRST_STEPS: readonly Scenario[] = [
  {
    kind: 'lower-timeout',
    what: '',
    prepare: async (cloud) => {
      const { target, look } = await aFunction(cloud);
      return { step: { kind: 'lower-timeout', target, fromSeconds: 900, toSeconds: 29 }, look };
    },
  },
  {
    kind: 'remove-permission',
    what: '',
    notOnMoto: 'compares the RevisionId of RemovePermission as a list of texts, and so refuses every right one',
    prepare: async (cloud) => {
      const { target, look } = await aFunction(cloud);
      const added = await cloud.lambda.send(
        new AddPermissionCommand({
          FunctionName: target.name,
          StatementId: 'all',
          Action: 'lambda:InvokeFunction',
          Principal: '*',
        }),
      );
      const statements = [{ sid: 'all', text: added.Statement ?? '' }];
      return { step: { kind: 'remove-permission', target, qualifier: null, statements }, look };
    },
  },
  {
    kind: 'require-url-iam-auth',
    what: '',
    prepare: async (cloud) => {
      const { target, look } = await aFunction(cloud);
      const Cors = { AllowOrigins: ['https://shop.example.com'], AllowMethods: ['GET'], MaxAge: 60 };
      await cloud.lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName: target.name, AuthType: 'NONE', Cors }));
      return { step: { kind: 'require-url-iam-auth', target, qualifier: null }, look };
    },
  },
  {
    kind: 'detach-role-policy',
    what: '',
    prepare: async (cloud) => {
      const { name, target, look } = await aRole(cloud);
      const made = await cloud.iam.send(new CreatePolicyCommand({ PolicyName: newName('broad'), PolicyDocument: S3 }));
      const policyArn = made.Policy?.Arn ?? '';
      await cloud.iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn: policyArn }));
      return { step: { kind: 'detach-role-policy', target, policyArn }, look };
    },
  },
  ...[
    { what: 'narrowed', toText: NARROW },
    { what: 'deleted', toText: null },
  ].map(
    ({ what, toText }): Scenario => ({
      kind: 'replace-role-policy',
      what,
      prepare: async (cloud) => {
        const { target, look } = await aRole(cloud);
        return { step: { kind: 'replace-role-policy', target, policyName: 'broad', fromText: S3, toText }, look };
      },
    }),
  ),
  {
    kind: 'give-own-role',
    what: '',
    notOnMoto: 'lacks SimulatePrincipalPolicy',
    prepare: async (cloud) => {
      const { target, roleArn, roleName: RoleName, look } = await aFunction(cloud);
      await cloud.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }));
      return { step: { kind: 'give-own-role', target, fromRoleArn: roleArn, newRoleName: newName('own') }, look };
    },
  },
];
