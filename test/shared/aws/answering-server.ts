import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach } from 'vitest';

export interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly port: number | undefined;
}
export type Answer = readonly [status: number, body: string, headers?: Record<string, string>] | 'hang up';

export interface AnsweringServer {
  /** The requests of this test, in order. */
  seen: Seen[];
  /** What comes next, each once; then empty documents. */
  answers: Answer[];
}

/** Stands for AWS where what it says in trouble is tested: every client of the test asks here, and it answers as it is told. */
export function useAnsweringServer(): AnsweringServer {
  const state: AnsweringServer = { seen: [], answers: [] };
  const former = { ...process.env };
  let server: Server;
  beforeEach(async () => {
    state.seen = [];
    state.answers = [];
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => {
        body += part.toString();
      });
      request.on('end', () => {
        const { method, url, headers, socket } = request;
        state.seen.push({ method, url, headers, body, port: socket.remotePort });
        const answer = state.answers.shift() ?? [200, '{}'];
        if (answer === 'hang up') socket.destroy();
        else response.writeHead(answer[0], answer[2]).end(answer[1]);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    process.env = { ...former };
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return state;
}
