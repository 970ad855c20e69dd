import { describe, expect, it } from 'vitest';
import { type Bench, ORDERS, STORIES } from '../../support/kill-stories.ts';
import { endOf, play, timeless } from '../../support/play-stories.ts';

/**
 * Every story of Cinch, and its process ended at every single call that it makes to anything outside itself: before the call takes effect, and
 * after, with the answer lost. Whatever the moment, what is there at the end is what an undisturbed run leaves: each change once, one finding,
 * one card, one entry of each kind, every event told, nothing stuck, no lease held, and the way back open.
 */

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
        const bench = await play(story, ({ hub }, act) => {
          if (act === 0) hub.endAt = { call, when };
        }).catch((cause: unknown) => {
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
