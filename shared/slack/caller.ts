import { type WebAPICallResult, WebAPIPlatformError, WebClient } from '@slack/web-api';
import type { SlackSecretSource } from '../flows/ports.ts';
import { mapSlackError, TOKEN_ERRORS } from './map-error.ts';

export interface CallerDeps {
  readonly secret: SlackSecretSource;
  /** Ends with a slash; Slack's own when left out. */
  readonly apiUrl?: string;
}

export type Answer = WebAPICallResult & { readonly [field: string]: unknown };
export type Call = (method: string, args: Record<string, unknown>) => Promise<Answer>;

const TIMEOUT_MS = 2500;

/** Calls with the remembered token, and once more with a fresh one when Slack no longer takes it. */
export function makeCaller(deps: CallerDeps): Call {
  let client: { token: string; api: WebClient } | undefined;
  const clientFor = (token: string): WebClient => {
    if (client?.token !== token) client = { token, api: newClient(token, deps.apiUrl) };
    return client.api;
  };
  return async (method, args) => {
    try {
      const { botToken } = await deps.secret.read();
      try {
        return (await clientFor(botToken).apiCall(method, args)) as Answer;
      } catch (error) {
        if (!(error instanceof WebAPIPlatformError) || !TOKEN_ERRORS.has(error.data.error)) throw error;
        const fresh = await deps.secret.refresh();
        if (fresh.botToken === botToken) throw error;
        return (await clientFor(fresh.botToken).apiCall(method, args)) as Answer;
      }
    } catch (error) {
      throw mapSlackError(error, method);
    }
  };
}

/** No retries inside: a post that timed out may be there, and a second try would post it twice. The queue tries again. */
function newClient(token: string, apiUrl: string | undefined): WebClient {
  return new WebClient(token, {
    ...(apiUrl ? { slackApiUrl: apiUrl } : {}),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: TIMEOUT_MS,
    allowAbsoluteUrls: false,
    logger: SILENT,
  });
}

/** web-api's own lines could quote what was sent. */
const nothing = (): void => {};
const SILENT = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  setName: nothing,
  getLevel: () => 'error' as never,
};
