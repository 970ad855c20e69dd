import { SEVERITIES, type Severity } from '../../shared/model/rule.ts';

/** What the process says to a pipeline. Bad input outranks findings: a result that is not whole is no verdict. */
export const EXIT = { clean: 0, findings: 1, bad: 2 } as const;

/** From which severity on a finding fails a pipeline; `none` never does. */
export const FAIL_ON = [...SEVERITIES, 'none'] as const;
export type FailOn = (typeof FAIL_ON)[number];

/** Whether a finding of this severity is at or above the threshold. */
export function fails(severity: Severity, failOn: FailOn): boolean {
  return failOn !== 'none' && SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(failOn);
}
