import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../../shared/flows/domain-events.ts';
import { type Bench, makeBench, ORDERS, STORIES, type Story } from '../../support/kill-stories.ts';
import type { MortalHub } from '../../support/mortal-hub.ts';

/**
 * Every story of Cinch, and its process ended at every single call that it makes to anything outside itself: before the call takes effect, and
 * after, with the answer lost. Whatever the moment, what is there at the end is what an undisturbed run leaves: each change once, one finding,
 * one card, one entry of each kind, every event told, nothing stuck, no lease held, and the way back open.
 */

async function play({ config = {}, acts }: Story, endAt: MortalHub['endAt'] = null): Promise<Bench> {
  const bench = makeBench(config);
  bench.hub.endAt = endAt;
  for (const act of acts) {
    await act(bench);
    await bench.hub.settle();
    bench.minutes(5);
  }
  return bench;
}

/** Everything that there is at the end, without what differs from run to run: times, and versions. */
function endOf({ hub, account, finding, exported }: Bench, passing: readonly string[] = PASSING) {
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

const timeless = (text: string | null | undefined): string | null | undefined =>
  text
    ?.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z|\d{4}-\d\d-\d\d \d\d:\d\d UTC|\d\d:\d\d UTC on \d{4}-\d\d-\d\d|\b1\d{9}\b/g, 'TIME')
    .replace(/\b([0-9a-f]{16})-[0-9a-f]{8}\b/g, '$1-PLAN')
    // Whichever look sees it.
    .replace(/the (timeout has changed|resource has changed since the plan was made)/g, 'MOVED')
    .replace(/at once|after \d+ (second|minute|hour)s?/g, 'AFTER A TIME');

/**
 * Slack knows no idempotency key: when the process ends after a post and before the ledger has it, nobody knows whether there was one, and after
 * two minutes it is made again.
 */
function isPostUnknown(calls: readonly string[], call: number, when: 'before' | 'after'): boolean {
  const posted = calls.indexOf('desk.post') + 1;
  const kept = posted + calls.slice(posted).indexOf('ledger.writeFinding') + 1;
  return (call > posted || when === 'after') && call >= posted && (call < kept || (call === kept && when === 'before'));
}

describe.each(STORIES)('$name', (story) => {
  it('ends as it must, wherever a process ends', async () => {
    const undisturbed = await play(story);
    const right = endOf(undisturbed, story.passing);
    const lines = repliesOf(undisturbed);
    const calls = [...undisturbed.hub.calls];
    expect(right.dead).toEqual([]);
    const wrong: string[] = [];
    for (let call = 1; call <= calls.length; call++) {
      // Before a read is the same as after what came before it.
      for (const when of READS.test(calls[call - 1] ?? '') && call > 1 ? (['after'] as const) : (['before', 'after'] as const)) {
        const at = `${when} call ${call} of ${calls.length}, ${calls[call - 1]}`;
        const bench = await play(story, { call, when }).catch((cause: unknown) => {
          throw new Error(at, { cause });
        });
        expect(bench.hub.hasEnded(), at).toBe(true);
        const end = endOf(bench, story.passing);
        for (const key of Object.keys(right) as (keyof typeof right)[])
          if (JSON.stringify(end[key]) !== JSON.stringify(right[key]))
            wrong.push(`${at}: ${key}: ${difference(JSON.stringify(end[key]), JSON.stringify(right[key]))}`);
        const posts = isPostUnknown(calls, call, when) ? 2 : 1;
        if (bench.hub.world.desk.messages.size !== posts) wrong.push(`${at}: ${bench.hub.world.desk.messages.size} cards`);
        const replies = repliesOf(bench).filter((line, index, all) => !isEmergency(line) || all.indexOf(line) === index);
        if (new Set(replies).size !== replies.length || replies.some((line) => !lines.includes(line)))
          wrong.push(`${at}: thread ${JSON.stringify(replies)} in place of ${JSON.stringify(lines)}`);
        if (!(await bench.hub.world.ledger.takeLease(ORDERS, 'probe', 1))) wrong.push(`${at}: the lease is held`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

const READS = /\.(read|list|is[A-Z]|findings|plans|fixes|watched|open|functionsOf|capture|verify|seal|user|members)/;

/** Of an emergency it is told twice rather than never. */
const isEmergency = (line: string): boolean => line.includes('Break-glass:');

/** Where they part. */
function difference(one: string, other: string): string {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const from = Math.max(0, at - 30);
  return `${one.slice(from, from + 120)} in place of ${other.slice(from, from + 120)}`;
}

/** A line on what came back depends on how old the card is by then. */
const repliesOf = ({ hub }: Bench): string[] =>
  hub.world.desk.replies.flatMap(({ text }) => (timeless(text) ?? '').split('\n')).filter((line) => !line.startsWith('🔁'));
