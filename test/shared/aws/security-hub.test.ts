import { describe, expect, it } from 'vitest';
import { makeSecurityHub } from '../../../shared/aws/security-hub.ts';
import { asffOf } from '../../../shared/exports/asff.ts';
import { makeClock, TEST_NOW } from '../../support/world.ts';
import { findingOf, ruleWords } from '../exports/samples.ts';
import { type Answer, useAnsweringServer } from './answering-server.ts';

/** What no emulator does: workflow updates, partial failures, an account without Security Hub. The rest is asked of moto, in test/moto. */
const server = useAnsweringServer();
const answer = (status: number, body: object, code?: string): Answer => [
  status,
  JSON.stringify(body),
  code ? { 'x-amzn-errortype': code } : {},
];
const seen = () => server.seen.map(({ method, url, body }) => ({ method, url, body: JSON.parse(body) as unknown }));

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
    server.answers = [answer(200, { FailedCount: 1, SuccessCount: 1, FailedFindings })];
    const refused = await hub.importFindings([asff('f1'), asff('f2')]);
    expect([...refused]).toEqual([['f2', 'InvalidInput']]);
    expect(seen()).toMatchObject([
      { method: 'POST', url: '/findings/import', body: { Findings: [{ Id: 'cinch/f1' }, { Id: 'cinch/f2' }] } },
    ]);
  });

  it('is tried again when AWS is busy: the same finding twice is one', async () => {
    server.answers = [
      answer(429, {}, 'TooManyRequestsException'),
      answer(500, {}, 'InternalException'),
      answer(200, { FailedCount: 0, SuccessCount: 1 }),
    ];
    expect((await hub.importFindings([asff('f1')])).size).toBe(0);
    expect(seen()).toHaveLength(3);
  });

  it.each([
    [answer(401, {}, 'InvalidAccessException')],
    [answer(200, { FailedFindings: [{ Id: 'cinch/f1', ErrorCode: 'InvalidAccess', ErrorMessage: '' }] })],
  ])('says in one way that Security Hub is not enabled: %j', async (refusal) => {
    server.answers = [refusal];
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
    server.answers = [answer(status, { Message: 'canary' }, code)];
    const failure = await hub.importFindings([asff('f1')]).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: kind, message: expect.stringContaining(words) });
    expect(String(failure)).not.toContain('canary');
  });
});

describe('a workflow status', () => {
  it('is one call for all findings that have it', async () => {
    const FindingIdentifier = { Id: 'cinch/f2', ProductArn };
    server.answers = [answer(200, { UnprocessedFindings: [{ FindingIdentifier, ErrorCode: 'FindingNotFound' }] })];
    expect([...(await hub.setWorkflow(['f1', 'f2'], 'SUPPRESSED'))]).toEqual([['f2', 'FindingNotFound']]);
    const FindingIdentifiers = ['cinch/f1', 'cinch/f2'].map((Id) => ({ Id, ProductArn }));
    expect(seen()).toEqual([
      { method: 'PATCH', url: '/findings/batchupdate', body: { FindingIdentifiers, Workflow: { Status: 'SUPPRESSED' } } },
    ]);
  });
});
