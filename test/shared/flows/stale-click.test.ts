import { expect, it } from 'vitest';
import { apply } from '../../../shared/flows/apply.ts';
import { notify } from '../../../shared/flows/notify.ts';
import { onChange } from '../../../shared/flows/on-change.ts';
import { functionResource } from '../../../shared/model/resource.ts';
import { makeTimeoutAccount, TIMEOUT_RULE } from '../../support/account.ts';
import { lambdaEvent } from '../../support/events.ts';
import { ALICE, aClick, DAVE } from '../../support/slack-samples.ts';
import { makeConfig, makeWorld } from '../../support/world.ts';

const ORDERS = functionResource('222222222222', 'eu-central-1', 'orders');
const rules = [TIMEOUT_RULE];

it('a click on what has moved changes nothing: the same card asks anew, for what is there now, and the thread tells the clicker', async () => {
  const account = makeTimeoutAccount();
  account.timeouts.set(ORDERS.arn, 900);
  const world = makeWorld({ config: makeConfig(), users: [ALICE, DAVE], reader: account.reader, steps: account.steps });
  const finding = () => [...world.ledger.findings.values()][0];
  const notices = async () => {
    for (const { message } of world.sent.notices.splice(0)) await notify(world, JSON.stringify(message));
  };
  await onChange(world, rules, { kind: 'event', event: lambdaEvent() });
  await notices();
  const card = finding()?.card;
  const first = finding()?.planId ?? '';
  if (!card) throw new Error('no card');

  // Nobody tells Cinch of this one: its event was lost.
  account.timeouts.set(ORDERS.arn, 700);
  await notify(world, JSON.stringify(aClick({ planId: first, channel: card.channel, ts: card.ts, userId: ALICE.id })));
  expect(world.desk.whispers).toEqual([]);
  expect(await apply(world, rules, first)).toBe('stale');
  await notices();
  for (const message of world.sent.changes.splice(0)) await onChange(world, rules, message);
  await notices();

  expect(account.writes).toEqual([]);
  const second = finding()?.planId ?? '';
  expect(second).not.toBe(first);
  expect(world.ledger.plans.get(second)).toMatchObject({ status: 'asked', approvals: [], previews: [{ before: '700 s' }] });
  expect(finding()).toMatchObject({ status: 'asked', card: { ts: card.ts } });
  expect(world.desk.messages.size).toBe(1);
  const shown = JSON.stringify([...world.desk.messages.values()][0]?.card);
  expect(shown).toContain('700 s');
  expect(shown).toContain(second);
  expect(world.desk.replies.map(({ text }) => text).join('\n')).toContain('the resource has changed since the plan was made');
  // And the new question can be approved.
  await notify(world, JSON.stringify(aClick({ planId: second, channel: card.channel, ts: card.ts, userId: ALICE.id })));
  expect(await apply(world, rules, second)).toBe('applied');
  expect(account.writes).toEqual(['orders=60']);
});
