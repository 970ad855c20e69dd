import { CLICK_ACTIONS, type ClickAction, SNOOZE_HOURS, VIEW_NAMES, type ViewName } from '../flows/messages.ts';
import { MalformedInput } from '../model/errors.ts';
import {
  ACTION_IDS,
  type CardRef,
  DIALOG_IDS,
  type DialogAction,
  INPUTS,
  type MessageRef,
  PAGE_ACTIONS,
  VIEW_IDS,
} from './names.ts';

/** What Slack says, once its signature is known to be good. */
export type SlackRequest =
  | { readonly kind: 'url-verification'; readonly challenge: string }
  | { readonly kind: 'ssl-check' }
  | ButtonRequest
  | ViewRequest
  | DialogRequest
  | CommandRequest
  | { readonly kind: 'other-team' }
  /** Signed and well-formed, but nothing for Cinch: a closed dialog, somebody's later button. */
  | { readonly kind: 'ignored'; readonly type: string };

/** Where a button was clicked, and what answers it. */
interface Clicked {
  readonly userId: string;
  readonly triggerId: string;
  /** Null in a modal. */
  readonly responseUrl: string | null;
  /** The modal that the button was in; null for one on a message. */
  readonly viewId: string | null;
}

export interface ButtonRequest extends Clicked {
  readonly kind: 'button';
  readonly action: ClickAction;
  readonly card: CardRef;
  readonly hours: number | null;
}

/** A modal is wanted, or another page of the one that is open. */
export interface ViewRequest extends Clicked {
  readonly kind: 'view';
  readonly view: ViewName;
  readonly id: string;
  readonly page: number;
  readonly isTurn: boolean;
  readonly message: MessageRef;
}

export interface DialogRequest {
  readonly kind: 'dialog';
  readonly action: DialogAction;
  readonly card: CardRef;
  readonly userId: string;
  /** As typed. */
  readonly reason: string;
  readonly days: string;
  readonly owner: string;
  readonly name: string;
}

export interface CommandRequest {
  readonly kind: 'command';
  readonly text: string;
  readonly userId: string;
  readonly responseUrl: string;
}

const WHAT = 'Slack request';
type Json = Record<string, unknown>;

/**
 * The typed form of a verified body. A request of another workspace answers `other-team`, whatever else it holds.
 * @param teamId the workspace (T...) or organization (E...) that Cinch is configured for
 * @throws MalformedInput
 */
export function parseSlackRequest(body: string, contentType: string | undefined, teamId: string): SlackRequest {
  if (contentType?.toLowerCase().startsWith('application/json')) return parseEventsApi(parseObject(body, 'body'));
  const form = new URLSearchParams(body);
  if (form.get('ssl_check') === '1') return { kind: 'ssl-check' };
  if (form.has('command')) return parseCommand(form, teamId);
  const payload = form.get('payload');
  if (payload === null) throw new MalformedInput(WHAT, 'payload', 'missing');
  const json = parseObject(payload, 'payload');
  const type = text(json, 'type', 'payload');
  if (!isOurTeam(json, teamId)) return { kind: 'other-team' };
  if (type === 'block_actions') return parseButton(json);
  if (type === 'view_submission') return parseDialog(json);
  return { kind: 'ignored', type: type.slice(0, 50) };
}

function parseEventsApi(json: Json): SlackRequest {
  const type = text(json, 'type', 'body');
  if (type !== 'url_verification') return { kind: 'ignored', type: type.slice(0, 50) };
  return { kind: 'url-verification', challenge: text(json, 'challenge', 'body', 500) };
}

function isOurTeam(json: Json, teamId: string): boolean {
  // With an organization-wide installation `team` is null and `enterprise` speaks.
  return optionalObject(json.team)?.id === teamId || optionalObject(json.enterprise)?.id === teamId;
}

/** A slash command is a form of its own, without a payload. https://docs.slack.dev/interactivity/implementing-slash-commands */
function parseCommand(form: URLSearchParams, teamId: string): SlackRequest {
  if (form.get('team_id') !== teamId && form.get('enterprise_id') !== teamId) return { kind: 'other-team' };
  const fields = Object.fromEntries(form);
  return {
    kind: 'command',
    text: (form.get('text') ?? '').slice(0, 2000),
    userId: checkUserId(text(fields, 'user_id', 'form', 30), 'user_id'),
    responseUrl: text(fields, 'response_url', 'form', 1000),
  };
}

function parseButton(json: Json): SlackRequest {
  const { actions } = json;
  if (!Array.isArray(actions) || actions.length !== 1) throw new MalformedInput(WHAT, 'actions', 'not exactly one');
  const clicked = object(actions[0], 'actions/0');
  const actionId = text(clicked, 'action_id', 'actions/0', 255);
  const isOurs = Object.values(ACTION_IDS).includes(actionId);
  const container = optionalObject(json.container);
  const view = container?.type === 'view' ? object(json.view, 'view') : undefined;
  if (!isOurs) return { kind: 'ignored', type: 'block_actions' };
  const where = {
    userId: userOf(json),
    triggerId: text(json, 'trigger_id', 'payload', 500),
    responseUrl: typeof json.response_url === 'string' ? json.response_url : null,
    viewId: view ? text(view, 'id', 'view', 50) : null,
  };
  const message = parseMessageRef(view ? metadataOf(view) : messageOf(json, container), 'container');
  const viewName = VIEW_NAMES.find((known) => ACTION_IDS[known] === actionId);
  if (viewName) {
    const id = recordId(text(clicked, 'value', 'actions/0', 200), 'actions/0/value');
    return { kind: 'view', ...where, view: viewName, id, page: 0, isTurn: false, message };
  }
  if (PAGE_ACTIONS.some((known) => ACTION_IDS[known] === actionId))
    return { kind: 'view', ...where, ...parseTurn(clicked, view), message };
  const { action, planId, hours } = actionId === ACTION_IDS.more ? parseMore(clicked) : parseAction(clicked, actionId);
  return { kind: 'button', ...where, action, card: { planId, ...message }, hours };
}

