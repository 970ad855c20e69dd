import type { Step, StepKind } from '../../../../../shared/model/step.ts';
import type { MemberCloud } from '../../cloud/member-cloud.ts';

/** A state of an account that one kind of step changes: every scenario is run through apply and undo, on each emulator. */
export interface Scenario {
  readonly kind: StepKind;
  /** Besides the kind, when there are several of it. */
  readonly what: string;
  /** Makes the state, and answers the step and a look at everything that it could touch: whole replies of AWS. */
  prepare(cloud: MemberCloud): Promise<{ readonly step: Step; readonly look: () => Promise<unknown> }>;
  /** Why moto can't run it: what it lacks or gets wrong, against AWS's documentation. */
  readonly notOnMoto?: string;
}
