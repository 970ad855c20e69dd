import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Invocation {
  readonly id: string;
  readonly payload: Buffer | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a runtime sent for an invocation, as it arrived. */
export interface Ended {
  readonly kind: 'response' | 'error';
  readonly id: string;
  readonly body: Buffer;
  /** When each piece came, in ms. */
  readonly pieces: readonly number[];
  readonly headers: IncomingMessage['headers'];
  readonly trailers: NodeJS.Dict<string>;
}

export interface FakeRuntimeApi {
  readonly address: string;
  /** Answers the pending or next `GET next` with it, and waits for its end. */
  invoke(invocation: Invocation): Promise<Ended>;
  /** Waits until the runtime has asked for an invocation. */
  asked(): Promise<void>;
  /** Other calls, by method and path. */
  readonly others: string[];
  /** How many connections were opened to it. */
  connections(): number;
  /** Answers the pending `GET next` with this status and no invocation. */
  refuse(status: number): Promise<void>;
  close(): Promise<void>;
}

const NEXT = '/2018-06-01/runtime/invocation/next';
const END = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/;

/** Lambda's side of the Runtime API (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html), for one runtime. */
export async function startFakeRuntimeApi(): Promise<FakeRuntimeApi> {
  const waiting: ServerResponse[] = [];
  const askers: (() => void)[] = [];
  const ends = new Map<string, (ended: Ended) => void>();
  const others: string[] = [];
  let connections = 0;

  const server: Server = createServer((request, response) => {
    if (request.method === 'GET' && request.url === NEXT) {
      waiting.push(response);
      for (const asker of askers.splice(0)) asker();
      return;
    }
    void readEnd(request).then((ended) => {
      if (!ended) {
        others.push(`${request.method} ${request.url}`);
        response.writeHead(200, { 'Lambda-Extension-Identifier': 'abc' }).end('{}');
        return;
      }
      response.writeHead(202).end();
      ends.get(ended.id)?.(ended);
    });
  });
  server.requestTimeout = 0;
  server.keepAliveTimeout = 0;
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const asked = async (): Promise<void> => {
    if (waiting.length === 0) await new Promise<void>((resolve) => askers.push(resolve));
  };
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    others,
    connections: () => connections,
    invoke: async ({ id, payload, headers }) => {
      await asked();
      const ended = new Promise<Ended>((resolve) => ends.set(id, resolve));
      waiting
        .shift()
        ?.writeHead(200, {
          'Content-Type': 'application/json',
          'Content-Length': Buffer.byteLength(payload),
          'Lambda-Runtime-Aws-Request-Id': id,
          'Lambda-Runtime-Deadline-Ms': '1542409706888',
          ...headers,
        })
        .end(payload);
      return ended;
    },
    refuse: async (status) => {
      await asked();
      waiting.shift()?.writeHead(status).end();
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function readEnd(request: IncomingMessage): Promise<Ended | undefined> {
  const chunks: Buffer[] = [];
  const pieces: number[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
    pieces.push(performance.now());
  }
  const match = END.exec(request.url ?? '');
  if (!match?.[1]) return undefined;
  return {
    kind: match[2] as Ended['kind'],
    id: match[1],
    body: Buffer.concat(chunks),
    pieces,
    headers: request.headers,
    trailers: request.trailers,
  };
}
