import { describe, expect, it } from 'vitest';
import confusedDeputy from '../../../../shared/rules/iam/role-trust-confused-deputy.ts';
import foreign from '../../../../shared/rules/iam/role-trust-foreign.ts';
import everybody from '../../../../shared/rules/iam/role-trust-public.ts';
import { judgeExample } from '../../../../shared/rules/parts/example-context.ts';
import { BY_LAMBDA, EXAMPLE_LAMBDA_ROLE, exampleTrust } from '../../../../shared/rules/parts/example-role.ts';

type Judged = Parameters<typeof judgeExample>[0];
/** The statements that the remedy would leave, or `by hand`. The rule finds nothing more in them. */
function leftOf(rule: Judged, ...statements: object[]): unknown {
  const judge = (trustPolicy: object) =>
    judgeExample(rule, { name: 'changed', state: { ...EXAMPLE_LAMBDA_ROLE, trustPolicy } as never });
  const remedy = judge(exampleTrust(...statements))?.remedy;
  if (remedy?.kind !== 'steps') return remedy?.kind === 'manual' ? 'by hand' : undefined;
  const [step] = remedy.steps;
  if (step?.kind !== 'replace-trust-policy') throw new Error('another step');
  const left = (JSON.parse(step.toText) as { Statement: object[] }).Statement;
  expect(judge(exampleTrust(...left))).toBeUndefined();
  return left;
}
const statement = (one: object) => ({ Effect: 'Allow', Action: 'sts:AssumeRole', ...one });
const LAMBDA = statement(BY_LAMBDA);
const VENDOR = 'arn:aws:iam::333333333333:root';
const SCHEDULER = { Principal: { Service: 'scheduler.amazonaws.com' } };

describe('who is dropped from a trust policy', () => {
  it('is a star beside Lambda, in a statement of its own or in the same', () => {
    expect(leftOf(everybody, BY_LAMBDA, { Principal: { AWS: '*' } })).toEqual([LAMBDA]);
    expect(leftOf(everybody, BY_LAMBDA, { NotPrincipal: { AWS: 'arn:aws:iam::222222222222:user/dana' } })).toEqual([LAMBDA]);
    expect(leftOf(everybody, { Principal: { Service: 'lambda.amazonaws.com', AWS: ['*', '222222222222'] } })).toEqual([
      statement({ Principal: { Service: 'lambda.amazonaws.com', AWS: '222222222222' } }),
    ]);
  });

  it('is another account without a condition, and nobody else', () => {
    const own = 'arn:aws:iam::222222222222:role/ci';
    expect(leftOf(foreign, BY_LAMBDA, { Principal: { AWS: [VENDOR, own] } })).toEqual([
      LAMBDA,
      statement({ Principal: { AWS: own } }),
    ]);
  });

  it('is nobody where a condition was meant to limit them, or Lambda would be left out', () => {
    expect(leftOf(everybody, BY_LAMBDA, { Principal: '*', Condition: { StringEquals: { 'sts:ExternalId': 'x7' } } })).toBe(
      'by hand',
    );
    expect(leftOf(everybody, { Principal: '*' })).toBe('by hand');
    expect(leftOf(foreign, { Principal: { AWS: VENDOR } })).toBe('by hand');
    const limited = { ...BY_LAMBDA, Condition: { StringEquals: { 'aws:SourceAccount': '222222222222' } } };
    expect(leftOf(everybody, limited, { Principal: { AWS: '*' } })).toBe('by hand');
  });
});

describe('the source account', () => {
  it('is asked of a service beside what is asked already', () => {
    const Condition = { StringEquals: { 'aws:SourceAccount': '222222222222' } };
    expect(leftOf(confusedDeputy, BY_LAMBDA, SCHEDULER)).toEqual([LAMBDA, statement({ ...SCHEDULER, Condition })]);
    const Bool = { 'aws:SecureTransport': 'true' };
    expect(leftOf(confusedDeputy, BY_LAMBDA, { ...SCHEDULER, Condition: { Bool } })).toEqual([
      LAMBDA,
      statement({ ...SCHEDULER, Condition: { Bool, ...Condition } }),
    ]);
  });

  it('is not asked in a statement that Lambda or an account shares, nor where one is written', () => {
    const both = { Principal: { Service: ['lambda.amazonaws.com', 'scheduler.amazonaws.com'] } };
    expect(leftOf(confusedDeputy, both)).toBe('by hand');
    expect(leftOf(confusedDeputy, BY_LAMBDA, { Principal: { ...SCHEDULER.Principal, AWS: '222222222222' } })).toBe('by hand');
    const any = { StringLike: { 'aws:sourceaccount': '*' } };
    expect(leftOf(confusedDeputy, BY_LAMBDA, { ...SCHEDULER, Condition: any })).toBe('by hand');
  });
});
