import { describe, expect, it } from 'vitest';
import { parsePolicyDocument } from '../../../../shared/policy/parse.ts';
import rule from '../../../../shared/rules/lambda/policy-public.ts';
import { judgeChanged, stepsOf, violationOf } from '../judge.ts';

const CLEAN = 'no policy';
const policy = (qualifier: string | null, ...statements: object[]) => ({
  qualifier,
  revisionId: 'r1',
  document: parsePolicyDocument(
    { Statement: statements.map((one) => ({ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*', ...one })) },
    'test',
  ),
});
const OPEN = { Sid: 'open', Principal: '*' };
const SERVICE = { Sid: 'svc', Principal: { Service: 's3.amazonaws.com' } };
const FINE = { Sid: 'fine', Principal: { AWS: '222222222222' } };
const URL = {
  Sid: 'url',
  Principal: '*',
  Action: 'lambda:InvokeFunctionUrl',
  Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } },
};

const sids = (violation: ReturnType<typeof judgeChanged>) =>
  stepsOf(violation).map((step) =>
    step.kind === 'remove-permission' ? [step.qualifier, step.statements.map(({ sid }) => sid)] : step.kind,
  );

describe('lambda-policy-public', () => {
  it('removes exactly what is open, for each qualifier', () => {
    const resourcePolicies = [
      policy(null, FINE, OPEN, SERVICE),
      policy('live', FINE, { ...OPEN, Sid: 'a' }),
      policy('test', FINE),
    ];
    expect(sids(judgeChanged(rule, CLEAN, { resourcePolicies }))).toEqual([
      [null, ['open', 'svc']],
      ['live', ['a']],
    ]);
  });

  it('carries each statement whole, so that undo can put it back', () => {
    const [step] = stepsOf(judgeChanged(rule, CLEAN, { resourcePolicies: [policy(null, OPEN)] }));
    const texts = step?.kind === 'remove-permission' ? step.statements.map(({ text }) => JSON.parse(text)) : [];
    expect(texts).toEqual([{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*', ...OPEN }]);
  });

  it('leaves the statements of an open URL to the rule for URLs, at that qualifier only', () => {
    const resourcePolicies = [policy(null, URL), policy('live', URL)];
    const judge = (...authTypes: string[]) =>
      judgeChanged(rule, CLEAN, {
        resourcePolicies,
        urls: [null, 'live'].map((qualifier, index) => ({ qualifier, authType: authTypes[index], cors: null })),
      });
    expect(sids(judge('AWS_IAM', 'NONE'))).toEqual([[null, ['url']]]);
    expect(sids(judge('AWS_IAM', 'AWS_IAM'))).toHaveLength(2);
    expect(judge('NONE', 'NONE')).toBeUndefined();
  });

  describe('of a URL that is not there', () => {
    const VIA = { ...URL, Action: 'lambda:InvokeFunction', Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } } };
    const judge = (statement: object) => judgeChanged(rule, CLEAN, { resourcePolicies: [policy('live', statement)] });

    it.each([
      ['for a URL without authentication', URL],
      ['for any URL', { ...URL, Condition: {} }],
      ['by a URL alone', VIA],
      ['by a URL alone, whatever the action', { ...VIA, Action: 'lambda:*' }],
    ])('leaves what nobody can use: %s', (_, statement) => {
      expect(judge(statement)).toBeUndefined();
    });

    it.each([
      ['a direct call, too', { ...URL, Action: ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'] }],
      ['every action', { ...URL, Action: 'lambda:*' }],
      ['all actions but one', { ...URL, Action: undefined, NotAction: 'lambda:InvokeFunctionUrl' }],
      ['a request without the key', { ...VIA, Condition: { BoolIfExists: { 'lambda:InvokedViaFunctionUrl': 'true' } } }],
      ['what does not come by a URL', { ...VIA, Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'false' } } }],
      ['either', { ...VIA, Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': ['true', 'false'] } } }],
    ])('tells what allows %s', (_, statement) => {
      expect(judge(statement)).toBeDefined();
    });
  });

  it('keeps a statement that is open beside the URL', () => {
    const state = { resourcePolicies: [policy(null, URL, OPEN)], urls: [{ qualifier: null, authType: 'NONE', cors: null }] };
    expect(sids(judgeChanged(rule, CLEAN, state))).toEqual([[null, ['open']]]);
  });

  it('tells that a trigger may depend on it', () => {
    expect(violationOf(rule, 'a bucket without its account').advice).toEqual([
      'If s3.amazonaws.com still triggers it, grant that again with --source-arn and --source-account before you approve.',
    ]);
    expect(violationOf(rule, 'everybody').advice).toEqual([]);
  });

  it('hands what it cannot judge or address to people', () => {
    const odd = { Sid: 'odd', Principal: '*', Condition: { StringEquals: { 'custom:Colour': 'blue' } } };
    expect(violationOf(rule, 'a condition that nobody can judge').remedy.kind).toBe('manual');
    expect(violationOf(rule, 'a statement without Sid').remedy).toMatchObject({
      kind: 'manual',
      why: expect.stringContaining('Sid'),
    });
    const both = judgeChanged(rule, CLEAN, { resourcePolicies: [policy(null, odd, OPEN)] });
    expect(sids(both)).toEqual([[null, ['open']]]);
    expect(both?.advice).toContain("odd: the condition on custom:colour can't be judged.");
  });

  it('follows the settings', () => {
    const organization = { Sid: 'org', Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } } };
    const resourcePolicies = [policy(null, organization)];
    const judge = (organizationId: string | null) => judgeChanged(rule, CLEAN, { resourcePolicies }, { organizationId });
    expect(judge('o-abcdefghij')).toBeUndefined();
    expect(judge(null)?.remedy.kind).toBe('manual');
  });
});
