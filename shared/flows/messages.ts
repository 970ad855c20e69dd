import { MalformedInput } from '../model/errors.ts';

/**
 * Queue messages carry ids, never state: the ledger is the truth, and any message may come twice, late or not at all. Also after an upgrade, when
 * the version before has written it: a field that is new is left out there, and one that is gone is not looked at.
 */

/** What a message leads back to: CloudTrail's id of the event, a look's own, a request's. For logs and `cinch trace`; nothing is decided by it. */
interface Caused {
  readonly cause?: string;
}

/** On the changes queue: an EventBridge event as it came, or a wish to look at a resource again. On the looks queue: a sweep's looks alone. */
export type ChangeMessage = { readonly kind: 'event'; readonly event: unknown } | LookMessage;

export interface LookMessage {
  readonly kind: 'look';
  readonly id: string;
  readonly resourceArn: string;
  /** The sweep's round, in which each resource is judged once; left out when it must be judged in any case. */
  readonly round?: string;
}

/** On the places queue: go on with the round at a place. */
export interface PlaceMessage {
  readonly kind: 'place';
  /** Its id, model/place.ts. */
  readonly place: string;
  readonly round: string;
}

/** On the places queue too: go on with the self-check's round in some accounts. */
export interface AccountsMessage {
  readonly kind: 'accounts';
  /** When the round began, ISO; it names the round. */
  readonly round: string;
  readonly accounts: readonly string[];
}

/** On the work queue. */
export type WorkMessage = { readonly kind: 'apply'; readonly planId: string } & Caused;

/** On the exports queue: a finding whose event the bus has told, or a look at all of them. */
export type ExportMessage = { readonly kind: 'finding'; readonly findingId: string } | { readonly kind: 'refresh' };

/** On the work queue too: an old version of a layer that Cinch published, which nobody uses. */
export interface CleanLayerMessage {
  readonly kind: 'clean-layer';
  readonly layerArn: string;
}

/** On the notices queue: bring a finding's card up to date. On the clicks queue: what on-slack has verified. */
export type NoticeMessage =
  | ({ readonly kind: 'card'; readonly findingId: string } & Caused)
  /** Tell of a new version of the configuration. */
  | { readonly kind: 'config'; readonly version: number }
  | DigestMessage
  | WeeklyMessage
  /** Sweep has looked at the installation: say what has turned broken. */
  | { readonly kind: 'self-check' }
  | SlackMessage
  | DecisionMessage;

/** Bring a digest up to date, if it was not since `since` (ISO). */
export interface DigestMessage {
  readonly kind: 'digest';
  readonly digestId: string;
  readonly since: string;
}

/** Tell the week that ends at `at` (ISO). */
export interface WeeklyMessage {
  readonly kind: 'weekly';
  readonly at: string;
}

/** A decision that somebody made with the command line, whom API Gateway has authenticated. */
export interface DecisionMessage {
  readonly kind: 'decision';
  readonly action: IamDecision;
  readonly planId: string;
  readonly callerArn: string;
  readonly requestId: string;
  readonly reason: string | null;
}

export const IAM_DECISIONS = ['approve', 'deny', 'undo'] as const;
export type IamDecision = (typeof IAM_DECISIONS)[number];

export type SlackMessage = ClickMessage | ViewMessage | CommandMessage;

/** A decision that somebody made with a button or a dialog. */
export interface ClickMessage {
  readonly kind: 'click';
  /** Of the request, so that the same click delivered again is known. Empty for one that an older version has queued. */
  readonly id: string;
  readonly action: ClickAction;
  /** For first aid the id that its plan is to have. */
  readonly planId: string;
  readonly userId: string;
  /** The message whose button it was; for one in a modal the message that the modal was opened from. */
  readonly channel: string;
  readonly ts: string;
  /** From the dialogs of Deny, Exempt and Break glass. */
  readonly reason: string | null;
  /** From Exempt. */
  readonly days: number | null;
  readonly owner: string | null;
  /** From Snooze. */
  readonly hours: number | null;
  /** From Break glass: the resource's name, typed. */
  readonly typedName: string | null;
}

