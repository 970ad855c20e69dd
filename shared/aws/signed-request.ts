import http from 'node:http';
import https from 'node:https';
import aws4 from 'aws4';
import type { AwsCredentials } from './credentials.ts';

export interface SignedRequest {
  readonly endpoint: URL;
  /** POST when absent. */
  readonly method?: string;
  /** With the query; the endpoint's own when absent. Percent-encoded. */
  readonly path?: string;
  readonly service: string;
  readonly region: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly credentials: AwsCredentials;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** Silence for so long ends a request; what is asked here answers in milliseconds. */
const SILENCE_MS = 5_000;
const agents = {
  'http:': new http.Agent({ keepAlive: true, maxSockets: 64 }),
  'https:': new https.Agent({ keepAlive: true, maxSockets: 64 }),
};

/** Sends with a version 4 signature. Any HTTP status is an answer; it throws Node's own error when none came. */
export function sendSigned(request: SignedRequest): Promise<HttpAnswer> {
  const { endpoint, credentials, method = 'POST', path = request.endpoint.pathname } = request;
  const isPlain = endpoint.protocol === 'http:';
  const signed = aws4.sign(
    {
      method,
      path,
      service: request.service,
      region: request.region,
      headers: { ...request.headers, Host: endpoint.host },
      body: request.body,
    },
    { ...credentials },
  );
  const options: https.RequestOptions = {
    method,
    hostname: endpoint.hostname,
    port: endpoint.port || (isPlain ? 80 : 443),
    path,
    headers: signed.headers ?? {},
    timeout: SILENCE_MS,
    agent: isPlain ? agents['http:'] : agents['https:'],
  };
  return new Promise((resolve, reject) => {
    const sent = (isPlain ? http : https).request(options, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts).toString('utf8') }),
      );
    });
    sent.on('timeout', () => sent.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })));
    sent.on('error', reject);
    sent.end(request.body);
  });
}
