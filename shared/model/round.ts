import type { Place } from './place.ts';

/**
 * What a sweep goes through at a place, in this order. `findings` comes after the lists: whatever has an open finding and was in none is gone,
 * or about to be. `layers` are Cinch's own.
 */
export const ROUND_STAGES = ['functions', 'apis', 'users', 'findings', 'layers'] as const;
export type RoundStage = (typeof ROUND_STAGES)[number];

/** How far the pass over one place has come. There is one record a place; the next round takes it over. */
export interface Round extends Place {
  /** The place's id. */
  readonly id: string;
  /** When the round was due, ISO; it names the round. */
  readonly round: string;
  /** What is listed next; null when everything is. */
  readonly stage: RoundStage | null;
  /** Where the next page of the stage begins; null for its first. */
  readonly from: string | null;
  /** Looks that were queued. */
  readonly looks: number;
  /** What the account did not let Cinch list. */
  readonly refused: readonly RoundStage[];
  /** ISO. */
  readonly updatedAt: string;
  readonly version: number;
}

/** IAM has users, a region has the others. */
export const stagesAt = ({ region }: Place): readonly RoundStage[] =>
  ROUND_STAGES.filter((stage) => stage === 'findings' || (stage === 'users') === (region === null));

/** Whether the place let nobody in: nothing of it could be listed, and nothing is known of it. */
export const isLocked = (round: Pick<Round, 'account' | 'region' | 'looks' | 'refused'>): boolean =>
  round.looks === 0 &&
  stagesAt(round).every((stage) => stage === 'findings' || stage === 'layers' || round.refused.includes(stage));
