import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  describePoint,
  endOf,
  type FaultBench,
  playFaults,
  pointsOf,
  problemsOf,
  record,
  startFaultBench,
} from './fault-bench.ts';
import { SECRETS, TIMEOUT } from './fault-stories.ts';

/**
 * The deployed functions, ended in the middle of their calls to AWS and Slack as Lambda ends what runs out of time, or with calls that fail or
 * hang: before a write takes effect, and after it, its answer lost. What is left must be what an undisturbed run leaves. Here some of the points; bench/faults.ts takes all of them.
 */

/** Every so many of a phase's points. */
const EVERY = 8;

let bench: FaultBench;

beforeAll(async () => {
  bench = await startFaultBench();
}, 300_000);

afterAll(() => bench?.stop());

it.each([
  { harm: 'end', told: TIMEOUT },
  { harm: 'end', told: SECRETS },
  { harm: 'fail', told: SECRETS },
  { harm: 'hang', told: TIMEOUT },
] as const)(
  '$harm, $told.name: nothing is lost and nothing done twice, wherever it happens',
  { timeout: 300_000 },
  async ({ harm, told }) => {
    const story = { ...told, name: `${told.name}-${harm}` };
    const name = `${story.name}-undisturbed`;
    const phases = await record(bench, story, name);
    const right = await endOf(bench, story, name);
    expect(right).toMatchObject({ cards: 1, isLeased: false, dead: [] });
    // A card that is posted again after two minutes is for bench/faults.ts, and for test/shared/flows/kills.test.ts.
    const known = phases.map((calls) => pointsOf(calls, name, false).filter(({ isPostUnknown }) => !isPostUnknown));
    const points = known.map((all) => all.filter((_, index) => index % EVERY === 0));
    const played = await playFaults(bench, story, points, harm);
    const wrong: string[] = [];
    for (const one of played) {
      const at = one.ended.flatMap((point) => (point ? [describePoint(point)] : [])).join(', ');
      wrong.push(...(await problemsOf(bench, story, right, one.name)).map((problem) => `${at}: ${problem}`));
    }
    expect(wrong).toEqual([]);
    // A run that waits for AWS asks once more or less, so a call that was recorded may not come.
    const met = played.flatMap((one) => one.ended).filter((point) => point !== undefined).length;
    expect(met).toBeGreaterThan(points.flat().length * 0.75);
  },
);
