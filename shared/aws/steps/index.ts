import type { StepRunner } from '../../flows/ports.ts';
import { AccessRefused, CinchError, Refused, StateMoved, TryAgain } from '../../model/errors.ts';
import type { Step, StepKind } from '../../model/step.ts';
import { AwsError, errorCode, isCode, isDenied, isPassing } from '../aws-error.ts';
import { API_HANDLERS } from './api/index.ts';
import { CLEANER_HANDLERS } from './cleaner/index.ts';
import { EXPOSURE_HANDLERS } from './exposure/index.ts';
import { type HandlersOf, requireObject, type StepDeps, type StepHandler } from './handler.ts';
import { ROLES_HANDLERS } from './roles/index.ts';
import { RUNTIME_HANDLERS } from './runtime/index.ts';
import { SECRETS_HANDLERS } from './secrets/index.ts';
import { SOURCES_HANDLERS } from './sources/index.ts';
import { TIMEOUT_HANDLERS } from './timeout/index.ts';

/** A handler for every kind of step: a new kind does not compile without one. */
const HANDLERS = {
  ...API_HANDLERS,
  ...CLEANER_HANDLERS,
  ...EXPOSURE_HANDLERS,
  ...ROLES_HANDLERS,
  ...RUNTIME_HANDLERS,
  ...SECRETS_HANDLERS,
  ...SOURCES_HANDLERS,
  ...TIMEOUT_HANDLERS,
} as const satisfies HandlersOf<Step>;

/** What was captured of a step is opaque outside its handler; it comes back as it was given. */
type AnyHandler = StepHandler<StepKind, unknown, unknown>;
const handlerOf = (step: Step): AnyHandler => HANDLERS[step.kind] as unknown as AnyHandler;

/** The only writer to member accounts: capture, apply and verify as cinch-write, undo as cinch-undo. */
export function makeStepRunner(deps: StepDeps): StepRunner {
  return {
    capture: (step) => guarded(step, 'cinch-write', () => handlerOf(step).capture(deps, step)),
    apply: (step, captured) =>
      guarded(step, 'cinch-write', () => handlerOf(step).apply(deps, step, requireObject(captured, 'captured state'))),
    verify: (step, captured, receipt) =>
      guarded(step, 'cinch-write', () =>
        tellMoved(
          (line) => line,
          () => handlerOf(step).verify(deps, step, requireObject(captured, 'captured state'), requireObject(receipt, 'receipt')),
        ),
      ),
    undo: (step, captured, receipt) =>
      guarded(step, 'cinch-undo', () =>
        tellMoved(
          (line) => [line],
          () => handlerOf(step).undo(deps, step, requireObject(captured, 'captured state'), receipt),
        ),
      ),
  };
}

/** To verify and undo, a resource that is gone or changed is an answer, not an error. */
async function tellMoved<T>(tell: (line: string) => T, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof StateMoved || error instanceof Refused) return tell(error.message);
    throw error;
  }
}

/** AWS's own messages may quote what was sent, a secret among it: only the code leaves this place. */
async function guarded<T>(step: Step, role: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof CinchError && !(error instanceof AwsError)) throw error;
    const code = errorCode(error);
    const what = `${step.kind} of ${step.target.arn}`;
    if (isDenied(error)) throw new AccessRefused(`${role} of account ${step.target.account} may not do ${what} (${code})`);
    if (isPassing(error) || isCode(error, 'ResourceConflictException')) throw new TryAgain(`${what}: ${code}`);
    if (isCode(error, 'LimitExceededException', 'CodeStorageExceededException'))
      throw new Refused(`${what} would pass a limit of AWS (${code})`);
    throw error instanceof AwsError ? error : new AwsError(what, code, 0);
  }
}
