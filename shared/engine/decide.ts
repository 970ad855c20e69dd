import type { Mode } from '../config/schema.ts';
import type { Finding } from '../model/finding.ts';
import type { Violation } from '../model/rule.ts';
import type { ManagedBy } from '../model/state.ts';
import { STEP_ROWS } from '../model/step.ts';
import type { ExemptionVerdict } from './exemptions.ts';
import { FIXES_BEFORE_ASKING, ownedReason, recentFixes, revertReason } from './reverts.ts';

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
  readonly previous:
    | (Pick<Finding, 'status' | 'fingerprint' | 'timesFixed'> & Partial<Pick<Finding, 'updatedAt' | 'fixedAt'>>)
    | undefined;
  /** ISO; for a question that somebody withdrew, and for fixes of long ago. */
  readonly now?: string;
  /** The tool that deploys the resource, as far as anybody knows. */
  readonly managedBy?: ManagedBy | null;
  /** The configuration sets `fix` for this very rule, and not for all rules at once. */
  readonly isNamed?: boolean;
  /** Whether it is grave enough to ask people about; what is not is only told. */
  readonly mayAsk?: boolean;
  /** Why Cinch fixes nothing by itself here now: the stop switch or the account's circuit breaker. */
  readonly halt?: string | undefined;
  /** Why nothing of the resource may be changed at all: its owner's tag. */
  readonly protection?: string | undefined;
  /** Why the mode is the strictest of several: tags that could not be read. */
  readonly doubt?: string | null;
}

const SETTLED_BY_PEOPLE: ReadonlySet<string> = new Set(['denied', 'undone', 'failed', 'expired', 'discarded']);

/** To withdraw a question decides nothing: so long it rests. */
const DISCARDED_DAYS = 7;

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
  if (seenBefore && SETTLED_BY_PEOPLE.has(previous.status) && !hasRested(input)) return { action: 'leave', reason: null };
  if (violation.remedy.kind === 'manual') return { action: 'report', reason: violation.remedy.why };
  if (mode === 'report') return { action: 'report', reason: input.doubt ?? 'this rule only reports here' };
  if (input.protection) return { action: 'report', reason: input.protection };
  const doubt = reasonToAsk(input);
  if (doubt === null) return { action: 'fix', reason: null };
  return input.mayAsk === false ? { action: 'report', reason: TOO_SMALL } : { action: 'ask', reason: doubt };
}

const TOO_SMALL = 'nobody is asked about findings of this severity, unless cinch.yaml names the rule (slack.asksFrom)';

function hasRested({ previous, now }: DecisionInput): boolean {
  if (previous?.status !== 'discarded' || !previous.updatedAt || !now) return false;
  return Date.parse(now) - Date.parse(previous.updatedAt) >= DISCARDED_DAYS * 86_400_000;
}

function reasonToAsk(input: DecisionInput): string | null {
  const { mode, violation, previous, managedBy = null, halt } = input;
  if (violation.remedy.kind !== 'steps') return null;
  const fixes = recentFixes(previous, input.now);
  // Before the rest: whoever approves must know that it was in vain so far.
  if (fixes >= FIXES_BEFORE_ASKING) return revertReason(fixes, managedBy);
  const risky = violation.remedy.steps.find((step) => STEP_ROWS[step.kind].risk === 'approval');
  if (violation.remedy.approvalBecause) return violation.remedy.approvalBecause;
  if (risky) return `“${STEP_ROWS[risky.kind].title}” always waits for a person`;
  if (mode !== 'fix') return input.doubt ?? 'this rule asks here';
  if (previous?.status === 'undone') return 'a person undid this fix before';
  // A fix beside its source is drift: the next deploy puts the old value back, and a deploy that compares may fail. Who sets `fix` for the
  // rule by name has chosen that; who sets it for everything may not have thought of it.
  if (managedBy && !input.isNamed) return ownedReason(managedBy);
  return halt ?? null;
}
