import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  type IAMClient,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  type LambdaClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { isDenied } from '../../../../shared/aws/aws-error.ts';
import { denyAllArn } from '../../../../shared/model/steps/roles.ts';
import { PROTECTED_TAG, ROLE_NAMES } from '../../../../shared/names.ts';
import {
  createExecutionRole,
  createFunction,
  LAMBDA_TRUST,
  MEMBER,
  type MemberCloud,
  newName,
  policy,
  REGION,
} from '../cloud/member-cloud.ts';
import { aFunction } from './scenarios/first-steps.ts';

const ANYTHING = policy([{ Effect: 'Allow', Action: '*', Resource: '*' }]);
const TAG = { Key: PROTECTED_TAG, Value: 'production' };

/** Every way that Cinch's rows have to change a role. */
const roleChanges = (RoleName: string) =>
  [
    ['write', (iam: IAMClient) => iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument: ANYTHING }))],
    [
      'write',
      (iam: IAMClient) =>
        iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' })),
    ],
    ['write', (iam: IAMClient) => iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: LAMBDA_TRUST }))],
    [
      'write',
      (iam: IAMClient) => iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: denyAllArn('aws') })),
    ],
    ['write', (iam: IAMClient) => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'own' }))],
    ['write', (iam: IAMClient) => iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'team', Value: 'a' }] }))],
    ['undo', (iam: IAMClient) => iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument: ANYTHING }))],
    ['undo', (iam: IAMClient) => iam.send(new DeleteRoleCommand({ RoleName }))],
  ] as const;

/** What the member stack's guard keeps off, asked of the cloud with the roles' own credentials. */
export function describeGuard(cloud: () => MemberCloud): void {
  const iamOf = (role: 'write' | 'undo') => cloud().members.clients(MEMBER, REGION, role).iam;
  const lambdaOf = (role: 'write' | 'undo') => cloud().members.clients(MEMBER, REGION, role).lambda;
  const denied = async (asked: Promise<unknown>) => {
    const error = await asked.then(
      () => 'allowed',
      (thrown: unknown) => thrown,
    );
    expect(isDenied(error), String(error)).toBe(true);
  };

  describe('the bot can’t change', () => {
    const OTHERS = [
      'cinch-canary',
      'cinch-forward',
      'cinch-hub-apply',
      'stacksets-exec-0a1b2c',
      'AWSCloudFormationStackSetExecutionRole',
    ];

    it.each([...new Set([...Object.values(ROLE_NAMES), ...OTHERS])])('the role %s', async (name) => {
      await createExecutionRole(cloud(), name).catch(() => undefined);
      for (const [role, change] of roleChanges(name)) await denied(change(iamOf(role)));
    });

    it('a role that is tagged as protected, but another, until it is tagged', async () => {
      const name = newName('guarded');
      await createExecutionRole(cloud(), name);
      const put = (role: 'write' | 'undo') =>
        iamOf(role).send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'own', PolicyDocument: ANYTHING }));
      await put('write');
      await cloud().iam.send(new TagRoleCommand({ RoleName: name, Tags: [TAG] }));
      for (const [role, change] of roleChanges(name)) await denied(change(iamOf(role)));
    });

    it('the functions of the hub, and functions that are tagged as protected', async () => {
      const changes = (FunctionName: string) =>
        [
          (lambda: LambdaClient) => lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 5 })),
          (lambda: LambdaClient) =>
            lambda.send(
              new AddPermissionCommand({ FunctionName, StatementId: 'all', Action: 'lambda:InvokeFunction', Principal: '*' }),
            ),
        ] as const;
      const [update, permit] = changes('cinch-apply');
      await createFunction(cloud(), 'cinch-apply', await createExecutionRole(cloud(), newName('bot')));
      await denied(update(lambdaOf('write')));
      await denied(update(lambdaOf('undo')));
      await denied(permit(lambdaOf('undo')));

      const { target } = await aFunction(cloud());
      const [updateOther] = changes(target.name);
      await updateOther(lambdaOf('write'));
      await cloud().lambda.send(new TagResourceCommand({ Resource: target.arn, Tags: { [PROTECTED_TAG]: '' } }));
      for (const change of changes(target.name)) await denied(change(lambdaOf('undo')));
      await denied(updateOther(lambdaOf('write')));
    });

    it('the tag itself', async () => {
      const { target, roleName } = await aFunction(cloud());
      const made = { RoleName: newName('made'), AssumeRolePolicyDocument: LAMBDA_TRUST };
      for (const role of ['write', 'undo'] as const) {
        await denied(iamOf(role).send(new TagRoleCommand({ RoleName: roleName, Tags: [TAG] })));
        await denied(iamOf(role).send(new UntagRoleCommand({ RoleName: roleName, TagKeys: [PROTECTED_TAG] })));
        await denied(iamOf(role).send(new CreateRoleCommand({ ...made, Tags: [TAG] })));
        await denied(lambdaOf(role).send(new TagResourceCommand({ Resource: target.arn, Tags: { [PROTECTED_TAG]: 'x' } })));
        await denied(lambdaOf(role).send(new UntagResourceCommand({ Resource: target.arn, TagKeys: [PROTECTED_TAG] })));
      }
      await iamOf('write').send(new CreateRoleCommand({ ...made, Tags: [{ Key: 'team', Value: 'a' }] }));
    });
  });
}
