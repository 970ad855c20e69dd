import { CANARY_SOURCE } from '../names.ts';
import { isFields } from './fields.ts';

/** Where a canary was sent from, as EventBridge stamped it. */
export interface Heard {
  readonly account: string;
  readonly region: string;
  /** ISO, whole seconds. */
  readonly time: string;
}

/** The self-check's own event; undefined for every other, and for one that EventBridge can't have stamped. */
export function parseCanary(event: unknown): Heard | undefined {
  if (!isFields(event) || event.source !== CANARY_SOURCE) return undefined;
  const { account, region, time } = event;
  const isStamped =
    typeof account === 'string' && typeof region === 'string' && typeof time === 'string' && !Number.isNaN(Date.parse(time));
  return isStamped ? { account, region, time: new Date(time).toISOString() } : undefined;
}
