import type { IncomingMessage, ServerResponse } from 'node:http';
import { asObject, parseJson, readBody, sendJson } from './requests.ts';
import { changed, findMessage, nextTs, type ResponseUrl, type Store } from './store.ts';
import { BOT, type Json, type StoredMessage } from './types.ts';
import { answerFault } from './web-api/call.ts';
import { replaceContent } from './web-api/chat.ts';
import { type Content, isAnswer, readContent } from './web-api/message-content.ts';

interface Outcome {
  status: number;
  body: Json;
}

const refused = (status: number, error: string): Outcome => ({ status, body: { ok: false, error } });

function deleteOriginal(store: Store, original: StoredMessage | undefined): Outcome {
  if (original === undefined) return refused(404, 'message_not_found');
  store.messages.splice(store.messages.indexOf(original), 1);
  changed(store);
  return { status: 200, body: { ok: true } };
}

function postNew(store: Store, url: ResponseUrl, body: Json, content: Content, original: StoredMessage | undefined): void {
  const thread = typeof body.thread_ts === 'string' ? body.thread_ts : original?.thread_ts;
  store.messages.push({
    channel: url.channel,
    ts: nextTs(store),
    user: BOT.userId,
    bot_id: BOT.botId,
    text: content.text ?? '',
    blocks: content.blocks ?? [],
    ...(thread === undefined ? {} : { thread_ts: thread }),
    // Without a word about it, an answer is for the person who clicked.
    ...(body.response_type === 'in_channel' ? {} : { ephemeral_to: url.user }),
    revision: 0,
  });
  changed(store);
}

function apply(store: Store, url: ResponseUrl, body: Json): Outcome {
  const original = findMessage(store, url.channel, url.ts);
  if (body.delete_original === true) return deleteOriginal(store, original);
  const content = readContent(body, false);
  if (isAnswer(content)) return { status: 400, body: content };
  const { text, blocks } = content;
  if (text === undefined && blocks === undefined) return refused(400, 'no_text');
  if (body.replace_original === true) {
    if (original === undefined) return refused(404, 'message_not_found');
    replaceContent(store, original, text, blocks);
  } else {
    postNew(store, url, body, content, original);
  }
  return { status: 200, body: { ok: true } };
}

/** Answers a post to a response_url: five uses within thirty minutes of the click. */
export async function answerResponseUrl(
  store: Store,
  secret: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const text = (await readBody(request)).toString('utf8');
  if (answerFault(store, request, response)) return;
  const url = store.responseUrls.get(secret);
  const body = asObject(parseJson(text));
  let outcome: Outcome;
  if (url === undefined || store.clock() >= url.expiresAt) outcome = refused(404, 'expired_url');
  else if (url.usesLeft <= 0) outcome = refused(404, 'used_url');
  else if (body === null) outcome = refused(400, 'invalid_payload');
  else {
    outcome = apply(store, url, body);
    if (outcome.status === 200) url.usesLeft -= 1;
  }
  sendJson(response, outcome.status, outcome.body);
}
