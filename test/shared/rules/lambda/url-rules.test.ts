import { describe, expect, it } from 'vitest';
import { parsePolicyDocument } from '../../../../shared/policy/parse.ts';
import cors from '../../../../shared/rules/lambda/url-cors-open.ts';
import dangling from '../../../../shared/rules/lambda/url-statements-dangling.ts';
import { judgeChanged } from '../judge.ts';

const url = (qualifier: string | null, allowOrigins: string[], allowCredentials = true) => ({
  qualifier,
  authType: 'AWS_IAM',
  cors: { allowOrigins, allowCredentials },
});

describe('lambda-url-cors-open', () => {
  it.each(['*', 'https://*', 'HTTP://*', ' * '])('takes %s for every web site', (origin) => {
    expect(judgeChanged(cors, 'no URL', { urls: [url(null, [origin])] })).toBeDefined();
    expect(judgeChanged(cors, 'no URL', { urls: [url(null, [origin], false)] })).toBeUndefined();
  });

  it.each(['https://app.example.com', 'https://*.example.com', 'null'])('takes %s for fewer', (origin) => {
    expect(judgeChanged(cors, 'no URL', { urls: [url(null, [origin])] })).toBeUndefined();
  });

  it('names the URL of the alias and only that', () => {
    const violation = judgeChanged(cors, 'no URL', { urls: [url(null, ['https://a.example.com']), url('live', ['*'])] });
    expect(violation?.evidence.map(({ path }) => path)).toEqual(['URL of the qualifier live: Cors']);
    expect(violation?.remedy).toMatchObject({ steps: [{ kind: 'narrow-url-cors', qualifier: 'live' }] });
    expect(violation?.advice?.join()).toContain('--qualifier live');
  });

  it.each([
    [['*'], { allowOrigins: ['*'], allowCredentials: false }],
    [['https://*', 'https://a.example.com'], { allowOrigins: ['https://a.example.com'], allowCredentials: true }],
  ])('of %j leaves %j', (origins, to) => {
    const urls = [url(null, origins)];
    const violation = judgeChanged(cors, 'no URL', { urls });
    const from = { allowOrigins: origins, allowCredentials: true };
    expect(violation?.remedy).toMatchObject({ steps: [{ kind: 'narrow-url-cors', from, to }] });
    expect(judgeChanged(cors, 'no URL', { urls: [{ ...urls[0], cors: to }] })).toBeUndefined();
  });
});

describe('lambda-url-statements-dangling', () => {
  const statement = (Sid: string, change: object = {}) => ({
    Sid,
    Effect: 'Allow',
    Principal: { AWS: '222222222222' },
    Action: 'lambda:InvokeFunctionUrl',
    Resource: '*',
    ...change,
  });
  const policy = (qualifier: string | null, ...Statement: object[]) => ({
    qualifier,
    revisionId: 'r',
    document: parsePolicyDocument({ Statement }, 'test'),
  });

  it('finds statements for named callers too, and the second grant of a URL', () => {
    const via = { Action: 'lambda:InvokeFunction', Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } } };
    const resourcePolicies = [
      policy(null, statement('to'), statement('via', via), statement('plain', { Action: 'lambda:InvokeFunction' })),
    ];
    const violation = judgeChanged(dangling, 'no policy', { resourcePolicies });
    expect(violation?.evidence.map(({ path }) => path)).toEqual(['policy of the function: to', 'policy of the function: via']);
  });

  it("does not take another qualifier's URL for its own", () => {
    const facts = (qualifier: string | null) => ({
      resourcePolicies: [policy('live', statement('to'))],
      urls: [url(qualifier, [])],
    });
    expect(judgeChanged(dangling, 'no policy', facts(null))).toBeDefined();
    expect(judgeChanged(dangling, 'no policy', facts('live'))).toBeUndefined();
  });

  it('leaves a wildcard action alone: it is not about URLs', () => {
    const resourcePolicies = [policy(null, statement('all', { Action: 'lambda:*' }))];
    expect(judgeChanged(dangling, 'no policy', { resourcePolicies })).toBeUndefined();
  });
});
