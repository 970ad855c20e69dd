import {
  CreateEventBusCommand,
  PutEventsCommand,
  PutPermissionCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateAccountCommand, DescribeOrganizationCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Cloud, startCloud } from '../../../local/cloud/start.ts';
import { type Account, catchEvents, openAccount, policyOf, receive, type Statement, trustOf } from './account.ts';

const hubId = '111111111111';
const memberId = '222222222222';
const strangerId = '333333333333';
const hubBus = `arn:aws:events:us-east-1:${hubId}:event-bus/hub`;

let cloud: Cloud;
let hub: Account;
let caught: string;

const admitMember = {
  Sid: 'members',
  Principal: { AWS: `arn:aws:iam::${memberId}:root` },
  Action: 'events:PutEvents',
  Resource: hubBus,
};

/** The role that a rule needs for a bus of another account: AWS refuses such a target without one. */
async function createForwarder(from: Account, ...allowed: Statement[]): Promise<string> {
  const AssumeRolePolicyDocument = trustOf({ Service: 'events.amazonaws.com' });
  const made = await from.iam.send(new CreateRoleCommand({ RoleName: 'forwarder', AssumeRolePolicyDocument }));
  const PolicyDocument = policyOf(...allowed);
  await from.iam.send(new PutRolePolicyCommand({ RoleName: 'forwarder', PolicyName: 'put', PolicyDocument }));
  return made.Role?.Arn ?? '';
}

async function forward(from: Account, bus: string, ...allowed: Statement[]): Promise<void> {
  const RoleArn = await createForwarder(
    from,
    ...(allowed.length > 0 ? allowed : [{ Action: 'events:PutEvents', Resource: bus }]),
  );
  await from.events.send(new PutRuleCommand({ Name: 'forward', EventPattern: JSON.stringify({ source: [{ prefix: 'app' }] }) }));
  await from.events.send(new PutTargetsCommand({ Rule: 'forward', Targets: [{ Id: 'bus', Arn: bus, RoleArn }] }));
}

function put(from: Account, n: number, bus?: string): Promise<{ FailedEntryCount?: number | undefined }> {
  const entry = {
    Source: 'app',
    DetailType: 'order placed',
    Detail: JSON.stringify({ n }),
    ...(bus ? { EventBusName: bus } : {}),
  };
  return from.events.send(new PutEventsCommand({ Entries: [entry] }));
}

beforeAll(async () => {
  cloud = await startCloud({ hubAccount: hubId });
});
afterAll(() => cloud?.stop());
beforeEach(async () => {
  await cloud.reset();
  hub = openAccount(cloud, hubId);
  await hub.events.send(new CreateEventBusCommand({ Name: 'hub' }));
  caught = await catchEvents(hub, 'caught', { source: ['app'] }, 'hub');
});

test('a rule delivers to a bus of another account and region that admits it, and the event keeps where it came from', async () => {
  await hub.events.send(new PutPermissionCommand({ EventBusName: 'hub', Policy: policyOf(admitMember) }));
  const member = openAccount(cloud, memberId, 'eu-west-1');
  await forward(member, hubBus);
  await put(member, 1);
  const [body] = await receive(hub, caught, 1);
  expect(JSON.parse(body ?? '{}')).toMatchObject({ source: 'app', account: memberId, region: 'eu-west-1', detail: { n: 1 } });
});

test('a bus that does not admit the sender gets nothing from its rule', async () => {
  await hub.events.send(new PutPermissionCommand({ EventBusName: 'hub', Policy: policyOf(admitMember) }));
  const stranger = openAccount(cloud, strangerId);
  const own = await catchEvents(stranger, 'own', { source: ['app'] });
  await forward(stranger, hubBus);
  await put(stranger, 1);
  expect(await receive(stranger, own, 1)).toHaveLength(1);
  expect(await receive(hub, caught, 1, 1)).toEqual([]);
});

test('PutPermission with an account admits that account only', async () => {
  await hub.events.send(
    new PutPermissionCommand({ EventBusName: 'hub', StatementId: 'm', Principal: memberId, Action: 'events:PutEvents' }),
  );
  for (const id of [strangerId, memberId]) {
    const from = openAccount(cloud, id);
    await forward(from, hubBus);
    await put(from, Number(id.slice(0, 1)));
  }
  expect((await receive(hub, caught, 2, 1)).map((body) => JSON.parse(body).detail.n)).toEqual([2]);
});

