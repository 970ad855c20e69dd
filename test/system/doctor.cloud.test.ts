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
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DoctorDocument, doctorDocument } from '../../cli/doctor/document.ts';
import { setTrail } from '../../local/cloud/trail.ts';
import { APP_SCOPES } from '../../local/slack/scopes.ts';
import { HUB, MEMBER, type System, startSystem } from '../../local/system.ts';
import { cinch } from '../cli/run-cinch.ts';
import { type HubView, viewHub } from './hub.ts';
import { until } from './until.ts';

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

async function look(): Promise<Seen> {
  const ran = await cinch(['doctor', '--format', 'json'], { env: system.cloud.env(HUB.account, HUB.region) });
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
  expect(seen.document.checks.filter(({ verdict }) => verdict === 'warning').map(({ id }) => id)).toEqual(['interactivity']);
});

/** What is broken in a forward rule, and how it is put back. */
async function forwardRule() {
  const busArn = `arn:aws:events:${HUB.region}:${HUB.account}:event-bus/cinch`;
  const { RuleNames = [] } = await events.send(new ListRuleNamesByTargetCommand({ TargetArn: busArn }));
  const name = RuleNames.find((rule) => rule.includes('ForwardLambda')) ?? '';
  const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: name }));
  return { name, targets: Targets };
}

async function scheduleOfSweep(): Promise<string> {
  const TargetArn = `arn:aws:lambda:${HUB.region}:${HUB.account}:function:cinch-sweep`;
  const { RuleNames = [] } = await hubEvents.send(new ListRuleNamesByTargetCommand({ TargetArn }));
  return RuleNames[0] ?? '';
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
    const Name = await scheduleOfSweep();
    await hubEvents.send(new DisableRuleCommand({ Name }));
    await names('hub schedule: broken', /aws events enable-rule --name/);
    await hubEvents.send(new EnableRuleCommand({ Name }));
  });

  it('a scope that was taken from the Slack app', async () => {
    system.slack.setScopes(APP_SCOPES.filter((scope) => scope !== 'chat:write'));
    await names('slack scopes: broken', /slack-app-manifest\.yaml/);
    system.slack.setScopes(APP_SCOPES);
  });

  it('and nothing is left of it', async () => {
    const seen = await look();
    expect(seen.troubles).toEqual([]);
    expect(seen.code).toBe(0);
  });
});

/** Its sessions are kept as long as it lives. */
const recycleSweep = async (): Promise<void> => hub.putConfig(await hub.readConfig(), 'sweep');
