import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { makeFunction, putBehindHttpApi } from '../../local/demo/workloads.ts';
import { HUB } from '../../local/system.ts';
import { botFunctionName } from '../../shared/names.ts';
import { textOf } from './cards.ts';
import { pause, until } from './until.ts';
import { ALICE, AMIR, startWorkbench, type Workbench } from './workbench.ts';

/** The stop switch and the circuit breaker on the deployed system: from what somebody types in Slack to an account that stays as it is. */

let b: Workbench;
const CHANNEL = 'C0CLOUDSEC1';

beforeAll(async () => {
  b = await startWorkbench();
}, 300_000);

afterEach(() => type('resume'));
afterAll(() => b?.system.stop());

/** Types it and waits for the answer, which only who typed it sees. */
async function type(text: string, user: string = ALICE): Promise<string> {
  // Slack has its 200 at once, with a word that it is worked on.
  const answers = () => b.system.slack.ephemerals(user, CHANNEL);
  const before = answers().length;
  await b.system.slack.command({ user, channel: CHANNEL, command: '/cinch', text });
  const seen = await until(answers, (now) => now.length > before, `an answer to ${text}`);
  return seen.at(-1)?.text ?? '';
}
const approve = (card: { channel: string; ts: string }, user: string = AMIR) =>
  b.system.slack.click({ user, channel: card.channel, ts: card.ts, actionId: 'cinch-approve' });
const writes = async (name: string) =>
  (await b.trail.writesOf(name)).filter((call) => call.startsWith('UpdateFunctionConfiguration'));

it('a stop makes questions of fixes, and nothing is written until it is over', async () => {
  expect(await type('stop an incident')).toContain('Stopped');
  await makeFunction(b.dana, { name: 'while-stopped', timeout: 900 });
  await putBehindHttpApi(b.dana, 'while-stopped');
  const card = await b.cards.one('while-stopped', 'timeout');
  expect(textOf(card)).toContain('Cinch is stopped since');
  await approve(card);
  await b.says(card, 'What was approved waits until Cinch goes on.');
  expect(await writes('while-stopped')).toEqual([]);
  expect((await b.config('while-stopped')).Timeout).toBe(900);
  expect(await type('status')).toContain('an incident');

  expect(await type('resume')).toContain('goes on');
  await b.isFixed('while-stopped');
  await b.says(card, 'Done and checked');
  expect(await writes('while-stopped')).toHaveLength(1);
  // What somebody undoes is not held.
  await type('stop another incident');
  await b.system.slack.click({ user: ALICE, channel: card.channel, ts: card.ts, actionId: 'cinch-undo' });
  await b.says(card, 'Undone');
  expect((await b.config('while-stopped')).Timeout).toBe(900);
});

it('more fixes than are allowed make questions of the next, until somebody resets it', async () => {
  const config = JSON.parse(await b.hub.readConfig()) as object;
  await b.hub.putConfig(JSON.stringify({ ...config, guard: { maxFixes: 1, minutes: 60 } }), 'apply');
  const make = async (name: string) => {
    await makeFunction(b.dana, { name, timeout: 900 });
    await putBehindHttpApi(b.dana, name);
  };
  await make('first-fix');
  await b.isFixed('first-fix');
  await make('one-too-many');
  const card = await b.cards.one('one-too-many', 'timeout');
  expect(textOf(card)).toContain('2 fixes in 60 minutes, more than the 1 that are allowed');
  expect((await b.config('one-too-many')).Timeout).toBe(900);
  expect(await type('reset 222222222222')).toContain('fixes by itself again');
  await make('after-reset');
  await b.isFixed('after-reset');
  await b.hub.putConfig(JSON.stringify(config), 'apply');
});

it('a function that fails after its fix gets its former state back by itself, and the account’s breaker opens', async () => {
  // It fails at each call, but nobody called it before the fix.
  const node = 'exports.handler = async () => { throw new Error("broken"); };';
  await makeFunction(b.dana, { name: 'breaks', timeout: 900, node });
  await putBehindHttpApi(b.dana, 'breaks');
  await b.isFixed('breaks');
  const card = await b.cards.one('breaks', 'timeout');
  await b.says(card, 'Done and checked');
  // What fails in the minute of the change accuses nobody.
  await pause(61_000 - (Date.now() % 60_000));
  for (let count = 0; count < 5; count++) await b.dana.lambda.send(new InvokeCommand({ FunctionName: 'breaks' }));
  const hub = new LambdaClient(b.system.clientConfig(HUB.account, HUB.region));
  const deadline = Date.now() + 60_000;
  while ((await b.config('breaks')).Timeout !== 900 && Date.now() < deadline) {
    await hub.send(new InvokeCommand({ FunctionName: botFunctionName('sweep') }));
    await pause(2000);
  }
  await b.says(card, 'Taken back by Cinch itself');
  expect((await b.config('breaks')).Timeout).toBe(900);
  expect((await b.plansOf('breaks')).map(({ kind, status }) => `${kind} ${status}`).sort()).toEqual([
    'remedy applied',
    'undo applied',
  ]);
  expect(await type('status')).toContain('breaks failed after a change: 5 of 5 invocations failed since the change');
}, 240_000);
