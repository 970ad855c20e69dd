import { describe, expect, it } from 'vitest';
import type { RuleSettings } from '../../../../shared/model/rule.ts';
import confusedDeputy from '../../../../shared/rules/iam/role-trust-confused-deputy.ts';
import foreign from '../../../../shared/rules/iam/role-trust-foreign.ts';
import mixed from '../../../../shared/rules/iam/role-trust-mixed.ts';
import everybody from '../../../../shared/rules/iam/role-trust-public.ts';
import services from '../../../../shared/rules/iam/role-trust-services.ts';
import { judgeExample } from '../../../../shared/rules/parts/example-context.ts';
import { BY_LAMBDA, EXAMPLE_LAMBDA_ROLE, exampleTrust } from '../../../../shared/rules/parts/example-role.ts';

const RULES = { public: everybody, foreign, services, mixed, 'confused-deputy': confusedDeputy };
const found = (statements: readonly object[], settings: Partial<RuleSettings> = {}): string[] =>
  Object.entries(RULES)
    .filter(([, rule]) => {
      const state = { ...EXAMPLE_LAMBDA_ROLE, trustPolicy: exampleTrust(BY_LAMBDA, ...statements) };
      return judgeExample(rule, { name: 'changed', state, settings });
    })
    .map(([name]) => name);

const oidc = (host: string, Condition: object = {}) => ({
  Principal: { Federated: `arn:aws:iam::222222222222:oidc-provider/${host}` },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition,
});
const unlessOrganization = (id: string) => ({
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Condition: { StringNotEquals: { 'aws:PrincipalOrgID': id } },
});

describe('the rules on who may assume a role', () => {
  it.each<[string, string[], object[]]>([
    ['Lambda', [], []],
    ['Lambda at the edge', [], [{ Principal: { Service: 'edgelambda.amazonaws.com' } }]],
    ['a star', ['public'], [{ Principal: '*' }]],
    ['every account by a pattern', ['public'], [{ Principal: { AWS: 'arn:aws:iam::*:root' } }]],
    [
      'a star under a wildcard condition',
      ['public'],
      [{ Principal: '*', Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/ci' } } }],
    ],
    ['a star for one account', [], [{ Principal: '*', Condition: { StringEquals: { 'aws:PrincipalAccount': '222222222222' } } }]],
    ['a star that a Deny limits', [], [{ Principal: '*' }, unlessOrganization('o-exampleorg')]],
    ['a star that a Deny limits to others', [], [{ Principal: '*' }, unlessOrganization('o-otherorg00')]],
    ['its own account', ['mixed'], [{ Principal: { AWS: '222222222222' } }]],
    ['a vendor', ['foreign', 'mixed'], [{ Principal: { AWS: '333333333333' } }]],
    [
      'a vendor with an external id',
      ['mixed'],
      [{ Principal: { AWS: '333333333333' }, Condition: { StringEquals: { 'sts:ExternalId': 'x7' } } }],
    ],
    [
      'a vendor whose external id may be missing',
      ['foreign', 'mixed'],
      [{ Principal: { AWS: '333333333333' }, Condition: { StringEqualsIfExists: { 'sts:ExternalId': 'x7' } } }],
    ],
    ['an account that is allowed', ['mixed'], [{ Principal: { AWS: 'arn:aws:iam::444444444444:role/ci' } }]],
    ['a deleted user', [], [{ Principal: { AWS: 'AIDAEXAMPLEEXAMPLE123' } }]],
    ['instances', ['services'], [{ Principal: { Service: 'ec2.amazonaws.com' } }]],
    ['a workflow', ['services', 'confused-deputy'], [{ Principal: { Service: 'states.amazonaws.com' } }]],
    [
      'a workflow of its account',
      ['services'],
      [{ Principal: { Service: 'states.amazonaws.com' }, Condition: { StringEquals: { 'aws:SourceAccount': '222222222222' } } }],
    ],
    ['every repository of GitHub', ['public', 'mixed'], [oidc('token.actions.githubusercontent.com')]],
    [
      'a repository of GitHub',
      ['mixed'],
      [
        oidc('token.actions.githubusercontent.com', {
          StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:example/orders:*' },
        }),
      ],
    ],
    ['a cluster of its own', ['mixed'], [oidc('oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE')]],
    ['a Deny for all of these', [], [{ Effect: 'Deny', Principal: { AWS: '*', Service: 'ec2.amazonaws.com' } }]],
  ])('%s', (_, expected, statements) => {
    expect(found(statements, { organizationId: 'o-exampleorg', allowedAccounts: ['444444444444'] })).toEqual(expected);
  });
});
