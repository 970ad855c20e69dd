import { createHash } from 'node:crypto';
import { CloudFormationClient, UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import {
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListRuleNamesByTargetCommand,
  ListTargetsByRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  DeleteRolePolicyCommand,
  GetRoleCommand,
  IAMClient,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  DeleteFunctionCommand,
  DeleteLayerVersionCommand,
  InvokeCommand,
  LambdaClient,
  PublishLayerVersionCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DoctorDocument, doctorDocument } from '../../cli/doctor/document.ts';
import { setTrail } from '../../local/cloud/trail.ts';
import { APP_SCOPES } from '../../local/slack/scopes.ts';
import { HUB, MEMBER, type System, startSystem } from '../../local/system.ts';
import { POST_TEST } from '../../shared/slack/self-check-card.ts';
import { cinch } from '../cli/run-cinch.ts';
import { createExecutionRole, createFunction, openAccount } from '../local/cloud/account.ts';
import { zip } from '../local/cloud/zip.ts';
import { type HubView, viewHub } from './hub.ts';
import { queried } from './inventory.ts';
import { scheduleOfSweep } from './schedule.ts';
import { pause, until } from './until.ts';

/** `cinch doctor` on the deployed system: sound, then broken in one place after another, each named and mended. */

let system: System;
let hub: HubView;
let events: EventBridgeClient;
let hubEvents: EventBridgeClient;
let iam: IAMClient;

beforeAll(async () => {
  system = await startSystem({ unlimitedSlack: true });
  hub = await viewHub(system);
  events = new EventBridgeClient(system.clientConfig(MEMBER.account, MEMBER.region));
  hubEvents = new EventBridgeClient(system.clientConfig(HUB.account, HUB.region));
  iam = new IAMClient(system.clientConfig(MEMBER.account, MEMBER.region));
}, 300_000);

afterAll(() => system?.stop());

interface Seen {
  readonly code: number | null;
  readonly document: DoctorDocument;
  /** `place id` of what is not in order, without what nobody can know. */
  readonly troubles: string[];
}

async function look(...flags: string[]): Promise<Seen> {
  const ran = await cinch(['doctor', '--format', 'json', ...flags], { env: system.cloud.env(HUB.account, HUB.region) });
  if (ran.code === 2) throw new Error(ran.stderr);
  const document = doctorDocument.parse(JSON.parse(ran.stdout));
  const bad = document.checks.filter(({ verdict }) => verdict === 'broken' || verdict === 'unknown');
  return { code: ran.code, document, troubles: bad.map(({ place, id, verdict }) => `${place} ${id}: ${verdict}`) };
}

const MEMBER_PLACE = `${MEMBER.account} ${MEMBER.region}`;

it('finds the deployed system sound', async () => {
  // The schedule's first run comes a minute after it was made.
  const seen = await until(look, ({ code }) => code === 0, 'a sound system', 120_000);
  expect(seen.troubles).toEqual([]);
  expect(seen.document.hub).toEqual({ account: HUB.account, region: HUB.region });
  expect(new Set(seen.document.checks.map(({ place }) => place))).toEqual(
    new Set(['hub', 'slack', MEMBER.account, MEMBER_PLACE]),
  );
  // Nobody hears its alarms yet.
  expect(warnings(seen)).toEqual(['alarms', 'interactivity']);
  const settings = system.clientConfig(HUB.account, HUB.region);
  const [topic = ''] = await queried(settings, 'sns', 'ListTopics&Version=2010-03-31', 'TopicArn');
  const told = `arn:aws:sqs:${HUB.region}:${HUB.account}:told`;
  const subscribe = `Subscribe&Version=2010-03-31&Protocol=sqs&Endpoint=${told}&TopicArn=${encodeURIComponent(topic)}`;
  await queried(settings, 'sns', subscribe, 'SubscriptionArn');
  const { document } = await look();
  expect(document.checks.find(({ id }) => id === 'alarms')).toMatchObject({ verdict: 'ok', seen: '1 subscription' });
});

/** A canary may still be on its way. */
const warnings = ({ document }: Seen): string[] =>
  document.checks.filter(({ verdict, id }) => verdict === 'warning' && !id.startsWith('canary')).map(({ id }) => id);

describe('the self-check', () => {
  it('sends canaries that arrive, from the region and by way of CloudTrail', async () => {
    // The schedule would, within a minute.
    await invokeSweep();
    const canaries = async () => {
      const { document } = await look();
      return document.checks
        .filter(({ id }) => id.startsWith('canary'))
        .map(({ place, id, verdict }) => `${place} ${id}: ${verdict}`);
    };
    const all = [`${MEMBER.account} canary-trail: ok`, `${MEMBER_PLACE} canary-event: ok`];
    expect(await until(canaries, (found) => found.every((one) => one.endsWith('ok')), 'the canaries', 90_000)).toEqual(all);
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'cinch-canary' }));
    expect(Role?.Tags?.map(({ Key }) => Key)).toContain('cinch:canary');
  });

  it('tells the channel of an account that has gone silent, once, and that it is heard again', async () => {
    const rules = await forwardRules();
    const silenced = rules.filter((name) => /ForwardCanary|ForwardIam/.test(name));
    expect(silenced).toHaveLength(2);
    for (const Name of silenced) await events.send(new DisableRuleCommand({ Name }));
    // Further apart than the clocks of AWS are taken to be.
    await pause(6000);
    const silent = await selfCheckNow();
    const said = await system.slack.waitForMessage(({ text }) => text.includes('self-check'), 60_000);
    expect(said.text).toContain(`*${MEMBER.account}*`);
    expect(said.text).toContain('A change made here is heard of: broken');
    expect(said.text).toContain('An event sent here arrives: broken');
    expect((await look()).troubles).toEqual(
      expect.arrayContaining([`${MEMBER.account} canary-trail: broken`, `${MEMBER_PLACE} canary-event: broken`]),
    );
    expect(await broken(silent)).toBeGreaterThanOrEqual(4);

    const again = await selfCheckNow();
    expect(await broken(again)).toBeGreaterThanOrEqual(4);
    const told = () => system.slack.messages(system.channel).filter(({ text }) => text.includes('self-check'));
    expect(told()).toHaveLength(1);

    for (const Name of silenced) await events.send(new EnableRuleCommand({ Name }));
    const healed = await selfCheckNow();
    expect(await broken(healed)).toBe(0);
    await system.slack.waitForMessage(({ text }) => text.includes('everything in order again'), 60_000);
    expect(told()).toHaveLength(2);
  });
});

