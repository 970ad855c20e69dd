import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ListStackInstancesCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateEventBusCommand, PutEventsCommand, PutPermissionCommand } from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { ListAccountsForParentCommand, RegisterDelegatedAdministratorCommand } from '@aws-sdk/client-organizations';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cloud, startCloud } from '../../../local/cloud/start.ts';
import { createQueue, openAccount, policyOf, trustOf } from './account.ts';
import { makeOrganization, type Organization, organizationsOf } from './organization.ts';

const MANAGEMENT = '999999999999';
const HUB = '111111111111';
const REGIONS = ['us-east-1', 'eu-west-1'];

let cloud: Cloud;
let organization: Organization;
let units: { shop: string; sandbox: string; inShop: string };
let accounts: { shop: string; deep: string; left: string; sandbox: string };

beforeAll(async () => {
  cloud = await startCloud();
  organization = await makeOrganization(cloud, MANAGEMENT);
  const shop = await organization.makeUnit('shop');
  units = { shop, sandbox: await organization.makeUnit('sandbox'), inShop: await organization.makeUnit('payments', shop) };
  accounts = {
    shop: await organization.makeAccount('shop', units.shop),
    deep: await organization.makeAccount('payments', units.inShop),
    left: await organization.makeAccount('legacy', units.shop),
    sandbox: await organization.makeAccount('sandbox', units.sandbox),
  };
  await organization.join(HUB);
}, 60_000);
afterAll(() => cloud?.stop());

const clientOf = (account: string): CloudFormationClient =>
  new CloudFormationClient({ endpoint: cloud.endpoint, region: 'us-east-1', credentials: cloud.credentials(account) });

interface Made {
  readonly name: string;
  readonly set?: object;
  /** What the template holds besides the queue. */
  readonly more?: object;
  readonly outputs?: object;
  readonly role?: string;
  readonly by?: string;
}

/** A StackSet of a queue in each region, and a role in us-east-1 alone. */
function stackOf({ name, set = {}, more = {}, outputs = {}, role = `${name}-role` }: Made): string {
  const template = {
    Parameters: { Home: { Type: 'String' } },
    Conditions: { IsHome: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, { Ref: 'Home' }] } },
    Resources: {
      Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: `${name}-queue` } },
      Role: {
        Type: 'AWS::IAM::Role',
        Condition: 'IsHome',
        Properties: {
          RoleName: role,
          AssumeRolePolicyDocument: JSON.parse(trustOf({ Service: 'lambda.amazonaws.com' })) as unknown,
        },
      },
      ...more,
    },
    Outputs: outputs,
  };
  const Properties = {
    StackSetName: name,
    PermissionModel: 'SERVICE_MANAGED',
    AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
    CallAs: 'SELF',
    Capabilities: ['CAPABILITY_NAMED_IAM'],
    Parameters: [{ ParameterKey: 'Home', ParameterValue: 'us-east-1' }],
    OperationPreferences: { RegionConcurrencyType: 'PARALLEL', MaxConcurrentPercentage: 100, FailureTolerancePercentage: 0 },
    StackInstancesGroup: [{ Regions: REGIONS, DeploymentTargets: { OrganizationalUnitIds: [units.shop] } }],
    TemplateBody: JSON.stringify(template),
    ...set,
  };
  return JSON.stringify({ Resources: { Set: { Type: 'AWS::CloudFormation::StackSet', Properties } } });
}

async function settled(client: CloudFormationClient, StackName: string): Promise<string> {
  for (;;) {
    const [stack] = (await client.send(new DescribeStacksCommand({ StackName }))).Stacks ?? [];
    if (!stack?.StackStatus?.endsWith('IN_PROGRESS')) return `${stack?.StackStatus} ${stack?.StackStatusReason ?? ''}`.trim();
    await sleep(50);
  }
}

const create = (made: Made): Promise<string> => createStack(made.name, stackOf(made), made.by);

async function createStack(StackName: string, TemplateBody: string, by = MANAGEMENT): Promise<string> {
  const client = clientOf(by);
  await client.send(new CreateStackCommand({ StackName, TemplateBody, DisableRollback: true }));
  return settled(client, StackName);
}

