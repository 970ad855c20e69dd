import { describe, expect, it } from 'vitest';
import type { Violation } from '../../../../shared/model/rule.ts';
import policyRule from '../../../../shared/rules/lambda/policy-public.ts';
import rule from '../../../../shared/rules/lambda/url-unauthenticated.ts';
import { judgeChanged, stepsOf, violationOf } from '../judge.ts';

describe('lambda-url-unauthenticated', () => {
  it('asks for IAM first and takes both public statements away then', () => {
    const steps = stepsOf(violationOf(rule, 'a URL for everybody'));
    expect(steps).toMatchObject([
      { kind: 'require-url-iam-auth', qualifier: null },
      {
        kind: 'remove-permission',
        qualifier: null,
        statements: [{ sid: 'FunctionURLAllowPublicAccess' }, { sid: 'FunctionURLInvokeAllowPublicAccess' }],
      },
    ]);
  });

  it('stays at the qualifier of the URL and leaves other callers their right', () => {
    expect(stepsOf(violationOf(rule, 'the URL of an alias, beside a closed one'))).toMatchObject([
      { kind: 'require-url-iam-auth', qualifier: 'live' },
      { kind: 'remove-permission', qualifier: 'live', statements: [{ sid: 'FunctionURLAllowPublicAccess' }] },
    ]);
  });

  it('gives both grants that callers of the organization need, for the qualifier of the URL', () => {
    const urls = [{ qualifier: 'live', authType: 'NONE', cors: null }];
    const advice = judgeChanged(rule, 'a URL for everybody', { urls }, { organizationId: 'o-abcdefghij' })?.advice?.join(' ');
    const command = 'aws lambda add-permission --function-name orders-api --region eu-central-1';
    const who = "--principal '*' --principal-org-id o-abcdefghij";
    expect(advice).toContain(
      `${command} --statement-id callers-to-url --action lambda:InvokeFunctionUrl ${who} --function-url-auth-type AWS_IAM --qualifier live`,
    );
    expect(advice).toContain(
      `${command} --statement-id callers-via-url --action lambda:InvokeFunction ${who} --invoked-via-function-url --qualifier live`,
    );
    expect(judgeChanged(rule, 'a URL for everybody', { urls })?.advice?.join(' ')).toContain('--principal <account>');
  });

  it('closes a URL that has no statement yet', () => {
    expect(stepsOf(violationOf(rule, 'a URL that no statement opens yet'))).toHaveLength(1);
  });

  it('closes each open URL', () => {
    const urls = [
      { qualifier: null, authType: 'NONE', cors: null },
      { qualifier: 'live', authType: 'NONE', cors: null },
    ];
    const violation = judgeChanged(rule, 'a URL for everybody', { urls });
    expect(violation?.summary).toContain('the function and the qualifier live');
    expect(stepsOf(violation).filter((step) => step.kind === 'require-url-iam-auth')).toHaveLength(2);
  });

  it('never claims a statement that the rule for policies claims too', () => {
    for (const { name, state } of [...rule.examples.violates, ...rule.examples.passes]) {
      const claims = [judgeChanged(rule, name, {}), judgeChanged(policyRule, 'no policy', state)].flatMap((violation) =>
        violation ? claimed(violation) : [],
      );
      expect(new Set(claims).size, name).toBe(claims.length);
    }
    const open = violationOf(rule, 'a URL for everybody');
    expect(claimed(open)).toHaveLength(2);
  });
});

const claimed = (violation: Violation): string[] =>
  stepsOf(violation).flatMap((step) =>
    step.kind === 'remove-permission' ? step.statements.map(({ sid }) => `${step.qualifier} ${sid}`) : [],
  );
