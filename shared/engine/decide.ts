import type { Mode } from '../config/schema.ts';
import type { Finding } from '../model/finding.ts';
import type { Violation } from '../model/rule.ts';
import { STEP_ROWS } from '../model/step.ts';
import type { ExemptionVerdict } from './exemptions.ts';

export type Action =
  /** Safe, and a person has set this rule to `fix` here: done at once. */
  | 'fix'
  /** Needs a click. */
  | 'ask'
  /** Told, nothing else. */
  | 'report'
  | 'exempt'
  /** People have already decided on exactly this; nothing new to say. */
  | 'leave';

export interface Decision {
  readonly action: Action;
  /** Why not more than that, for people; null when there is nothing to add. */
  readonly reason: string | null;
}

export interface DecisionInput {
  readonly mode: Mode;
  readonly violation: Violation;
  readonly fingerprint: string;
  readonly exemption: ExemptionVerdict;
  readonly previous: Pick<Finding, 'status' | 'fingerprint' | 'timesFixed'> | undefined;
}

/** After so many fixes that came back, somebody's pipeline disagrees with Cinch: people must decide. */
export const FIXES_BEFORE_ASKING = 2;

const SETTLED_BY_PEOPLE: ReadonlySet<string> = new Set(['denied', 'undone', 'failed', 'expired']);

/** What is fixed, what is asked, what is only told: the whole policy in one place. Pure. */
export function decide(input: DecisionInput): Decision {
  const { mode, violation, exemption, previous } = input;
  if (mode === 'off') return { action: 'leave', reason: null };
  if (exemption.kind === 'exempt') {
    const { owner, reason, expires } = exemption.exemption;
    return { action: 'exempt', reason: `exempt until ${expires.slice(0, 10)} by ${owner}: ${reason}` };
  }
  if (exemption.kind === 'unreadable') return { action: 'report', reason: exemption.why };
  const seenBefore = previous !== undefined && previous.fingerprint === input.fingerprint;
  if (seenBefore && SETTLED_BY_PEOPLE.has(previous.status)) return { action: 'leave', reason: null };
  if (violation.remedy.kind === 'manual') return { action: 'report', reason: violation.remedy.why };
  if (mode === 'report') return { action: 'report', reason: 'this rule only reports here' };
  const doubt = reasonToAsk(input);
  return doubt === null ? { action: 'fix', reason: null } : { action: 'ask', reason: doubt };
}

function reasonToAsk({ mode, violation, previous }: DecisionInput): string | null {
  if (violation.remedy.kind !== 'steps') return null;
  const risky = violation.remedy.steps.find((step) => STEP_ROWS[step.kind].risk === 'approval');
  if (violation.remedy.approvalBecause) return violation.remedy.approvalBecause;
  if (risky) return `“${STEP_ROWS[risky.kind].title}” always waits for a person`;
  if (mode !== 'fix') return 'this rule asks here';
  if (previous?.status === 'undone') return 'a person undid this fix before';
  const fixes = previous?.timesFixed ?? 0;
  return fixes >= FIXES_BEFORE_ASKING ? `it was fixed ${fixes} times and put back each time` : null;
}
