import { afterEach, beforeEach, expect, it } from 'vitest';
import { type SlackWorkspace, startSlack, TEAM } from '../../local/slack/start.ts';
import { readDigestView } from '../../shared/flows/digests.ts';
import { type FullNotifyWorld, notify } from '../../shared/flows/notify.ts';
import { recordOutcome } from '../../shared/flows/record-outcome.ts';
import type { Change } from '../../shared/model/change.ts';
import { TryAgain } from '../../shared/model/errors.ts';
import { functionResource } from '../../shared/model/resource.ts';
import { makeDesk } from '../../shared/slack/desk.ts';
import { renderReview } from '../../shared/slack/review.ts';
import { validateView } from '../../shared/slack/validate-blocks.ts';
import { TIMEOUT_RULE } from '../support/account.ts';
import { type BadLine, startBadLine, type Trouble } from '../support/bad-line.ts';
import { type MemoryQueue, makeMemoryQueue, makeRandom } from '../support/memory-queue.ts';
import { type MemoryWorld, makeConfig, makeWorld } from '../support/world.ts';

/**
 * Five hundred findings within moments, while Slack answers every second call with 429 and some with errors or not at all. Nothing may get
 * lost, and nothing be told twice. The flows, the client and the workspace are the real ones; the queue keeps SQS's rules, and time is made.
 */

const ACCOUNTS = ['222222222222', '333333333333', '444444444444'];
const CHANNEL = 'C0CINCH';
const SHOP = 'C0SHOP';
const config = makeConfig({
  members: [
    { account: '222222222222', name: 'shop', unit: 'shops', regions: ['eu-central-1'] },
    { account: '333333333333', name: 'data', regions: ['eu-central-1'] },
    { account: '444444444444', name: 'tools', regions: ['eu-central-1'] },
  ],
  slack: { channels: [{ units: ['shops'], channel: SHOP }] },
});

let slack: SlackWorkspace;
let line: BadLine;
let world: MemoryWorld;
let queue: MemoryQueue;
let processes: FullNotifyWorld[];
let turn = 0;
let trouble: (method: string) => Trouble;

beforeEach(async () => {
  const random = makeRandom(7);
  const base = makeWorld({ config });
  const { clock } = base;
  slack = await startSlack({
    botToken: 'xoxb-good',
    signingSecret: 's',
    users: [],
    channels: [
      { id: CHANNEL, name: 'guardrails' },
      { id: SHOP, name: 'shop' },
    ],
    clock: () => clock.now().getTime(),
  });
  let hanging = 3;
  trouble = () => {
    const chance = random();
    if (chance < 0.5) return { limited: 1 + Math.floor(random() * 3) };
    if (chance < 0.53) return 'error';
    if (chance < 0.56) return 'cut';
    if (chance < 0.6 && hanging > 0) {
      hanging -= 1;
      return 'hangs';
    }
    return 'none';
  };
  line = await startBadLine(slack.apiUrl, (method) => trouble(method));
  queue = makeMemoryQueue(clock, base.log, () => random() < 0.1);
  const sendNotice: MemoryWorld['queues']['sendNotice'] = async (message, group) => queue.send(message, group);
  world = { ...base, queues: { ...base.queues, sendNotice } };
  // Two copies of the function at once: each has a memory and a pace of its own, and knows of the other only by the ledger.
  processes = [0, 1].map(() => ({ ...world, ledger: { ...base.ledger }, desk: newDesk() }));
});
/** As SQS does: any process may get any message. */
const handle = async (body: string) => {
  const next = processes[turn++ % processes.length];
  if (next) await notify(next, body);
};

function newDesk() {
  const secret = { signingSecret: 's', botToken: 'xoxb-good' };
  return makeDesk({
    secret: { read: async () => secret, refresh: async () => secret },
    readTeam: async () => TEAM.id,
    clock: world.clock,
    log: world.log,
    apiUrl: line.apiUrl,
  });
}

afterEach(async () => {
  await line.close();
  await slack.stop();
});

const resourceOf = (index: number) => functionResource(ACCOUNTS[index % 3] ?? '', 'eu-central-1', `worker-${index}`);

function changeBy(role: string, session: string, index: number): Change {
  const resource = resourceOf(index);
  const arn = `arn:aws:iam::${resource.account}:role/${role}`;
  return {
    id: `change-${index}`,
    name: 'UpdateFunctionConfiguration',
    account: resource.account,
    region: resource.region,
    time: world.clock.now().toISOString(),
    principal: { account: resource.account, arn, type: 'AssumedRole', session, sourceIdentity: null },
    userAgent: 'aws-cli',
    tool: null,
    resources: [resource],
    policyArn: null,
  };
}

async function record(index: number, role: string, session: string): Promise<void> {
  const resource = resourceOf(index);
  await recordOutcome(world, {
    config,
    resource,
    outcome: {
      rule: TIMEOUT_RULE,
      result: 'violation',
      violation: {
        summary: 'its timeout of 900 s is too long',
        evidence: [{ path: 'timeoutSeconds', found: '900 s', expected: '60 s' }],
        remedy: { kind: 'steps', steps: [{ kind: 'lower-timeout', target: resource, fromSeconds: 900, toSeconds: 60 }] },
      },
      fingerprint: `fingerprint-${index}`,
    },
    exemptTag: undefined,
    tags: {},
    change: changeBy(role, session, index),
    causeId: `change-${index}`,
    previous: undefined,
    exemptions: async () => [],
  } as Parameters<typeof recordOutcome>[1]);
}

