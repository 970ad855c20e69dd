/**
 * How `replayEvent` agrees with what experts expect of recorded events: `npx tsx bench/events-accuracy.ts <folder>`, a folder with `index.json`
 * (a list of `{file, relevance, expectedFindings, acceptableFindings, note?}`) and `docs/<file>`. Prints the agreement and every disagreement.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Replay, replayEvent, replayUnreadable } from '../shared/flows/replay.ts';
import { RULES } from '../shared/rules/index.ts';
import { EXAMPLE_SETTINGS } from '../shared/rules/parts/example-context.ts';

interface Label {
  readonly file: string;
  readonly relevance: 'relevant' | 'relevant-clean' | 'resolving' | 'ignored' | 'malformed' | 'out-of-scope';
  readonly expect?: string;
  readonly expectedFindings: readonly string[];
  readonly acceptableFindings: readonly string[];
}

const OUTCOMES: Readonly<Record<Label['relevance'], readonly Replay['outcome'][]>> = {
  relevant: ['relevant'],
  'relevant-clean': ['relevant'],
  resolving: ['relevant'],
  ignored: ['ignored'],
  malformed: ['malformed'],
  'out-of-scope': ['relevant', 'ignored'],
};

/**
 * The labels speak of the one document in a record, so only what Cinch says of documents is held against them. A rule that the whole resource
 * violates (no tracing, an old runtime) is true and none of their business. Finer words than theirs count as the label they are finer than.
 */
const FINER: Readonly<Record<string, readonly string[]>> = {
  'resource-policy:public': ['public-principal'],
  'wildcard-action': ['data-exfiltration', 'resource-exposure', 'infrastructure-modification', 'credentials-exposure'],
};
const LOOKUP = 'lookup-needed';

const { positionals } = parseArgs({ allowPositionals: true });
const [folder] = positionals;
if (folder === undefined) {
  console.error('usage: npx tsx bench/events-accuracy.ts <folder with index.json and docs/>');
  process.exit(2);
}
const labels = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as Label[];
const ruleIds = new Set(RULES.map(({ id }) => id));
const judged = labels.map((label) => ({ label, replay: replay(label) }));
report();

function replay(label: Label): Replay {
  const self = /SELF=([\w-]+)/.exec(label.expect ?? '')?.[1];
  let event: unknown;
  try {
    event = JSON.parse(readFileSync(join(folder ?? '', 'docs', label.file), 'utf8'));
  } catch {
    return replayUnreadable('not JSON');
  }
  return replayEvent(event, { rules: RULES, settings: EXAMPLE_SETTINGS, self: self === undefined ? [] : [self] });
}

function report(): void {
  const scored = judged.filter(({ label }) => label.relevance !== 'out-of-scope');
  const agreed = scored.filter(({ label, replay: { outcome } }) => OUTCOMES[label.relevance].includes(outcome));
  console.log(
    `outcome: ${agreed.length} of ${scored.length} agree (${judged.length - scored.length} more are out of scope: either answer)`,
  );
  for (const { label, replay: one } of judged)
    if (!OUTCOMES[label.relevance].includes(one.outcome))
      console.log(`  ${label.file}: ${label.relevance}, but ${one.outcome}: ${one.reason}`);

  const relevant = scored.filter(({ replay: { outcome } }) => outcome === 'relevant');
  const tallies = relevant.map(({ label, replay: one }) => ({ file: label.file, ...compare(label, one) }));
  const sum = (of: 'hit' | 'missed' | 'extra'): number => tallies.reduce((total, tally) => total + tally[of].length, 0);
  console.log(`findings of relevant events: ${sum('hit')} as expected, ${sum('missed')} missed, ${sum('extra')} not expected`);
  for (const { file, missed, extra } of tallies) {
    if (missed.length > 0) console.log(`  ${file}: misses ${missed.join(', ')}`);
    if (extra.length > 0) console.log(`  ${file}: says ${extra.join(', ')}`);
  }
  const ofRules = relevant.flatMap(({ replay: { findings } }) =>
    findings.filter(({ id }) => ruleIds.has(id)).map(({ id }) => id),
  );
  console.log(`besides, of whole resources by rule: ${[...new Set(ofRules)].sort().join(', ') || 'nothing'}`);
}

function compare(label: Label, { findings, lookup }: Replay) {
  const ids = [...new Set(findings.map(({ id }) => id))].filter((id) => !ruleIds.has(id));
  const fits = (expected: string, id: string): boolean => id === expected || (FINER[expected] ?? []).includes(id);
  const wanted = label.expectedFindings.filter((expected) => expected !== LOOKUP);
  const hit = wanted.filter((expected) => ids.some((id) => fits(expected, id)));
  const missed: string[] = wanted.filter((expected) => !hit.includes(expected));
  if (label.expectedFindings.includes(LOOKUP)) (lookup.length > 0 ? hit : missed).push(LOOKUP);
  const allowed = [...wanted, ...label.acceptableFindings];
  return { hit, missed, extra: ids.filter((id) => !allowed.some((one) => fits(one, id))) };
}
