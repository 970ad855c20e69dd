import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { broadGrants } from '../../../shared/policy/breadth.ts';
import { allow, deny, documentOf } from './statements.ts';

const kinds = (...statements: object[]) => [
  ...new Set(broadGrants(documentOf(...statements).statements).map(({ kind }) => kind)),
];
const when = (operator: string, key: string, value: string) => ({ Condition: { [operator]: { [key]: value } } });

describe('what is too broad', () => {
  it.each<[string, object, string[]]>([
    ['everything', allow('*'), ['admin']],
    ['everything, in disguise', allow('*:*', ['arn:aws:s3:::a', 'arn:aws:*']), ['admin']],
    ['everything on NotResource', { Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::a' }, ['admin']],
    ['all but some', { Effect: 'Allow', NotAction: ['s3:*'], Resource: '*' }, ['admin']],
    ['all but everything', { Effect: 'Allow', NotAction: '*', Resource: '*' }, []],
    ['everything on one bucket', allow('*', 'arn:aws:s3:::uploads/*'), ['service-wildcard']],
    ['a service', allow('S3:*', 'arn:aws:s3:::uploads/*'), ['service-wildcard']],
    ['a service, in disguise', allow('s3:?*'), ['service-wildcard']],
    ['several services', allow('s*:*'), ['service-wildcard']],
    ['part of a service', allow(['s3:Get*', 's3:*Object', 'dynamodb:????*']), []],
    ['IAM', allow('iam:*'), ['service-wildcard', 'pass-role-star']],
    ['passing on', allow('IAM:passrole'), ['pass-role-star']],
    ['passing on, in disguise', allow('iam:P*'), ['pass-role-star']],
    ['passing on every role of the account', allow('iam:PassRole', 'arn:aws:iam::222222222222:role/*'), ['pass-role-star']],
    ['passing on roles of a path', allow('iam:PassRole', 'arn:aws:iam::222222222222:role/app/*'), []],
    ['passing on one role', allow('iam:PassRole', 'arn:aws:iam::222222222222:role/worker'), []],
    ['named actions on everything', allow(['logs:PutLogEvents', 'dynamodb:PutItem']), []],
  ])('%s', (_, statement, expected) => {
    expect(kinds(statement)).toEqual(expected);
  });

  it('is told with its statement and its pattern as written', () => {
    expect(
      broadGrants(documentOf(allow('logs:PutLogEvents'), { Sid: 'All', ...allow(['sqs:SendMessage', 'SQS:*']) }).statements),
    ).toEqual([{ kind: 'service-wildcard', statement: 1, sid: 'All', action: 'SQS:*' }]);
  });
});

describe('conditions', () => {
  it.each<[string, object, string[]]>([
    [
      'passing on to one service',
      allow('iam:PassRole', '*', when('StringEquals', 'iam:PassedToService', 'lambda.amazonaws.com')),
      [],
    ],
    ['passing on to any service', allow('iam:PassRole', '*', when('StringLike', 'iam:PassedToService', '*')), ['pass-role-star']],
    [
      'passing on, if a service is named',
      allow('iam:PassRole', '*', when('StringEqualsIfExists', 'iam:PassedToService', 'lambda.amazonaws.com')),
      ['pass-role-star'],
    ],
    [
      'passing on to all services but one',
      allow('iam:PassRole', '*', when('StringNotEquals', 'iam:PassedToService', 'ec2.amazonaws.com')),
      ['pass-role-star'],
    ],
    ['an administrator in one region', allow('*', '*', when('StringEquals', 'aws:RequestedRegion', 'eu-central-1')), ['admin']],
    [
      'an administrator from the own account',
      allow('*', '*', when('StringEquals', 'aws:ResourceAccount', '222222222222')),
      ['admin'],
    ],
    ['everything with a tag', allow('*', '*', when('StringEquals', 'aws:ResourceTag/team', 'orders')), ['service-wildcard']],
    ['an administrator with a second factor', allow('*', '*', when('Bool', 'aws:MultiFactorAuthPresent', 'true')), []],
    [
      'an administrator with a second factor, if any',
      allow('*', '*', when('BoolIfExists', 'aws:MultiFactorAuthPresent', 'true')),
      ['admin'],
    ],
  ])('%s', (_, statement, expected) => {
    expect(kinds(statement)).toEqual(expected);
  });
});

describe('Deny', () => {
  it.each<[string, object[], string[]]>([
    ['takes the same back', [allow('s3:*'), deny('s3:*')], []],
    ['takes more back', [allow('s3:*', 'arn:aws:s3:::a/*'), deny('*')], []],
    ['of part of it leaves it broad', [allow('s3:*'), deny('s3:Delete*')], ['service-wildcard']],
    ['elsewhere leaves it broad', [allow('s3:*'), deny('s3:*', 'arn:aws:s3:::a/*')], ['service-wildcard']],
    [
      'everywhere else leaves it broad',
      [allow('s3:*', 'arn:aws:s3:::a/*'), { Effect: 'Deny', Action: 's3:*', NotResource: 'arn:aws:s3:::a/*' }],
      ['service-wildcard'],
    ],
    [
      'everywhere but elsewhere takes it back',
      [allow('s3:*', 'arn:aws:s3:::a/*'), { Effect: 'Deny', Action: 's3:*', NotResource: 'arn:aws:s3:::b/*' }],
      [],
    ],
    ['of passing on', [allow('iam:P*'), deny('iam:PassRole')], []],
    [
      'of all but one action',
      [allow(['lambda:*', 'dynamodb:PutItem']), { Effect: 'Deny', NotAction: 'dynamodb:PutItem', Resource: '*' }],
      [],
    ],
    ['of all but one service', [allow('*'), { Effect: 'Deny', NotAction: 's3:*', Resource: '*' }], ['service-wildcard']],
    [
      'with a condition',
      [allow('s3:*'), deny('s3:*', '*', when('StringNotEquals', 'aws:RequestedRegion', 'eu-central-1'))],
      ['service-wildcard'],
    ],
  ])('%s', (_, statements, expected) => {
    expect(kinds(...statements)).toEqual(expected);
  });

  it('of another policy counts when it is given', () => {
    const { statements } = documentOf(allow('s3:*'));
    expect(broadGrants(statements, documentOf(deny('s3:*')).statements)).toEqual([]);
  });
});

describe('whatever the policy', () => {
  const action = fc.constantFrom(
    '*',
    '*:*',
    's3:*',
    's3:Get*',
    'S3:GetObject',
    'iam:PassRole',
    'iam:*',
    'sqs:SendMessage',
    's?:*',
    'iam:Pass*',
  );
  const resource = fc.constantFrom(
    '*',
    'arn:aws:s3:::a/*',
    'arn:aws:iam::222222222222:role/*',
    'arn:aws:iam::222222222222:role/a',
  );
  const list = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 3 });
  const allowed = fc.record({ Effect: fc.constant('Allow'), Action: list(action), Resource: list(resource) });
  const denied = fc.record({ Effect: fc.constant('Deny'), Action: list(action), Resource: list(resource) });
  const statements = fc.array(fc.oneof(allowed, denied), { minLength: 1, maxLength: 4 });
  const count = (...all: object[]) => broadGrants(documentOf(...all).statements).length;

  it('another Deny never adds a grant', () => {
    fc.assert(
      fc.property(statements, denied, (all, more) => {
        expect(count(...all, more)).toBeLessThanOrEqual(count(...all));
      }),
    );
  });

  it('the order of statements and the case of actions never matter', () => {
    const upper = (all: { Action: string[] }[]) =>
      all.map((one) => ({ ...one, Action: one.Action.map((name) => name.toUpperCase()) }));
    fc.assert(
      fc.property(statements, (all) => {
        expect(kinds(...[...all].reverse()).sort()).toEqual(kinds(...all).sort());
        expect(kinds(...upper(all))).toEqual(kinds(...all));
      }),
    );
  });
});
