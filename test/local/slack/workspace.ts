import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebClient } from '@slack/web-api';
import { type SlackOptions, type SlackUser, type SlackWorkspace, startSlack } from '../../../local/slack/start.ts';

export const TOKEN = 'xoxb-1-test';
export const SECRET = 'signing-secret-of-the-test';
export const CHANNEL = 'C0GUARD0001';
export const OTHER = 'C0OTHER0001';
export const ANA = 'U0ANA000001';
export const DEV = 'U0DEV000001';
export const BO = 'U0BO0000001';
export const GONE = 'U0GONE00001';

const person = (id: string, name: string, title: string, more: Partial<SlackUser> = {}): SlackUser => ({
  id,
  name: name.toLowerCase(),
  real_name: name,
  profile: { email: `${name.toLowerCase()}@northwind.example`, title },
  ...more,
});

export const options: SlackOptions = {
  botToken: TOKEN,
  signingSecret: SECRET,
  users: [
    person(ANA, 'Ana', 'Approver'),
    person(DEV, 'Dev', 'Author of the change'),
    person(BO, 'Bo', 'Bystander', { is_stranger: true, team_id: 'T0ELSEWHERE' }),
    person(GONE, 'Gone', 'Left', { deleted: true }),
  ],
  userGroups: [{ id: 'S0APPROVERS', handle: 'approvers', users: [ANA] }],
  channels: [
    { id: CHANNEL, name: 'guardrails' },
    { id: OTHER, name: 'other' },
    { id: 'C0ARCHIVE01', name: 'old', is_archived: true },
    { id: 'C0PRIVATE01', name: 'private', is_member: false },
  ],
};

/** A workspace without pacing, for tests that are about something else. */
export const startUnpaced = (more: Partial<SlackOptions> = {}): Promise<SlackWorkspace> =>
  startSlack({ ...options, limits: { postIntervalMs: 0, tiers: false }, ...more });

/** Slack's own client, told not to try again. */
export const clientOf = (slack: SlackWorkspace, token: string = TOKEN): WebClient =>
  new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: 'error' as never,
  });

/** The answer of a call as it stands on the wire. */
export async function call(slack: SlackWorkspace, method: string, args: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${slack.apiUrl}${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json; charset=utf-8', ...headers },
    body: typeof args === 'string' ? args : JSON.stringify(args),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> };
}

export interface Received {
  headers: IncomingHttpHeaders;
  raw: Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: a payload of many shapes, looked into by assertions
  payload: any;
}

export interface Answering {
  status?: number;
  body?: string;
  afterMs?: number;
}

/** A bot that records what Slack sends and answers as the test says. */
export async function startBot(answer: (received: Received) => Answering | Promise<Answering> = () => ({})) {
  const requests: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const payload: unknown = JSON.parse(new URLSearchParams(raw.toString('utf8')).get('payload') ?? 'null');
    const received = { headers: request.headers, raw, payload };
    requests.push(received);
    const { status = 200, body = '', afterMs = 0 } = await answer(received);
    setTimeout(() => response.writeHead(status).end(body), afterMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack`, requests, stop };
}

export const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
export const plain = (text: string) => ({ type: 'plain_text', text });
export const section = (text: string) => ({ type: 'section', text: mrkdwn(text) });
export const button = (action_id: string, more: object = {}) => ({ type: 'button', action_id, text: plain(action_id), ...more });
export const actions = (...elements: object[]) => ({ type: 'actions', block_id: 'actions', elements });

export const modal = (more: object = {}) => ({
  type: 'modal',
  callback_id: 'deny',
  private_metadata: 'request-1',
  title: plain('Deny'),
  submit: plain('Send'),
  blocks: [
    {
      type: 'input',
      block_id: 'reason',
      label: plain('Reason'),
      element: { type: 'plain_text_input', action_id: 'text', multiline: true, min_length: 3, max_length: 50 },
    },
    {
      type: 'input',
      block_id: 'days',
      optional: true,
      label: plain('Days'),
      element: { type: 'number_input', action_id: 'number', is_decimal_allowed: false, min_value: '1', max_value: '90' },
    },
    {
      type: 'input',
      block_id: 'scope',
      optional: true,
      label: plain('Scope'),
      element: {
        type: 'static_select',
        action_id: 'select',
        options: [
          { text: plain('One'), value: 'one' },
          { text: plain('All'), value: 'all' },
        ],
      },
    },
  ],
  ...more,
});
