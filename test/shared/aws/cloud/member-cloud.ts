import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateAliasCommand as CreateKeyAlias, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  LambdaClient,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { SSMClient } from '@aws-sdk/client-ssm';
import { zipSync } from 'fflate';
import { type Cloud, startCloud } from '../../../../local/cloud/start.ts';
import { type MemberAccess, makeMemberAccess } from '../../../../shared/aws/member.ts';
import { type Config, configSchema } from '../../../../shared/config/schema.ts';
import type { Clock, LedgerFacts } from '../../../../shared/flows/ports.ts';
import { LAYER_DELETION } from '../../../../shared/grants/member-roles.ts';
import { guardStatements } from '../../../../shared/grants/statements.ts';
import { EXISTENCE_PERMISSIONS, READ_PERMISSIONS, READER_PERMISSIONS } from '../../../../shared/model/read-permissions.ts';
import { functionResource, type Resource } from '../../../../shared/model/resource.ts';
import { type Permission, type PermissionScope, STEP_ROWS } from '../../../../shared/model/step.ts';
import { PARAMETER_KEY_ALIAS, ROLE_NAMES } from '../../../../shared/names.ts';

export const HUB = '111111111111';
export const MEMBER = '222222222222';
export const REGION = 'eu-central-1';
const EXTERNAL_ID = 'cinch-test-external-id';

export const realClock: Clock = {
  now: () => new Date(),
  sleep: async (ms) => {
    await sleep(ms);
  },
};

export const config: Config = configSchema.parse({
  version: 1,
  hub: { account: HUB, region: REGION, externalId: EXTERNAL_ID },
  members: [{ account: MEMBER, regions: [REGION] }],
  slack: { channel: 'C0123', team: 'T0123', approvers: {} },
  secrets: { iamPropagationSeconds: 0 },
});

/** A member account with the roles that the permission tables make, and nothing more: a call they forget is refused. */
export interface MemberCloud {
  readonly cloud: Pick<Cloud, 'endpoint' | 'env' | 'credentials'>;
  readonly lambda: LambdaClient;
  readonly iam: IAMClient;
  readonly ssm: SSMClient;
  readonly keyArn: string;
  readonly members: MemberAccess;
  stop(): Promise<void>;
}

/** Starts a cloud, makes this process the hub account, and makes the member's roles and key. */
export async function startMemberCloud(): Promise<MemberCloud> {
  return makeMember(await startCloud({ hubAccount: HUB }));
}

/** Makes this process the hub account of an AWS that is there, and makes the member's roles and key. */
export async function makeMember(cloud: Pick<Cloud, 'endpoint' | 'env' | 'credentials' | 'stop'>): Promise<MemberCloud> {
  Object.assign(process.env, cloud.env(HUB, REGION));
  const admin = { endpoint: cloud.endpoint, region: REGION, credentials: cloud.credentials(MEMBER) };
  const iam = new IAMClient(admin);
  const kms = new KMSClient(admin);
  const { KeyMetadata: key } = await kms.send(new CreateKeyCommand({}));
  const keyArn = key?.Arn ?? '';
  await kms.send(new CreateKeyAlias({ AliasName: PARAMETER_KEY_ALIAS, TargetKeyId: keyArn }));
  const rows = Object.values(STEP_ROWS);
  await makeRole(iam, ROLE_NAMES.write, [...rows.flatMap((row) => row.permissions), LAYER_DELETION], keyArn);
  await makeRole(
    iam,
    ROLE_NAMES.undo,
    rows.flatMap((row) => row.undoPermissions),
    keyArn,
  );
  await makeRole(iam, ROLE_NAMES.read, readPermissions(), keyArn);
  const guard = policy(guardStatements(STEP_ROWS, { partition: 'aws', account: MEMBER }));
  for (const RoleName of [ROLE_NAMES.write, ROLE_NAMES.undo])
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'guard', PolicyDocument: guard }));
  const members = makeMemberAccess({
    clock: realClock,
    random: Math.random,
    region: REGION,
    config: { read: async () => config },
    session: 'cinch-test',
  });
  const stop = (): Promise<void> => cloud.stop();
  return { cloud, lambda: new LambdaClient(admin), iam, ssm: new SSMClient(admin), keyArn, members, stop };
}

const readPermissions = (): Permission[] =>
  [...Object.values(READ_PERMISSIONS), EXISTENCE_PERMISSIONS, READER_PERMISSIONS].flatMap((table) => Object.values(table).flat());

