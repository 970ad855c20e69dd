import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import aws4 from 'aws4';

/** What the fake's callers signed with: AWS's documentation pair. */
export const KEYS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'not/a/key', AWS_SESSION_TOKEN: 'session' };
export const REGION = 'eu-west-1';

export interface Call {
  readonly names: readonly string[];
  /** Whether aws4, a second implementation of Signature Version 4, makes the same signature. */
  readonly signed: boolean;
  readonly authorization: string;
}

/** Answers one call: `number` counts from 1. Return false to get the ordinary answer. */
export type Mischief = (number: number, response: ServerResponse, names: readonly string[]) => boolean;

export interface FakeSsm {
  readonly url: string;
  readonly calls: Call[];
  readonly parameters: Map<string, string>;
  /** Of Secrets Manager, by name; null: a binary one, without SecretString. */
  readonly secrets: Map<string, string | null>;
  mischief: Mischief;
  close(): Promise<void>;
}

/** A small SSM that knows GetParameters: `parameters` maps full names (`/a` or `/a:3`) to values. And a small Secrets Manager that knows GetSecretValue. */
export async function startFakeSsm(): Promise<FakeSsm> {
  const calls: Call[] = [];
  const parameters = new Map<string, string>();
  const secrets = new Map<string, string | null>();
  const server = createServer((request, response) => {
    void readAll(request).then((body) => {
      const service = request.headers['x-amz-target'] === 'secretsmanager.GetSecretValue' ? 'secretsmanager' : 'ssm';
      const names = service === 'ssm' ? namesOf(body) : [(JSON.parse(body) as { SecretId: string }).SecretId];
      calls.push({ names, signed: isSigned(request, body, service), authorization: request.headers.authorization ?? '' });
      if (fake.mischief(calls.length, response, names)) return;
      if (service === 'ssm') answer(response, 200, getParameters(parameters, names));
      else answerSecret(response, secrets, names[0] ?? '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const fake: FakeSsm = {
    url: `http://127.0.0.1:${port}`,
    calls,
    parameters,
    secrets,
    mischief: () => false,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return fake;
}

/** Ends a response in SSM's JSON; true, so that a mischief can end with it. */
export function answer(response: ServerResponse, status: number, body: unknown): true {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(body));
  return true;
}

export function getParameters(parameters: ReadonlyMap<string, string>, names: readonly string[]): unknown {
  return {
    Parameters: names.flatMap((full) => {
      const value = parameters.get(full);
      if (value === undefined) return [];
      const [name = full, version] = full.split(':');
      const selector = version === undefined ? {} : { Selector: `:${version}` };
      const ARN = `arn:aws:ssm:${REGION}:111111111111:parameter${name}`;
      return [{ Name: name, ARN, Type: 'SecureString', Value: value, Version: Number(version ?? 1), ...selector }];
    }),
    InvalidParameters: names.filter((name) => !parameters.has(name)),
  };
}

function answerSecret(response: ServerResponse, secrets: ReadonlyMap<string, string | null>, name: string): void {
  const value = secrets.get(name);
  if (value === undefined) {
    answer(response, 400, { __type: 'ResourceNotFoundException', Message: "Secrets Manager can't find the specified secret." });
    return;
  }
  const ARN = `arn:aws:secretsmanager:${REGION}:111111111111:secret:${name}-AbCdEf`;
  const content = value === null ? { SecretBinary: 'AAAA' } : { SecretString: value };
  answer(response, 200, { ARN, Name: name, VersionId: 'v'.repeat(32), VersionStages: ['AWSCURRENT'], ...content });
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function namesOf(body: string): string[] {
  if (body === '') return [];
  const parsed = JSON.parse(body) as { Names: string[]; WithDecryption: boolean };
  if (parsed.WithDecryption !== true) throw new Error('asked without decryption');
  return parsed.Names;
}

function isSigned(request: IncomingMessage, body: string, service: string): boolean {
  const header = (name: string): string => String(request.headers[name] ?? '');
  // The option is aws4's; its types lack it.
  const again: aws4.Request & { extraHeadersToIgnore: Record<string, boolean> } = {
    method: request.method ?? '',
    host: header('host'),
    path: request.url ?? '',
    service,
    region: REGION,
    body,
    headers: {
      'Content-Type': header('content-type'),
      'X-Amz-Target': header('x-amz-target'),
      'X-Amz-Date': header('x-amz-date'),
    },
    extraHeadersToIgnore: { 'content-length': true },
  };
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = KEYS;
  aws4.sign(again, { accessKeyId, secretAccessKey, sessionToken });
  return again.headers?.Authorization === request.headers.authorization;
}
