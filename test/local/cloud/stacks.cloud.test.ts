import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureAssetsBucket } from '../../../local/cloud/assets-bucket.ts';
import { type Cloud, startCloud } from '../../../local/cloud/start.ts';
import { type Account, catchEvents, openAccount, policyOf, receive, trustOf } from './account.ts';

const hubId = '111111111111';
const memberId = '222222222222';

let cloud: Cloud;
let hub: Account;
let stacks: CloudFormationClient;

beforeAll(async () => {
  cloud = await startCloud();
  hub = openAccount(cloud, hubId);
  stacks = new CloudFormationClient({ endpoint: cloud.endpoint, region: 'us-east-1', credentials: cloud.credentials(hubId) });
});
afterAll(() => cloud?.stop());

async function untilDone(StackName: string): Promise<string> {
  for (;;) {
    const [stack] = (await stacks.send(new DescribeStacksCommand({ StackName }))).Stacks ?? [];
    if (!stack?.StackStatus?.endsWith('IN_PROGRESS')) return stack?.StackStatus ?? 'gone';
    await sleep(50);
  }
}

function templateOf(resources: Record<string, unknown>): string {
  return JSON.stringify({ Resources: resources });
}

const role = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: JSON.parse(trustOf({ Service: 'lambda.amazonaws.com' })) as unknown,
    Policies: [{ PolicyName: 'wide', PolicyDocument: JSON.parse(policyOf({ Action: 's3:*', Resource: '*' })) as unknown }],
  },
};

function functionWith(timeout: number): unknown {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: 'from-a-stack',
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Timeout: timeout,
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Environment: { Variables: { DB_PASSWORD: 'kept-out-of-every-record' } },
      Code: { ZipFile: 'exports.handler = async () => 1;' },
    },
  };
}

test('what a stack makes and changes is recorded as calls that CloudFormation made', async () => {
  const caught = await catchEvents(hub, 'records', { 'detail-type': ['AWS API Call via CloudTrail'] });
  const StackName = 'app';
  const Capabilities = ['CAPABILITY_IAM' as const];
  await stacks.send(
    new CreateStackCommand({ StackName, Capabilities, TemplateBody: templateOf({ Role: role, Function: functionWith(900) }) }),
  );
  expect(await untilDone(StackName)).toBe('CREATE_COMPLETE');
  await stacks.send(
    new UpdateStackCommand({ StackName, Capabilities, TemplateBody: templateOf({ Role: role, Function: functionWith(30) }) }),
  );
  expect(await untilDone(StackName)).toBe('UPDATE_COMPLETE');
  const bodies = await receive(hub, caught, 5, 1);
  const details = bodies.map((body) => (JSON.parse(body) as { detail: Record<string, unknown> }).detail);
  expect(details.map((detail) => detail.eventName)).toEqual([
    'CreateRole',
    'PutRolePolicy',
    'CreateFunction20150331',
    'UpdateFunctionConfiguration20150331v2',
  ]);
  expect(details[3]).toMatchObject({
    sourceIPAddress: 'cloudformation.amazonaws.com',
    userIdentity: { type: 'Root', accountId: hubId, invokedBy: 'cloudformation.amazonaws.com' },
    requestParameters: { functionName: 'from-a-stack', timeout: 30, environment: {} },
    responseElements: { functionName: 'from-a-stack' },
  });
  expect(bodies.join()).not.toContain('kept-out-of-every-record');
});

test.each([
  ['the Policy of the bus', true],
  ['an EventBusPolicy', false],
] as const)('a bus of a stack admits who %s names', async (_how, inline) => {
  const name = inline ? 'inline' : 'beside';
  const arn = `arn:aws:events:us-east-1:${hubId}:event-bus/${name}`;
  const statement = {
    Sid: 'm',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${memberId}:root` },
    Action: 'events:PutEvents',
    Resource: arn,
  };
  const Policy = { Version: '2012-10-17', Statement: [statement] };
  const bus = { Type: 'AWS::Events::EventBus', Properties: { Name: name, ...(inline ? { Policy } : {}) } };
  const beside = {
    Type: 'AWS::Events::EventBusPolicy',
    DependsOn: 'Bus',
    Properties: { EventBusName: name, StatementId: 'm', Statement: statement },
  };
  await stacks.send(
    new CreateStackCommand({ StackName: name, TemplateBody: templateOf({ Bus: bus, ...(inline ? {} : { Policy: beside }) }) }),
  );
  expect(await untilDone(name)).toBe('CREATE_COMPLETE');
  const entry = { Source: 'app', DetailType: 'x', Detail: '{}', EventBusName: arn };
  const put = (id: string): Promise<unknown> => openAccount(cloud, id).events.send(new PutEventsCommand({ Entries: [entry] }));
  expect(await put(memberId)).toMatchObject({ FailedEntryCount: 0 });
  await expect(put('333333333333')).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test.each(['us-east-1', 'eu-west-1'])('the assets bucket can be made again in %s', async (region) => {
  await ensureAssetsBucket(cloud, hubId, region);
  await ensureAssetsBucket(cloud, hubId, region);
});
