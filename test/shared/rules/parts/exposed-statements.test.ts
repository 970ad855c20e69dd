import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePolicyDocument } from '../../../../shared/policy/parse.ts';
import { exposedStatements, exposureEvidence, widestCaller } from '../../../../shared/rules/parts/exposed-statements.ts';

const HOME = { account: '222222222222', organizationId: 'o-exampleorg', allowedAccounts: ['444444444444'] };
const QUEUE = 'arn:aws:sqs:eu-central-1:222222222222:orders';
const ALL = { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: QUEUE };
const PARTNER = { ...ALL, Principal: { AWS: '333333333333' } };
const TOPICS = { ...ALL, Principal: { Service: 'sns.amazonaws.com' } };
const deny = (Condition: object, more: object = {}) => ({
  ...ALL,
  Effect: 'Deny',
  Action: 'sqs:*',
  Resource: '*',
  Condition,
  ...more,
});
const document = (...Statement: object[]) => parsePolicyDocument({ Version: '2012-10-17', Statement }, 'test');
const exposures = (...statements: object[]) =>
  exposedStatements(document(...statements), HOME, ['sqs:SendMessage']).map(({ exposure }) => exposure);

const UNLESS_MINE = { StringNotEquals: { 'aws:PrincipalOrgID': 'o-exampleorg' } };

describe('exposedStatements', () => {
  it('is empty without a policy', () => {
    expect(exposedStatements(null, HOME, ['sqs:SendMessage'])).toEqual([]);
  });

  it.each([
    ['the organization', UNLESS_MINE],
    ['the organization, IfExists', { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': ['o-exampleorg'] } }],
    ['paths of the organization', { 'ForAllValues:StringNotLike': { 'aws:PrincipalOrgPaths': 'o-exampleorg/*' } }],
    ['the account', { StringNotEquals: { 'AWS:PrincipalAccount': '222222222222' } }],
    ['a VPC endpoint', { StringNotEquals: { 'aws:SourceVpce': 'vpce-0a1b' } }],
    ['addresses', { NotIpAddress: { 'aws:SourceIp': ['203.0.113.0/24'] } }],
    ['roles of the account', { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::222222222222:role/*' } }],
    ['the organization, but for AWS services', { ...UNLESS_MINE, Bool: { 'aws:PrincipalIsAWSService': 'false' } }],
    ['nothing at all', {}],
  ])('is closed by a Deny that lets through only: %s', (_, condition) => {
    expect(exposures(ALL, deny(condition))).toEqual([]);
    expect(exposures(PARTNER, deny(condition))).toEqual([]);
  });

  it.each([
    ['what is not encrypted', { Bool: { 'aws:SecureTransport': 'false' } }],
    ['one address', { IpAddress: { 'aws:SourceIp': '198.51.100.7/32' } }],
    ['what is not from the whole world', { NotIpAddress: { 'aws:SourceIp': '0.0.0.0/0' } }],
    ['what carries another organization, if any', { 'ForAnyValue:StringNotLike': { 'aws:PrincipalOrgPaths': 'o-exampleorg/*' } }],
    ['what is neither mine nor encrypted', { ...UNLESS_MINE, Bool: { 'aws:SecureTransport': 'false' } }],
    ['a name that begins with anything', { StringNotLike: { 'aws:PrincipalOrgID': '*' } }],
  ])('stays open beside a Deny of %s', (_, condition) => {
    expect(exposures(ALL, deny(condition))).toEqual(['public']);
  });

  it.each([
    ['of other actions', { Action: 'sqs:DeleteQueue' }],
    ['of another resource', { Resource: 'arn:aws:sqs:eu-central-1:222222222222:invoices' }],
    ['of one principal', { Principal: { AWS: '333333333333' } }],
    ['of all resources but this one', { Resource: undefined, NotResource: QUEUE }],
    ['of all actions but this one', { Action: undefined, NotAction: 'sqs:SendMessage' }],
  ])('stays open beside a Deny %s', (_, more) => {
    expect(exposures(ALL, deny({}, more))).toEqual(['public']);
  });

  it('is limited to what a Deny of another organization lets through', () => {
    expect(exposures(ALL, deny({ StringNotEquals: { 'aws:PrincipalOrgID': 'o-otherorg00' } }))).toEqual(['cross-account']);
  });

  it('keeps a service open that the Deny leaves out', () => {
    expect(exposures(TOPICS)).toEqual(['service-without-source']);
    expect(exposures(TOPICS, deny({ StringNotEquals: { 'aws:SourceAccount': '222222222222' } }))).toEqual([]);
    expect(exposures(TOPICS, deny({ ...UNLESS_MINE, BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } }))).toEqual([
      'service-without-source',
    ]);
  });

  it('leaves out what is allowed, what is about other actions, and what can not be judged', () => {
    expect(exposures({ ...PARTNER, Principal: { AWS: '444444444444' } })).toEqual([]);
    expect(exposures({ ...ALL, Action: 'sqs:GetQueueUrl' })).toEqual([]);
    expect(exposures({ ...ALL, Condition: { StringEquals: { 'vendor:key': 'x' } } })).toEqual([]);
    expect(exposures({ ...ALL, Action: undefined, NotAction: 'sqs:DeleteQueue' })).toEqual(['public']);
    expect(exposures({ ...ALL, Action: undefined, NotAction: 'sqs:*' })).toEqual([]);
  });

  it('names the statement, its principals and the widest caller', () => {
    const found = exposedStatements(document(PARTNER, { Sid: 'Topics', ...TOPICS }), HOME, ['sqs:SendMessage']);
    expect(found.map((one) => exposureEvidence('policy of queue orders', one))).toMatchObject([
      { path: 'policy of queue orders: statement 1', found: 'sqs:SendMessage for 333333333333, which is another account' },
      { path: 'policy of queue orders: Topics', found: 'sqs:SendMessage for sns.amazonaws.com, on behalf of anybody' },
    ]);
    expect(widestCaller(found)).toBe('an AWS service on behalf of anybody');
    expect(widestCaller(found.slice(0, 1))).toBe('another account');
  });

  it('opens nothing by one more Deny, and closes nothing by one more Allow', () => {
    const conditions = fc.constantFrom(
      {},
      UNLESS_MINE,
      { StringEquals: { 'aws:PrincipalOrgID': 'o-otherorg00' } },
      { NotIpAddress: { 'aws:SourceIp': '0.0.0.0/0' } },
      { Bool: { 'aws:PrincipalIsAWSService': 'false' } },
      { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::uploads' } },
    );
    const statement = fc.record({
      Effect: fc.constantFrom('Allow', 'Deny'),
      Principal: fc.constantFrom('*', { AWS: '333333333333' }, { Service: 'sns.amazonaws.com' }),
      Action: fc.constantFrom('sqs:*', 'sqs:SendMessage', 'sqs:Send*', '*'),
      Resource: fc.constantFrom('*', QUEUE),
      Condition: conditions,
    });
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 4 }), statement, (statements, more) => {
        const before = exposedStatements(document(...statements), HOME, ['sqs:SendMessage']).map(({ index }) => index);
        const after = exposedStatements(document(...statements, more), HOME, ['sqs:SendMessage']).map(({ index }) => index);
        if (more.Effect === 'Deny') expect(before).toEqual(expect.arrayContaining(after));
        else expect(after).toEqual(expect.arrayContaining(before));
      }),
    );
  });
});
