import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StepRunner } from '../../shared/flows/ports.ts';
import { CinchError } from '../../shared/model/errors.ts';
import { IAM_REGION } from '../../shared/model/resource.ts';
import type { Step } from '../../shared/model/step.ts';
import { MEMBER, type MemberCloud, REGION, startMemberCloud } from '../shared/aws/cloud/member-cloud.ts';
import { stepsOf } from '../shared/aws/cloud/step-bench.ts';
import { makeSubject, type Subject } from './history-driver.ts';
import { afterFix, afterHuman, afterUndo, type Fix, type Human, histories, type Move, type Picture } from './history-model.ts';

const LIMIT_MS = 1000 * Number(process.env.CINCH_HISTORY_SECONDS ?? 10);

let cloud: MemberCloud;
let steps: StepRunner;
beforeAll(async () => {
  cloud = await startMemberCloud();
  steps = stepsOf(cloud);
});
afterAll(() => cloud?.stop());

/**
 * The call of Cinch's that a person comes before. Where AWS has a revision it is the write itself; IAM and the concurrency have none, and
 * there it is the last reading: who writes in the milliseconds after it can be seen by nobody.
 */
const LAST_CALL: Readonly<Record<Fix, { readonly fix: string; readonly undo: string }>> = {
  'lower-timeout': { fix: 'UpdateFunctionConfiguration', undo: 'UpdateFunctionConfiguration' },
  'move-secrets-to-ssm': { fix: 'UpdateFunctionConfiguration', undo: 'UpdateFunctionConfiguration' },
  'remove-permission': { fix: 'RemovePermission', undo: 'AddPermission' },
  'set-concurrency': { fix: 'GetFunctionConcurrency', undo: 'GetFunctionConcurrency' },
  'replace-role-policy': { fix: 'GetRolePolicy', undo: 'GetRolePolicy' },
  'detach-role-policy': { fix: 'DetachRolePolicy', undo: 'AttachRolePolicy' },
};

/** Runs `run`, with a person's change right before the named call. Answers whether the call, and with it the change, came. */
async function withHuman(
  subject: Subject,
  role: 'write' | 'undo',
  call: string,
  change: Human | null,
  run: () => Promise<void>,
): Promise<boolean> {
  const { lambda } = cloud.members.clients(MEMBER, REGION, role);
  const { iam } = cloud.members.clients(MEMBER, IAM_REGION, role);
  let came = false;
  const name = `human-${randomUUID()}`;
  const meet = async (command: string | undefined): Promise<void> => {
    if (came || !change || command !== `${call}Command`) return;
    came = true;
    await subject.human(change);
  };
  const options = { step: 'initialize', name } as const;
  lambda.middlewareStack.add((next, context) => async (args) => meet(context.commandName).then(() => next(args)), options);
  iam.middlewareStack.add((next, context) => async (args) => meet(context.commandName).then(() => next(args)), options);
  try {
    await run();
  } finally {
    lambda.middlewareStack.remove(name);
    iam.middlewareStack.remove(name);
  }
  return came;
}

interface Done {
  readonly step: Step;
  readonly captured: unknown;
  readonly receipt: unknown;
  readonly seen: Picture;
}

/** What a move may have come to: each order that the operations could have had, one after another. */
type Orders = readonly (Picture | undefined)[];

async function play(subject: Subject, history: readonly Move[]): Promise<void> {
  const done = new Map<Fix, Done>();
  let picture = await subject.look();
  for (const move of history) {
    const orders = await (move.by === 'human'
      ? playHuman(subject, picture, move)
      : move.by === 'fix'
        ? playFix(subject, picture, move, done)
        : playUndo(subject, picture, move, done));
    picture = await subject.look();
    const possible = orders.filter((one) => one !== undefined);
    expect(possible, `after ${JSON.stringify(move)}`).toContainEqual(picture);
  }
}

async function playHuman(subject: Subject, before: Picture, change: Human): Promise<Orders> {
  await subject.human(change);
  return [afterHuman(before, change)];
}

async function playFix(
  subject: Subject,
  before: Picture,
  { fix, stale, atWrite }: Extract<Move, { by: 'fix' }>,
  done: Map<Fix, Done>,
): Promise<Orders> {
  const step = await subject.plan(fix);
  if (!step) return [before];
  if (stale) await subject.human(stale);
  const now = stale ? afterHuman(before, stale) : before;
  let captured: unknown;
  let refusal: string | undefined;
  try {
    captured = await steps.capture(step);
  } catch (error) {
    if (!(error instanceof CinchError)) throw error;
    // What could be done as planned may not be refused.
    expect(afterFix(now, fix, before), `${fix} refused: ${error.message}`).toSatisfy((next) => isNothing(fix, next, now));
    return [now];
  }
  const came = await withHuman(subject, 'write', LAST_CALL[fix].fix, atWrite, async () => {
    try {
      const receipt = await steps.apply(step, captured);
      done.set(fix, { step, captured, receipt, seen: now });
    } catch (error) {
      if (!(error instanceof CinchError)) throw error;
      refusal = error.message;
      await steps.undo(step, captured, undefined);
    }
  });
  const met = came && atWrite ? afterHuman(now, atWrite) : now;
  if (refusal !== undefined) {
    expect(afterFix(met, fix, now), `${fix} was refused for nothing: ${refusal}`).toBeUndefined();
    return [met];
  }
  const fixed = afterFix(now, fix, now);
  const other = fixed && came && atWrite ? afterHuman(fixed, atWrite) : undefined;
  return [afterFix(met, fix, now), other];
}

