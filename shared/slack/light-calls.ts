import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';

/**
 * The Slack calls that can't wait for notify: a dialog must open within the three seconds that its trigger lives. By `node:https`,
 * because web-api or the first global `fetch` would take longer to load than the whole answer (docs/performance.md).
 */
export interface LightSlack {
  /** Opens a modal, or lays it over the one that the trigger came from. Never throws. */
  openView(botToken: string, triggerId: string, view: object, over: 'message' | 'modal'): Promise<OpenedView>;
  /** A line that only the clicking user sees. Answers what failed, or undefined. Never throws. */
  whisper(responseUrl: string, text: string): Promise<string | undefined>;
}

/** The modal's id, or Slack's error word or what failed. */
export type OpenedView = { readonly viewId: string } | { readonly problem: string };

export const SLACK_API_URL = 'https://slack.com/api/';
const RESPONSE_URL_ORIGIN = 'https://hooks.slack.com';
/** Secret, claim and queue need their part of the three seconds too. */
const TIMEOUT_MS = 1800;
const MAX_ANSWER = 100_000;

/** @param apiUrl ends with a slash; anything but Slack's own is for tests and the local workspace */
export function makeLightSlack(apiUrl = SLACK_API_URL): LightSlack {
  return {
    async openView(botToken, triggerId, view, over) {
      try {
        const method = over === 'modal' ? 'views.push' : 'views.open';
        const { status, body } = await postJson(`${apiUrl}${method}`, { trigger_id: triggerId, view }, botToken);
        if (status !== 200) return { problem: `http-${status}` };
        const answer = JSON.parse(body) as { ok?: unknown; error?: unknown; view?: { id?: unknown } } | null;
        const viewId = answer?.view?.id;
        if (answer?.ok === true && typeof viewId === 'string') return { viewId };
        return { problem: String(answer?.error ?? 'no-answer').slice(0, 100) };
      } catch (error) {
        return { problem: nameOf(error) };
      }
    },
    async whisper(responseUrl, text) {
      try {
        if (!isResponseUrl(responseUrl, apiUrl)) return 'not-a-response-url';
        const { status } = await postJson(responseUrl, { response_type: 'ephemeral', replace_original: false, text });
        return status === 200 ? undefined : `http-${status}`;
      } catch (error) {
        return nameOf(error);
      }
    },
  };
}

/** Signed or not, no request makes Cinch call anything but Slack. */
function isResponseUrl(url: string, apiUrl: string): boolean {
  const origin = URL.canParse(url) ? new URL(url).origin : '';
  return origin === (apiUrl === SLACK_API_URL ? RESPONSE_URL_ORIGIN : new URL(apiUrl).origin);
}

const nameOf = (error: unknown): string => {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return String(code ?? name ?? 'failed').slice(0, 100);
};

/** A connection kept from before the function was frozen may be dead: then, and only then, once more on a new one. */
async function postJson(url: string, content: object, token?: string): Promise<Answer> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const payload = Buffer.from(JSON.stringify(content));
  try {
    return await post(url, payload, token, { signal });
  } catch (error) {
    if (!(error instanceof Error && STALE in error)) throw error;
    return post(url, payload, token, { signal, agent: false });
  }
}

interface Answer {
  readonly status: number;
  readonly body: string;
}
const STALE = Symbol('the connection was used before');

function post(url: string, payload: Buffer, token: string | undefined, options: RequestOptions): Promise<Answer> {
  const send = url.startsWith('http://') ? httpRequest : httpsRequest;
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': payload.length,
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  };
  return new Promise((resolve, reject) => {
    const request = send(url, { method: 'POST', headers, ...options }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= MAX_ANSWER) chunks.push(chunk);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
      response.on('error', reject);
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      const isStale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      reject(isStale ? Object.assign(error, { [STALE]: true }) : error);
    });
    request.end(payload);
  });
}