export const CLICK_ACTIONS = [
  'approve',
  'deny',
  'exempt',
  'undo',
  'snooze',
  'discard',
  /** First aid: the function no longer runs. */
  'quarantine',
  /** First aid: the role may no longer do anything. */
  'isolate',
  /** The author approves their own change in an emergency. */
  'break-glass',
] as const;
export type ClickAction = (typeof CLICK_ACTIONS)[number];

/** What Snooze offers. */
export const SNOOZE_HOURS = [4, 24, 168] as const;

/** A modal that on-slack has opened empty, to be filled within the time that people wait. */
export interface ViewMessage {
  readonly kind: 'view';
  readonly view: ViewName;
  /** Of the finding for `details`, of the digest for `review`. */
  readonly id: string;
  /** From 0. */
  readonly page: number;
  readonly viewId: string;
  readonly userId: string;
  /** The message that it was opened from, which the buttons in it speak for. */
  readonly channel: string;
  readonly ts: string;
}

export const VIEW_NAMES = ['details', 'review'] as const;
export type ViewName = (typeof VIEW_NAMES)[number];

/** What somebody typed after `/cinch`. */
export interface CommandMessage {
  readonly kind: 'command';
  readonly text: string;
  readonly userId: string;
  readonly responseUrl: string;
  /** When on-slack took it, so that the same command delivered again means the same; ISO. */
  readonly at: string;
}

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

function texts(source: Record<string, unknown>, key: string, what: string): string[] {
  const value = source[key];
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string'))
    throw new MalformedInput(what, key, 'missing or not a list of texts');
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
  if (value.kind === 'look') return parseLook(value, 'change message');
  return { kind: 'event', event: value };
}

function parseLook(value: Record<string, unknown>, what: string): LookMessage {
  const look: LookMessage = { kind: 'look', id: text(value, 'id', what), resourceArn: text(value, 'resourceArn', what) };
  return value.round === undefined ? look : { ...look, round: text(value, 'round', what) };
}

/** @throws MalformedInput */
export function parsePlaceMessage(body: string): PlaceMessage | AccountsMessage {
  const what = 'place message';
  const value = record(parseJson(body, what), what);
  if (value.kind === 'accounts')
    return { kind: 'accounts', round: text(value, 'round', what), accounts: texts(value, 'accounts', what) };
  if (value.kind !== 'place') throw new MalformedInput(what, 'kind', 'neither `place` nor `accounts`');
  return { kind: 'place', place: text(value, 'place', what), round: text(value, 'round', what) };
}

/** @throws MalformedInput */
export function parseWorkMessage(body: string): WorkMessage | CleanLayerMessage {
  const value = record(parseJson(body, 'work message'), 'work message');
  if (value.kind === 'clean-layer') return { kind: 'clean-layer', layerArn: text(value, 'layerArn', 'work message') };
  if (value.kind !== 'apply') throw new MalformedInput('work message', 'kind', 'neither `apply` nor `clean-layer`');
  return { kind: 'apply', planId: text(value, 'planId', 'work message'), ...causeOf(value) };
}

/** The rule's target puts Cinch's own event on the queue, of which only the id counts. @throws MalformedInput */
export function parseExportMessage(body: string): ExportMessage {
  const what = 'export message';
  const value = record(parseJson(body, what), what);
  if (value.kind === 'refresh') return { kind: 'refresh' };
  if (value['detail-type'] !== 'FindingChanged')
    throw new MalformedInput(what, 'detail-type', 'neither an event FindingChanged nor `refresh`');
  return { kind: 'finding', findingId: text(record(value.detail, what), 'findingId', what) };
}

