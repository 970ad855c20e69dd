import { randomBytes } from 'node:crypto';
import { type Entries, elementState, inputProblems, stateOf } from './form-values.ts';
import { deliver, unsentDelivery } from './interactivity.ts';
import { elementsOf, messageJson } from './message-json.ts';
import { asObject, parseJson } from './requests.ts';
import { canSee, changed, newTrigger, type Store } from './store.ts';
import { BOT, type Delivery, type Json, type SlackUser, type StoredMessage, type StoredView, TEAM } from './types.ts';
import { isAnswer } from './web-api/message-content.ts';
import { blocksOf, closeViews, readView, replaceView, showView, viewJson } from './web-api/views.ts';

export interface Click {
  user: string;
  /** The message's place; for an action inside a modal `viewId` instead. */
  channel?: string;
  ts?: string;
  viewId?: string;
  actionId: string;
  /** Needed only when several blocks use the same action id. */
  blockId?: string;
  /** For selects, pickers and inputs: what was chosen. A button sends its own value. */
  value?: string | string[];
}

export interface Submission {
  viewId: string;
  user: string;
  /** Text, an option's value or several, by `block_id` or `action_id`. */
  values: Entries;
}

/** Somebody tried what Slack's client would not let them do. */
export class ClientError extends Error {
  override name = 'ClientError';
}

const RESPONSE_URL_USES = 5;
const RESPONSE_URL_MS = 30 * 60_000;

export function actor(store: Store, id: string): SlackUser {
  const user = store.users.get(id);
  if (user === undefined || user.deleted) throw new ClientError(`no active user ${id}`);
  return user;
}

const userPart = (user: SlackUser): Json => ({ id: user.id, username: user.name, name: user.name, team_id: user.team_id });

const common = (user: SlackUser): Json => ({
  user: userPart(user),
  team: { id: TEAM.id, domain: TEAM.domain },
  api_app_id: BOT.appId,
  token: 'deprecated-verification-token',
  enterprise: null,
  is_enterprise_install: false,
});

function visibleMessage(store: Store, click: Click): StoredMessage {
  const message = store.messages.find((one) => one.channel === click.channel && one.ts === click.ts);
  const hidden = message?.ephemeral_to !== undefined && message.ephemeral_to !== click.user;
  if (message === undefined || hidden || !canSee(store, click.user, message.channel)) {
    throw new ClientError(`${click.user} sees no message ${click.ts} in ${click.channel}`);
  }
  return message;
}

function openView(store: Store, id: string, user: string): StoredView {
  const stored = store.views.get(id);
  if (stored === undefined || !stored.open || stored.user !== user) throw new ClientError(`${user} has no open view ${id}`);
  return stored;
}

function findElement(blocks: Json[], click: Click): { block: Json; element: Json } {
  for (const block of blocks) {
    if (click.blockId !== undefined && block.block_id !== click.blockId) continue;
    const element = elementsOf(block).find((one) => one.action_id === click.actionId);
    if (element !== undefined) return { block, element };
  }
  throw new ClientError(`there is nothing with action id ${click.actionId} to click`);
}

function actionPart(block: Json, element: Json, click: Click, at: number): Json {
  const { type, action_id, text, value, style, confirm } = element;
  const state =
    type === 'button'
      ? { text, ...(value === undefined ? {} : { value }), ...(style ? { style } : {}) }
      : elementState(element, click.value);
  return {
    type,
    action_id,
    block_id: block.block_id,
    ...(confirm ? { confirm } : {}),
    ...state,
    action_ts: (at / 1000).toFixed(6),
  };
}

export function newResponseUrl(
  store: Store,
  origin: string,
  message: Pick<StoredMessage, 'channel' | 'ts' | 'ephemeral_to'>,
  user: string,
): string {
  const secret = randomBytes(12).toString('base64url');
  store.responseUrls.set(secret, {
    user,
    channel: message.channel,
    ts: message.ts,
    ephemeral: message.ephemeral_to !== undefined,
    usesLeft: RESPONSE_URL_USES,
    expiresAt: store.clock() + RESPONSE_URL_MS,
  });
  return `${origin}/actions/${TEAM.id}/${Math.floor(store.clock())}/${secret}`;
}

export const channelName = (store: Store, id: string): string => store.channels.get(id)?.name ?? 'directmessage';

function messagePart(store: Store, message: StoredMessage, responseUrl: string): Json {
  const ephemeral = message.ephemeral_to !== undefined;
  const container = { type: 'message', message_ts: message.ts, channel_id: message.channel, is_ephemeral: ephemeral };
  return {
    container: message.thread_ts ? { ...container, thread_ts: message.thread_ts } : container,
    channel: { id: message.channel, name: channelName(store, message.channel) },
    // Slack leaves the message out when it was ephemeral.
    ...(ephemeral ? {} : { message: messageJson(store, message) }),
    response_url: responseUrl,
  };
}

