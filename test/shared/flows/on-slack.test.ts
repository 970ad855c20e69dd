import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { readHttpEvent } from '../../../functions/on-slack/http-event.ts';
import { makeOnSlack } from '../../../shared/flows/on-slack.ts';
import { sign } from '../../../shared/slack/signature.ts';
import { validateView } from '../../../shared/slack/validate-blocks.ts';
import { type Bench, makeBench } from '../../support/on-slack-bench.ts';
import {
  aClick,
  buttonPayload,
  CARD,
  dialogPayload,
  formOf,
  SIGNING_SECRET,
  signedRequest,
} from '../../support/slack-samples.ts';

const reasonOf = ({ clicks }: Bench) => (clicks[0]?.message as { reason?: string } | undefined)?.reason;

let bench: Bench;
beforeEach(() => {
  bench = makeBench();
});
const send = (payload: unknown, type?: string) =>
  bench.answer(signedRequest(formOf(payload), bench.clock.now(), type ? { type } : {}));

describe('a button', () => {
  it.each(['approve', 'undo', 'quarantine', 'isolate'] as const)(
    '%s is queued and answered with an empty 200',
    async (action) => {
      expect(await send(buttonPayload(`cinch-${action}`))).toEqual({ statusCode: 200, body: '' });
      expect(bench.clicks.map(({ message }) => message)).toEqual([
        aClick({ action, id: expect.stringMatching(/^[0-9a-f]{64}$/) }),
      ]);
    },
  );

  it.each(['deny', 'exempt', 'break-glass'] as const)(
    '%s opens its dialog with the trigger and queues nothing',
    async (action) => {
      expect((await send(buttonPayload(`cinch-${action}`))).statusCode).toBe(200);
      expect(bench.clicks).toEqual([]);
      expect(bench.views).toMatchObject([{ token: 'xoxb-test', trigger: '1.2.abc' }]);
      const view = bench.views[0]?.view as { callback_id: string; private_metadata: string };
      expect(view.callback_id).toBe(`cinch-${action}-dialog`);
      expect(JSON.parse(view.private_metadata)).toEqual({ planId: 'f1-p1', ...CARD });
      expect(validateView(view)).toEqual([]);
    },
  );

  it('tells the user when the dialog can’t be opened', async () => {
    bench.broken.views = 'expired_trigger_id';
    expect((await send(buttonPayload('cinch-deny'))).statusCode).toBe(200);
    expect(bench.told).toHaveLength(1);
    expect(bench.told[0]?.text).toContain('Click again');
  });

  it('tells the user when the click can’t be queued', async () => {
    bench.broken.queue = true;
    expect(await send(buttonPayload('cinch-approve'))).toEqual({ statusCode: 200, body: '' });
    expect(bench.told[0]).toMatchObject({ url: 'https://hooks.slack.com/actions/T0/1/x' });
    expect(bench.told[0]?.text).toContain('nothing was changed');
  });

  it('of another app’s message is ignored', async () => {
    expect((await send(buttonPayload('somebody-elses'))).statusCode).toBe(200);
    expect(bench.clicks).toEqual([]);
  });

  it('of another workspace is refused, and of the organization accepted', async () => {
    expect((await send(buttonPayload('cinch-approve', { team: { id: 'T0OTHER' } }))).statusCode).toBe(403);
    expect(bench.clicks).toEqual([]);
    const grid = makeBench();
    const answer = makeOnSlack({ ...grid.world, teamId: 'E0NORTHWIND' });
    const payload = buttonPayload('cinch-approve', { team: null, enterprise: { id: 'E0NORTHWIND' } });
    await answer(signedRequest(formOf(payload), grid.clock.now()));
    expect(grid.clicks).toHaveLength(1);
  });
});

