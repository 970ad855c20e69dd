import { MalformedInput } from '../model/errors.ts';

/** Queue messages carry ids, never state: the ledger is the truth, and any message may come twice, late or not at all. */

/** On the changes queue: an EventBridge event as it came, or a sweep's wish to look at a resource again. */
export type ChangeMessage =
  | { readonly kind: 'event'; readonly event: unknown }
  | { readonly kind: 'look'; readonly id: string; readonly resourceArn: string };

/** On the work queue. */
export type WorkMessage = { readonly kind: 'apply'; readonly planId: string };

/** On the notices queue: bring a finding's card up to date; or a click that on-slack has verified. */
export type NoticeMessage = { readonly kind: 'card'; readonly findingId: string } | ClickMessage;

export interface ClickMessage {
  readonly kind: 'click';
  readonly action: ClickAction;
  readonly planId: string;
  readonly userId: string;
  readonly channel: string;
  readonly ts: string;
  /** From the Deny and Exempt dialogs. */
  readonly reason: string | null;
  readonly days: number | null;
}

export const CLICK_ACTIONS = ['approve', 'deny', 'exempt', 'undo'] as const;
export type ClickAction = (typeof CLICK_ACTIONS)[number];

function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new MalformedInput(what, 'body', 'not a JSON object');
  return value as Record<string, unknown>;
}

function text(source: Record<string, unknown>, key: string, what: string): string {
  const value = source[key];
  if (typeof value !== 'string' || value === '') throw new MalformedInput(what, key, 'missing or not a text');
  return value;
}

/** @throws MalformedInput */
export function parseJson(body: string, what: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new MalformedInput(
      what,
      'body',
      `not JSON (${body.length} characters): ${cause instanceof SyntaxError ? 'syntax error' : 'unreadable'}`,
    );
  }
}

/** The rule's target puts the event itself on the queue; anything without Cinch's own `kind` is taken for one. @throws MalformedInput */
export function parseChangeMessage(body: string): ChangeMessage {
  const value = record(parseJson(body, 'change message'), 'change message');
  if (value.kind === 'look')
    return { kind: 'look', id: text(value, 'id', 'change message'), resourceArn: text(value, 'resourceArn', 'change message') };
  return { kind: 'event', event: value };
}

/** @throws MalformedInput */
export function parseWorkMessage(body: string): WorkMessage {
  const value = record(parseJson(body, 'work message'), 'work message');
  if (value.kind !== 'apply') throw new MalformedInput('work message', 'kind', 'not `apply`');
  return { kind: 'apply', planId: text(value, 'planId', 'work message') };
}

/** @throws MalformedInput */
export function parseNoticeMessage(body: string): NoticeMessage {
  const what = 'notice message';
  const value = record(parseJson(body, what), what);
  if (value.kind === 'card') return { kind: 'card', findingId: text(value, 'findingId', what) };
  if (value.kind !== 'click') throw new MalformedInput(what, 'kind', 'neither `card` nor `click`');
  const action = CLICK_ACTIONS.find((known) => known === value.action);
  if (!action) throw new MalformedInput(what, 'action', `not one of ${CLICK_ACTIONS.join(', ')}`);
  return {
    kind: 'click',
    action,
    planId: text(value, 'planId', what),
    userId: text(value, 'userId', what),
    channel: text(value, 'channel', what),
    ts: text(value, 'ts', what),
    reason: typeof value.reason === 'string' ? value.reason : null,
    days: typeof value.days === 'number' && Number.isInteger(value.days) ? value.days : null,
  };
}
