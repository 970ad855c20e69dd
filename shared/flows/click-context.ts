import { CinchError, InvalidConfiguration, TryAgain } from '../model/errors.ts';
import type { Finding } from '../model/finding.ts';
import type { Approval, Plan } from '../model/plan.ts';
import type { MessageRef } from '../slack/names.ts';
import type { Allowed } from './approvers.ts';
import type { ClickMessage } from './messages.ts';
import type { SlackUser, World } from './ports.ts';
import { isIntent, isShownIn } from './show-card.ts';

export type ClickWorld = Pick<World, 'clock' | 'log' | 'config' | 'ledger' | 'queues' | 'bus' | 'desk'>;

/** What a decision starts from: the clicked plan and its finding as the ledger has them, and a user who may decide. */
export interface Decider {
  readonly click: ClickMessage;
  readonly user: SlackUser;
  readonly approvalsNeeded: number;
  readonly stillCounts: Allowed['stillCounts'];
}

export type Decision =
  /** By this click; a run before this one may have written it. */
  | { readonly kind: 'decided'; readonly plan: Plan }
  /** Told to the user only. */
  | { readonly kind: 'refused'; readonly why: string }
  /** The same click again, with nothing left to do. */
  | { readonly kind: 'repeated' };

export const refused = (why: string): Decision => ({ kind: 'refused', why });

/** Nothing is decided under a configuration that is invalid. */
export async function refuseWhenInvalid(decide: () => Promise<Decision>): Promise<Decision> {
  try {
    return await decide();
  } catch (error) {
    if (!(error instanceof InvalidConfiguration)) throw error;
    return refused('The configuration is invalid, so nothing is decided until it is corrected.');
  }
}

const RACES = 5;

/**
 * One conditional write of the plan: `change` says what to write for the plan as it is, or what to answer instead. Whoever loses the race
 * reads what the winner wrote and is judged by that.
 */
export async function writeDecision(
  ledger: World['ledger'],
  planId: string,
  change: (plan: Plan | undefined) => Promise<{ readonly write: Plan } | Decision>,
): Promise<Decision> {
  for (let race = 0; race < RACES; race++) {
    const next = await change(await ledger.readPlan(planId));
    if (!('write' in next)) return next;
    const plan = await ledger.writePlan(next.write);
    if (plan) return { kind: 'decided', plan };
  }
  throw new TryAgain(`plan ${planId} changes faster than it can be decided`);
}

/** Writes a finding on, if it still speaks of this plan. */
export async function writeFindingOf(
  ledger: World['ledger'],
  plan: Plan,
  change: (finding: Finding) => Finding | undefined,
): Promise<Finding | undefined> {
  for (let race = 0; race < RACES; race++) {
    const finding = await ledger.readFinding(plan.findingId);
    if (!finding || finding.planId !== plan.id) return undefined;
    const next = change(finding);
    if (!next) return finding;
    const written = await ledger.writeFinding(next);
    if (written) return written;
  }
  throw new TryAgain(`finding ${plan.findingId} changes faster than it can be written`);
}

/** The finding whose card was clicked, when the click is on that very card and of a plan it shows. */
export async function findClicked(ledger: World['ledger'], plan: Plan, click: ClickMessage): Promise<Finding | undefined> {
  const finding = await ledger.readFinding(plan.findingId);
  if (!finding || (finding.planId !== plan.id && finding.containmentId !== plan.id)) return undefined;
  return atItsCard(ledger, finding, click);
}

/**
 * The finding, when the message is its card or the digest that it is in. A click on a card whose post never ended tells where it is: it came
 * from Slack, signed, so the message is Cinch's own.
 */
export async function atItsCard(ledger: World['ledger'], finding: Finding, message: MessageRef): Promise<Finding | undefined> {
  if (await isShownIn(ledger, finding, message)) return finding;
  const { card } = finding;
  if (card?.channel !== message.channel || !isIntent(card)) return undefined;
  // An unknown hash makes the next update go through.
  return ledger.writeFinding({ ...finding, card: { channel: message.channel, ts: message.ts, hash: 'adopted' } });
}

export const approvalOf = (user: SlackUser, at: string, { id }: Pick<ClickMessage, 'id'>): Approval => ({
  userId: user.id,
  userName: user.name,
  at,
  ...(id === '' ? {} : { click: id }),
});

/** What this very click has made of the plan, in a run that was cut off. */
export function madeBy({ id, userId }: Pick<ClickMessage, 'id' | 'userId'>, plan: Plan): Approval | undefined {
  if (id === '') return undefined;
  const made = [...plan.approvals, plan.decidedBy, plan.snoozedBy, plan.breakGlass];
  return made.find((one) => one?.click === id && one.userId === userId) ?? undefined;
}

/** What the same user has already made of the plan by such a click. */
export function decisionBy({ action, userId }: Pick<ClickMessage, 'action' | 'userId'>, plan: Plan): Approval | undefined {
  const made =
    action === 'break-glass' ? [plan.breakGlass] : action === 'snooze' ? [plan.snoozedBy] : [...plan.approvals, plan.decidedBy];
  return made.find((one) => one?.userId === userId) ?? undefined;
}

/** The user sees it or not; a decision never hangs on it. */
export async function whisper(world: ClickWorld, click: ClickMessage, text: string): Promise<void> {
  try {
    await world.desk.whisper(click.channel, click.userId, text);
  } catch (error) {
    const why = error instanceof CinchError ? error.message : 'failed';
    world.log.error('user not told', { user: click.userId, plan: click.planId, why });
  }
}
