import type { Resource } from './resource.ts';
import type { DeployTool } from './state.ts';

/** Who made a change, from CloudTrail's userIdentity. */
export interface Principal {
  readonly account: string;
  /** The role, user or service itself: an assumed role's session issuer, not its session. */
  readonly arn: string;
  readonly type: string;
  /** The session's name, often a person's e-mail; null when there is none. */
  readonly session: string | null;
  readonly sourceIdentity: string | null;
}

/** A watched change, read from an event. It says where to look; the live state says what is. */
export interface Change {
  /** CloudTrail's eventID, or a sweep's own id. */
  readonly id: string;
  /** Canonical name without API date, e.g. `UpdateFunctionConfiguration`; `Sweep` for a reconcile. */
  readonly name: string;
  /** As EventBridge stamped it, never from the event's body. */
  readonly account: string;
  readonly region: string;
  /** ISO. */
  readonly time: string;
  readonly principal: Principal;
  readonly userAgent: string;
  readonly tool: DeployTool | null;
  /** What it touched. A managed policy's change names `policyArn` instead, whose roles must be looked up. */
  readonly resources: readonly Resource[];
  readonly policyArn: string | null;
}

export type ParsedEvent =
  | { readonly kind: 'change'; readonly change: Change }
  | { readonly kind: 'ignored'; readonly reason: string };
