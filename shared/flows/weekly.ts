import { type ReportConfig, WEEKDAYS } from '../config/report-schema.ts';
import { countSeverities, isDated, isOpen, observeFinding } from '../engine/posture/observation.ts';
import { worstOf } from '../engine/posture/worst.ts';
import { FINDING_STATUSES, type Finding } from '../model/finding.ts';
import { OutcomeUnknown } from '../slack/slack-errors.ts';
import { renderWeekly, type WeeklyView } from '../slack/weekly.ts';
import type { World } from './ports.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
/** A week that is older is not told any more: whoever switches it on on a Thursday hears of it on Monday. */
const LATE_MS = 12 * HOUR_MS;
const CLAIM_SECONDS = 14 * 86_400;
const WORST = 3;
/** After every time that a finding or plan can have. */
const ALL = '9999';

/** The last time that the message was due; ISO. Pure. */
export function lastDue({ weekday, hour }: Pick<ReportConfig, 'weekday' | 'hour'>, now: Date): string {
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), hour);
  const daysAgo = (now.getUTCDay() - WEEKDAYS.indexOf(weekday) + 7) % 7;
  const due = today - daysAgo * DAY_MS;
  return new Date(due > now.getTime() ? due - WEEK_MS : due).toISOString();
}

/** Asks notify for the weekly message when it is due. To ask twice does no harm: it is told once. Answers how often it did. */
export async function sendWeekly(world: Pick<World, 'clock' | 'config' | 'ledger' | 'queues'>): Promise<number> {
  const { report } = await world.config.read();
  if (!report) return 0;
  const now = world.clock.now();
  const at = lastDue(report, now);
  const asked = `weekly-asked-${at}`;
  if (now.getTime() - Date.parse(at) > LATE_MS || (await world.ledger.isHandled(asked))) return 0;
  await world.queues.sendNotice({ kind: 'weekly', at }, 'weekly');
  await world.ledger.markHandled(asked);
  return 1;
}

/** Posts it, at most once: like a line of a thread, and unlike a card, it is not worth being shown twice. @throws TryAgain */
export async function tellWeekly(world: Pick<World, 'clock' | 'log' | 'config' | 'ledger' | 'desk'>, at: string): Promise<void> {
  const { report, slack, members } = await world.config.read();
  if (!report) return;
  const accounts = new Map(members.map(({ account, name }) => [account, name ?? account]));
  const view = { ...(await readWeekly(world, at)), accounts, url: report.url ?? null };
  const claim = `weekly-told-${at}`;
  if (!(await world.ledger.claim(claim, CLAIM_SECONDS))) return;
  try {
    await world.desk.post(report.channel ?? slack.channel, renderWeekly(view));
  } catch (error) {
    if (!(error instanceof OutcomeUnknown)) await world.ledger.releaseClaim(claim);
    throw error;
  }
  world.log.info('weekly message posted', { at });
}

const OVER = ['fixed', 'resolved'] as const;

/** What is open now, and what has ended within the week; of what ended before nothing is read. */
async function readWeekly({ ledger }: Pick<World, 'ledger'>, at: string): Promise<Omit<WeeklyView, 'accounts' | 'url'>> {
  const since = new Date(Date.parse(at) - WEEK_MS).toISOString();
  const isOver = (status: Finding['status']): boolean => OVER.some((over) => over === status);
  const [questions, ...lists] = await Promise.all([
    ledger.plansByStatus('asked', ALL),
    ...FINDING_STATUSES.map((status) => ledger.findingsByStatus(status, ALL, isOver(status) ? since : undefined)),
  ]);
  const observed = lists.flat().map(observeFinding);
  const ended = observed.filter(({ standing }) => standing === 'ended');
  return {
    at,
    open: countSeverities(observed.filter(isOpen)),
    opened: observed.filter((one) => isDated(one) && (one.openedAt ?? '') >= since).length,
    fixed: ended.filter(({ endedBy }) => endedBy === 'cinch').length,
    resolved: ended.filter(({ endedBy }) => endedBy === 'others').length,
    asked: questions.length,
    oldestAskedAt: questions.map(({ createdAt }) => createdAt).sort()[0] ?? null,
    worst: worstOf(observed, 'function', WORST),
  };
}
