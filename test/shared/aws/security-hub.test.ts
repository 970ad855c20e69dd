import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeSecurityHub } from '../../../shared/aws/security-hub.ts';
import { asffOf } from '../../../shared/exports/asff.ts';
import { makeClock, TEST_NOW } from '../../support/world.ts';
import { findingOf, ruleWords } from '../exports/samples.ts';

/** What no emulator does: workflow updates, partial failures, an account without Security Hub. The rest is asked of moto, in test/moto. */
let server: Server;
let seen: { method: string | undefined; url: string | undefined; body: unknown }[];
let answers: (readonly [status: number, body: object, code?: string])[];
const former = { ...process.env };

beforeEach(async () => {
  seen = [];
  answers = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => {
      body += part.toString();
    });
    request.on('end', () => {
      seen.push({ method: request.method, url: request.url, body: JSON.parse(body) });
      const [status, answer, code] = answers.shift() ?? [200, {}];
      response.writeHead(status, code ? { 'x-amzn-errortype': code } : {}).end(JSON.stringify(answer));
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

const hub = makeSecurityHub({
  clock: makeClock(TEST_NOW),
  random: () => 0.5,
  region: 'eu-central-1',
  credentials: async () => ({ accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'token' }),
  account: async () => '111111111111',
});
const PLACE = { account: '111111111111', region: 'eu-central-1', at: TEST_NOW };
const asff = (id: string) => asffOf(findingOf({ id }), ruleWords('lambda-policy-public'), PLACE);
const ProductArn = asff('f1').ProductArn;

describe('an import', () => {
  it('answers which findings were refused, by AWS’s code alone', async () => {
    const FailedFindings = [{ Id: 'cinch/f2', ErrorCode: 'InvalidInput', ErrorMessage: 'Title: canary' }];
    answers = [[200, { FailedCount: 1, SuccessCount: 1, FailedFindings }]];
    const refused = await hub.importFindings([asff('f1'), asff('f2')]);
    expect([...refused]).toEqual([['f2', 'InvalidInput']]);
    expect(seen).toMatchObject([
      { method: 'POST', url: '/findings/import', body: { Findings: [{ Id: 'cinch/f1' }, { Id: 'cinch/f2' }] } },
    ]);
  });

  it('is tried again when AWS is busy: the same finding twice is one', async () => {
    answers = [
      [429, {}, 'TooManyRequestsException'],
      [500, {}, 'InternalException'],
      [200, { FailedCount: 0, SuccessCount: 1 }],
    ];
    expect((await hub.importFindings([asff('f1')])).size).toBe(0);
    expect(seen).toHaveLength(3);
  });

  it.each([
    [[401, {}, 'InvalidAccessException'] as const],
    [[200, { FailedFindings: [{ Id: 'cinch/f1', ErrorCode: 'InvalidAccess', ErrorMessage: '' }] }] as const],
  ])('says in one way that Security Hub is not enabled: %j', async (answer) => {
    answers = [answer];
    await expect(hub.importFindings([asff('f1')])).rejects.toMatchObject({
      code: 'access-refused',
      message:
        'Security Hub is not enabled in account 111111111111, eu-central-1: enable it, or set exports.securityHub to false',
    });
  });

  it.each([
    ['AccessDeniedException', 403, 'access-refused', 'Security Hub refuses BatchImportFindings in account 111111111111'],
    ['LimitExceededException', 429, 'try-again', 'Security Hub did not take BatchImportFindings: LimitExceededException'],
    ['InvalidInputException', 400, 'InvalidInputException', 'securityhub:BatchImportFindings: InvalidInputException'],
  ])('%s', async (code, status, kind, words) => {
    answers = [[status, { Message: 'canary' }, code]];
    const failure = await hub.importFindings([asff('f1')]).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: kind, message: expect.stringContaining(words) });
    expect(String(failure)).not.toContain('canary');
  });
});

describe('a workflow status', () => {
  it('is one call for all findings that have it', async () => {
    const FindingIdentifier = { Id: 'cinch/f2', ProductArn };
    answers = [[200, { ProcessedFindings: [], UnprocessedFindings: [{ FindingIdentifier, ErrorCode: 'FindingNotFound' }] }]];
    expect([...(await hub.setWorkflow(['f1', 'f2'], 'SUPPRESSED'))]).toEqual([['f2', 'FindingNotFound']]);
    const FindingIdentifiers = ['cinch/f1', 'cinch/f2'].map((Id) => ({ Id, ProductArn }));
    expect(seen).toEqual([
      { method: 'PATCH', url: '/findings/batchupdate', body: { FindingIdentifiers, Workflow: { Status: 'SUPPRESSED' } } },
    ]);
  });
});
