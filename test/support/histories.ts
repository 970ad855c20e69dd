import fc from 'fast-check';

/** Random histories of one function's timeout, with people, Cinch, crashes and bad moments. Plain data, for whatever drives a world by them. */

/** Where in a run of Cinch a person's change falls. `read` is between the step's own read and its write. */
export const MOMENTS = ['capture', 'apply', 'read', 'verify', 'undo'] as const;
export type Moment = (typeof MOMENTS)[number];

export type Mishap =
  | { readonly kind: 'crash'; readonly atCall: number }
  | { readonly kind: 'human'; readonly moment: Moment; readonly seconds: number };

export type Move =
  | { readonly kind: 'human'; readonly seconds: number }
  /** An event arrives, or a sweep looks. */
  | { readonly kind: 'look' }
  /** One message of the work queue; `twice` delivers it to two runs at once. */
  | { readonly kind: 'work'; readonly twice: boolean; readonly mishap: Mishap | null }
  | { readonly kind: 'approve' | 'undo' | 'sweep' | 'stop' | 'resume' | 'failures' };

/**
 * Never Cinch's own value: whoever sets what is there already has changed nothing that could be seen, so an undo can't tell it from its fix.
 */
const seconds = fc.constantFrom(30, 45, 700, 800, 900);

const mishap: fc.Arbitrary<Mishap> = fc.oneof(
  fc.record({ kind: fc.constant('crash' as const), atCall: fc.integer({ min: 1, max: 25 }) }),
  fc.record({ kind: fc.constant('human' as const), moment: fc.constantFrom(...MOMENTS), seconds }),
);

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('human' as const), seconds }) },
  { weight: 4, arbitrary: fc.constant({ kind: 'look' } as const) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('work' as const), twice: fc.boolean(), mishap: fc.option(mishap) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('approve' as const, 'undo' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('sweep' as const, 'stop' as const, 'resume' as const) }) },
);

export const histories = (maxLength: number): fc.Arbitrary<Move[]> => fc.array(move, { minLength: 3, maxLength });

export interface Driver {
  human(seconds: number): Promise<void>;
  look(): Promise<void>;
  work(twice: boolean, mishap: Mishap | null): Promise<void>;
  approve(): Promise<void>;
  undo(): Promise<void>;
  sweep(): Promise<void>;
  stop(): Promise<void>;
  resume(): Promise<void>;
  /** From now on the function fails, as long as Cinch's value is there. */
  failures(): Promise<void>;
}

export async function play(driver: Driver, history: readonly Move[]): Promise<void> {
  for (const one of history) {
    if (one.kind === 'human') await driver.human(one.seconds);
    else if (one.kind === 'work') await driver.work(one.twice, one.mishap);
    else await driver[one.kind]();
  }
}

/** One write as it happened to the resource, in the order that it happened. */
export interface Write {
  readonly by: 'human' | 'fix' | 'undo';
  readonly before: number;
  readonly after: number;
}

/**
 * What must hold of every history: each write saw what was really there, a fix replaces only the very value that it was judged for, and an undo
 * only Cinch's own. So no person's change is ever lost, and the writes are a serial order that ends in the state that is there.
 * Answers what is wrong.
 */
export function problemsOf(writes: readonly Write[], first: number, last: number, fixed: number): string[] {
  const problems: string[] = [];
  let value = first;
  for (const [index, write] of writes.entries()) {
    const at = `write ${index} (${write.by} ${write.before} -> ${write.after})`;
    if (write.before !== value) problems.push(`${at} did not see ${value}`);
    if (write.by === 'fix' && (write.before <= fixed || write.after !== fixed)) problems.push(`${at} is no fix`);
    const former = writes[index - 1];
    if (write.by === 'undo' && (former?.by !== 'fix' || former.before !== write.after))
      problems.push(`${at} takes back what is not Cinch's: ${former?.by ?? 'nobody'}`);
    value = write.after;
  }
  if (value !== last) problems.push(`the writes end in ${value}, the resource in ${last}`);
  return problems;
}
