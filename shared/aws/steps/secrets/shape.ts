import type { Move } from './environment.ts';

/** Names, ARNs and policies; no value. */
export interface Captured {
  /** Marks this plan's parameters or secrets. */
  readonly id: string;
  readonly moves: readonly Move[];
  readonly layers: readonly string[];
  readonly wrapper: string | null;
  /** The role's inline policy for this function's secrets as an earlier move left it; null when there was none. */
  readonly policyText: string | null;
  /** Null where AWS's own key encrypts. */
  readonly keyArn: string | null;
}
export interface Receipt {
  readonly layerArn: string | null;
  readonly policyText: string;
}