/** @throws MalformedInput */
export function parseNoticeMessage(body: string): NoticeMessage {
  const what = 'notice message';
  const value = record(parseJson(body, what), what);
  if (value.kind === 'card') return { kind: 'card', findingId: text(value, 'findingId', what), ...causeOf(value) };
  if (value.kind === 'digest')
    return { kind: 'digest', digestId: text(value, 'digestId', what), since: text(value, 'since', what) };
  if (value.kind === 'weekly') return { kind: 'weekly', at: text(value, 'at', what) };
  if (value.kind === 'config') return { kind: 'config', version: wholeNumber(value, 'version', what) };
  if (value.kind === 'self-check') return { kind: 'self-check' };
  if (value.kind === 'click') return parseClick(value, what);
  if (value.kind === 'view') return parseView(value, what);
  if (value.kind === 'command') return parseCommandMessage(value, what);
  if (value.kind === 'decision') return parseDecisionMessage(value, what);
  throw new MalformedInput(what, 'kind', 'neither `card`, `click`, `view` nor `command`');
}

function parseClick(value: Record<string, unknown>, what: string): ClickMessage {
  const action = CLICK_ACTIONS.find((known) => known === value.action);
  if (!action) throw new MalformedInput(what, 'action', `not one of ${CLICK_ACTIONS.join(', ')}`);
  return {
    kind: 'click',
    id: optionalText(value.id) ?? '',
    action,
    planId: text(value, 'planId', what),
    userId: text(value, 'userId', what),
    channel: text(value, 'channel', what),
    ts: text(value, 'ts', what),
    reason: optionalText(value.reason),
    days: optionalInt(value.days),
    owner: optionalText(value.owner),
    hours: optionalInt(value.hours),
    typedName: optionalText(value.typedName),
  };
}

function parseView(value: Record<string, unknown>, what: string): ViewMessage {
  const view = VIEW_NAMES.find((known) => known === value.view);
  if (!view) throw new MalformedInput(what, 'view', `not one of ${VIEW_NAMES.join(', ')}`);
  return {
    kind: 'view',
    view,
    id: text(value, 'id', what),
    page: optionalInt(value.page) ?? 0,
    viewId: text(value, 'viewId', what),
    userId: text(value, 'userId', what),
    channel: text(value, 'channel', what),
    ts: text(value, 'ts', what),
  };
}

function parseCommandMessage(value: Record<string, unknown>, what: string): CommandMessage {
  return {
    kind: 'command',
    // `/cinch` alone has no text.
    text: optionalText(value.text) ?? '',
    userId: text(value, 'userId', what),
    responseUrl: text(value, 'responseUrl', what),
    at: text(value, 'at', what),
  };
}

function parseDecisionMessage(value: Record<string, unknown>, what: string): DecisionMessage {
  const action = IAM_DECISIONS.find((known) => known === value.action);
  if (!action) throw new MalformedInput(what, 'action', `not one of ${IAM_DECISIONS.join(', ')}`);
  return {
    kind: 'decision',
    action,
    planId: text(value, 'planId', what),
    callerArn: text(value, 'callerArn', what),
    requestId: text(value, 'requestId', what),
    reason: optionalText(value.reason),
  };
}

function wholeNumber(source: Record<string, unknown>, key: string, what: string): number {
  const value = optionalInt(source[key]);
  if (value === null) throw new MalformedInput(what, key, 'missing or not a whole number');
  return value;
}

/** What is no id is left out: a message does not fail for what only a log would show. */
const causeOf = ({ cause }: Record<string, unknown>): Caused => (isId(cause) ? { cause } : {});

const isId = (value: unknown): value is string => typeof value === 'string' && /^[\w.:/-]{1,200}$/.test(value);

/**
 * The ids that a message names, for a log line about one that failed: also of a message that can't be read, so nothing else of it is told.
 */
export function idsOf(body: string): Readonly<Record<string, string>> {
  try {
    const value = record(parseJson(body, 'message'), 'message');
    const detail = typeof value.detail === 'object' && value.detail !== null ? (value.detail as Record<string, unknown>) : {};
    const own = value.kind === 'look' || value.kind === 'click' ? value.id : value.requestId;
    const cause = value.cause ?? detail.eventID ?? own;
    const ids = { cause, finding: value.findingId ?? detail.findingId, plan: value.planId };
    return Object.fromEntries(Object.entries(ids).filter((entry): entry is [string, string] => isId(entry[1])));
  } catch {
    return {};
  }
}

const optionalText = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const optionalInt = (value: unknown): number | null => (typeof value === 'number' && Number.isInteger(value) ? value : null);