async function update(made: Made): Promise<string> {
  const client = clientOf(made.by ?? MANAGEMENT);
  await client.send(new UpdateStackCommand({ StackName: made.name, TemplateBody: stackOf(made) }));
  return settled(client, made.name);
}

/** `account region status` of every instance. */
async function instances(StackSetName: string, by = MANAGEMENT): Promise<string[]> {
  const { Summaries = [] } = await clientOf(by).send(new ListStackInstancesCommand({ StackSetName }));
  return Summaries.map(({ Account, Region, Status }) => `${Account} ${Region} ${Status}`).sort();
}

const current = (...ids: string[]): string[] => ids.flatMap((id) => REGIONS.map((region) => `${id} ${region} CURRENT`)).sort();

async function hasQueue(account: string, name: string, region = 'eu-west-1'): Promise<boolean> {
  const { QueueUrls = [] } = await openAccount(cloud, account, region).sqs.send(new ListQueuesCommand({ QueueNamePrefix: name }));
  return QueueUrls.length > 0;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  await expect.poll(isSo, { interval: 50 }).toBe(true);
}

describe('a service-managed StackSet', () => {
  it('is in every account of its units and regions, in stacks of its name; not in the management account', async () => {
    expect(await create({ name: 'all', set: { OperationPreferences: {} } })).toBe('CREATE_COMPLETE');
    expect(await instances('all')).toEqual(current(accounts.shop, accounts.deep, accounts.left));
    expect(await hasQueue(accounts.deep, 'all-queue')).toBe(true);
    expect(await hasQueue(MANAGEMENT, 'all-queue')).toBe(false);
    const { Stacks = [] } = await clientOf(accounts.deep).send(new DescribeStacksCommand({}));
    expect(Stacks.map(({ StackName }) => StackName)).toEqual([expect.stringMatching(/^StackSet-all-[0-9a-f-]{36}$/)]);
    expect(Stacks[0]?.Parameters).toMatchObject([{ ParameterKey: 'Home', ParameterValue: 'us-east-1' }]);
  });

  it('leaves out who is named with DIFFERENCE, and changes every instance in place', async () => {
    const target = (more: object) => ({
      StackInstancesGroup: [{ Regions: REGIONS, DeploymentTargets: { OrganizationalUnitIds: [units.shop], ...more } }],
    });
    const without = { AccountFilterType: 'DIFFERENCE', Accounts: [accounts.left] };
    expect(await create({ name: 'some', set: target(without) })).toBe('CREATE_COMPLETE');
    expect(await instances('some')).toEqual(current(accounts.shop, accounts.deep));
    const idsOf = async () =>
      (await clientOf(MANAGEMENT).send(new ListStackInstancesCommand({ StackSetName: 'some' }))).Summaries?.map(
        ({ StackId }) => StackId,
      );
    const before = await idsOf();
    const more = { Second: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'some-second' } } };
    expect(await update({ name: 'some', set: target(without), more })).toBe('UPDATE_COMPLETE');
    expect(await idsOf()).toEqual(before);
    expect(await hasQueue(accounts.shop, 'some-second')).toBe(true);
    expect(await update({ name: 'some', set: target({}) })).toBe('UPDATE_COMPLETE');
    expect(await instances('some')).toEqual(current(accounts.shop, accounts.deep, accounts.left));
    expect(await hasQueue(accounts.shop, 'some-second')).toBe(false);
    await clientOf(MANAGEMENT).send(new DeleteStackCommand({ StackName: 'some' }));
    await until(async () => !(await hasQueue(accounts.shop, 'some-queue')) && !(await hasQueue(accounts.left, 'some-queue')));
  });

  it.each([
    ['remove', false],
    ['retain', true],
  ])('follows who joins a unit and who leaves it (%s)', async (name, retain) => {
    const set = { AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: retain } };
    expect(await create({ name, set })).toBe('CREATE_COMPLETE');
    const joined = await organization.makeAccount(`joined-${name}`);
    expect(await hasQueue(joined, `${name}-queue`)).toBe(false);
    await organization.move(joined, units.inShop);
    await until(async () => (await instances(name)).includes(`${joined} eu-west-1 CURRENT`));
    expect(await hasQueue(joined, `${name}-queue`)).toBe(true);
    await organization.move(joined, units.sandbox);
    await until(async () => !(await instances(name)).some((instance) => instance.startsWith(joined)));
    expect(await hasQueue(joined, `${name}-queue`)).toBe(retain);
  });

  it('comes after those that it depends on, also in an account that joins', async () => {
    expect(await create({ name: 'needs' })).toBe('CREATE_COMPLETE');
    const outputs = { Queue: { Value: { 'Fn::GetAtt': ['Queue', 'QueueName'] }, Export: { Name: 'given-queue' } } };
    expect(await create({ name: 'gives', outputs })).toBe('CREATE_COMPLETE');
    const { StackResources } = await clientOf(MANAGEMENT).send(new DescribeStackResourcesCommand({ StackName: 'gives' }));
    const DependsOn = [`arn:aws:cloudformation:us-east-1:${MANAGEMENT}:stackset/${StackResources?.[0]?.PhysicalResourceId}`];
    const QueueName = { 'Fn::Join': ['-', [{ 'Fn::ImportValue': 'given-queue' }, 'again']] };
    const more = { Again: { Type: 'AWS::SQS::Queue', Properties: { QueueName } } };
    const set = { AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false, DependsOn } };
    expect(await update({ name: 'needs', more, set })).toBe('UPDATE_COMPLETE');
    const joined = await organization.makeAccount('joined-in-order', units.shop);
    const ofJoined = async () => (await instances('needs')).filter((instance) => instance.startsWith(joined));
    await until(async () => (await ofJoined()).join() === current(joined).join());
    expect(await hasQueue(joined, 'gives-queue-again')).toBe(true);
    await organization.move(joined, units.sandbox);
    await until(async () => !(await hasQueue(joined, 'gives-queue')));
  });

  it('stops in a region where more accounts fail than may', async () => {
    const DeploymentTargets = { OrganizationalUnitIds: [units.shop], AccountFilterType: 'DIFFERENCE', Accounts: [accounts.shop] };
    const outputs = { Queue: { Value: 'x', Export: { Name: 'not-everywhere' } } };
    const set = { StackInstancesGroup: [{ Regions: REGIONS, DeploymentTargets }] };
    expect(await create({ name: 'exports', outputs, set })).toBe('CREATE_COMPLETE');
    const more = { More: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::ImportValue': 'not-everywhere' } } } };
    const preferences = {
      RegionConcurrencyType: 'SEQUENTIAL',
      RegionOrder: ['us-east-1', 'eu-west-1'],
      MaxConcurrentPercentage: 100,
    };
    const strict = { OperationPreferences: { ...preferences, FailureTolerancePercentage: 0 } };
    expect(await create({ name: 'strict', more, set: strict })).toMatch(/CREATE_FAILED.*failed in more accounts than it may/);
    const lenient = { OperationPreferences: { ...preferences, FailureTolerancePercentage: 34 } };
    expect(await create({ name: 'lenient', more, set: lenient })).toBe('CREATE_COMPLETE');
    expect((await instances('lenient')).filter((instance) => instance.startsWith(accounts.shop))).toEqual([
      `${accounts.shop} eu-west-1 OUTDATED`,
      `${accounts.shop} us-east-1 OUTDATED`,
    ]);
  });

  it('is refused to who is neither management nor delegated administrator, and with a template that is too long', async () => {
    expect(await create({ name: 'foreign', by: HUB })).toMatch(
      /CREATE_FAILED.*must be the management account or delegated admin/,
    );
    const half = { 'Fn::FindInMap': ['Text', 'Long', 'Half'] };
    const long = JSON.parse(stackOf({ name: 'long', set: { TemplateBody: { 'Fn::Join': ['', [half, half]] } } })) as object;
    const Mappings = { Text: { Long: { Half: ' '.repeat(26_000) } } };
    expect(await createStack('long', JSON.stringify({ ...long, Mappings }))).toMatch(/CREATE_FAILED.*51200/);
    expect(
      await create({
        name: 'unit',
        set: { StackInstancesGroup: [{ Regions: REGIONS, DeploymentTargets: { OrganizationalUnitIds: ['ou-none-00000000'] } }] },
      }),
    ).toMatch(/CREATE_FAILED.*Organizational unit ou-none-00000000 not found/);
  });
});

