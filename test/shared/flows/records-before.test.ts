import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../house/source-files.ts';
import { STORIES } from '../../support/kill-stories.ts';
import { endOf, play } from '../../support/play-stories.ts';
import { type Before, recordsOf, shapesOf, useRecords } from '../../support/records.ts';

/**
 * The ledger as earlier versions have left it in the middle of a story: an upgrade goes on from there. When a record changes its shape, lines of
 * the new version are added (`npx tsx test/support/write-records.ts`); none is ever taken away or changed.
 */
const BEFORE = readFileSync(join(ROOT, 'test/shared/flows/records-before.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Before);

describe('what an earlier version has left in the ledger', () => {
  it.each(BEFORE.map((one) => [one.version, one.story, one.acts, one] as const))(
    '%s: %s, gone on with after %d acts, ends as if nothing had been upgraded',
    async (_version, name, acts, { records }) => {
      const story = STORIES.find((one) => one.name === name);
      if (!story) throw new Error(`no story is called ${name}`);
      const right = endOf(await play(story), story.passing);
      const upgraded = await play(story, ({ hub }, act) => {
        if (act === acts) useRecords(hub.world.ledger, records);
      });
      expect(endOf(upgraded, story.passing)).toEqual(right);
    },
  );

  it('has the shape that this version writes, in its latest lines', async () => {
    for (const story of STORIES) {
      const known = BEFORE.filter((one) => one.story === story.name);
      for (const { acts } of known) {
        const latest = known.filter((one) => one.acts === acts).at(-1);
        const written = recordsOf((await play({ ...story, acts: story.acts.slice(0, acts) })).hub.world.ledger);
        expect(latest && shapesOf(latest.records), story.name).toEqual(shapesOf(written));
      }
    }
  });
});
