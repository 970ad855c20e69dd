import { describe, expect, it } from 'vitest';
import { BLOTTED_ACCOUNT, mendRecord } from '../../../shared/flows/replay-record.ts';
import { called, idsOf, replay } from './replay-cases.ts';

const CODE = called(
  'lambda',
  'UpdateFunctionCode20150331v2',
  { functionName: '-', publish: false },
  {
    functionName: 'orders',
    functionArn: '-k',
    role: 'arn:aws:iam::-:role/orders',
    timeout: 30,
    architectures: { '0': 'x86_64' },
  },
  { recipientAccountId: '-', userIdentity: { type: 'AssumedRole', accountId: '-' } },
);

describe('a record whose accounts are blotted out', () => {
  it.each(['-', 'xxxxxxxxxxxx', '************', 'REDACTED', '<redacted>'])('%s: is judged, and says so', (blot) => {
    const event = JSON.parse(JSON.stringify({ ...CODE, account: '-' }).replaceAll('"-"', JSON.stringify(blot))) as unknown;
    const answer = replay(event);
    expect(answer).toMatchObject({ outcome: 'relevant', reason: expect.stringContaining(BLOTTED_ACCOUNT) });
    expect(answer.change?.resource).toBe(`arn:aws:lambda:eu-central-1:${BLOTTED_ACCOUNT}:function:orders`);
    expect(answer.lookup).not.toContain('architecture');
  });

  it('keeps the name in an ARN whose account is blotted out', () => {
    const event = called(
      'lambda',
      'DeleteFunction20150331',
      { functionName: 'arn:aws:lambda:eu-central-1:xxxx:function:orders' },
      null,
      {
        recipientAccountId: 'xxxx',
      },
    );
    const answer = replay({ ...event, account: 'xxxx' });
    expect(answer.change?.resource).toBe(`arn:aws:lambda:eu-central-1:${BLOTTED_ACCOUNT}:function:orders`);
  });

  it.each(['12345', 'me', '', '2222-2222-2222'])('%j is no blot, but broken', (account) => {
    expect(replay({ ...CODE, account })).toMatchObject({ outcome: 'malformed' });
  });

  it('leaves a star in a policy what it is', () => {
    const policyDocument = '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::***"}]}';
    const event = called('iam', 'PutRolePolicy', { roleName: 'orders', policyName: 'p', policyDocument }, null, {
      recipientAccountId: '-',
    });
    const { event: mended } = mendRecord({ ...event, account: '-' });
    expect(mended).toMatchObject({ account: BLOTTED_ACCOUNT, detail: { requestParameters: { policyDocument } } });
  });
});

describe('a record that was cut down', () => {
  const open = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}';

  it('is judged by its document when it names no role', () => {
    const answer = replay(called('iam', 'UpdateAssumeRolePolicy', { policyDocument: open }));
    expect(answer).toMatchObject({ outcome: 'relevant', change: { kind: 'role', resource: null, resources: [] } });
    expect(answer.reason).toContain('does not name the role');
    expect(idsOf(answer)).toEqual(['trust:public']);
  });

  it.each([
    ['without a document either', called('iam', 'UpdateAssumeRolePolicy', {})],
    ['with a name that is none', called('iam', 'UpdateAssumeRolePolicy', { roleName: 7, policyDocument: open })],
    ['of another service', called('lambda', 'AddPermission20150331v2', { policyDocument: open })],
  ])('%s is malformed', (_what, event) => {
    expect(replay(event)).toMatchObject({ outcome: 'malformed', change: null });
  });

  it('changes nothing of a whole record', () => {
    const event = called('iam', 'UpdateAssumeRolePolicy', { roleName: 'orders', policyDocument: open });
    expect(mendRecord(event)).toEqual({ event, notes: [], unnamed: false });
    expect(mendRecord(event).event).toBe(event);
  });
});
