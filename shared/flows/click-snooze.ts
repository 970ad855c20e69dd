import type { Plan } from '../model/plan.ts';
import { approvalOf, type ClickWorld, type Decider, type Decision, refused, writeDecision } from './click-context.ts';
import { whoDecided } from './click-words.ts';
import { SNOOZE_HOURS } from './messages.ts';

/** A click that comes again within this is the same one; Slack's queues keep none for longer. */
const SAME_MS = 900_000;

/** Puts the question off. It may be decided meanwhile, and it does not expire before it was asked again. */
export async function snooze(world: ClickWorld, decider: Decider): Promise<Decision> {
  const { click, user } = decider;
  const hours = SNOOZE_HOURS.find((known) => known === click.hours);
  if (!hours) return refused('That is no time to put it off for.');
  const answering = (await world.config.read()).slack.approvalHours;
  return writeDecision(world.ledger, click.planId, async (plan) => {
    const now = world.clock.now();
    if (!plan) return refused('This request is not known any more.');
    if (plan.status !== 'asked') return refused(whoDecided(plan));
    if (plan.expiresAt && plan.expiresAt <= now.toISOString()) return refused('This request has expired. Nothing was changed.');
    if (isSame(plan, user.id, hours, now)) return { kind: 'decided', plan };
    const snoozedUntil = later(now, hours);
    const expiresAt = later(now, hours + answering);
    const at = now.toISOString();
    const write = {
      ...plan,
      snoozedUntil,
      snoozedBy: approvalOf(user, at, click),
      // Never sooner than it would have: who puts it off takes no time from anybody.
      expiresAt: plan.expiresAt && plan.expiresAt > expiresAt ? plan.expiresAt : expiresAt,
      updatedAt: at,
    };
    return { write };
  });
}

const later = (now: Date, hours: number): string => new Date(now.getTime() + hours * 3_600_000).toISOString();

function isSame({ snoozedBy, snoozedUntil }: Plan, userId: string, hours: number, now: Date): boolean {
  if (snoozedBy?.userId !== userId || !snoozedUntil) return false;
  return snoozedUntil === later(new Date(snoozedBy.at), hours) && now.getTime() - Date.parse(snoozedBy.at) < SAME_MS;
}