async function forwardRules(): Promise<string[]> {
  const busArn = `arn:aws:events:${HUB.region}:${HUB.account}:event-bus/cinch`;
  return (await events.send(new ListRuleNamesByTargetCommand({ TargetArn: busArn }))).RuleNames ?? [];
}

interface Metric {
  readonly _aws: { readonly Timestamp: number };
  readonly DoctorBroken: number;
}

/** Twelve hours and a quarter in a moment: the canaries are sent, given time to arrive, and judged. Answers the number of metrics before. */
async function selfCheckNow(): Promise<number> {
  const before = (await metrics()).length;
  await hub.setSelfCheck((record) => ({ ...record, found: [], toldAt: 'before', sentAt: '2020-01-01T00:00:00.000Z' }));
  await invokeSweep();
  await until(hub.areCanariesSent, Boolean, 'all canaries', 60_000);
  await pause(3000);
  await hub.ageCanaries();
  const judged = async () => {
    await invokeSweep();
    return (await hub.setSelfCheck((record) => record)).found;
  };
  await until(judged, (found) => found !== null, 'the answer of every account', 60_000);
  return before;
}

const metrics = async (): Promise<Metric[]> =>
  (await hub.logs('notify')).filter((line) => line.includes('DoctorBroken')).map((line) => JSON.parse(line) as Metric);

