import { createReadStream, readdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ClientError, click, dismiss, submit } from './clicks.ts';
import { readCommands } from './commands.ts';
import type { Entries } from './form-values.ts';
import { asObject, parseJson, readBody, sendJson, sendText } from './requests.ts';
import { say } from './say.ts';
import { runCommand } from './slash-commands.ts';
import { canSee, type Store } from './store.ts';
import { BOT, type Delivery, type Json, TEAM } from './types.ts';

const PAGE_FOLDER = fileURLToPath(new URL('./page/', import.meta.url));
const MIME: Record<string, string> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
};
const FILES = new Set(readdirSync(PAGE_FOLDER));
const COMMANDS = readCommands();

/** The page runs its own files only: what the bot posts can neither script it nor load anything into it. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

function sendFile(response: ServerResponse, name: string): void {
  if (!FILES.has(name)) {
    sendText(response, 404, 'not found');
    return;
  }
  response.writeHead(200, { ...HEADERS, 'content-type': `${MIME[extname(name)] ?? 'application/octet-stream'}; charset=utf-8` });
  createReadStream(join(PAGE_FOLDER, name)).pipe(response);
}

/** The last failed click on each message by this user, unless a later one worked: Slack shows a warning sign for it. */
function failures(store: Store, user: string): Json[] {
  const latest = new Map<string, Delivery>();
  for (const delivery of store.deliveries) {
    if (delivery.user === user && delivery.kind === 'block_actions') latest.set(`${delivery.channel} ${delivery.ts}`, delivery);
  }
  return [...latest.values()]
    .filter((one) => !one.ok)
    .map(({ channel, ts, error, status, actionId }) => ({ channel, ts, error, status, actionId }));
}

/** What one person sees: channels, their messages with what is only for them, and their open modal. */
export function pageState(store: Store, user: string): Json {
  const direct = store.directs.get(user);
  return {
    team: TEAM.name,
    bot: { id: BOT.userId, name: BOT.realName },
    channels: [...store.channels.values()],
    ...(direct === undefined ? {} : { direct }),
    users: [...store.users.values()],
    userGroups: store.userGroups.map(({ id, handle }) => ({ id, handle })),
    messages: store.messages.filter(
      (one) => canSee(store, user, one.channel) && (one.ephemeral_to === undefined || one.ephemeral_to === user),
    ),
    views: [...store.views.values()].filter((one) => one.open && one.user === user),
    failures: failures(store, user),
    commands: COMMANDS,
  };
}

function streamChanges(store: Store, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('retry: 500\ndata: hello\n\n');
  let waiting = false;
  // Many changes within one turn are one push.
  const push = (): void => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      response.write('data: changed\n\n');
    }, 20);
  };
  store.listeners.add(push);
  request.on('close', () => store.listeners.delete(push));
}

const entriesOf = (value: unknown): Entries => (asObject(value) ?? {}) as Entries;
const str = (value: unknown): string => (typeof value === 'string' ? value : '');

async function act(store: Store, origin: string, what: string, body: Json): Promise<Delivery | null> {
  const user = str(body.user);
  if (what === 'submit') return submit(store, { user, viewId: str(body.viewId), values: entriesOf(body.values) });
  if (what === 'dismiss') return dismiss(store, str(body.viewId), user);
  if (what === 'say') {
    say(store, { user, channel: str(body.channel), text: str(body.text) });
    return null;
  }
  if (what === 'command') {
    const [command = '', ...words] = str(body.text).trim().split(' ');
    return runCommand(store, origin, { user, channel: str(body.channel), command, text: words.join(' ') });
  }
  return click(store, origin, {
    user,
    actionId: str(body.actionId),
    ...(typeof body.blockId === 'string' ? { blockId: body.blockId } : {}),
    ...(typeof body.viewId === 'string' ? { viewId: body.viewId } : { channel: str(body.channel), ts: str(body.ts) }),
    ...(typeof body.value === 'string' || Array.isArray(body.value) ? { value: body.value as string | string[] } : {}),
  });
}

async function answerAction(
  store: Store,
  origin: string,
  what: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // JSON from our own page only: another site can't send this type without asking, and is never allowed.
  const from = request.headers.origin;
  const foreign = from !== undefined && from !== `http://${request.headers.host}`;
  if (foreign || request.headers['content-type'] !== 'application/json') {
    return sendText(response, 403, 'only for this page');
  }
  const body = asObject(parseJson((await readBody(request)).toString('utf8'))) ?? {};
  try {
    const delivery = await act(store, origin, what, body);
    sendJson(
      response,
      200,
      delivery === null ? { ok: true } : { ok: delivery.ok, error: delivery.error, errors: delivery.errors },
    );
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    sendJson(response, 409, { ok: false, error: error.message });
  }
}

const ACTIONS = new Set(['click', 'submit', 'dismiss', 'command', 'say']);

const isLocal = (host: string | undefined): boolean => /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host ?? '');

/** Serves the page, what it shows, and what its buttons do. False when the path isn't the page's. */
export async function answerPage(
  store: Store,
  origin: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const url = new URL(request.url ?? '/', 'http://local');
  const [, first, second] = url.pathname.split('/');
  if (request.method === 'GET' && (first === '' || url.pathname.split('/').length === 2)) {
    sendFile(response, first === '' ? 'index.html' : (first ?? ''));
    return true;
  }
  if (first !== 'page') return false;
  // A name that resolves to this machine must not open the workspace to a web site.
  if (!isLocal(request.headers.host)) sendText(response, 403, 'only from this machine');
  else if (request.method === 'GET' && second === 'state')
    sendJson(response, 200, pageState(store, url.searchParams.get('user') ?? ''));
  else if (request.method === 'GET' && second === 'changes') streamChanges(store, request, response);
  else if (request.method === 'POST' && second !== undefined && ACTIONS.has(second)) {
    await answerAction(store, origin, second, request, response);
  } else sendText(response, 404, 'not found');
  return true;
}
