import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens to a request on its way to Slack: it passes, or it has no effect there; `lost` has its effect, and nobody hears of it. */
export type Trouble = 'none' | { readonly limited: number } | 'error' | 'cut' | 'hangs' | 'lost';

export interface BadLine {
  readonly apiUrl: string;
  /** How often each happened, and how many of the lost ones Slack had taken. */
  readonly counts: Record<string, number>;
  close(): Promise<void>;
}

/** A proxy before the local workspace that loses some of the requests, as a network and a busy service do. */
export async function startBadLine(target: string, troubleFor: (method: string) => Trouble): Promise<BadLine> {
  const counts: Record<string, number> = {};
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body: Buffer[] = [];
    for await (const chunk of request) body.push(chunk as Buffer);
    const method = (request.url ?? '').replace('/api/', '');
    const trouble = troubleFor(method);
    const name = typeof trouble === 'string' ? trouble : 'limited';
    counts[name] = (counts[name] ?? 0) + 1;
    if (trouble === 'hangs') return;
    if (trouble === 'cut') return void request.socket.destroy();
    if (trouble === 'error') return void response.writeHead(500).end('upstream');
    if (typeof trouble === 'object')
      return void response.writeHead(429, { 'retry-after': String(trouble.limited) }).end('{"ok":false,"error":"ratelimited"}');
    const { host: _host, 'content-length': _length, connection: _connection, ...headers } = request.headers;
    const passed = await fetch(new URL(method, target), {
      method: 'POST',
      headers: headers as Record<string, string>,
      body: Buffer.concat(body),
    });
    const retryAfter = passed.headers.get('retry-after');
    if (trouble === 'lost') {
      if (passed.ok) counts.taken = (counts.taken ?? 0) + 1;
      return void request.socket.destroy();
    }
    response.writeHead(passed.status, {
      'content-type': 'application/json',
      ...(retryAfter ? { 'retry-after': retryAfter } : {}),
    });
    response.end(await passed.text());
  }

  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    counts,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
