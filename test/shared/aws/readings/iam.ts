import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { roleResource, userResource } from '../../../../shared/model/resource.ts';
import {
  createExecutionRole,
  createFunction,
  LAMBDA_TRUST,
  MEMBER,
  type MemberCloud,
  newName,
  roleArn,
} from '../cloud/member-cloud.ts';
import { AN_ISO_TIME, documentOf, InAnyOrder, type Reading, service, statement } from './reading.ts';

/** With blanks, a percent sign and letters beyond ASCII, as people write: IAM gives a text back to the byte. */
const BROAD =
  '{ "Version":"2012-10-17",\n "Statement":{"Sid":"a","Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::100%25-ü/*"} }';
const BROAD_STATEMENT = statement({ sid: 'a', actions: ['s3:*'], resources: ['arn:aws:s3:::100%25-ü/*'] });
const allow = (action: string): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] });
const allowing = (action: string) => documentOf(allow(action), statement({ actions: [action], resources: ['*'] }));

const TRUST_STATEMENT = statement({ actions: ['sts:AssumeRole'], principals: service('lambda.amazonaws.com') });

async function createPolicy(cloud: MemberCloud, action: string): Promise<{ arn: string; name: string }> {
  const name = newName('policy');
  const made = await cloud.iam.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument: allow(action) }));
  return { arn: made.Policy?.Arn ?? '', name };
}

const LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

const NO_REPORTS = {
  notOnMoto: {
    serviceAccess: 'has no GenerateServiceLastAccessedDetails',
  },
  notOnLocalCloud: { serviceAccess: 'has no GenerateServiceLastAccessedDetails' },
} as const;

export const ROLE_READINGS: readonly Reading<'role'>[] = [
  {
    kind: 'role',
    what: 'a role with everything on it',
    ...NO_REPORTS,
    notOnMoto: { ...NO_REPORTS.notOnMoto, codeCalls: 'links to a package on AWS itself' },
    prepare: async (cloud) => {
      const name = newName('full');
      const limit = await createPolicy(cloud, 's3:*');
      await cloud.iam.send(
        new CreateRoleCommand({
          RoleName: name,
          Path: '/teams/a/',
          AssumeRolePolicyDocument: LAMBDA_TRUST,
          PermissionsBoundary: limit.arn,
          Tags: [
            { Key: 'owner', Value: 'shop' },
            { Key: 'empty', Value: '' },
          ],
        }),
      );
      await cloud.iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'broad', PolicyDocument: BROAD }));
      const own = await createPolicy(cloud, 'sqs:*');
      // The default version counts, not the first.
      await cloud.iam.send(
        new CreatePolicyVersionCommand({ PolicyArn: own.arn, PolicyDocument: allow('sqs:SendMessage'), SetAsDefault: true }),
      );
      await cloud.iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn: own.arn }));
      const user = await createFunction(cloud, newName('user'), roleArn(`teams/a/${name}`));
      return {
        resource: roleResource(MEMBER, `teams/a/${name}`),
        ledger: { note: undefined, functionsOfRole: async () => [user] },
        expected: {
          path: '/teams/a/',
          trustPolicy: documentOf(LAMBDA_TRUST, TRUST_STATEMENT),
          permissionsBoundaryArn: limit.arn,
          boundary: allowing('s3:*'),
          tags: { owner: 'shop', empty: '' },
          createdAt: AN_ISO_TIME,
          inlinePolicies: [{ name: 'broad', document: documentOf(BROAD, BROAD_STATEMENT) }],
          attachedPolicies: [{ ...own, awsManaged: false, document: allowing('sqs:SendMessage') }],
          usedBy: [user.arn],
          codeCalls: [{ functionArn: user.arn, calls: [], lambda: LOGS }],
          serviceAccess: new InAnyOrder({ service: 's3', lastUsed: null }, { service: 'sqs', lastUsed: null }),
        },
      };
    },
  },
  {
    kind: 'role',
    what: 'a role with nothing on it',
    ...NO_REPORTS,
    prepare: async (cloud) => {
      const name = newName('bare');
      await createExecutionRole(cloud, name);
      return {
        resource: roleResource(MEMBER, name),
        expected: {
          path: '/',
          trustPolicy: documentOf(LAMBDA_TRUST, TRUST_STATEMENT),
          permissionsBoundaryArn: null,
          boundary: null,
          tags: {},
          createdAt: AN_ISO_TIME,
          inlinePolicies: [],
          attachedPolicies: [],
          usedBy: [],
          codeCalls: [],
          serviceAccess: [],
        },
      };
    },
  },
];

export const USER_READINGS: readonly Reading<'user'>[] = [
  {
    kind: 'user',
    what: 'a user with everything on it',
    notOnMoto: { boundary: 'keeps no permissions boundary of a user' },
    prepare: async (cloud) => {
      const UserName = newName('dev');
      const limit = await createPolicy(cloud, 'lambda:*');
      await cloud.iam.send(
        new CreateUserCommand({
          UserName,
          Path: '/people/',
          PermissionsBoundary: limit.arn,
          Tags: [{ Key: 'team', Value: 'shop' }],
        }),
      );
      await cloud.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument: BROAD }));
      const shared = await createPolicy(cloud, 'sns:*');
      const direct = await createPolicy(cloud, 'sqs:*');
      await cloud.iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: direct.arn }));
      const GroupName = newName('ops');
      await cloud.iam.send(new CreateGroupCommand({ GroupName }));
      await cloud.iam.send(new AddUserToGroupCommand({ GroupName, UserName }));
      await cloud.iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn: shared.arn }));
      await cloud.iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName: 'pass', PolicyDocument: allow('iam:PassRole') }));
      await cloud.iam.send(new CreateLoginProfileCommand({ UserName, Password: 'An-Example-1!' }));
      return {
        resource: userResource(MEMBER, `people/${UserName}`),
        expected: {
          createdAt: AN_ISO_TIME,
          lastActive: null,
          canSignIn: true,
          tags: { team: 'shop' },
          inlinePolicies: [
            { name: 'own', document: documentOf(BROAD, BROAD_STATEMENT) },
            { name: `${GroupName}/pass`, document: allowing('iam:PassRole') },
          ],
          attachedPolicies: [
            { ...direct, awsManaged: false, document: allowing('sqs:*') },
            { ...shared, awsManaged: false, document: allowing('sns:*') },
          ],
          boundary: allowing('lambda:*'),
        },
      };
    },
  },
  {
    kind: 'user',
    what: 'a user with nothing on it',
    prepare: async (cloud) => {
      const UserName = newName('bare');
      await cloud.iam.send(new CreateUserCommand({ UserName }));
      return {
        resource: userResource(MEMBER, UserName),
        expected: {
          createdAt: AN_ISO_TIME,
          lastActive: null,
          canSignIn: false,
          tags: {},
          inlinePolicies: [],
          attachedPolicies: [],
          boundary: null,
        },
      };
    },
  },
];