function arnsOf(scope: PermissionScope, keyArn: string): string[] {
  const here = `${REGION}:${MEMBER}`;
  const ofApis = (path: string): string => `arn:aws:apigateway:${REGION}::/${path}`;
  const arns: Record<PermissionScope, string[]> = {
    function: [`arn:aws:lambda:${here}:function:*`],
    version: [`arn:aws:lambda:${here}:function:*:*`],
    'code-signing': [`arn:aws:lambda:${here}:code-signing-config:*`],
    role: [`arn:aws:iam::${MEMBER}:role/*`],
    user: [`arn:aws:iam::${MEMBER}:user/*`],
    group: [`arn:aws:iam::${MEMBER}:group/*`],
    layer: [`arn:aws:lambda:${here}:layer:cinch-*`],
    'layer-any': [`arn:aws:lambda:${here}:layer:*`],
    parameter: [`arn:aws:ssm:${here}:parameter/cinch/*`],
    'parameter-key': [keyArn],
    secret: [`arn:aws:secretsmanager:${here}:secret:cinch/*`],
    mapping: [`arn:aws:lambda:${here}:event-source-mapping:*`],
    'log-group': [`arn:aws:logs:${here}:log-group:*`],
    queue: [`arn:aws:sqs:${here}:*`],
    topic: [`arn:aws:sns:${here}:*`],
    // The emulator takes the name in DescribeEventBus for a rule's.
    bus: [`arn:aws:events:${here}:event-bus/*`, `arn:aws:events:${here}:rule/*`],
    stream: [`arn:aws:kinesis:${here}:stream/*`],
    bucket: ['arn:aws:s3:::*'],
    rule: [`arn:aws:events:${here}:rule/*`],
    trail: ['arn:aws:cloudtrail:*:*:trail/*'],
    api: ['restapis', 'restapis/*', 'apis', 'apis/*'].map(ofApis),
    'api-domain': ['domainnames', 'domainnames/*'].map(ofApis),
    any: ['*'],
  };
  return arns[scope];
}

async function makeRole(iam: IAMClient, name: string, permissions: readonly Permission[], keyArn: string): Promise<void> {
  const trust = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${HUB}:root` },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'sts:ExternalId': EXTERNAL_ID } },
  };
  await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: policy([trust]) }));
  await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'own', PolicyDocument: policyOf(permissions, keyArn) }));
}

/** The policy text that the tables' permissions come to in this cloud. */
export function policyOf(permissions: readonly Permission[], keyArn: string): string {
  const statements = permissions.map(({ actions, on, condition }) => ({
    Effect: 'Allow',
    Action: actions,
    Resource: arnsOf(on, keyArn),
    ...(condition ? { Condition: condition } : {}),
  }));
  return policy([...new Set(statements.map((statement) => JSON.stringify(statement)))].map((text) => JSON.parse(text) as object));
}

export const policy = (statements: readonly object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements });

export const LAMBDA_TRUST = policy([
  { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
]);

export const roleArn = (pathAndName: string): string => `arn:aws:iam::${MEMBER}:role/${pathAndName}`;
export const newName = (prefix: string): string => `${prefix}-${randomUUID().slice(0, 8)}`;

/** A role that Lambda may assume. Answers its ARN. */
export async function createExecutionRole(cloud: MemberCloud, name: string, path = '/'): Promise<string> {
  const made = await cloud.iam.send(
    new CreateRoleCommand({ RoleName: name, Path: path, AssumeRolePolicyDocument: LAMBDA_TRUST }),
  );
  return made.Role?.Arn ?? '';
}

const CODE = zipSync({ 'index.mjs': new TextEncoder().encode('export const handler = async () => process.env;') });

/** Answers when it is active. */
export async function createFunction(
  cloud: MemberCloud,
  name: string,
  role: string,
  more: Partial<CreateFunctionCommandInput> = {},
): Promise<Resource<'function'>> {
  await cloud.lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Role: role,
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      Code: { ZipFile: CODE },
      ...more,
    }),
  );
  await waitUntilFunctionActiveV2(
    { client: cloud.lambda, maxWaitTime: 30, minDelay: 0.02, maxDelay: 0.1 },
    { FunctionName: name },
  );
  return functionResource(MEMBER, REGION, name);
}

/** What a ledger knows that has seen nothing. */
export const noFacts: LedgerFacts = { note: undefined, functionsOfRole: async () => [] };

export const memberArn = (service: string, resource: string): string => `arn:aws:${service}:${REGION}:${MEMBER}:${resource}`;
