import type { Resource } from '../../model/resource.ts';
import type { Remedy } from '../../model/rule.ts';
import { byHand, lambdaCommand } from './by-hand.ts';

/**
 * Lambda's runtimes and their dates as AWS published them in August 2026 (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html). AWS moves
 * them now and then, mostly later. A test holds that every runtime the CDK knows is named here.
 */
export const RUNTIMES_AS_OF = '2026-08-22';

export interface RuntimeDates {
  /** From here on without security patches and support; null: AWS has named no date. */
  readonly deprecated: string | null;
  /** No function can be made with it any more. */
  readonly blockCreate: string | null;
  /** No function with it can be changed any more, not even its code. */
  readonly blockUpdate: string | null;
}

const dates = (deprecated: string, blockCreate: string, blockUpdate: string): RuntimeDates => ({
  deprecated,
  blockCreate,
  blockUpdate,
});
const at = (day: string): RuntimeDates => dates(day, day, day);
/** AWS put off the blocks of what was deprecated since 2023 to two days in 2027. */
const CREATE_2027 = '2027-02-01';
const UPDATE_2027 = '2027-03-03';
const UNDATED: RuntimeDates = { deprecated: null, blockCreate: null, blockUpdate: null };
const WITH_AL2023 = dates('2029-06-30', '2029-07-31', '2029-08-31');

export const RUNTIMES: Readonly<Record<string, RuntimeDates>> = {
  nodejs: dates('2016-08-30', '2016-10-31', '2016-10-31'),
  'nodejs4.3': at('2020-03-05'),
  'nodejs4.3-edge': dates('2020-03-05', '2019-04-30', '2019-04-30'),
  'nodejs6.10': at('2019-08-12'),
  'nodejs8.10': at('2020-03-06'),
  'nodejs10.x': dates('2021-07-30', '2021-07-30', '2022-02-14'),
  'nodejs12.x': dates('2023-03-31', '2023-03-31', '2023-04-30'),
  'nodejs14.x': dates('2023-12-04', '2024-01-09', UPDATE_2027),
  'nodejs16.x': dates('2024-06-12', CREATE_2027, UPDATE_2027),
  'nodejs18.x': dates('2025-09-01', CREATE_2027, UPDATE_2027),
  'nodejs20.x': dates('2026-04-30', CREATE_2027, UPDATE_2027),
  'nodejs22.x': dates('2027-04-30', '2027-06-01', '2027-07-01'),
  'nodejs24.x': dates('2028-04-30', '2028-06-01', '2028-07-01'),
  'python2.7': dates('2021-07-15', '2021-07-15', '2022-05-30'),
  'python3.6': dates('2022-07-18', '2022-07-18', '2022-08-29'),
  'python3.7': dates('2023-12-04', '2024-01-09', UPDATE_2027),
  'python3.8': dates('2024-10-14', CREATE_2027, UPDATE_2027),
  'python3.9': dates('2025-12-15', CREATE_2027, UPDATE_2027),
  'python3.10': dates('2026-10-31', CREATE_2027, UPDATE_2027),
  'python3.11': dates('2027-06-30', '2027-07-31', '2027-08-31'),
  'python3.12': dates('2028-10-31', '2028-11-30', '2029-01-10'),
  'python3.13': WITH_AL2023,
  'python3.14': WITH_AL2023,
  'python3.15': UNDATED,
  java8: dates('2024-01-08', '2024-02-08', UPDATE_2027),
  'java8.al2': dates('2027-06-30', '2027-07-31', '2027-08-31'),
  'java8.al2023': WITH_AL2023,
  java11: dates('2027-06-30', '2027-07-31', '2027-08-31'),
  'java11.al2023': WITH_AL2023,
  java17: dates('2027-06-30', '2027-07-31', '2027-08-31'),
  'java17.al2023': WITH_AL2023,
  java21: WITH_AL2023,
  java25: WITH_AL2023,
  'dotnetcore1.0': dates('2019-06-27', '2019-06-27', '2019-07-30'),
  'dotnetcore2.0': at('2019-05-30'),
  'dotnetcore2.1': dates('2022-01-05', '2022-01-05', '2022-04-13'),
  'dotnetcore3.1': dates('2023-04-03', '2023-04-03', '2023-05-03'),
  // Container images only, so that no zip function can have them.
  'dotnet5.0': at('2022-05-10'),
  dotnet7: at('2024-05-14'),
  dotnet9: { deprecated: '2026-11-10', blockCreate: null, blockUpdate: null },
  dotnet6: dates('2024-12-20', CREATE_2027, UPDATE_2027),
  dotnet8: dates('2026-11-10', CREATE_2027, UPDATE_2027),
  dotnet10: dates('2028-11-14', '2028-12-14', '2029-01-15'),
  'go1.x': dates('2024-01-08', '2024-02-08', UPDATE_2027),
  'ruby2.5': dates('2021-07-30', '2021-07-30', '2022-03-31'),
  'ruby2.7': dates('2023-12-07', '2024-01-09', UPDATE_2027),
  'ruby3.2': dates('2026-03-31', CREATE_2027, UPDATE_2027),
  'ruby3.3': dates('2027-03-31', '2027-04-30', '2027-05-31'),
  'ruby3.4': dates('2028-03-31', '2028-04-30', '2028-05-31'),
  'ruby4.0': dates('2029-03-31', '2029-04-30', '2029-05-31'),
  provided: dates('2024-01-08', '2024-02-08', UPDATE_2027),
  'provided.al2': dates('2026-07-31', CREATE_2027, UPDATE_2027),
  'provided.al2023': WITH_AL2023,
};

