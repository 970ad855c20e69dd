import { describe, expect, it } from 'vitest';
import { denyFailsOpen } from '../../../shared/policy/fails-open.ts';
import { allow, deny, statementOf } from './statements.ts';

const intents = (...conditions: [operator: string, key: string, value: string][]) => {
  const Condition: Record<string, Record<string, string>> = {};
  for (const [operator, key, value] of conditions) Condition[operator] = { ...Condition[operator], [key]: value };
  return denyFailsOpen(statementOf(deny('*', '*', { Condition }))).map(({ intent, key }) => `${intent} ${key}`);
};

describe('a Deny that a missing key switches off', () => {
  it.each<[string, [string, string, string], string[]]>([
    ['no second factor', ['Bool', 'aws:MultiFactorAuthPresent', 'false'], ['unless aws:MultiFactorAuthPresent']],
    ['an old second factor', ['NumericGreaterThan', 'aws:MultiFactorAuthAge', '3600'], ['unless aws:MultiFactorAuthAge']],
    [
      'an organization among many',
      ['ForAnyValue:StringNotLike', 'aws:PrincipalOrgPaths', 'o-a/*'],
      ['unless aws:PrincipalOrgPaths'],
    ],
    ['a tag', ['StringEquals', 'aws:ResourceTag/env', 'prod'], ['when aws:ResourceTag/env']],
    ['a key that must be there', ['Null', 'aws:SourceVpce', 'false'], ['when aws:SourceVpce']],
    ['a key that must not be there', ['Null', 'aws:TokenIssueTime', 'true'], []],
    ['no second factor, if told', ['BoolIfExists', 'aws:MultiFactorAuthPresent', 'false'], []],
    ['another organization', ['StringNotEquals', 'aws:PrincipalOrgID', 'o-a'], []],
    ['another network', ['NotIpAddress', 'aws:SourceIp', '192.0.2.0/24'], []],
    ['other tags only', ['ForAllValues:StringNotEquals', 'aws:TagKeys', 'a'], []],
    ['no encryption, which every request tells', ['Bool', 'aws:SecureTransport', 'false'], []],
    ['a region, which every request tells', ['StringEquals', 'AWS:RequestedRegion', 'us-east-1'], []],
  ])('%s', (_, condition, expected) => {
    expect(intents(condition)).toEqual(expected);
  });

  it('is asked of each test, and never of an Allow', () => {
    expect(intents(['StringNotEquals', 'aws:PrincipalOrgID', 'o-a'], ['Bool', 'aws:MultiFactorAuthPresent', 'false'])).toEqual([
      'unless aws:MultiFactorAuthPresent',
    ]);
    const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'false' } };
    expect(denyFailsOpen(statementOf(allow('*', '*', { Condition })))).toEqual([]);
    expect(denyFailsOpen(statementOf(deny('*')))).toEqual([]);
  });
});
