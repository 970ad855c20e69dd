import { describe, expect, it } from 'vitest';
import { boundaryAllowsAll, grantsAction, passesRoleWithoutService, servicesGranted } from '../../../shared/policy/grants.ts';
import { allow, deny, documentOf } from './statements.ts';

const named = (name: string, ...statements: object[]) => ({ name, document: documentOf(...statements) });
const when = (operator: string, key: string, value: string) => ({ Condition: { [operator]: { [key]: value } } });
const QUEUE = 'arn:aws:sqs:eu-central-1:222222222222:orders';

describe('grantsAction', () => {
  const grants = (statements: object[], action: string, resource?: string) =>
    grantsAction([named('one', ...statements)], action, { resource });

  it.each<[string, object[], string, string | undefined, boolean]>([
    ['on its resource', [allow('sqs:Send*', QUEUE)], 'SQS:SendMessage', QUEUE, true],
    ['on any resource', [allow('sqs:Send*', QUEUE)], 'sqs:SendMessage', undefined, true],
    ['not on another', [allow('sqs:Send*', QUEUE)], 'sqs:SendMessage', `${QUEUE}-2`, false],
    ['on a part of a pattern', [allow('sqs:*', QUEUE)], 'sqs:SendMessage', 'arn:aws:sqs:*:222222222222:*', true],
    ['not another action', [allow('sqs:Send*', QUEUE)], 'sqs:DeleteQueue', QUEUE, false],
    ['by NotAction', [{ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }], 'sqs:SendMessage', QUEUE, true],
    ['not what NotAction leaves out', [{ Effect: 'Allow', NotAction: 'sqs:*', Resource: '*' }], 'sqs:SendMessage', QUEUE, false],
    ['by NotResource', [{ Effect: 'Allow', Action: 'sqs:*', NotResource: `${QUEUE}-2` }], 'sqs:SendMessage', QUEUE, true],
    [
      'not what NotResource leaves out',
      [{ Effect: 'Allow', Action: 'sqs:*', NotResource: QUEUE }],
      'sqs:SendMessage',
      QUEUE,
      false,
    ],
    ['not what is denied', [allow('sqs:*'), deny('sqs:SendMessage', QUEUE)], 'sqs:SendMessage', QUEUE, false],
    ['what is denied elsewhere', [allow('sqs:*'), deny('sqs:*', `${QUEUE}-2`)], 'sqs:SendMessage', QUEUE, true],
    [
      'what a Deny may miss',
      [allow('sqs:*'), deny('sqs:*', '*', when('StringEquals', 'aws:PrincipalTag/a', 'b'))],
      'sqs:SendMessage',
      QUEUE,
      true,
    ],
    ['under a condition', [allow('sqs:*', '*', when('StringEquals', 'aws:ResourceTag/a', 'b'))], 'sqs:SendMessage', QUEUE, true],
    [
      'not with a second factor',
      [allow('sqs:*', '*', when('Bool', 'aws:MultiFactorAuthPresent', 'true'))],
      'sqs:SendMessage',
      QUEUE,
      false,
    ],
    [
      'not what takes no resource, on one',
      [allow('s3:ListAllMyBuckets', 'arn:aws:s3:::a')],
      's3:ListAllMyBuckets',
      undefined,
      false,
    ],
    ['what takes no resource, on all', [allow('s3:ListAllMyBuckets')], 's3:ListAllMyBuckets', undefined, true],
    ['not by a trust policy', [{ ...allow('sqs:*'), Principal: '*' }], 'sqs:SendMessage', QUEUE, false],
  ])('grants %s', (_, statements, action, resource, expected) => {
    expect(grants(statements, action, resource)).toBe(expected);
  });

  it('asks every policy of the role, and its boundary', () => {
    const documents = [named('one', allow('sqs:*')), named('two', deny('sqs:Delete*'))];
    expect(grantsAction(documents, 'sqs:DeleteQueue')).toBe(false);
    expect(grantsAction(documents, 'sqs:SendMessage', { boundary: documentOf(allow('s3:*')) })).toBe(false);
    expect(grantsAction(documents, 'sqs:SendMessage', { boundary: documentOf(allow('*', QUEUE)), resource: QUEUE })).toBe(true);
    expect(grantsAction(documents, 'sqs:SendMessage', { boundary: documentOf(allow('*'), deny('sqs:*')) })).toBe(false);
  });
});

describe('servicesGranted', () => {
  it('names what is left of every policy', () => {
    const documents = [
      named('one', allow(['S3:Get*', 'dynamodb:*', 'logs:PutLogEvents']), allow('sqs:SendMessage', QUEUE)),
      named('two', deny('dynamodb:*'), allow('brandnew:Do')),
    ];
    expect(servicesGranted(documents)).toEqual(['brandnew', 'logs', 's3', 'sqs']);
    expect(servicesGranted(documents, { boundary: documentOf(allow(['s3:*', 'logs:*'])) })).toEqual(['brandnew', 'logs', 's3']);
  });

  it('knows the services behind wildcards', () => {
    expect(servicesGranted([named('one', allow('sq?:*'))])).toEqual(['sqs']);
    const all = servicesGranted([named('one', { Effect: 'Allow', NotAction: ['s3:*'], Resource: '*' })]);
    expect(all).toContain('lambda');
    expect(all).not.toContain('s3');
    expect(servicesGranted([])).toEqual([]);
  });
});

describe('passesRoleWithoutService', () => {
  it('names the statements that let any service have the role', () => {
    const role = 'arn:aws:iam::222222222222:role/worker';
    const to = (operator: string, service: string) => when(operator, 'iam:PassedToService', service);
    expect(
      passesRoleWithoutService([
        named(
          'one',
          allow('s3:*'),
          allow('iam:Pass*', role),
          allow('iam:PassRole', role, to('StringEquals', 'lambda.amazonaws.com')),
          allow('iam:PassRole', role, to('StringEqualsIfExists', 'lambda.amazonaws.com')),
        ),
        named('two', allow('iam:*', '*', to('StringLike', '*'))),
      ]),
    ).toEqual([
      { document: 'one', statement: 1 },
      { document: 'one', statement: 3 },
      { document: 'two', statement: 0 },
    ]);
    expect(passesRoleWithoutService([named('one', allow('iam:PassRole', role)), named('two', deny('iam:PassRole'))])).toEqual([]);
  });
});

describe('boundaryAllowsAll', () => {
  it.each<[string, object[], boolean]>([
    ['everything', [allow('*')], true],
    ['everything in disguise', [allow('*:*', 'arn:aws:*')], true],
    ['everything but', [allow('*'), deny('iam:*')], false],
    ['a service', [allow('s3:*')], false],
    ['everything on one resource', [allow('*', QUEUE)], false],
    ['everything in one network', [allow('*', '*', when('IpAddress', 'aws:SourceIp', '192.0.2.0/24'))], false],
  ])('%s', (_, statements, expected) => {
    expect(boundaryAllowsAll(documentOf(...statements))).toBe(expected);
  });
});