const SUCCESSORS: readonly (readonly [family: RegExp, successor: string])[] = [
  [/^nodejs/, 'nodejs24.x'],
  [/^python/, 'python3.14'],
  [/^java/, 'java25'],
  [/^dotnet/, 'dotnet10'],
  [/^ruby/, 'ruby4.0'],
];

/** The newest long-lived runtime of the same language; Go runs on the OS-only one. */
export const successorOf = (runtime: string): string =>
  SUCCESSORS.find(([family]) => family.test(runtime))?.[1] ?? 'provided.al2023';

/** The dates of a runtime; undefined for an image's null and for one that is newer than this table. */
export function datesOf(runtime: string | null): RuntimeDates | undefined {
  return runtime !== null && Object.hasOwn(RUNTIMES, runtime) ? RUNTIMES[runtime] : undefined;
}

/** Days from `now` (ISO) until a runtime's deprecation: zero or less when it is over, undefined when no date is known. */
export function daysLeft(runtime: string | null, now: string): number | undefined {
  const deprecated = datesOf(runtime)?.deprecated;
  if (deprecated === undefined || deprecated === null) return undefined;
  return (Date.parse(deprecated) - Date.parse(now)) / 86_400_000;
}

/** Dates of this form compare as texts. */
export function isDeprecated(runtime: string | null, now: string): boolean {
  const deprecated = datesOf(runtime)?.deprecated;
  return typeof deprecated === 'string' && deprecated <= now.slice(0, 10);
}

/** The languages whose runtimes are named for it: Go and the OS-only ones run on something else, not on something newer. */
const UPGRADABLE = /^(nodejs|python|java|dotnet|ruby)\d/;

/** The first day on which AWS takes a runtime no more, so that undo could not put it back; null when none is known. */
export function lastDayOf({ blockCreate, blockUpdate }: RuntimeDates): string | null {
  const days = [blockCreate, blockUpdate].filter((day) => day !== null).sort();
  return days[0] ?? null;
}

/** Offered as long as the old runtime can be put back; an instruction when AWS no longer takes it. */
export function toSuccessor(target: Resource<'function'>, runtime: string, dates: RuntimeDates, now: string): Remedy {
  const successor = successorOf(runtime);
  const undoableUntil = lastDayOf(dates);
  const isUndoable = undoableUntil === null || now.slice(0, 10) < undoableUntil;
  if (UPGRADABLE.test(runtime) && isUndoable)
    return {
      kind: 'steps',
      steps: [{ kind: 'upgrade-runtime', target, from: runtime, to: successor, undoableUntil }],
      approvalBecause: `code may not run on ${successor} without changes: test it there first`,
    };
  return byHand(
    isUndoable
      ? 'Code may not run on another runtime without changes.'
      : `Code may not run on another runtime without changes, and since ${undoableUntil} AWS takes ${runtime} no more: it could not be undone.`,
    `Test the code on ${successor}, deploy it, and run ${lambdaCommand(target, 'update-function-configuration', `--runtime ${successor}`)}.`,
  );
}
