import type { Observation } from '../../shared/engine/posture/observation.ts';
import type { Waiver } from '../../shared/model/finding.ts';
import type { Plan } from '../../shared/model/plan.ts';
import type { ResourceKind } from '../../shared/model/resource.ts';
import type { ReportDocument } from './document.ts';

/** What a report is made of, wherever it was read. */
export interface ReportSource {
  readonly source: ReportDocument['source'];
  /** ISO. */
  readonly at: string;
  readonly observations: readonly Observation[];
  /** What was judged where; null where only findings are kept. */
  readonly coverage: Coverage | null;
  /** Open findings at each scan, oldest first; null where the observations' own times tell. */
  readonly scans: readonly ScanPoint[] | null;
  /** Plans that wait for people, with the findings' words; null where nobody wrote them down. */
  readonly questions: readonly Question[] | null;
  readonly exemptions: readonly GivenExemption[];
  readonly notes: readonly string[];
}

export interface Coverage {
  readonly accounts: readonly {
    readonly account: string;
    readonly resources: { readonly [K in ResourceKind]: number };
    /** Rules that are off there. */
    readonly off: readonly string[];
  }[];
  readonly rules: readonly string[];
}

export interface ScanPoint {
  readonly at: string;
  readonly open: readonly Observation[];
}

export interface Question {
  readonly plan: Plan;
  readonly summary: string;
}

export interface GivenExemption extends Omit<Waiver, 'owner' | 'expires'> {
  readonly owner: string | null;
  readonly expires: string | null;
}
