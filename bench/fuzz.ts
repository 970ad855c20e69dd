import { writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fuzz, timeToRead } from '../test/support/fuzz/run.ts';
import { FUZZ_TARGETS } from '../test/support/fuzz/targets.ts';

/**
 * Everything that reads what somebody else wrote, on made-up texts for some seconds each, then on the longest that a queue or an event carries.
 * Ends with 1 when something else than Cinch's own errors came out, and writes the text to the temporary folder.
 *   npx tsx bench/fuzz.ts [seconds for each reader = 30] [part of a reader's name]
 */

const seconds = Number(process.argv[2] ?? 30);
const wanted = process.argv[3] ?? '';
/** Of an event or a message; IAM counts 10,240 characters of a role's own policies, whatever their white space (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html). */
const LONGEST = 256 * 1024;
const LONGEST_POLICY = 10_240;
const GOAL_MS = 100;

console.log(`${seconds} s each; load ${loadavg()[0]?.toFixed(2)}`);
console.log(`${'reader'.padEnd(32)}${['texts', 'slowest ms', 'longest ms'].map((cell) => cell.padStart(14)).join('')}`);
for (const target of FUZZ_TARGETS.filter(({ name }) => name.includes(wanted))) {
  try {
    const { texts, slowestMs } = fuzz(target, { texts: Number.MAX_SAFE_INTEGER, ms: seconds * 1000 });
    const times = target
      .hostile(target.longest === undefined ? LONGEST : LONGEST_POLICY)
      .map((text) => ({ text, ms: timeToRead(target, text) }));
    const slowest = Math.max(...times.map(({ ms }) => ms));
    console.log(
      `${target.name.padEnd(32)}${[texts, slowestMs.toFixed(1), slowest.toFixed(1)].map((cell) => String(cell).padStart(14)).join('')}`,
    );
    for (const { text, ms } of times.filter((time) => time.ms > GOAL_MS))
      console.log(`  ${ms.toFixed(0)} ms: ${JSON.stringify(text.slice(0, 100))}`);
  } catch (error) {
    process.exitCode = 1;
    const file = join(tmpdir(), `cinch-fuzz-${target.name.replaceAll(/\W+/g, '-')}.txt`);
    writeFileSync(file, String((error as Error).stack));
    console.log(`${target.name.padEnd(32)} failed: ${file}`);
  }
}