describe('a dialog', () => {
  it('denies with its reason', async () => {
    expect(await send(dialogPayload('cinch-deny-dialog', { reason: '  partners call it  ' }))).toEqual({
      statusCode: 200,
      body: '',
    });
    expect(bench.clicks[0]?.message).toMatchObject({
      action: 'deny',
      reason: 'partners call it',
      days: null,
      planId: 'f1-p1',
      ...CARD,
    });
  });

  it('exempts with reason and days', async () => {
    await send(dialogPayload('cinch-exempt-dialog', { reason: 'a demo', days: '30' }));
    expect(bench.clicks[0]?.message).toMatchObject({ action: 'exempt', reason: 'a demo', days: 30 });
  });

  it.each([
    ['cinch-deny-dialog', { reason: '' }, ['cinch-reason']],
    ['cinch-deny-dialog', { reason: null }, ['cinch-reason']],
    ['cinch-deny-dialog', { reason: ' \n ' }, ['cinch-reason']],
    ['cinch-deny-dialog', { reason: 'x'.repeat(501) }, ['cinch-reason']],
    ['cinch-exempt-dialog', { reason: 'x', days: '0' }, ['cinch-days']],
    ['cinch-exempt-dialog', { reason: 'x', days: '366' }, ['cinch-days']],
    ['cinch-exempt-dialog', { reason: 'x', days: '1.5' }, ['cinch-days']],
    ['cinch-exempt-dialog', { reason: 'x', days: '1e2' }, ['cinch-days']],
    ['cinch-exempt-dialog', { reason: 'x', days: null }, ['cinch-days']],
    ['cinch-exempt-dialog', { reason: '', days: '-1' }, ['cinch-reason', 'cinch-days']],
  ])('%s with %j shows errors at the fields', async (callback, typed, fields) => {
    const answer = await send(dialogPayload(callback, typed));
    expect(answer.statusCode).toBe(200);
    const body = JSON.parse(answer.body);
    expect(body.response_action).toBe('errors');
    expect(Object.keys(body.errors)).toEqual(fields);
    expect(bench.clicks).toEqual([]);
  });

  it('takes 500 characters of any script', async () => {
    await send(dialogPayload('cinch-deny-dialog', { reason: '漢'.repeat(500) }));
    expect(reasonOf(bench)).toBe('漢'.repeat(500));
  });

  it('stays open with a word when it can’t be queued', async () => {
    bench.broken.queue = true;
    const body = JSON.parse((await send(dialogPayload('cinch-deny-dialog', { reason: 'x' }))).body);
    expect(body).toMatchObject({ response_action: 'errors' });
    expect(body.errors['cinch-reason']).toContain('nothing was changed');
  });
});

describe('the signature', () => {
  it('is checked before anything is parsed: unsigned rubbish gets 401', async () => {
    for (const body of ['{not json', 'payload={', 'ssl_check=1', '', '{"type":"url_verification","challenge":"x"}']) {
      const answer = await bench.answer({ headers: { 'content-type': 'application/json' }, body: Buffer.from(body) });
      expect(answer.statusCode).toBe(401);
    }
    expect(bench.failures).toEqual(Array(5).fill('no-timestamp'));
  });

  it('holds for base64 bodies with é and 漢, byte by byte', async () => {
    const text = formOf(dialogPayload('cinch-deny-dialog', { reason: 'é 漢' })).replace(/%C3%A9/, 'é');
    const { headers } = signedRequest(text, bench.clock.now());
    const event = {
      headers: headers as Record<string, string>,
      body: Buffer.from(text).toString('base64'),
      isBase64Encoded: true,
    };
    expect((await bench.answer(readHttpEvent(event))).statusCode).toBe(200);
    expect(reasonOf(bench)).toBe('é 漢');
  });

  it('takes header names in any case', async () => {
    const text = formOf(buttonPayload('cinch-approve'));
    const { headers } = signedRequest(text, bench.clock.now());
    const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value ?? '']));
    expect((await bench.answer(readHttpEvent({ headers: upper, body: text, isBase64Encoded: false }))).statusCode).toBe(200);
  });

  it('survives a rotation: a mismatch reads the secret again', async () => {
    await send(buttonPayload('cinch-approve'));
    bench.stored.secret = { signingSecret: 'the-new-one', botToken: 'xoxb-new' };
    const request = signedRequest(formOf(buttonPayload('cinch-undo')), bench.clock.now(), { secret: 'the-new-one' });
    expect((await bench.answer(request)).statusCode).toBe(200);
    expect(bench.stored.refreshes).toBe(1);
  });

  it('makes no stranger read the secret more than once a minute', async () => {
    const wrong = () => bench.answer(signedRequest('payload=x', bench.clock.now(), { secret: 'guess' }));
    for (let i = 0; i < 5; i++) expect((await wrong()).statusCode).toBe(401);
    expect(bench.stored.refreshes).toBe(1);
    bench.clock.advance(60_000);
    await wrong();
    expect(bench.stored.refreshes).toBe(2);
  });

  it('that is old or malformed never reads the secret again', async () => {
    await bench.answer(signedRequest('payload=x', new Date(bench.clock.now().getTime() - 400_000)));
    await bench.answer({ headers: { 'x-slack-request-timestamp': '1', 'x-slack-signature': 'v0=1' }, body: Buffer.from('') });
    expect(bench.stored.refreshes).toBe(0);
    expect(bench.failures).toEqual(['stale', 'malformed-signature']);
  });
});

describe('a replay', () => {
  it('is refused within the window, and stale after it', async () => {
    const request = signedRequest(formOf(buttonPayload('cinch-approve')), bench.clock.now());
    expect((await bench.answer(request)).statusCode).toBe(200);
    bench.clock.advance(299_000);
    expect((await bench.answer(request)).statusCode).toBe(409);
    bench.clock.advance(2_000);
    expect((await bench.answer(request)).statusCode).toBe(401);
    expect(bench.clicks).toHaveLength(1);
  });

  it('is refused when two come at once', async () => {
    const request = signedRequest(formOf(buttonPayload('cinch-approve')), bench.clock.now());
    const codes = await Promise.all([1, 2, 3].map(async () => (await bench.answer(request)).statusCode));
    expect(codes.sort()).toEqual([200, 409, 409]);
    expect(bench.clicks).toHaveLength(1);
  });

  it('can’t be told when the ledger is down: nothing is queued', async () => {
    bench.broken.claims = true;
    expect((await send(buttonPayload('cinch-approve'))).statusCode).toBe(503);
    expect(bench.clicks).toEqual([]);
  });
});

