import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MAX_BODY } from '../../shared/flows/on-slack.ts';
import { type FakeHub, startFakeHub } from '../support/fake-hub.ts';
import { approvalOf, FORGERIES, type GatewayEvent, genuine, seeded } from '../support/forged-requests.ts';
import { SIGNING_SECRET } from '../support/slack-samples.ts';

/** Requests that Slack did not send, against the function as it is deployed: its own handler and wiring, before a hub that counts what it is asked. */

const EACH = 300;

let hub: FakeHub;
let answer: (event: GatewayEvent) => Promise<APIGatewayProxyStructuredResultV2>;
let lines: string[];

beforeAll(async () => {
  lines = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    lines.push(String(chunk));
    return true;
  });
  hub = await startFakeHub();
  const { handler } = await import('../../functions/on-slack/handler.ts');
  answer = (event) => handler(event as unknown as APIGatewayProxyEventV2);
});

afterAll(async () => {
  vi.restoreAllMocks();
  await hub.close();
});

const now = (): number => Math.floor(Date.now() / 1000);
const stolen = (body: Buffer, seed: number) => ({ body, timestamp: now(), secret: SIGNING_SECRET, random: seeded(seed) });

describe('a forged request', () => {
  it.each(Object.entries(FORGERIES))(
    '%s: is refused each time, and asks the hub for nothing but the secret',
    async (name, forge) => {
      const before = hub.asked.length;
      const from = stolen(approvalOf(2_000), 7);
      const isTooLong = name.includes('too long');
      for (let round = 0; round < (isTooLong ? 20 : EACH); round++) {
        const { statusCode, body } = await answer(forge(from));
        expect(statusCode).toBe(isTooLong ? 413 : 401);
        expect(body).toBe(isTooLong ? 'too large' : 'bad signature');
      }
      const asked = hub.asked.slice(before);
      // Twice in a minute at most: when it is loaded, and at the first mismatch, since the secret could have been rotated.
      expect(asked.filter((call) => call !== 'secretsmanager.GetSecretValue')).toEqual([]);
      expect(asked.length).toBeLessThanOrEqual(2);
      expect(hub.queued).toEqual([]);
    },
  );

  it('leaves nothing of itself in the log', () => {
    const log = lines.join('');
    expect(log).toContain('a request was not signed by Slack');
    for (const part of ['payload', 'cinch-approve', 'v0=', SIGNING_SECRET, 'xoxb']) expect(log).not.toContain(part);
  });
});

describe('a genuine request', () => {
  it('is taken once, and never again while its signature is good, also under other headers', async () => {
    const event = genuine(stolen(approvalOf(2_000), 1));
    expect((await answer(event)).statusCode).toBe(200);
    expect(hub.queued).toHaveLength(1);
    const disguises: GatewayEvent[] = [
      event,
      { ...event, headers: { ...event.headers, 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' } },
      { ...event, headers: { ...event.headers, 'X-Slack-Retry-Num': '1' } },
      { ...event, body: Buffer.from(event.body, 'base64').toString('utf8'), isBase64Encoded: false },
      {
        ...event,
        headers: Object.fromEntries(Object.entries(event.headers).map(([name, value]) => [name.toLowerCase(), value])),
      },
    ];
    for (let round = 0; round < 50; round++) for (const again of disguises) expect((await answer(again)).statusCode).toBe(409);
    // Taken for JSON it says nothing.
    const asJson = { ...event, headers: { ...event.headers, 'Content-Type': 'application/json' } };
    expect((await answer(asJson)).statusCode).toBe(400);
    expect(hub.queued).toHaveLength(1);
  });

  it('may be as long as the limit', async () => {
    const body = approvalOf(MAX_BODY, 'f2-p1');
    expect(body.length).toBe(MAX_BODY);
    expect((await answer(genuine(stolen(body, 1)))).statusCode).toBe(200);
    expect(hub.queued).toHaveLength(2);
  });
});
