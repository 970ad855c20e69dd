import type { Config } from '../config/schema.ts';
import { ALL_ACCOUNTS, type Halt } from '../model/halt.ts';
import type { Plan } from '../model/plan.ts';

/** What the stop switch and the circuit breaker forbid. Pure. */

/** Nobody approved it: Cinch does it because the configuration says `fix`. */
export const isAutomatic = (plan: Plan): boolean =>
  plan.kind === 'remedy' && plan.approvals.length === 0 && plan.breakGlass === null;

/**
 * Whether the stop switch holds it. It is about Cinch's own fixes, what was approved and what Cinch takes back by itself. First aid and an
 * undo go on: a person asks for them, now, mostly because something is broken, and may well have stopped Cinch for the same reason.
 */
export function isHeldByStop(plan: Plan): boolean {
  if (plan.kind === 'containment') return false;
  return plan.kind === 'remedy' || plan.decidedBy === null;
}

export function stopReason(config: Config, halts: readonly Halt[]): string | undefined {
  if (config.guard.stopped) return 'Cinch is stopped by its configuration';
  const all = halts.find(({ id, halted }) => halted && id === ALL_ACCOUNTS);
  return all && `Cinch is stopped since ${timeOf(all.since)}: ${all.why}`;
}

export function breakerReason(account: string, halts: readonly Halt[]): string | undefined {
  const halt = halts.find(({ id, halted }) => halted && id === account);
  return halt && `Cinch asks here since ${timeOf(halt.since)}: ${halt.why}`;
}

/** From when on fixes count: for the length of the window, and not from before a person's reset. */
export function countedSince(config: Config, account: string, halts: readonly Halt[], now: string): string {
  const start = new Date(Date.parse(now) - config.guard.minutes * 60_000).toISOString();
  const reset = halts.find(({ id, halted }) => !halted && id === account)?.since;
  return reset && reset > start ? reset : start;
}

/** `14:02 UTC on 2027-01-31`: an account may stand like that for days. */
const timeOf = (iso: string): string => `${iso.slice(11, 16)} UTC on ${iso.slice(0, 10)}`;

const WAITS = ' waits until Cinch goes on.';

/** What a card says of something that the stop switch holds. */
export const waitingReason = (stopped: string, what: string): string => `${stopped}. ${what}${WAITS}`;
export const isWaiting = (reason: string | null): boolean => reason?.endsWith(WAITS) ?? false;