it('answers 503 when the secret can’t be read', async () => {
  bench.broken.secret = true;
  expect((await send(buttonPayload('cinch-approve'))).statusCode).toBe(503);
});

it('answers Slack’s handshakes', async () => {
  const challenge = await bench.answer(
    signedRequest('{"type":"url_verification","challenge":"abc"}', bench.clock.now(), {
      type: 'application/json; charset=utf-8',
    }),
  );
  expect(JSON.parse(challenge.body)).toEqual({ challenge: 'abc' });
  expect((await bench.answer(signedRequest('ssl_check=1&token=x', bench.clock.now()))).statusCode).toBe(200);
});

it('refuses a body that is too large before hashing it', async () => {
  const body = Buffer.alloc(600_000, 'a');
  expect((await bench.answer({ headers: {}, body })).statusCode).toBe(413);
});

describe('malformed but signed', () => {
  it.each([
    ['nothing', ''],
    ['no payload', 'a=b'],
    ['payload that is no JSON', 'payload=%7B'],
    ['payload that is a list', 'payload=%5B%5D'],
    ['no type', formOf({ team: { id: 'T0CINCH0001' } })],
    ['no actions', formOf(buttonPayload('cinch-approve', { actions: [] }))],
    [
      'two actions',
      formOf(buttonPayload('cinch-approve', { actions: [{ action_id: 'cinch-approve' }, { action_id: 'cinch-deny' }] })),
    ],
    [
      'a value that is no plan id',
      formOf(buttonPayload('x', { actions: [{ action_id: 'cinch-approve', value: '{"plan":1}' }] })),
    ],
    ['no user', formOf(buttonPayload('cinch-approve', { user: null }))],
    ['a user id that is none', formOf(buttonPayload('cinch-approve', { user: { id: '<!channel>' } }))],
    ['no message', formOf(buttonPayload('cinch-approve', { container: {}, channel: null, message: null }))],
    [
      'metadata that is no JSON',
      formOf(
        dialogPayload(
          'cinch-deny-dialog',
          { reason: 'x' },
          { view: { callback_id: 'cinch-deny-dialog', private_metadata: '{', state: { values: {} } } },
        ),
      ),
    ],
  ])('%s gets 400 and queues nothing', async (_, body) => {
    expect((await bench.answer(signedRequest(body, bench.clock.now()))).statusCode).toBe(400);
    expect(bench.clicks).toEqual([]);
  });

  it('is never an uncaught error and never a click, whatever it holds', async () => {
    const payloads = fc.oneof(
      fc.json(),
      fc.string(),
      fc
        .record({
          type: fc.constantFrom('block_actions', 'view_submission', 'x'),
          team: fc.constant({ id: 'T0CINCH0001' }),
          actions: fc.jsonValue(),
          view: fc.jsonValue(),
          user: fc.jsonValue(),
        })
        .map((value) => JSON.stringify(value)),
    );
    const types = fc.constantFrom('application/json', 'application/x-www-form-urlencoded', '');
    await fc.assert(
      fc.asyncProperty(payloads, types, fc.boolean(), async (payload, type, isForm) => {
        const body = isForm ? new URLSearchParams({ payload }).toString() : payload;
        const answer = await bench.answer(signedRequest(body, bench.clock.now(), { type }));
        expect([200, 400, 403, 409]).toContain(answer.statusCode);
        expect(bench.clicks).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('is never 200 unsigned, whatever the headers', async () => {
    const headers = fc.record({
      'x-slack-request-timestamp': fc.option(fc.oneof(fc.string(), fc.constant('1795348800'), fc.nat().map(String)), {
        nil: undefined,
      }),
      'x-slack-signature': fc.option(fc.oneof(fc.string(), fc.stringMatching(/^v0=[0-9a-f]{64}$/)), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(headers, fc.uint8Array(), async (given, body) => {
        expect((await bench.answer({ headers: given, body })).statusCode).toBe(401);
      }),
      { numRuns: 300 },
    );
  });
});

it('logs neither body nor signature nor token', async () => {
  await send(buttonPayload('cinch-approve'));
  await send(dialogPayload('cinch-deny-dialog', { reason: 'a private reason' }));
  bench.broken.queue = true;
  await send(buttonPayload('cinch-undo'));
  const all = bench.lines.join('\n');
  const timestamp = String(Math.floor(bench.clock.now().getTime() / 1000));
  for (const secret of [
    'private reason',
    'xoxb',
    SIGNING_SECRET,
    'hooks.slack',
    sign(Buffer.from(''), timestamp, SIGNING_SECRET),
  ])
    expect(all).not.toContain(secret);
  expect(all).toContain('click queued');
});
