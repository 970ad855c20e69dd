import { partitionOf } from '../../../model/resource.ts';
import type { StepOf } from '../../../model/step.ts';
import { OWN_PREFIX } from '../../../names.ts';
import type { Move } from './environment.ts';

export type MoveSecrets = StepOf<'move-secrets-to-ssm'>;
/** Names, ARNs and policies; no value. */
export interface Captured {
  /** Marks this plan's parameters. */
  readonly id: string;
  readonly moves: readonly Move[];
  readonly layers: readonly string[];
  readonly wrapper: string | null;
  /** The role's inline policy for this function's secrets as an earlier move left it; null when there was none. */
  readonly policyText: string | null;
  readonly keyArn: string;
}
export interface Receipt {
  readonly layerArn: string | null;
  readonly policyText: string;
}

export const policyNameOf = (step: MoveSecrets): string => `${OWN_PREFIX}secrets-${step.target.name}`;
export const parameterArnOf = ({ target }: MoveSecrets, parameter: string): string =>
  `arn:${partitionOf(target.region)}:ssm:${target.region}:${target.account}:parameter${parameter}`;