/** What the metric says next. */
async function broken(before: number): Promise<number> {
  const found = await until(metrics, (all) => all.length > before, 'the metric', 60_000);
  return found.at(-1)?.DoctorBroken ?? -1;
}

async function invokeSweep(): Promise<void> {
  const lambda = new LambdaClient(system.clientConfig(HUB.account, HUB.region));
  const answer = await lambda.send(new InvokeCommand({ FunctionName: 'cinch-sweep', Payload: '{}' }));
  expect(answer.FunctionError).toBeUndefined();
}

/** What is broken in a forward rule, and how it is put back. */
async function forwardRule() {
  const busArn = `arn:aws:events:${HUB.region}:${HUB.account}:event-bus/cinch`;
  const { RuleNames = [] } = await events.send(new ListRuleNamesByTargetCommand({ TargetArn: busArn }));
  const name = RuleNames.find((rule) => rule.includes('ForwardLambda')) ?? '';
  const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: name }));
  return { name, targets: Targets };
}

describe('what is broken is named, with how to mend it', () => {
  async function names(trouble: string, mend: RegExp): Promise<void> {
    const seen = await look();
    expect(seen.code).toBe(1);
    expect(seen.troubles).toContain(trouble);
    const [where = '', verdict] = trouble.split(': ');
    const check = seen.document.checks.find(({ place, id }) => `${place} ${id}` === where);
    expect(check).toMatchObject({ verdict, mend: expect.stringMatching(mend) });
  }

  it('a forward rule that is switched off', async () => {
    const { name } = await forwardRule();
    await events.send(new DisableRuleCommand({ Name: name }));
    await names(
      `${MEMBER_PLACE} forward-lambda: broken`,
      new RegExp(`aws events enable-rule --name ${name} --region ${MEMBER.region}`),
    );
    await events.send(new EnableRuleCommand({ Name: name }));
  });

  it('a forward rule without its target', async () => {
    const { name, targets } = await forwardRule();
    await events.send(new RemoveTargetsCommand({ Rule: name, Ids: targets.map(({ Id }) => Id ?? '') }));
    await names(`${MEMBER_PLACE} forward-lambda: broken`, /npx cdk deploy CinchMember-222222222222-us-east-1/);
    await events.send(new PutTargetsCommand({ Rule: name, Targets: targets }));
  });

  it('a trail that is switched off', async () => {
    await setTrail(system.cloud, MEMBER.account, MEMBER.region, 'off');
    await names(`${MEMBER_PLACE} trail: broken`, /aws cloudtrail start-logging --name/);
    await setTrail(system.cloud, MEMBER.account, MEMBER.region, 'on');
  });

  it('a role that no longer trusts the hub, and what can’t be known without it', async () => {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'cinch-read' }));
    const before = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '');
    const nobody = before.replaceAll('local-cinch-external-id', 'another-external-id');
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'cinch-read', PolicyDocument: nobody }));
    await hub.putConfig(await hub.readConfig(), 'on-change');
    await recycleSweep();
    await names(`${MEMBER.account} assume: broken`, /npx cdk deploy CinchMember/);
    await names(`${MEMBER_PLACE} seen: unknown`, /mend the role/);
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'cinch-read', PolicyDocument: before }));
    await recycleSweep();
  });

  it('a role that holds more than it needs', async () => {
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::mine/*' }],
    });
    await iam.send(new PutRolePolicyCommand({ RoleName: 'cinch-write', PolicyName: 'by-hand', PolicyDocument }));
    await names(`${MEMBER.account} role-write: broken`, /take it away/);
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'cinch-write', PolicyName: 'by-hand' }));
  });

  it('a queue that nobody reads', async () => {
    await hub.setConsumed('work', false);
    await names('hub feed-work: broken', /update-event-source-mapping --enabled/);
    await hub.setConsumed('work', true);
  });

  it('a schedule that is switched off', async () => {
    const Name = await scheduleOfSweep(hubEvents);
    await hubEvents.send(new DisableRuleCommand({ Name }));
    await names('hub schedule: broken', /aws events enable-rule --name/);
    await hubEvents.send(new EnableRuleCommand({ Name }));
  });

  it('a scope that was taken from the Slack app', async () => {
    system.slack.setScopes(APP_SCOPES.filter((scope) => scope !== 'chat:write'));
    await names('slack scopes: broken', /slack-app-manifest\.yaml/);
    system.slack.setScopes(APP_SCOPES);
  });

  it('a layer that functions have and that is gone', async () => {
    const place = openAccount(system.cloud, MEMBER.account, MEMBER.region);
    const Role = await createExecutionRole(place, 'layered-role');
    const content = zip({ name: 'wrapper', text: '#!/bin/sh', executable: true });
    const sha256 = createHash('sha256').update(content).digest('hex');
    const publish = () =>
      place.lambda.send(
        new PublishLayerVersionCommand({
          LayerName: 'cinch-secret-resolver',
          Description: `Cinch secret resolver x86_64 sha256:${sha256}`,
          Content: { ZipFile: content },
        }),
      );
    const [kept, lost] = [await publish(), await publish()];
    for (const [name, layer] of Object.entries({ kept, lost }))
      await createFunction(place, name, 'exports.handler = async () => 1;', { Role, Layers: [layer.LayerVersionArn ?? ''] });
    await place.lambda.send(new DeleteLayerVersionCommand({ LayerName: 'cinch-secret-resolver', VersionNumber: lost.Version }));
    await names(`${MEMBER_PLACE} layers: broken`, /approve it again/);
    await place.lambda.send(new DeleteFunctionCommand({ FunctionName: 'lost' }));
  });

  it('and nothing is left of it, with the member’s options on, and a message to the channel taken back', async () => {
    await switchOptionsOn();
    // A message that is just on its way has no age yet.
    const seen = await until(
      () => look('--post'),
      ({ troubles }) => !troubles.some((one) => /queue-\w+: unknown/.test(one)),
      'queues that are at rest',
      60_000,
    );
    expect(seen.troubles).toEqual([]);
    expect(seen.code).toBe(0);
    const of = (id: string) => seen.document.checks.find((check) => check.id === id)?.seen;
    expect(of('layers')).toMatch(/^1 version in use by \d+ functions?, as published$/);
    expect(of(`post-${system.channel}`)).toBe('posted, and taken back');
    expect(of('role-read')).toBe('as deployed');
    expect(of('role-write')).toBe('as deployed');
    expect(system.slack.messages(system.channel).filter(({ text }) => text === POST_TEST)).toEqual([]);
  });
});

/** `cinch-read` may read code, and `cinch-write` may delete old layers. */
async function switchOptionsOn(): Promise<void> {
  const client = new CloudFormationClient(system.clientConfig(MEMBER.account, MEMBER.region));
  const StackName = `CinchMember-${MEMBER.account}-${MEMBER.region}`;
  const on = ['ReadCode', 'CleanLayers'].map((ParameterKey) => ({ ParameterKey, ParameterValue: 'on' }));
  await client.send(
    new UpdateStackCommand({ StackName, UsePreviousTemplate: true, Parameters: on, Capabilities: ['CAPABILITY_NAMED_IAM'] }),
  );
  const policies = async () => [
    ...((await iam.send(new ListRolePoliciesCommand({ RoleName: 'cinch-read' }))).PolicyNames ?? []),
    ...((await iam.send(new ListRolePoliciesCommand({ RoleName: 'cinch-write' }))).PolicyNames ?? []),
  ];
  const are = (held: string[]): boolean => held.includes('cinch-read-code') && held.includes('cinch-clean-layers');
  await until(policies, are, 'the policies of the options', 60_000);
}

/** Its sessions are kept as long as it lives. */
const recycleSweep = async (): Promise<void> => hub.putConfig(await hub.readConfig(), 'sweep');
