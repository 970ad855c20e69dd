import { expect } from 'vitest';
import type { ClickMessage } from '../../shared/flows/messages.ts';
import { notify } from '../../shared/flows/notify.ts';
import type { Plan } from '../../shared/model/plan.ts';
import { ALICE, aClick, aFinding, aPlan, BOB, CARD, CAROL, DAVE } from './slack-samples.ts';
import { type MemoryWorld, makeConfig, makeWorld } from './world.ts';

/** A machine's principal, which stands for no person. */
export const CI = {
  account: '222222222222',
  arn: 'arn:aws:iam::222222222222:role/ci',
  type: 'AssumedRole',
  session: 'build-77',
  sourceIdentity: null,
};

/** One finding with its plan and its card in Slack; Alice and Bob may decide, Dave made the change. */
export async function makeClickWorld(
  options: { slack?: Parameters<typeof makeConfig>[0]; plan?: Partial<Plan> } = {},
): Promise<MemoryWorld> {
  const world = makeWorld({ config: makeConfig(options.slack), users: [ALICE, BOB, CAROL, DAVE] });
  await world.desk.post(CARD.channel, { text: 'as posted', blocks: [] });
  const plan = aPlan(options.plan);
  await world.ledger.writePlan(plan);
  await world.ledger.writeFinding(aFinding({ author: plan.author }));
  return world;
}

export const click = (world: MemoryWorld, changes: Partial<ClickMessage> = {}) => notify(world, JSON.stringify(aClick(changes)));
export const planOf = (world: MemoryWorld) => world.ledger.plans.get('f1-p1');
export const cardOf = (world: MemoryWorld) => JSON.stringify([...world.desk.messages.values()][0]?.card);
export const lastWhisper = (world: MemoryWorld) => world.desk.whispers.at(-1)?.text ?? '';

/** Nothing decided, nothing queued, the user told. */
export function expectRefused(world: MemoryWorld, words: RegExp): void {
  expect(world.desk.whispers).toHaveLength(1);
  expect(lastWhisper(world)).toMatch(words);
  expect(planOf(world)).toMatchObject({ status: 'asked', approvals: [] });
  expect(world.sent.work).toEqual([]);
}
