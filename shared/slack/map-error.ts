import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { CinchError, TryAgain } from '../model/errors.ts';
import { CardGone, OutcomeUnknown, SlackRefused } from './slack-errors.ts';

const GONE = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed', 'thread_not_found']);
/** Passing, and refused before anything happened. */
const PASSING = new Set([
  'ratelimited',
  'rate_limited',
  'message_limit_exceeded',
  'service_unavailable',
  'team_added_to_org',
  'accesslimited',
]);
/** https://docs.slack.dev/reference/methods/chat.postMessage#errors: "It's possible some aspect of the operation succeeded". */
const UNSURE = new Set(['fatal_error', 'internal_error', 'request_timeout']);
export const TOKEN_ERRORS: ReadonlySet<string> = new Set([
  'invalid_auth',
  'token_expired',
  'token_revoked',
  'not_authed',
  'account_inactive',
]);
export const BLOCK_ERRORS: ReadonlySet<string> = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'msg_too_long',
]);
/** The connection was never made. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** What a failed call of web-api means to the flows. Messages name the method and Slack's word for it, never what was sent. */
export function mapSlackError(error: unknown, method: string): CinchError {
  if (error instanceof CinchError) return error;
  if (error instanceof WebAPIRateLimitedError)
    return new TryAgain(`Slack limits ${method} for ${error.retryAfter} s`, { cause: error, retryAfter: error.retryAfter });
  if (error instanceof WebAPIPlatformError) return fromWord(error.data.error, method);
  if (error instanceof WebAPIHTTPError) {
    const message = `Slack answered ${method} with HTTP ${error.statusCode}`;
    return error.statusCode === 429 || error.statusCode === 503 ? new TryAgain(message) : new OutcomeUnknown(message);
  }
  const code = codeOf(error instanceof WebAPIRequestError ? error.original : error);
  const message = `Slack could not be reached for ${method} (${code})`;
  return NOT_SENT.has(code) ? new TryAgain(message) : new OutcomeUnknown(message);
}

function fromWord(word: string, method: string): CinchError {
  if (GONE.has(word)) return new CardGone(`${method}: ${word}`);
  if (PASSING.has(word)) return new TryAgain(`Slack answered ${method} with ${word}`);
  if (UNSURE.has(word)) return new OutcomeUnknown(`Slack answered ${method} with ${word}`);
  return new SlackRefused(method, word);
}

/** `fetch` hides the system's code in the cause. */
function codeOf(error: unknown): string {
  const { code, cause, name } = (error ?? {}) as { code?: unknown; cause?: unknown; name?: unknown };
  if (typeof code === 'string') return code;
  const inner = (cause as { code?: unknown } | undefined)?.code;
  return typeof inner === 'string' ? inner : String(name ?? 'unknown');
}
