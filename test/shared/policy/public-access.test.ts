import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeStatement } from '../../../shared/policy/public-access.ts';
import { statementOf } from './statements.ts';

const OWN = '222222222222';
const HOME = { account: OWN, organizationId: 'o-abcdefghij', allowedAccounts: ['333333333333'] };

const judge = (Principal: unknown, Condition?: object, home = HOME) =>
  judgeStatement(
    statementOf({
      Effect: 'Allow',
      Principal,
      Action: 'lambda:InvokeFunction',
      Resource: '*',
      ...(Condition ? { Condition } : {}),
    }),
    home,
  );
const star = (Condition?: object) => judge('*', Condition);
const service = (name: string, Condition?: object) => judge({ Service: name }, Condition);
const like = (key: string, value: string | string[]) => ({ StringLike: { [key]: value } });
const equals = (key: string, value: string | string[]) => ({ StringEquals: { [key]: value } });
const arnLike = (value: string | string[]) => ({ ArnLike: { 'AWS:SourceArn': value } });

describe('who a principal is', () => {
  it.each([
    ['everybody, bare', '*', 'public'],
    ['everybody, as AWS', { AWS: '*' }, 'public'],
    ['everybody, among others', { AWS: [OWN, '*'] }, 'public'],
    ['a wildcard for the account', { AWS: 'arn:aws:iam::*:root' }, 'public'],
    ['the own account', { AWS: OWN }, 'private'],
    ['a role of the own account', { AWS: `arn:aws:iam::${OWN}:role/deploy` }, 'private'],
    ['a session of the own account', { AWS: `arn:aws:sts::${OWN}:assumed-role/deploy/me` }, 'private'],
    ['an allowed account', { AWS: 'arn:aws:iam::333333333333:root' }, 'private'],
    ['another account', { AWS: ['arn:aws:iam::444444444444:root'] }, 'cross-account'],
    ['a deleted principal', { AWS: 'AROAEXAMPLEEXAMPLE123' }, 'private'],
    ['an origin access identity', { AWS: 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1' }, 'private'],
    ['a service', { Service: 'events.amazonaws.com' }, 'service-without-source'],
    ['an identity provider of the own account', { Federated: `arn:aws:iam::${OWN}:saml-provider/corp` }, 'private'],
  ])('%s', (_, principal, exposure) => {
    expect(judge(principal)).toBe(exposure);
  });

  it('answers unknown for what it cannot tell', () => {
    expect(judge({ Federated: 'cognito-identity.amazonaws.com' })).toHaveProperty('unknown');
    expect(judge({ CanonicalUser: 'a'.repeat(64) })).toHaveProperty('unknown');
    expect(judge({ AWS: 'somebody' })).toHaveProperty('unknown');
  });

  it('takes everybody but one for everybody, and a Deny or no principal for nobody', () => {
    const base = { Action: '*', Resource: '*' };
    expect(judgeStatement(statementOf({ ...base, Effect: 'Allow', NotPrincipal: { AWS: OWN } }), HOME)).toBe('public');
    expect(judgeStatement(statementOf({ ...base, Effect: 'Deny', Principal: '*' }), HOME)).toBe('private');
    expect(judgeStatement(statementOf({ ...base, Effect: 'Allow' }), HOME)).toBe('private');
  });
});

describe('what limits everybody', () => {
  it.each<[string, object, string]>([
    ['the own organization', equals('aws:PrincipalOrgID', 'o-abcdefghij'), 'private'],
    ['the key in other letters', equals('AWS:PRINCIPALORGID', 'o-abcdefghij'), 'private'],
    ['another organization', equals('aws:PrincipalOrgID', 'o-zzzzzzzzzz'), 'cross-account'],
    ['any organization', like('aws:PrincipalOrgID', 'o-*'), 'public'],
    ['one of two, the other a wildcard', like('aws:PrincipalOrgID', ['o-abcdefghij', '*']), 'public'],
    ['a star that is just a star', equals('aws:PrincipalOrgID', '*'), 'cross-account'],
    [
      'a path inside the organization',
      { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-abcdefghij/r-ab12/ou-1/*' } },
      'private',
    ],
    ['a path that fails open', { 'ForAllValues:StringLike': { 'aws:PrincipalOrgPaths': 'o-abcdefghij/*' } }, 'public'],
    ['an organization only if there is one', { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-abcdefghij' } }, 'public'],
    [
      'an organization if there is one, and there must be one',
      { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-abcdefghij' }, Null: { 'aws:PrincipalOrgID': 'false' } },
      'private',
    ],
    ['everybody outside an organization', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } }, 'public'],
    ['the own account', equals('aws:PrincipalAccount', OWN), 'private'],
    ['own and foreign accounts', equals('aws:PrincipalAccount', [OWN, '444444444444']), 'cross-account'],
    ['a role of the own account', { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${OWN}:role/*` } }, 'private'],
    ['a role name in any account', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/deploy' } }, 'public'],
    ['an ARN with a wildcard that is none', equals('aws:PrincipalArn', 'arn:aws:iam::*:role/deploy'), 'private'],
    ['a topic of the own account', arnLike(`arn:aws:sns:eu-central-1:${OWN}:orders`), 'private'],
    ['an endpoint', equals('aws:SourceVpce', 'vpce-0123456789abcdef0'), 'private'],
    ['some endpoint', like('aws:SourceVpce', 'vpce-*'), 'public'],
    ['an office', { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24'] } }, 'private'],
    ['an office and the world', { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '0.0.0.0/0'] } }, 'public'],
    ['the widest range that counts', { IpAddress: { 'aws:SourceIp': ['20.0.0.0/8', '2001:db8::/32'] } }, 'private'],
    ['half a range more', { IpAddress: { 'aws:SourceIp': '20.0.0.0/7' } }, 'public'],
    ['half a range more in IPv6', { IpAddress: { 'aws:SourceIp': '2001:db8::/31' } }, 'public'],
    ['all of IPv6', { IpAddress: { 'aws:SourceIp': '::/0' } }, 'public'],
    ['all but an office', { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, 'public'],
    ['encryption on the way', { Bool: { 'aws:SecureTransport': 'true' } }, 'public'],
    ['the way in by URL', equals('lambda:FunctionUrlAuthType', 'AWS_IAM'), 'public'],
    ['a referer', like('aws:Referer', 'https://example.com/*'), 'public'],
    ['AWS services only', { Bool: { 'aws:PrincipalIsAWSService': 'true' } }, 'service-without-source'],
    [
      'AWS services of the own account',
      { Bool: { 'aws:PrincipalIsAWSService': 'true' }, ...equals('aws:SourceAccount', OWN) },
      'private',
    ],
  ])('%s', (_, condition, exposure) => {
    expect(star(condition)).toBe(exposure);
  });

  it('answers unknown for a key it does not know, a policy variable, and an organization nobody configured', () => {
    expect(star(equals('custom:Colour', 'blue'))).toEqual({ unknown: expect.stringContaining('custom:colour') });
    expect(star(equals('aws:SourceAccount', '${aws:PrincipalAccount}'))).toHaveProperty('unknown');
    expect(judge('*', equals('aws:PrincipalOrgID', 'o-abcdefghij'), { ...HOME, organizationId: null as never })).toHaveProperty(
      'unknown',
    );
    expect(star({ ...equals('custom:Colour', 'blue'), ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${OWN}:role/a` } })).toBe(
      'private',
    );
  });
});

describe('what a service needs', () => {
  it.each<[string, string, object, string]>([
    ['a topic', 'sns.amazonaws.com', arnLike(`arn:aws:sns:eu-central-1:${OWN}:orders`), 'private'],
    ['a rule', 'events.amazonaws.com', arnLike(`arn:aws:events:*:${OWN}:rule/*`), 'private'],
    ['any account', 'sns.amazonaws.com', arnLike('arn:aws:sns:eu-central-1:*:orders'), 'service-without-source'],
    ['any source', 'sns.amazonaws.com', arnLike('*'), 'service-without-source'],
    ['a topic elsewhere', 'sns.amazonaws.com', arnLike('arn:aws:sns:eu-central-1:444444444444:orders'), 'cross-account'],
    ['an allowed account', 'sns.amazonaws.com', equals('aws:SourceAccount', '333333333333'), 'private'],
    ['a bucket', 's3.amazonaws.com', arnLike('arn:aws:s3:::uploads'), 'service-without-source'],
    [
      'a bucket and its account',
      's3.amazonaws.com',
      { ...arnLike('arn:aws:s3:::uploads'), ...equals('AWS:SourceAccount', OWN) },
      'private',
    ],
    [
      'a bucket and a wildcard',
      's3.amazonaws.com',
      { ...arnLike('arn:aws:s3:::uploads'), ...like('AWS:SourceAccount', '*') },
      'service-without-source',
    ],
    [
      'a bucket and another account',
      's3.amazonaws.com',
      { ...arnLike('arn:aws:s3:::uploads'), ...equals('AWS:SourceAccount', '444444444444') },
      'cross-account',
    ],
    [
      'an id that AWS assigned',
      'apigateway.amazonaws.com',
      arnLike('arn:aws:apigateway:eu-central-1::/restapis/abc123'),
      'private',
    ],
    ['any id', 'apigateway.amazonaws.com', arnLike('arn:aws:apigateway:eu-central-1::/restapis/*'), 'service-without-source'],
    ['the organization', 'sns.amazonaws.com', equals('aws:SourceOrgID', 'o-abcdefghij'), 'private'],
    [
      'the account, only if there is one',
      'sns.amazonaws.com',
      { StringEqualsIfExists: { 'aws:SourceAccount': OWN } },
      'service-without-source',
    ],
    ['a skill', 'alexa-appkit.amazon.com', equals('lambda:EventSourceToken', 'amzn1.ask.skill.1'), 'private'],
    [
      'two topics, one elsewhere',
      'sns.amazonaws.com',
      arnLike([`arn:aws:sns:eu-central-1:${OWN}:a`, 'arn:aws:sns:eu-central-1:444444444444:b']),
      'cross-account',
    ],
  ])('%s', (_, name, condition, exposure) => {
    expect(service(name, condition)).toBe(exposure);
  });
});

describe('whatever the condition', () => {
  const RANK = ['private', 'cross-account', 'unknown', 'service-without-source', 'public'];
  const rank = (exposure: ReturnType<typeof star>) => RANK.indexOf(typeof exposure === 'string' ? exposure : 'unknown');
  const key = fc.constantFrom(
    'aws:PrincipalOrgID',
    'aws:SourceArn',
    'aws:SourceAccount',
    'aws:PrincipalArn',
    'aws:SecureTransport',
    'x:y',
  );
  const value = fc.constantFrom(
    '*',
    OWN,
    '444444444444',
    'o-abcdefghij',
    'o-*',
    `arn:aws:sns:*:${OWN}:a`,
    'arn:aws:s3:::b',
    'true',
    '',
  );
  const operator = fc.constantFrom(
    'StringEquals',
    'StringLike',
    'ArnLike',
    'StringEqualsIfExists',
    'StringNotEquals',
    'ForAllValues:StringLike',
    'Bool',
  );
  const condition = fc.dictionary(
    operator,
    fc.dictionary(key, fc.array(value, { minLength: 1, maxLength: 3 }), { minKeys: 1, maxKeys: 2 }),
    { maxKeys: 3 },
  );

  it('another one never opens further, and another value never closes', () => {
    fc.assert(
      fc.property(condition, operator, key, value, value, (base, op, k, one, two) => {
        fc.pre(base[op] === undefined);
        const narrower = star({ ...base, [op]: { [k]: [one] } });
        expect(rank(narrower)).toBeLessThanOrEqual(rank(star(base)));
        if (/Not|Bool/.test(op)) return;
        expect(rank(star({ ...base, [op]: { [k]: [one, two] } }))).toBeGreaterThanOrEqual(rank(narrower));
      }),
      { numRuns: 1000 },
    );
  });
});
