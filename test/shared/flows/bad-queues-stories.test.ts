import { describe, expect, it } from 'vitest';
import { STORIES } from '../../support/kill-stories.ts';
import { makeRandom } from '../../support/memory-queue.ts';
import type { QueueName } from '../../support/mortal-hub.ts';
import { endOf, play } from '../../support/play-stories.ts';

/** Every story of Cinch with messages of each queue that come twice, or late and in another order: what is there at the end is the same. */

const QUEUES: readonly QueueName[] = ['changes', 'looks', 'places', 'work', 'notices', 'clicks', 'exports'];
const HALF_AN_HOUR = 1800;
/** Less than passes between two acts. */
const LATE_SECONDS = 240;
const used = new Set<QueueName>();

describe.each(STORIES)('$name', (story) => {
  it('ends as it must, whatever its queues do', async () => {
    const right = endOf(await play(story), story.passing);
    const wrong: string[] = [];
    const compare = async (what: string, queue: QueueName, shownIn: () => readonly number[]): Promise<void> => {
      const bench = await play(story, ({ hub }) => {
        hub.showIn = (name) => {
          used.add(name);
          return name === queue ? shownIn() : [0];
        };
      });
      const end = endOf(bench, story.passing);
      for (const key of Object.keys(right) as (keyof typeof right)[])
        if (JSON.stringify(end[key]) !== JSON.stringify(right[key]))
          wrong.push(`${queue} ${what}: ${key}: ${JSON.stringify(end[key])} in place of ${JSON.stringify(right[key])}`);
    };
    for (const queue of QUEUES) {
      await compare('twice', queue, () => [0, 0]);
      await compare('again after half an hour', queue, () => [0, HALF_AN_HOUR]);
      for (let seed = 1; seed <= 5; seed++) {
        const random = makeRandom(seed);
        await compare(`late, ${seed}`, queue, () => [Math.floor(random() * LATE_SECONDS)]);
      }
    }
    expect(wrong).toEqual([]);
  });
});

it('no queue is left out', () => {
  expect([...used].sort()).toEqual([...QUEUES].sort());
});
