import { describe, expect, it } from 'vitest';
import { parsePolicyDocument } from '../../../../shared/policy/parse.ts';
import rule from '../../../../shared/rules/lambda/policy-cross-account.ts';
import { judgeChanged } from '../judge.ts';

const allow = (Sid: string, Principal: unknown, Condition: object = {}) => ({
  Sid,
  Effect: 'Allow',
  Action: 'lambda:InvokeFunction',
  Resource: '*',
  Principal,
  Condition,
});
const policy = (qualifier: string | null, ...Statement: object[]) => ({
  qualifier,
  revisionId: 'r',
  document: parsePolicyDocument({ Statement }, 'test'),
});
const judge = (resourcePolicies: object[], settings?: object) => judgeChanged(rule, 'no policy', { resourcePolicies }, settings);
const PARTNER = { AWS: 'arn:aws:iam::333333333333:role/caller' };

describe('lambda-policy-cross-account', () => {
  it('looks at each qualifier, and tells only the foreign statements', () => {
    const violation = judge([
      policy(null, allow('own', { AWS: '222222222222' }), allow('partner', PARTNER)),
      policy('live', allow('partner', PARTNER), allow('other', { AWS: '444444444444' })),
    ]);
    expect(violation?.evidence.map(({ path }) => path)).toEqual([
      'policy of the function: partner',
      'policy of the qualifier live: partner',
      'policy of the qualifier live: other',
    ]);
    expect(violation?.summary).toBe('accounts of others may use it (3 statements of its policy)');
  });

  it('removes each by a step for its qualifier, and tells who loses access', () => {
    const violation = judge([
      policy(null, allow('partner', PARTNER)),
      policy('live', allow('topic', { Service: 'sns.amazonaws.com' }, { StringEquals: { 'aws:SourceAccount': '444444444444' } })),
    ]);
    expect(violation?.remedy).toMatchObject({
      kind: 'steps',
      steps: [
        { kind: 'remove-permission', qualifier: null, statements: [{ sid: 'partner' }] },
        { kind: 'remove-permission', qualifier: 'live', statements: [{ sid: 'topic' }] },
      ],
      approvalBecause: expect.stringMatching(
        /^arn:aws:iam::333333333333:role\/caller and sns\.amazonaws\.com \(444444444444\) can no longer call it/,
      ),
    });
  });

  it('gives the command with the qualifier of a statement that has no Sid', () => {
    const { Sid, ...nameless } = allow('partner', PARTNER);
    expect(judge([policy('live', nameless)])?.remedy).toMatchObject({
      kind: 'manual',
      instructions: expect.stringContaining(
        'aws lambda remove-permission --function-name orders-api --region eu-central-1 --statement-id <statement id> --qualifier live',
      ),
    });
  });

  it('takes an allowed account and no other for its own', () => {
    const both = [policy(null, allow('partner', PARTNER), allow('other', { AWS: '444444444444' }))];
    expect(judge(both, { allowedAccounts: ['333333333333'] })?.evidence).toHaveLength(1);
    expect(judge(both, { allowedAccounts: ['333333333333', '444444444444'] })).toBeUndefined();
  });

  it('leaves what is open to everybody to its own rule, and what nobody can judge too', () => {
    expect(judge([policy(null, allow('open', '*'))])).toBeUndefined();
    expect(judge([policy(null, allow('odd', '*', { StringEquals: { 'custom:Colour': 'blue' } }))])).toBeUndefined();
    expect(judge([policy(null, allow('s3', { Service: 's3.amazonaws.com' }))])).toBeUndefined();
  });
});
