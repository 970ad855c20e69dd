import { MalformedInput, TryAgain } from '../model/errors.ts';
import { errorCode } from './aws-error.ts';
import { personsAccess } from './persons-access.ts';
import { sendSigned } from './signed-request.ts';

export interface HubApiOptions {
  /** The hub stack's output ApprovalsUrl. */
  readonly url: URL;
  /** Of the shared configuration files; without it the environment, the default profile and so on, as in every tool of AWS. */
  readonly profile?: string;
}

export interface HubAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** The hub's own API, called with a person's credentials. */
export interface HubApi {
  /**
   * @param path below the URL, e.g. `/f1-p1`
   * @throws AccessRefused without credentials, TryAgain when nothing answers, MalformedInput when what answers is not the hub.
   */
  call(method: 'GET' | 'POST', path: string, body?: object): Promise<HubAnswer>;
}

/** `<id>.execute-api.<region>.amazonaws.com` */
const HOST = /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com/;

export function makeHubApi({ url, profile }: HubApiOptions): HubApi {
  const access = personsAccess(profile);
  return {
    call: async (method, path, body) => {
      const region = HOST.exec(url.host)?.[1] ?? (await access.homeRegion()) ?? 'us-east-1';
      const credentials = await access.credentials();
      const request = {
        endpoint: url,
        method,
        path: `${url.pathname}${path}`,
        service: 'execute-api',
        region,
        headers: { 'Content-Type': 'application/json' },
        body: body === undefined ? '' : JSON.stringify(body),
        credentials,
      };
      const answer = await sendSigned(request).catch((cause: unknown) => {
        throw new TryAgain(`${url.host} does not answer (${errorCode(cause)})`);
      });
      return { status: answer.status, body: parse(answer.body, url) };
    },
  };
}

function parse(text: string, url: URL): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MalformedInput(
      `answer of ${url.host}`,
      'body',
      `not JSON (${text.length} characters): is it the hub's ApprovalsUrl?`,
    );
  }
}
