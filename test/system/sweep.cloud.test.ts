import { DisableRuleCommand, EnableRuleCommand, EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { DeleteFunctionCommand, InvokeCommand, LambdaClient, RemovePermissionCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HUB, MEMBER } from '../../local/system.ts';
import { functionResource } from '../../shared/model/resource.ts';
import { botFunctionName } from '../../shared/names.ts';
import { until } from './until.ts';
import { startWorkbench, type Workbench } from './workbench.ts';

/** A third of the events is lost on the way to the deployed hub, and a round finds everything once. */

let b: Workbench;
beforeAll(async () => {
  b = await startWorkbench();
}, 300_000);
afterAll(() => b?.system.stop());

const TOLD = ['told-a', 'told-b', 'told-c', 'told-d'];
const LOST = ['lost-a', 'lost-b', 'lost-c'];
const GONE = 'gone';
const MENDED = 'mended';

/** The rules that carry the member's events to the hub. */
async function forwardRules(): Promise<{ readonly events: EventBridgeClient; readonly names: readonly string[] }> {
  const events = new EventBridgeClient(b.system.clientConfig(MEMBER.account, MEMBER.region));
  const { Rules = [] } = await events.send(new ListRulesCommand({}));
  const ours = Rules.filter(({ Description: words = '' }) => words.startsWith('Cinch: changes of'));
  return { events, names: ours.flatMap(({ Name }) => Name ?? []) };
}

/** What happens meanwhile never reaches the hub: the bus had it, the rules did not pass it on. */
async function whileEventsAreLost(change: () => Promise<unknown>): Promise<void> {
  const { events, names } = await forwardRules();
  expect(names.length).toBeGreaterThan(1);
  for (const Name of names) await events.send(new DisableRuleCommand({ Name }));
  await change();
  await Promise.all(LOST.map((name) => b.eventOf(name, 'AddPermission')));
  await b.eventOf(GONE, 'DeleteFunction');
  await b.eventOf(MENDED, 'RemovePermission');
  for (const Name of names) await events.send(new EnableRuleCommand({ Name }));
}

/** A whole round, from a person's wish to the last look. Answers how long it took, ms. */
async function lookAtEverything(names: readonly string[]): Promise<number> {
  const start = Date.now();
  const hub = new LambdaClient(b.system.clientConfig(HUB.account, HUB.region));
  const Payload = JSON.stringify({ lookNow: true });
  const answer = await hub.send(new InvokeCommand({ FunctionName: botFunctionName('sweep'), Payload }));
  expect(answer.FunctionError).toBeUndefined();
  const rounds = await until(
    () => b.hub.rounds(),
    (found) => {
      const own = found.filter(({ account }) => account === MEMBER.account);
      return own.length === 2 && own.every(({ stage, round }) => stage === null && Date.parse(round) >= start - 1000);
    },
    'the end of the round at every place of the member',
  );
  const { round = '' } = rounds.find(({ account, region }) => account === MEMBER.account && region !== null) ?? {};
  const marks = names.map((name) => `look-${round}-${functionResource(MEMBER.account, MEMBER.region, name).arn}"`);
  const isLookedAt = (text: string) => marks.every((mark) => text.includes(mark));
  await until(() => b.hub.ledgerText(), isLookedAt, 'the last look');
  return Date.now() - start;
}

const statuses = async (): Promise<Record<string, string[]>> => {
  const findings = (await b.hub.findings()).filter(({ ruleId }) => ruleId === 'lambda-policy-public');
  return Object.fromEntries(
    [...TOLD, ...LOST, GONE, MENDED].map((name) => [
      name,
      findings.filter(({ resource }) => resource.name === name).map(({ status }) => status),
    ]),
  );
};

it('finds everything that no event told of, once, and closes what is gone or was put right by hand', async () => {
  await Promise.all([...TOLD, GONE, MENDED].map((name) => b.asked(name)));
  await whileEventsAreLost(async () => {
    await Promise.all(LOST.map((name) => b.makePublic(name)));
    await b.dana.lambda.send(new DeleteFunctionCommand({ FunctionName: GONE }));
    await b.dana.lambda.send(new RemovePermissionCommand({ FunctionName: MENDED, StatementId: 'open-to-partners' }));
  });
  const each = (names: readonly string[], ...found: string[]) => Object.fromEntries(names.map((name) => [name, found]));
  expect(await statuses()).toEqual({ ...each([...TOLD, GONE, MENDED], 'asked'), ...each(LOST) });

  await lookAtEverything([...TOLD, ...LOST, MENDED, GONE]);
  expect(await statuses()).toEqual({ ...each([...TOLD, ...LOST], 'asked'), ...each([GONE, MENDED], 'resolved') });
  for (const name of LOST) await b.cards.one(name, 'Remove the statement');
  for (const [name, why] of [
    [GONE, 'the resource no longer exists'],
    [MENDED, 'the resource now passes'],
  ] as const) {
    expect(await b.findingsOf(name)).toMatchObject([{ reason: why }]);
    expect(await b.plansOf(name, 'stale')).toHaveLength(1);
    const [card] = b.cards.all(name);
    if (!card) throw new Error(`no card of ${name}`);
    await b.says(card, why);
  }
  // The second member's stack is not there: its round stays open at its beginning, and nobody else is kept waiting.
  const late = (await b.hub.rounds()).filter(({ account }) => account !== MEMBER.account);
  expect(late.map(({ stage }) => stage).sort()).toEqual(['functions', 'users']);
});

it('the next round finds the same and writes nothing', async () => {
  const seen = async () => [await b.hub.findings(), await b.hub.plans(), b.system.slack.messages(b.system.channel)];
  const before = JSON.stringify(await seen());
  await lookAtEverything([...TOLD, ...LOST, MENDED]);
  expect(JSON.stringify(await seen())).toBe(before);
  for (const name of [...TOLD, ...LOST]) expect(b.cards.all(name, 'Remove the statement')).toHaveLength(1);
  expect(await b.hub.dead('looks')).toEqual([]);
  expect(await b.hub.dead('places')).toEqual([]);
});
