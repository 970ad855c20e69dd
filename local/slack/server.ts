import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerPage } from './page-routes.ts';
import { makeRateLimiter } from './rate-limit.ts';
import { sendJson, sendText } from './requests.ts';
import { answerResponseUrl } from './response-url.ts';
import type { Store } from './store.ts';
import { answerCall } from './web-api/call.ts';

export interface Listening {
  origin: string;
  port: number;
  close: () => Promise<void>;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Serves the Web API, the response_urls and the page on one port of 127.0.0.1 (0 takes a free one). */
export async function serve(store: Store, port: number): Promise<Listening> {
  const limiter = makeRateLimiter(store.limits, store.clock);
  let origin = '';
  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = new URL(request.url ?? '/', 'http://local').pathname;
    const method = /^\/api\/([\w.]+)$/.exec(path)?.[1];
    if (method !== undefined) return answerCall(store, limiter, method, request, response);
    const secret = /^\/actions\/\w+\/\d+\/([\w-]+)$/.exec(path)?.[1];
    if (secret !== undefined && request.method === 'POST') return answerResponseUrl(store, secret, request, response);
    if (!(await answerPage(store, origin, request, response))) sendText(response, 404, 'not found');
  };
  const server = createServer((request, response) => {
    route(request, response).catch((error: unknown) => {
      // Ours, not the bot's: say it loudly, and let the caller see a server error.
      console.error('local Slack:', error);
      if (!response.headersSent) sendJson(response, 500, { ok: false, error: 'internal_error' });
      else response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const actual = (server.address() as AddressInfo).port;
  origin = `http://127.0.0.1:${actual}`;
  return { origin, port: actual, close: () => closeServer(server) };
}
