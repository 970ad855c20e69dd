import './quiet.ts';
import {
  describePoint,
  endOf,
  type FaultBench,
  type Harm,
  isPostedTwice,
  playFaults,
  pointsOf,
  problemsOf,
  record,
  startFaultBench,
} from '../test/system/fault-bench.ts';
import { SECRETS, TIMEOUT } from '../test/system/fault-stories.ts';
import { quantile } from './quantiles.ts';

/**
 * Ends the deployed functions at every call that they make to AWS and to Slack, before a write takes effect and after every call, and looks
 * whether what is left is what an undisturbed run leaves; a card of whose post nobody knows the end is there twice.
 *   npx tsx bench/faults.ts [--fail | --hang] [--writes] [--calls]
 * `--fail` and `--hang` end nothing: a call is answered with 503 before it takes effect, or takes effect and its answer is lost; or it does
 * nothing and is never answered, or is answered a second late. `--writes` leaves out the reads, `--calls` lists the points. Prints for each
 * story how many points there are, how many were reached, how long it took until everything was done, and what was wrong. Ends with 1 if
 * anything was.
 */

/** So many functions at once: their processes start anew after each end, which takes the machine's whole time. */
const AT_ONCE = 40;
const harm: Harm = process.argv.includes('--fail') ? 'fail' : process.argv.includes('--hang') ? 'hang' : 'end';
const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const bench = await startFaultBench();
  try {
    let wrong = 0;
    for (const story of [TIMEOUT, SECRETS]) wrong += await run(bench, story);
    process.exitCode = wrong > 0 ? 1 : 0;
  } finally {
    await bench.stop();
  }
}

async function run(bench: FaultBench, story: typeof TIMEOUT): Promise<number> {
  const name = `${story.name}-undisturbed`;
  const phases = await record(bench, story, name);
  const right = await endOf(bench, story, name);
  const points = phases.map((calls) => pointsOf(calls, name, !process.argv.includes('--writes')));
  for (const [index, phase] of story.phases.entries()) {
    print(`${story.name}, ${phase.name}: ${phases[index]?.length} calls, ${points[index]?.length} points`);
    if (process.argv.includes('--calls')) for (const point of points[index] ?? []) print(`  ${describePoint(point)}`);
  }
  const most = Math.max(...points.map((all) => all.length));
  const seconds: number[] = [];
  const problems: string[] = [];
  let ended = 0;
  for (let from = 0; from < most; from += AT_ONCE) {
    const start = Date.now();
    const some = points.map((all) => all.slice(from, from + AT_ONCE));
    const played = await playFaults(bench, { ...story, name: `${story.name}-${from}` }, some, harm);
    seconds.push((Date.now() - start) / 1000);
    for (const one of played) {
      const at = one.ended.flatMap((point) => (point ? [describePoint(point)] : [])).join(', ');
      ended += one.ended.filter((point) => point !== undefined).length;
      const cards = right.cards + one.ended.filter((point) => point && isPostedTwice(harm, point)).length;
      for (const problem of await problemsOf(bench, story, { ...right, cards }, one.name)) problems.push(`${at}: ${problem}`);
    }
  }
  const all = points.flat().length;
  print(
    `${story.name}: ${ended} of ${all} points reached, ${seconds.length} rounds, median ${quantile(seconds, 0.5).toFixed(0)} s each`,
  );
  print(`${story.name}: ${problems.length} problems`);
  for (const problem of problems) print(`  ${problem}`);
  return problems.length;
}

await main();