it('shows five hundred findings once each while Slack refuses every second call', { timeout: 60_000 }, async () => {
  for (let index = 0; index < 500; index++) {
    // Two storms, by a deployment and by a script, and a hundred people who make one change each.
    if (index % 5 < 3) await record(index, 'deploy-role', 'build-77');
    else if (index % 5 === 3) await record(index, 'script', 'cleanup');
    else await record(index, 'developer', `person-${index}`);
    world.clock.advance(50);
  }
  // The ledger has its moments, too.
  const random = makeRandom(11);
  for (const call of ['readFinding', 'writeFinding', 'writeStorm', 'readDigest', 'writeDigest', 'claim'] as const)
    world.ledger.before[call] = () => {
      if (random() < 0.03) throw new TryAgain('DynamoDB throttles');
    };
  await queue.drain(4, handle);

  for (const call of Object.keys(world.ledger.before)) delete world.ledger.before[call as 'claim'];

  expect(queue.dead).toEqual([]);
  expect(line.counts.limited).toBeGreaterThan(100);
  expect(line.counts.error).toBeGreaterThan(3);
  expect(line.counts.hangs).toBe(3);
  const findings = [...world.ledger.findings.values()];
  const digests = [...world.ledger.digests.values()];
  const messages = [...slack.messages(CHANNEL), ...slack.messages(SHOP)];
  const inCards = findings.filter(({ card }) => card !== null);
  const inDigests = findings.filter(({ card, digestId }) => card === null && digestId !== null);
  expect(findings).toHaveLength(500);
  expect(inCards.length + inDigests.length).toBe(500);
  // Each author's account makes a storm of its own: three and three of them, each with three cards before its digest.
  expect(inCards).toHaveLength(100 + 6 * 3);
  expect(digests).toHaveLength(6);
  // Nothing was posted twice: as many messages as cards and digests, and each is where the ledger says.
  expect(messages).toHaveLength(inCards.length + digests.length);
  for (const { id, card, resource } of inCards) {
    const shown = messages.filter(({ blocks }) => JSON.stringify(blocks).includes(`Finding ${id}`));
    expect(shown).toMatchObject([{ channel: card?.channel, ts: card?.ts }]);
    expect(card?.channel).toBe(resource.account === '222222222222' ? SHOP : CHANNEL);
  }
  for (const digest of digests) {
    const members = inDigests.filter(({ digestId }) => digestId === digest.id);
    expect(new Set(digest.members)).toEqual(new Set(members.map(({ id }) => id)));
    const [message] = messages.filter(({ ts, channel }) => ts === digest.card?.ts && channel === digest.card.channel);
    expect(message?.text).toContain(`${members.length} functions`);
    await expectListed(
      digest.id,
      members.map(({ resource }) => resource.name),
    );
  }
});

it('shows each at least once, and twice only where Slack took a message and its answer got lost', {
  timeout: 30_000,
}, async () => {
  const random = makeRandom(3);
  trouble = (method) => (method === 'chat.postMessage' && random() < 0.1 ? 'lost' : 'none');
  for (let index = 0; index < 150; index++) await record(index, 'developer', `person-${index}`);
  await queue.drain(4, handle);

  expect(queue.dead).toEqual([]);
  const lost = line.counts.taken ?? 0;
  expect(lost).toBeGreaterThan(5);
  const messages = [...slack.messages(CHANNEL), ...slack.messages(SHOP)];
  expect(messages).toHaveLength(150 + lost);
  for (const { id, card } of world.ledger.findings.values()) {
    const shown = messages.filter(({ blocks }) => JSON.stringify(blocks).includes(`Finding ${id}`));
    expect(shown.length).toBeGreaterThanOrEqual(1);
    // The ledger speaks of the last one; a click on an earlier one is told so.
    expect(shown.at(-1)).toMatchObject({ ts: card?.ts, channel: card?.channel });
  }
});

it('brings a digest up to date as its findings are decided, in few updates', { timeout: 30_000 }, async () => {
  trouble = () => 'none';
  for (let index = 1; index < 121; index += 3) await record(index, 'deploy-role', 'build-77');
  await queue.drain(4, handle);
  const [digest] = [...world.ledger.digests.values()];
  const members = [...world.ledger.findings.values()].filter(({ digestId }) => digestId === digest?.id);
  expect(members).toHaveLength(37);
  const revisions = () => slack.messages(CHANNEL).find(({ ts }) => ts === digest?.card?.ts)?.revision ?? 0;
  const before = revisions();

  for (const member of members.slice(0, 12)) {
    const plan = await world.ledger.readPlan(member.planId ?? '');
    if (plan) await world.ledger.writePlan({ ...plan, status: 'denied', updatedAt: world.clock.now().toISOString() });
    queue.send({ kind: 'card', findingId: member.id }, member.id);
  }
  await queue.drain(4, handle);

  const message = slack.messages(CHANNEL).find(({ ts }) => ts === digest?.card?.ts);
  expect(JSON.stringify(message?.blocks)).toContain('12 of 37 decided: 25 waiting, 12 denied.');
  expect(revisions() - before).toBeLessThan(6);
});

/** The list behind the digest names each of them once, page by page, within Slack's limits. */
async function expectListed(digestId: string, names: readonly string[]): Promise<void> {
  const view = await readDigestView(world, digestId);
  const listed: string[] = [];
  for (let page = 0; page * 25 < names.length; page++) {
    const modal = renderReview(view, { id: digestId, page, channel: CHANNEL, ts: '1.1' });
    expect(validateView(modal)).toEqual([]);
    listed.push(...(JSON.stringify(modal.blocks).match(/"worker-\d+"/g) ?? []).map((quoted) => quoted.slice(1, -1)));
  }
  expect(listed.sort()).toEqual([...names].sort());
}
