import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { HUB, type System } from '../../local/system.ts';
import { type BotFunction, botFunctionName } from '../../shared/names.ts';
import { untilTaken } from './until.ts';

/** One request that a function makes, to AWS or to Slack. */
export interface ProxiedCall {
  /** The function's name. */
  readonly who: string;
  /**
   * `PutItem`, `AssumeRole`, `PUT /2015-03-31/functions/orders/configuration`, `POST /api/chat.postMessage`,
   * `POST /api/chat.postMessage in a thread`.
   */
  readonly what: string;
  readonly pid: number;
  /** The invocation's event, as text: the message that it works on. */
  readonly about: string;
}

export type Fault =
  /** Ends the process that calls, before the request takes effect or after, its answer lost. */
  | { readonly kind: 'end'; readonly when: 'before' | 'after' }
  | { readonly kind: 'throttle' }
  /** An error of the service that passes, e.g. 500 or 503. */
  | { readonly kind: 'error'; readonly status: number }
  /** Takes effect, and the connection closes without an answer. */
  | { readonly kind: 'lost' }
  /** Does nothing and never answers. */
  | { readonly kind: 'hang' }
  | { readonly kind: 'delay'; readonly ms: number };

export interface FaultProxy {
  readonly port: number;
  /** Every call so far; empty it as you like. */
  readonly calls: ProxiedCall[];
  /** Asked for each call, after it was added to `calls`; undefined lets it pass. */
  fault: (call: ProxiedCall) => Fault | undefined;
  stop(): Promise<void>;
}

const preload = fileURLToPath(new URL('./fault-proxy.cjs', import.meta.url));

/** A reverse proxy between Cinch's functions and everything that they call. */
export async function startFaultProxy(): Promise<FaultProxy> {
  const calls: ProxiedCall[] = [];
  const server = createServer((incoming, answer) => {
    void serve(proxy, incoming, answer).catch(() => answer.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: FaultProxy = {
    port: (server.address() as AddressInfo).port,
    calls,
    fault: () => undefined,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

/** From now on these functions call by way of the proxy. They start cold once more. */
export async function sendThrough(system: System, proxy: FaultProxy, names: readonly BotFunction[]): Promise<void> {
  const lambda = new LambdaClient(system.clientConfig(HUB.account, HUB.region));
  for (const FunctionName of names.map(botFunctionName)) {
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const Variables = { ...Environment?.Variables, CINCH_FAULT_PORT: String(proxy.port), NODE_OPTIONS: `--require=${preload}` };
    await untilTaken(() => lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } })));
    await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 30, minDelay: 1 }, { FunctionName });
  }
}

async function serve(proxy: FaultProxy, incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
  const body = await readAll(incoming);
  const { 'x-fault-to': to, 'x-fault-who': who, 'x-fault-pid': pid, 'x-fault-about': about, ...headers } = incoming.headers;
  const call: ProxiedCall = {
    who: String(who),
    what: nameOf(incoming, body),
    pid: Number(pid),
    about: Buffer.from(String(about), 'base64').toString('utf8'),
  };
  proxy.calls.push(call);
  const fault = proxy.fault(call);
  switch (fault?.kind) {
    case 'hang':
      return;
    case 'throttle':
      return refuse(answer, incoming, body, 'throttle');
    case 'error':
      return refuse(answer, incoming, body, fault.status);
    case 'delay':
      await new Promise((resolve) => setTimeout(resolve, fault.ms));
      break;
    case 'end':
      if (fault.when === 'before') return end(call, answer);
  }
  const came = await forward(String(to), incoming, headers, body);
  if (fault?.kind === 'lost') return void answer.destroy();
  if (fault?.kind === 'end') return end(call, answer);
  answer.writeHead(came.status, came.headers);
  answer.end(came.body);
}

/** As AWS does with what runs out of time or memory: at once, without a word. */
function end({ pid }: ProxiedCall, answer: ServerResponse): void {
  process.kill(pid, 'SIGKILL');
  answer.destroy();
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

interface Came {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

function forward(to: string, { method, url }: IncomingMessage, headers: IncomingMessage['headers'], body: Buffer): Promise<Came> {
  const [host, port] = to.split(':');
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, method, path: url, headers }, (came) => {
      readAll(came).then((read) => resolve({ status: came.statusCode ?? 502, headers: came.headers, body: read }), reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

const actionOf = (body: Buffer): string | undefined => /(?:^|&)Action=(\w+)/.exec(body.toString('latin1', 0, 300))?.[1];
const targetOf = ({ headers }: IncomingMessage): string | undefined => headers['x-amz-target']?.toString().replace(/^.*\./, '');

const nameOf = (incoming: IncomingMessage, body: Buffer): string =>
  targetOf(incoming) ??
  actionOf(body) ??
  `${incoming.method} ${incoming.url?.replace(/\?.*$/, '')}${body.includes('thread_ts') ? ' in a thread' : ''}`;

/** In the words of each protocol. */
function refuse(answer: ServerResponse, incoming: IncomingMessage, body: Buffer, how: 'throttle' | number): void {
  const isSlack = incoming.url?.startsWith('/api/') ?? false;
  const code = how === 'throttle' ? 'ThrottlingException' : 'InternalServerError';
  if (targetOf(incoming)) {
    answer.writeHead(how === 'throttle' ? 400 : how, { 'content-type': 'application/x-amz-json-1.0' });
    answer.end(JSON.stringify({ __type: code, message: code }));
  } else if (actionOf(body)) {
    const word = how === 'throttle' ? 'Throttling' : 'InternalFailure';
    answer.writeHead(how === 'throttle' ? 400 : how, { 'content-type': 'text/xml' });
    answer.end(`<ErrorResponse><Error><Type>Sender</Type><Code>${word}</Code><Message>${word}</Message></Error></ErrorResponse>`);
  } else {
    const words = isSlack
      ? { 'retry-after': '1' }
      : { 'x-amzn-errortype': how === 'throttle' ? 'TooManyRequestsException' : code };
    answer.writeHead(how === 'throttle' ? 429 : how, { 'content-type': 'application/json', ...words });
    answer.end(JSON.stringify({ message: code }));
  }
}
