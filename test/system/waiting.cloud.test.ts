import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PEOPLE } from '../../local/people.ts';
import { HUB } from '../../local/system.ts';
import { botFunctionName } from '../../shared/names.ts';
import { textOf } from './cards.ts';
import { pause } from './until.ts';
import { AMIR, startWorkbench, type Workbench } from './workbench.ts';

/** A question that nobody answers, on the deployed system, with its day in half a minute. */

let b: Workbench;

beforeAll(async () => {
  b = await startWorkbench();
  const config = JSON.parse(await b.hub.readConfig()) as { slack: object };
  const slack = {
    ...config.slack,
    approvalHours: 0.01,
    remindAfter: 0.3,
    escalation: { approvers: { users: [AMIR], emails: [] }, after: 0.6 },
  };
  await b.hub.putConfig(JSON.stringify({ ...config, slack }), 'on-change', 'notify', 'sweep');
}, 300_000);

afterAll(() => b?.system.stop());

it('is reminded of, calls others, and expires, each once, and its thread tells it all', async () => {
  const card = await b.asked('nobody-answers');
  const hub = new LambdaClient(b.system.clientConfig(HUB.account, HUB.region));
  const thread = () => b.system.slack.messages(card.channel).filter(({ thread_ts }) => thread_ts === card.ts);
  const told = () =>
    thread()
      .map(({ text }) => text)
      .join('\n');
  const deadline = Date.now() + 90_000;
  while (!told().includes('Expired') && Date.now() < deadline) {
    await hub.send(new InvokeCommand({ FunctionName: botFunctionName('sweep') }));
    await pause(2000);
  }

  const lines = told().split('\n');
  const kinds = lines.map((line) => /^(❓|⏰|📣|⌛)/.exec(line)?.[1] ?? line);
  expect(kinds).toEqual(['❓', '⏰', '📣', '⌛']);
  expect(lines[2]).toContain(`<@${AMIR}>`);
  expect(lines[3]).toContain(`<@${PEOPLE.dana.id}>, this was your change.`);
  // Nobody is called by the configuration's `mention`, so the reminder is shown in the channel.
  expect(thread().find(({ text }) => text.includes('⏰'))?.is_broadcast).toBe(true);
  await b.says(card, 'Expired: nobody decided in time.');
  expect(textOf(b.cards.now(card))).not.toContain('Approve');
  expect(await b.plansOf('nobody-answers')).toMatchObject([{ status: 'expired' }]);
  expect(await b.findingsOf('nobody-answers')).toMatchObject([{ status: 'expired' }]);
  expect(await b.trail.writesOf('nobody-answers')).toEqual([]);
});
