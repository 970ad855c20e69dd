import { eventPatterns, type NamedPattern } from '../shared/events/patterns.ts';
import { STEP_ROWS, type StepRow } from '../shared/model/step.ts';

/** What a version of Cinch can change and listens to: the member stack's permissions and rules follow from it alone. */
export interface Catalogue {
  readonly steps: Readonly<Record<string, StepRow>>;
  readonly patterns: readonly NamedPattern[];
}

/** This version's. */
export const CATALOGUE: Catalogue = { steps: STEP_ROWS, patterns: eventPatterns() };