test('the API refuses a bus of another account whose policy does not admit the caller, and aws.* sources everywhere', async () => {
  await hub.events.send(new PutPermissionCommand({ EventBusName: 'hub', Policy: policyOf(admitMember) }));
  await expect(put(openAccount(cloud, strangerId), 1, hubBus)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  const member = openAccount(cloud, memberId);
  expect(await put(member, 2, hubBus)).toMatchObject({ FailedEntryCount: 0 });
  expect((await receive(hub, caught, 1)).map((body) => JSON.parse(body).detail.n)).toEqual([2]);
  const forged = { Source: 'aws.lambda', DetailType: 'AWS API Call via CloudTrail', Detail: '{}', EventBusName: hubBus };
  const answer = await member.events.send(new PutEventsCommand({ Entries: [forged] }));
  expect(answer.Entries?.[0]?.ErrorCode).toBe('NotAuthorizedForSourceException');
});

test('aws:PrincipalOrgID admits the accounts of the organization', async () => {
  const organizations = new OrganizationsClient({
    endpoint: cloud.endpoint,
    region: 'us-east-1',
    credentials: cloud.credentials(hubId),
  });
  const { Organization } = await organizations.send(new DescribeOrganizationCommand({}));
  const made = await organizations.send(new CreateAccountCommand({ AccountName: 'member', Email: 'member@example.com' }));
  const joined = made.CreateAccountStatus?.AccountId ?? '';
  const Condition = { StringEquals: { 'aws:PrincipalOrgID': Organization?.Id } };
  const statement = { ...admitMember, Principal: '*', Condition };
  await hub.events.send(new PutPermissionCommand({ EventBusName: 'hub', Policy: policyOf(statement) }));
  for (const [n, id] of [strangerId, joined].entries()) {
    const from = openAccount(cloud, id);
    await forward(from, hubBus);
    await put(from, n);
  }
  expect((await receive(hub, caught, 2, 1)).map((body) => JSON.parse(body).detail.n)).toEqual([1]);
});

test("a rule's role must be allowed to put events on the bus", async () => {
  await hub.events.send(new PutPermissionCommand({ EventBusName: 'hub', Policy: policyOf(admitMember) }));
  const member = openAccount(cloud, memberId);
  await forward(member, hubBus, { Action: 'events:PutEvents', Resource: `${hubBus}-of-another-name` });
  await put(member, 1);
  expect(await receive(hub, caught, 1, 1)).toEqual([]);
  const PolicyDocument = policyOf({ Action: 'events:PutEvents', Resource: hubBus });
  await member.iam.send(new PutRolePolicyCommand({ RoleName: 'forwarder', PolicyName: 'put', PolicyDocument }));
  await put(member, 2);
  expect((await receive(hub, caught, 1)).map((body) => JSON.parse(body).detail.n)).toEqual([2]);
});

test('a bus of another account is no target without a role', async () => {
  const member = openAccount(cloud, memberId);
  await member.events.send(new PutRuleCommand({ Name: 'bare', EventPattern: JSON.stringify({ source: ['app'] }) }));
  const targets = member.events.send(new PutTargetsCommand({ Rule: 'bare', Targets: [{ Id: 'bus', Arn: hubBus }] }));
  await expect(targets).rejects.toMatchObject({ name: 'ValidationException' });
});

test('an event from another account does not travel on to a third', async () => {
  await hub.events.send(new PutPermissionCommand({ EventBusName: 'hub', Policy: policyOf(admitMember) }));
  const third = openAccount(cloud, strangerId);
  const thirdBus = `arn:aws:events:us-east-1:${strangerId}:event-bus/third`;
  await third.events.send(new CreateEventBusCommand({ Name: 'third' }));
  const open = policyOf({ Principal: '*', Action: 'events:PutEvents', Resource: thirdBus });
  await third.events.send(new PutPermissionCommand({ EventBusName: 'third', Policy: open }));
  const arrived = await catchEvents(third, 'arrived', { source: ['app'] }, 'third');
  const EventPattern = JSON.stringify({ source: ['app'] });
  const Targets = [
    { Id: 'bus', Arn: thirdBus, RoleArn: await createForwarder(hub, { Action: 'events:PutEvents', Resource: thirdBus }) },
  ];
  await hub.events.send(new PutRuleCommand({ Name: 'onward', EventBusName: 'hub', EventPattern }));
  await hub.events.send(new PutTargetsCommand({ Rule: 'onward', EventBusName: 'hub', Targets }));
  const member = openAccount(cloud, memberId);
  await forward(member, hubBus);
  await put(member, 1);
  await put(hub, 2, 'hub');
  expect(await receive(hub, caught, 2)).toHaveLength(2);
  expect((await receive(third, arrived, 2, 1)).map((body) => JSON.parse(body).detail.n)).toEqual([2]);
});