/** A secret may have moved on since the plan: only its name was planned. Nothing is left to detach or to remove when it is gone. */
const isNothing = (fix: Fix, next: Picture | undefined, now: Picture): boolean =>
  next === undefined ||
  (fix === 'detach-role-policy' && !now.attached) ||
  (fix === 'remove-permission' && now.statements.open === undefined);

async function playUndo(
  subject: Subject,
  before: Picture,
  { fix, atWrite }: Extract<Move, { by: 'undo' }>,
  done: Map<Fix, Done>,
): Promise<Orders> {
  const last = done.get(fix);
  if (!last) return [before];
  done.delete(fix);
  let lines: readonly string[] = [];
  const came = await withHuman(subject, 'undo', LAST_CALL[fix].undo, atWrite, async () => {
    lines = await steps.undo(last.step, last.captured, last.receipt);
  });
  const told = ({ picture, left }: ReturnType<typeof afterUndo>) => (left === lines.length > 0 ? picture : undefined);
  const met = came && atWrite ? afterHuman(before, atWrite) : before;
  const undone = told(afterUndo(before, fix, last.seen));
  return [told(afterUndo(met, fix, last.seen)), undone && came && atWrite ? afterHuman(undone, atWrite) : undefined];
}

const human = (change: object): Human => ({ by: 'human', ...change }) as Human;
const fixing = (fix: Fix, atWrite: Human | null = null, stale: Human | null = null): Move => ({ by: 'fix', fix, stale, atWrite });
const undoing = (fix: Fix, atWrite: Human | null = null): Move => ({ by: 'undo', fix, atWrite });
const SAME: readonly (readonly [Fix, Human])[] = [
  ['lower-timeout', human({ sets: 'timeout', to: 700 })],
  ['move-secrets-to-ssm', human({ sets: 'variable', name: 'SECRET', to: 'two' })],
  ['remove-permission', human({ sets: 'statement', name: 'open', to: '333333333333' })],
  ['set-concurrency', human({ sets: 'limit', to: 7 })],
  ['replace-role-policy', human({ sets: 'policy', name: 'main', to: 's3:Get*' })],
  ['detach-role-policy', human({ sets: 'attached', to: false })],
];

/** Each fix met by a person at the same field, at each of the moments. */
const CERTAIN: readonly (readonly [string, readonly Move[]])[] = SAME.flatMap(([fix, change]) => [
  [`${fix}, forth and back`, [fixing(fix), undoing(fix), fixing(fix), undoing(fix)]] as const,
  [`${fix}, met at the write`, [fixing(fix, change), undoing(fix)]] as const,
  [`${fix}, met at the undo`, [fixing(fix), undoing(fix, change)]] as const,
  [`${fix}, met before and after`, [fixing(fix, null, change), fixing(fix), change, undoing(fix)]] as const,
]);

it.each(CERTAIN)('%s', async (_, history) => play(await makeSubject(cloud), history));

it("loses no person's change and writes nothing stale, whatever comes when", { timeout: 4 * LIMIT_MS }, async () => {
  let played = 0;
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      await play(await makeSubject(cloud), history);
      played += 1;
    }),
    { numRuns: 10_000, interruptAfterTimeLimit: LIMIT_MS, markInterruptAsFailure: false },
  );
  expect(played).toBeGreaterThan(3);
});

it('would see a write that is not guarded by its revision', async () => {
  const { lambda } = cloud.members.clients(MEMBER, REGION, 'write');
  const strip = { step: 'initialize', name: 'unguarded', priority: 'high' } as const;
  lambda.middlewareStack.add(
    (next) => (args) => next({ ...args, input: { ...args.input, RevisionId: undefined } as typeof args.input }),
    strip,
  );
  try {
    const note = human({ sets: 'variable', name: 'NOTE', to: 'two' });
    const subject = await makeSubject(cloud);
    await expect(play(subject, [fixing('move-secrets-to-ssm', note)])).rejects.toThrow(/after/);
  } finally {
    lambda.middlewareStack.remove('unguarded');
  }
});