function parseAction(clicked: Json, actionId: string): { action: ClickAction; planId: string; hours: null } {
  const action = CLICK_ACTIONS.find((known) => ACTION_IDS[known] === actionId);
  if (!action) throw new MalformedInput(WHAT, 'actions/0/action_id', 'unknown');
  return { action, planId: recordId(text(clicked, 'value', 'actions/0', 200), 'actions/0/value'), hours: null };
}

/** A choice of the menu: see moreValue. */
function parseMore(clicked: Json): { action: ClickAction; planId: string; hours: number | null } {
  const where = 'actions/0/selected_option';
  const [verb, given, planId, ...rest] = text(object(clicked.selected_option, where), 'value', where, 150).split(' ');
  const hours = SNOOZE_HOURS.find((known) => String(known) === given) ?? null;
  const isKnown = verb === 'discard' || (verb === 'snooze' && hours !== null);
  if (!isKnown || !planId || rest.length > 0) throw new MalformedInput(WHAT, where, 'not a choice of the menu');
  return { action: verb, planId: recordId(planId, where), hours };
}

/** A page of the modal that the button is in: see pageValue. */
function parseTurn(clicked: Json, view: Json | undefined): { view: ViewName; id: string; page: number; isTurn: true } {
  const name = VIEW_NAMES.find((known) => VIEW_IDS[known] === view?.callback_id);
  const [id, page, ...rest] = text(clicked, 'value', 'actions/0', 200).split(' ');
  if (!name || !id || !page || !/^\d{1,4}$/.test(page) || rest.length > 0)
    throw new MalformedInput(WHAT, 'actions/0/value', 'not a page');
  return { view: name, id: recordId(id, 'actions/0/value'), page: Number(page), isTurn: true };
}

const messageOf = (json: Json, container: Json | undefined): Json => ({
  channel: container?.channel_id ?? optionalObject(json.channel)?.id,
  ts: container?.message_ts ?? optionalObject(json.message)?.ts,
});

const metadataOf = (view: Json): Json => parseObject(text(view, 'private_metadata', 'view', 3000), 'view/private_metadata');

function parseDialog(json: Json): SlackRequest {
  const view = object(json.view, 'view');
  const callback = text(view, 'callback_id', 'view', 255);
  const action = (Object.keys(DIALOG_IDS) as DialogAction[]).find((known) => DIALOG_IDS[known] === callback);
  if (!action) return { kind: 'ignored', type: 'view_submission' };
  const metadata = metadataOf(view);
  const values = object(object(view.state, 'view/state').values, 'view/state/values');
  return {
    kind: 'dialog',
    action,
    card: parseCardRef(metadata, 'view/private_metadata'),
    userId: userOf(json),
    reason: inputValue(values, INPUTS.reason),
    days: inputValue(values, INPUTS.days),
    owner: inputValue(values, INPUTS.owner),
    name: inputValue(values, INPUTS.name),
  };
}

/** An input that was left empty has a null value. */
function inputValue(values: Json, id: string): string {
  const value = optionalObject(optionalObject(values[id])?.[id])?.value;
  return typeof value === 'string' ? value : '';
}

const userOf = (json: Json): string => checkUserId(text(object(json.user, 'user'), 'id', 'user', 30), 'user/id');

function checkUserId(id: string, where: string): string {
  if (!/^[UW][A-Z0-9]{2,}$/.test(id)) throw new MalformedInput(WHAT, where, 'not a user id');
  return id;
}

const parseCardRef = (source: Json, where: string): CardRef => ({
  planId: recordId(text(source, 'planId', where, 200), where),
  ...parseMessageRef(source, where),
});

function parseMessageRef(source: Json, where: string): MessageRef {
  const channel = text(source, 'channel', where, 30);
  const ts = text(source, 'ts', where, 30);
  if (!/^[CGD][A-Z0-9]{2,}$/.test(channel)) throw new MalformedInput(WHAT, where, 'not a channel id');
  if (!/^\d{1,12}\.\d{1,10}$/.test(ts)) throw new MalformedInput(WHAT, where, 'not a message ts');
  return { channel, ts };
}

/** Of a plan, a finding or a digest. */
function recordId(id: string, where: string): string {
  if (!/^[\w.:-]+$/.test(id)) throw new MalformedInput(WHAT, where, 'not an id of a record');
  return id;
}

function parseObject(json: string, where: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new MalformedInput(WHAT, where, `not JSON (${json.length} characters)`);
  }
  return object(value, where);
}

function object(value: unknown, where: string): Json {
  const found = optionalObject(value);
  if (!found) throw new MalformedInput(WHAT, where, 'not a JSON object');
  return found;
}

const optionalObject = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;

function text(source: Json, key: string, where: string, max = 100): string {
  const value = source[key];
  if (typeof value !== 'string' || value === '' || value.length > max)
    throw new MalformedInput(WHAT, `${where}/${key}`, `not a text of 1 to ${max} characters`);
  return value;
}
