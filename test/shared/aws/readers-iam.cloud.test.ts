import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  DeleteRolePolicyCommand,
  PutGroupPolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeReader } from '../../../shared/aws/reader.ts';
import type { Reader } from '../../../shared/flows/ports.ts';
import { AccessRefused } from '../../../shared/model/errors.ts';
import { roleResource, userResource } from '../../../shared/model/resource.ts';
import {
  createExecutionRole,
  MEMBER,
  type MemberCloud,
  newName,
  noFacts,
  policy,
  realClock,
  startMemberCloud,
} from './cloud/member-cloud.ts';

let cloud: MemberCloud;
let reader: Reader;
beforeAll(async () => {
  cloud = await startMemberCloud();
  reader = makeReader({ members: cloud.members, clock: realClock, random: Math.random });
});
afterAll(() => cloud?.stop());

const allow = (...Action: string[]): string => policy([{ Effect: 'Allow', Action, Resource: '*' }]);
const statement = (...actions: string[]) => expect.objectContaining({ statements: [expect.objectContaining({ actions })] });
const EVERY = ['createdAt', 'lastActive', 'canSignIn', 'tags', 'inlinePolicies', 'attachedPolicies', 'boundary'];

async function createPolicy(name: string, document: string): Promise<string> {
  const { Policy: made } = await cloud.iam.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument: document }));
  return made?.Arn ?? '';
}

describe('a role', () => {
  it('its boundary and its age', async () => {
    const name = newName('bounded');
    await createExecutionRole(cloud, name);
    const needs = ['boundary', 'createdAt'];
    expect(await reader.readState(roleResource(MEMBER, name), needs, noFacts)).toEqual({
      boundary: null,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
    const PermissionsBoundary = await createPolicy(newName('limit'), allow('s3:*'));
    await cloud.iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: name, PermissionsBoundary }));
    expect(await reader.readState(roleResource(MEMBER, name), needs, noFacts)).toMatchObject({ boundary: statement('s3:*') });
  });
});

describe('a user', () => {
  it('one that was never used', async () => {
    await cloud.iam.send(new CreateUserCommand({ UserName: 'plain', Tags: [{ Key: 'team', Value: 'a' }] }));
    expect(await reader.readState(userResource(MEMBER, 'plain'), EVERY, noFacts)).toEqual({
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      lastActive: null,
      canSignIn: false,
      tags: { team: 'a' },
      inlinePolicies: [],
      attachedPolicies: [],
      boundary: null,
    });
    expect(await reader.readState(userResource(MEMBER, 'never-was'), EVERY, noFacts)).toBeUndefined();
  });

  it('what it may do, by itself and by its groups, and under which boundary', async () => {
    const PermissionsBoundary = await createPolicy(newName('limit'), allow('sqs:*'));
    await cloud.iam.send(new CreateUserCommand({ UserName: 'dev', Path: '/people/', PermissionsBoundary }));
    const shared = await createPolicy(newName('shared'), allow('sns:*'));
    for (const GroupName of ['devs', 'ops']) {
      await cloud.iam.send(new CreateGroupCommand({ GroupName }));
      await cloud.iam.send(new AddUserToGroupCommand({ GroupName, UserName: 'dev' }));
      await cloud.iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn: shared }));
    }
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await cloud.iam.send(new AttachUserPolicyCommand({ UserName: 'dev', PolicyArn }));
    await cloud.iam.send(
      new PutUserPolicyCommand({ UserName: 'dev', PolicyName: 'main', PolicyDocument: allow('lambda:CreateFunction') }),
    );
    await cloud.iam.send(
      new PutGroupPolicyCommand({ GroupName: 'ops', PolicyName: 'main', PolicyDocument: allow('iam:PassRole') }),
    );
    const state = await reader.readState(userResource(MEMBER, 'people/dev'), EVERY, noFacts);
    expect(state).toMatchObject({
      inlinePolicies: [
        { name: 'main', document: statement('lambda:CreateFunction') },
        { name: 'ops/main', document: statement('iam:PassRole') },
      ],
      attachedPolicies: [
        { arn: PolicyArn, awsManaged: true, document: statement('*') },
        { arn: shared, awsManaged: false, document: statement('sns:*') },
      ],
      boundary: statement('sqs:*'),
    });
    expect(state?.attachedPolicies).toHaveLength(2);
  });

  it('whether it can sign in: with a password or with an active key', async () => {
    const can = async (name: string) => (await reader.readState(userResource(MEMBER, name), ['canSignIn'], noFacts))?.canSignIn;
    for (const UserName of ['person', 'machine']) await cloud.iam.send(new CreateUserCommand({ UserName }));
    await cloud.iam.send(new CreateLoginProfileCommand({ UserName: 'person', Password: 'An-Example-1!' }));
    expect(await can('person')).toBe(true);
    const { AccessKey: key } = await cloud.iam.send(new CreateAccessKeyCommand({ UserName: 'machine' }));
    expect(await can('machine')).toBe(true);
    const inactive = { UserName: 'machine', AccessKeyId: key?.AccessKeyId, Status: 'Inactive' } as const;
    await cloud.iam.send(new UpdateAccessKeyCommand(inactive));
    expect(await can('machine')).toBe(false);
  });
});

it('lists the users of an account, with their paths, or says that it may not', async () => {
  const listed: string[] = [];
  for await (const user of reader.listUsers(MEMBER)) listed.push(user.arn);
  expect(listed).toEqual(expect.arrayContaining([`arn:aws:iam::${MEMBER}:user/plain`, `arn:aws:iam::${MEMBER}:user/people/dev`]));
  const deny = policy([{ Effect: 'Deny', Action: 'iam:ListUsers', Resource: '*' }]);
  await cloud.iam.send(new PutRolePolicyCommand({ RoleName: 'cinch-read', PolicyName: 'deny', PolicyDocument: deny }));
  try {
    await expect(reader.listUsers(MEMBER)[Symbol.asyncIterator]().next()).rejects.toBeInstanceOf(AccessRefused);
  } finally {
    await cloud.iam.send(new DeleteRolePolicyCommand({ RoleName: 'cinch-read', PolicyName: 'deny' }));
  }
});
