import { checkView } from '../block-limits.ts';
import { stateOf } from '../form-values.ts';
import { withIds } from '../message-json.ts';
import { asObject } from '../requests.ts';
import { changed, newId, type Store } from '../store.ts';
import { BOT, type Json, type StoredView, TEAM } from '../types.ts';
import { type Answer, jsonArg, type Method, refuse, refuseProblems, succeed, textArg } from './answer.ts';
import { isAnswer } from './message-content.ts';

/** A view as Slack answers it and sends it in payloads. */
export function viewJson(stored: StoredView, values: Json = stateOf(blocksOf(stored), {})): Json {
  return {
    id: stored.id,
    team_id: TEAM.id,
    close: null,
    submit: null,
    private_metadata: '',
    callback_id: '',
    external_id: '',
    clear_on_close: false,
    notify_on_close: false,
    ...stored.view,
    state: { values },
    hash: stored.hash,
    root_view_id: stored.root_view_id,
    previous_view_id: stored.previous_view_id,
    app_id: BOT.appId,
    app_installed_team_id: TEAM.id,
    bot_id: BOT.botId,
  };
}

export function blocksOf(stored: StoredView): Json[] {
  return Array.isArray(stored.view.blocks) ? (stored.view.blocks as Json[]) : [];
}

/** The `view` argument, checked and with ids filled in, or the refusal. */
export function readView(view: unknown): Json | Answer {
  if (view === undefined) return refuseProblems('invalid_arguments', [{ pointer: '', message: 'missing required field: view' }]);
  const problems = checkView(view);
  if (problems.length > 0) return refuseProblems('invalid_arguments', problems);
  const object = asObject(view) ?? {};
  return { ...object, blocks: withIds(object.blocks as Json[]) };
}

const newHash = (store: Store): string => `${Math.floor(store.clock() / 1000)}.${newId('').toLowerCase().slice(0, 8)}`;

/** Puts a checked view on somebody's screen: as the root, or over `under`. */
export function showView(store: Store, user: string, view: Json, under?: StoredView): StoredView {
  const id = newId('V');
  if (under === undefined) closeViews(store, user);
  const stored: StoredView = {
    id,
    hash: newHash(store),
    user,
    view,
    root_view_id: under?.root_view_id ?? id,
    previous_view_id: under?.id ?? null,
    open: true,
    revision: 0,
  };
  store.views.set(id, stored);
  changed(store);
  return stored;
}

export function replaceView(store: Store, stored: StoredView, view: Json): void {
  stored.view = view;
  stored.hash = newHash(store);
  stored.revision += 1;
  changed(store);
}

/** Closes one person's views, all or the given one. */
export function closeViews(store: Store, user: string, only?: StoredView): void {
  for (const stored of store.views.values()) {
    if (stored.user === user && (only === undefined || stored === only)) stored.open = false;
  }
  changed(store);
}

/** Uses up a trigger: it works once, within three seconds of the click. */
function spendTrigger(store: Store, id: string | undefined): { user: string } | Answer {
  const trigger = store.triggers.get(id ?? '');
  if (trigger === undefined) return refuse('invalid_trigger_id');
  if (trigger.used) return refuse('exchanged_trigger_id');
  if (store.clock() >= trigger.expiresAt) return refuse('expired_trigger_id');
  trigger.used = true;
  return { user: trigger.user };
}

/** Over the modal that the trigger came from: at most three lie on one another. https://docs.slack.dev/reference/methods/views.push */
const push: Method = (store, args) => {
  const view = readView(jsonArg(args, 'view'));
  if (isAnswer(view)) return view;
  const trigger = spendTrigger(store, textArg(args, 'trigger_id'));
  if (isAnswer(trigger)) return trigger;
  const stack = [...store.views.values()].filter((one) => one.open && one.user === trigger.user);
  const top = stack.at(-1);
  if (top === undefined) return refuse('not_found');
  if (stack.length >= MOST_VIEWS) return refuse('push_limit_reached');
  return succeed({ view: viewJson(showView(store, trigger.user, view, top)) });
};

const MOST_VIEWS = 3;

const open: Method = (store, args) => {
  const view = readView(jsonArg(args, 'view'));
  if (isAnswer(view)) return view;
  const trigger = spendTrigger(store, textArg(args, 'trigger_id'));
  if (isAnswer(trigger)) return trigger;
  return succeed({ view: viewJson(showView(store, trigger.user, view)) });
};

const update: Method = (store, args) => {
  const view = readView(jsonArg(args, 'view'));
  if (isAnswer(view)) return view;
  const [viewId, externalId] = [textArg(args, 'view_id'), textArg(args, 'external_id')];
  const stored = [...store.views.values()].find(
    (one) => one.open && (one.id === viewId || (externalId !== undefined && one.view.external_id === externalId)),
  );
  if (stored === undefined) return refuse('not_found');
  const hash = textArg(args, 'hash');
  if (hash !== undefined && hash !== stored.hash) return refuse('hash_conflict');
  replaceView(store, stored, view);
  return succeed({ view: viewJson(stored) });
};

export const views: Record<string, Method> = { 'views.open': open, 'views.push': push, 'views.update': update };