describe('a delegated administrator', () => {
  it('makes StackSets of the organization, and reads who is in it', async () => {
    const ask = () => organizationsOf(cloud, HUB).send(new ListAccountsForParentCommand({ ParentId: units.inShop }));
    await expect(ask()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await organization.client.send(
      new RegisterDelegatedAdministratorCommand({
        AccountId: HUB,
        ServicePrincipal: 'member.org.stacksets.cloudformation.amazonaws.com',
      }),
    );
    expect((await ask()).Accounts?.map(({ Id }) => Id)).toContain(accounts.deep);
    expect(await create({ name: 'by-delegate', by: HUB, set: { CallAs: 'DELEGATED_ADMIN' } })).toBe('CREATE_COMPLETE');
    expect(await instances('by-delegate', HUB)).toEqual(current(accounts.shop, accounts.deep, accounts.left));
  });
});

describe('a self-managed StackSet', () => {
  it('is in the accounts that it names, where they have the execution role', async () => {
    const set = {
      PermissionModel: 'SELF_MANAGED',
      AutoDeployment: undefined,
      CallAs: undefined,
      AdministrationRoleARN: `arn:aws:iam::${HUB}:role/Admin`,
      ExecutionRoleName: 'Execution',
      StackInstancesGroup: [{ Regions: REGIONS, DeploymentTargets: { Accounts: [accounts.sandbox] } }],
    };
    expect(await create({ name: 'no-role', by: HUB, set })).toMatch(/should have 'Execution' role/);
    await openAccount(cloud, accounts.sandbox).iam.send(
      new CreateRoleCommand({ RoleName: 'Execution', AssumeRolePolicyDocument: trustOf({ AWS: set.AdministrationRoleARN }) }),
    );
    expect(await create({ name: 'by-role', by: HUB, set })).toBe('CREATE_COMPLETE');
    expect(await instances('by-role', HUB)).toEqual(current(accounts.sandbox));
  });
});

describe('a bus that admits units of an organization', () => {
  it('asks for the unit at the moment of the event: who is elsewhere, or has left, is refused', async () => {
    const hub = openAccount(cloud, HUB);
    await hub.events.send(new CreateEventBusCommand({ Name: 'units' }));
    const EventBusName = `arn:aws:events:us-east-1:${HUB}:event-bus/units`;
    const Policy = policyOf({
      Principal: '*',
      Action: 'events:PutEvents',
      Resource: EventBusName,
      Condition: {
        StringEquals: { 'aws:PrincipalOrgID': organization.id },
        'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': [`${organization.id}/*/${units.shop}/*`] },
      },
    });
    await hub.events.send(new PutPermissionCommand({ EventBusName: 'units', Policy }));
    const put = (account: string) =>
      openAccount(cloud, account).events.send(
        new PutEventsCommand({ Entries: [{ Source: 'app', DetailType: 'x', Detail: '{}', EventBusName }] }),
      );
    expect(await put(accounts.shop)).toMatchObject({ FailedEntryCount: 0 });
    expect(await put(accounts.deep)).toMatchObject({ FailedEntryCount: 0 });
    for (const other of [accounts.sandbox, '123123123123']) await expect(put(other)).rejects.toThrow(/not authorized/);
    await organization.remove(accounts.deep);
    await expect(put(accounts.deep)).rejects.toThrow(/not authorized/);
    expect(await createQueue(openAccount(cloud, accounts.deep), 'still-an-account')).toContain('still-an-account');
  });
});