/** Somebody clicks a button (or picks in a select): one signed `block_actions` post. */
export async function click(store: Store, origin: string, action: Click): Promise<Delivery> {
  const user = actor(store, action.user);
  const view = action.viewId === undefined ? null : openView(store, action.viewId, user.id);
  const message = view === null ? visibleMessage(store, action) : null;
  const blocks = view === null ? (message?.blocks ?? []) : blocksOf(view);
  const { block, element } = findElement(blocks, action);
  const triggerId = newTrigger(store, user.id);
  const responseUrl = message === null ? undefined : newResponseUrl(store, origin, message, user.id);
  const values = stateOf(blocks, action.value === undefined ? {} : { [action.actionId]: action.value });
  const payload = {
    type: 'block_actions',
    ...common(user),
    trigger_id: triggerId,
    ...(message && responseUrl ? messagePart(store, message, responseUrl) : {}),
    ...(view ? { container: { type: 'view', view_id: view.id }, view: viewJson(view, values) } : {}),
    state: { values },
    actions: [actionPart(block, element, action, store.clock())],
  };
  const about = {
    kind: 'block_actions' as const,
    user: user.id,
    ...(message ? { channel: message.channel, ts: message.ts } : {}),
    ...(view ? { viewId: view.id } : {}),
    actionId: action.actionId,
    triggerId,
    ...(responseUrl ? { responseUrl } : {}),
  };
  return deliver(store, about, payload);
}

/** Applies the bot's answer to a submitted modal. Returns what was wrong with it, or null. */
function applyAnswer(store: Store, stored: StoredView, body: string): { error?: 'bad_answer'; errors?: Record<string, string> } {
  const previous = stored.previous_view_id;
  if (body.trim() === '') {
    closeViews(store, stored.user, stored);
    if (previous !== null) changed(store);
    return {};
  }
  const answer = asObject(parseJson(body));
  if (answer === null) return { error: 'bad_answer' };
  if (answer.response_action === undefined) {
    closeViews(store, stored.user, stored);
    return {};
  }
  if (answer.response_action === 'clear') {
    closeViews(store, stored.user);
    return {};
  }
  if (answer.response_action === 'errors') return fieldErrors(stored, asObject(answer.errors));
  const view = readView(answer.view);
  if (isAnswer(view)) return { error: 'bad_answer' };
  if (answer.response_action === 'update') replaceView(store, stored, view);
  else if (answer.response_action === 'push') showView(store, stored.user, view, stored);
  else return { error: 'bad_answer' };
  return {};
}

/** Errors must name input blocks of the view; Slack shows nothing useful otherwise. */
function fieldErrors(stored: StoredView, errors: Json | null): { error?: 'bad_answer'; errors?: Record<string, string> } {
  const inputs = new Set(
    blocksOf(stored)
      .filter((block) => block.type === 'input')
      .map((block) => block.block_id),
  );
  const entries = Object.entries(errors ?? {});
  const good = entries.length > 0 && entries.every(([id, text]) => inputs.has(id) && typeof text === 'string' && text !== '');
  return good ? { errors: Object.fromEntries(entries) as Record<string, string> } : { error: 'bad_answer' };
}

/** Somebody sends a modal: Slack's own checks first, then one signed `view_submission` post, whose answer is applied. */
export async function submit(store: Store, submission: Submission): Promise<Delivery> {
  const user = actor(store, submission.user);
  const stored = openView(store, submission.viewId, user.id);
  if (stored.view.submit === undefined) throw new ClientError(`view ${stored.id} has no submit button`);
  const triggerId = newTrigger(store, user.id);
  const about = { kind: 'view_submission' as const, user: user.id, viewId: stored.id, triggerId };
  const values = stateOf(blocksOf(stored), submission.values);
  const problems = inputProblems(blocksOf(stored), values);
  if (Object.keys(problems).length > 0) return unsentDelivery(store, about, 'input_invalid', { errors: problems });
  const payload = {
    type: 'view_submission',
    ...common(user),
    trigger_id: triggerId,
    view: viewJson(stored, values),
    response_urls: [],
  };
  const delivery = await deliver(store, about, payload);
  if (!delivery.ok) return delivery;
  const outcome = applyAnswer(store, stored, delivery.responseBody);
  Object.assign(
    delivery,
    outcome.errors ? { errors: outcome.errors } : {},
    outcome.error ? { ok: false, error: outcome.error } : {},
  );
  changed(store);
  return delivery;
}

/** Somebody closes a modal; the bot hears of it only when it asked to. */
export async function dismiss(store: Store, viewId: string, userId: string): Promise<Delivery | null> {
  const user = actor(store, userId);
  const stored = openView(store, viewId, user.id);
  closeViews(store, user.id, stored);
  if (stored.view.notify_on_close !== true) return null;
  const about = { kind: 'view_closed' as const, user: user.id, viewId, triggerId: '' };
  return deliver(store, about, { type: 'view_closed', ...common(user), view: viewJson(stored), is_cleared: false });
}
