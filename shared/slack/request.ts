import { CLICK_ACTIONS, type ClickAction } from '../flows/messages.ts';
import { MalformedInput } from '../model/errors.ts';
import { ACTION_IDS, type CardRef, DIALOG_IDS, type DialogAction, INPUTS } from './names.ts';

/** What Slack says, once its signature is known to be good. */
export type SlackRequest =
  | { readonly kind: 'url-verification'; readonly challenge: string }
  | { readonly kind: 'ssl-check' }
  | {
      readonly kind: 'button';
      readonly action: ClickAction;
      readonly card: CardRef;
      readonly userId: string;
      readonly triggerId: string;
      readonly responseUrl: string | null;
    }
  | {
      readonly kind: 'dialog';
      readonly action: DialogAction;
      readonly card: CardRef;
      readonly userId: string;
      /** As typed. */
      readonly reason: string;
      readonly days: string;
    }
  | { readonly kind: 'other-team' }
  /** Signed and well-formed, but nothing for Cinch: a closed dialog, somebody's later button. */
  | { readonly kind: 'ignored'; readonly type: string };

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

function parseButton(json: Json): SlackRequest {
  const { actions } = json;
  if (!Array.isArray(actions) || actions.length !== 1) throw new MalformedInput(WHAT, 'actions', 'not exactly one');
  const clicked = object(actions[0], 'actions/0');
  const actionId = text(clicked, 'action_id', 'actions/0', 255);
  const action = CLICK_ACTIONS.find((known) => ACTION_IDS[known] === actionId);
  if (!action) return { kind: 'ignored', type: 'block_actions' };
  const container = optionalObject(json.container);
  const channel = container?.channel_id ?? optionalObject(json.channel)?.id;
  const ts = container?.message_ts ?? optionalObject(json.message)?.ts;
  return {
    kind: 'button',
    action,
    card: parseCardRef({ planId: clicked.value, channel, ts }, 'actions/0/value'),
    userId: userOf(json),
    triggerId: text(json, 'trigger_id', 'payload', 500),
    responseUrl: typeof json.response_url === 'string' ? json.response_url : null,
  };
}

function parseDialog(json: Json): SlackRequest {
  const view = object(json.view, 'view');
  const callback = text(view, 'callback_id', 'view', 255);
  const action = (Object.keys(DIALOG_IDS) as DialogAction[]).find((known) => DIALOG_IDS[known] === callback);
  if (!action) return { kind: 'ignored', type: 'view_submission' };
  const metadata = parseObject(text(view, 'private_metadata', 'view', 3000), 'view/private_metadata');
  const values = object(object(view.state, 'view/state').values, 'view/state/values');
  return {
    kind: 'dialog',
    action,
    card: parseCardRef(metadata, 'view/private_metadata'),
    userId: userOf(json),
    reason: inputValue(values, INPUTS.reason),
    days: inputValue(values, INPUTS.days),
  };
}

/** An input that was left empty has a null value. */
function inputValue(values: Json, id: string): string {
  const value = optionalObject(optionalObject(values[id])?.[id])?.value;
  return typeof value === 'string' ? value : '';
}

function userOf(json: Json): string {
  const id = text(object(json.user, 'user'), 'id', 'user', 30);
  if (!/^[UW][A-Z0-9]{2,}$/.test(id)) throw new MalformedInput(WHAT, 'user/id', 'not a user id');
  return id;
}

function parseCardRef(source: Json, where: string): CardRef {
  const planId = text(source, 'planId', where, 200);
  const channel = text(source, 'channel', where, 30);
  const ts = text(source, 'ts', where, 30);
  if (!/^[\w.:-]+$/.test(planId)) throw new MalformedInput(WHAT, where, 'not a plan id');
  if (!/^[CGD][A-Z0-9]{2,}$/.test(channel)) throw new MalformedInput(WHAT, where, 'not a channel id');
  if (!/^\d{1,12}\.\d{1,10}$/.test(ts)) throw new MalformedInput(WHAT, where, 'not a message ts');
  return { planId, channel, ts };
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
