import type { DomainEvent } from '../../shared/flows/domain-events.ts';
import { type Bench, makeBench, type Story } from './kill-stories.ts';

/** Takes a hub through a story. @param prepare runs before the act of that number, from 0 */
export async function play(
  { config = {}, acts }: Story,
  prepare: (bench: Bench, act: number) => void = () => undefined,
): Promise<Bench> {
  const bench = makeBench(config);
  for (const [index, act] of acts.entries()) {
    prepare(bench, index);
    await act(bench);
    await bench.hub.settle();
    bench.minutes(5);
  }
  return bench;
}

/** Everything that there is at the end, without what differs from run to run: times, and versions. */
export function endOf({ hub, account, finding, exported }: Bench, passing: readonly string[] = PASSING) {
  const { ledger, desk, published } = hub.world;
  const { status, reason, timesFixed, timesSeen, card } = finding();
  return {
    writes: account.writes,
    findings: ledger.findings.size,
    finding: { status, reason: timeless(reason), timesFixed, timesSeen, isShown: (card?.ts ?? '') !== '' },
    plans: [...ledger.plans.values()].map((plan) => ({
      kind: plan.kind,
      status: plan.status,
      outcome: plan.outcome.map(timeless),
      approvals: plan.approvals.map(({ userId }) => userId),
      snapshots: plan.snapshots.length,
      receipts: plan.receipts.length,
    })),
    entries: ledger.entries.map(({ what, by, detail }) => timeless(`${what} by ${by}: ${detail}`)).sort(),
    exemptions: ledger.exemptions.map(({ rule, owner }) => `${rule} ${owner}`),
    shown: timeless(JSON.stringify(desk.messages.get(`${card?.channel} ${card?.ts}`)?.card)),
    told: toldBy(published, passing),
    whispers: [...new Set(desk.whispers.map(({ text }) => text))],
    answers: [...new Set(desk.responses.map(({ text }) => text))],
    exported: [...exported].sort(),
    halts: ledger.entries.filter(({ findingId }) => findingId.startsWith('halt')).length,
    dead: hub.dead,
  };
}

const PASSING = ['PlanChanged approved'];

const toldBy = (events: readonly DomainEvent[], passing: readonly string[]): string[] =>
  [...new Set(events.map(({ type, detail }) => `${type} ${'status' in detail ? detail.status : ''}`))]
    .filter((event) => !passing.includes(event))
    .sort();

export const timeless = (text: string | null | undefined): string | null | undefined =>
  text
    ?.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z|\d{4}-\d\d-\d\d \d\d:\d\d UTC|\d\d:\d\d UTC on \d{4}-\d\d-\d\d|\b1\d{9}\b/g, 'TIME')
    .replace(/\b([0-9a-f]{16})-[0-9a-f]{8}\b/g, '$1-PLAN')
    // Whichever look sees it.
    .replace(/the (timeout has changed|resource has changed since the plan was made)/g, 'MOVED')
    .replace(/at once|after \d+ (second|minute|hour)s?/g, 'AFTER A TIME');
