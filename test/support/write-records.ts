import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import metadata from '../../package.json' with { type: 'json' };
import { ROOT } from '../house/source-files.ts';
import { STORIES } from './kill-stories.ts';
import { play } from './play-stories.ts';
import { type Before, recordsOf } from './records.ts';

/** Adds the ledger of this version, in the middle of each story that has a middle, to what records-before.test.ts reads. */
for (const story of STORIES.filter(({ acts }) => acts.length > 1)) {
  const acts = story.acts.length - 1;
  const { hub } = await play({ ...story, acts: story.acts.slice(0, acts) });
  const before: Before = { version: metadata.version, story: story.name, acts, records: recordsOf(hub.world.ledger) };
  appendFileSync(join(ROOT, 'test/shared/flows/records-before.jsonl'), `${JSON.stringify(before)}\n`);
}
