import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzePolicyText } from '../../../shared/policy/analyze-text.ts';
import { allow, deny } from './statements.ts';

const text = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const answerTo = (policy: unknown) => analyzePolicyText(typeof policy === 'string' ? policy : JSON.stringify(policy), 'a.json');
const idsOf = (policy: unknown) => {
  const answer = answerTo(policy);
  return 'error' in answer ? `${answer.error.where}: ${answer.error.message}` : answer.findings.map(({ id }) => id);
};

describe('a policy as text', () => {
  it('is answered with the statements and actions of each finding', () => {
    expect(answerTo(text(allow('logs:PutLogEvents'), allow(['sqs:SendMessage', 'sqs:Get*'])))).toEqual({
      file: 'a.json',
      findings: [
        {
          id: 'wildcard-resource-on-write',
          severity: 'medium',
          statements: [1],
          actions: ['sqs:SendMessage'],
          message: expect.any(String),
        },
      ],
    });
    expect(answerTo(text(allow('iam:CreateLoginProfile')))).toMatchObject({
      findings: [{ id: 'privilege-escalation', method: 'CreateLoginProfile' }, {}, {}, {}],
    });
  });

  it('may be one statement, URL-encoded, in an envelope, or with a byte order mark', () => {
    const policy = text(allow('sns:Publish'));
    const found = ['wildcard-resource-on-write'];
    expect(idsOf({ Version: '2012-10-17', Statement: allow('sns:Publish') })).toEqual(found);
    expect(idsOf(encodeURIComponent(policy))).toEqual(found);
    expect(idsOf(`\uFEFF\n${policy}`)).toEqual(found);
    expect(idsOf({ PolicyVersion: { Document: JSON.parse(policy), VersionId: 'v1' } })).toEqual(found);
    expect(idsOf({ RoleName: 'a', PolicyDocument: JSON.parse(policy) })).toEqual(found);
    expect(idsOf({ Policy: policy, RevisionId: 'x' })).toEqual(found);
  });

  it('may come from a template: a reference is no wildcard', () => {
    const on = (Resource: unknown) => idsOf({ Statement: { Effect: 'Allow', Action: 'sns:Publish', Resource } });
    expect(on({ Ref: 'Topic' })).toEqual([]);
    expect(on([{ 'Fn::GetAtt': ['Topic', 'Arn'] }])).toEqual([]);
    expect(on({ 'Fn::Sub': 'arn:aws:sns:${AWS::Region}:${AWS::AccountId}:a' })).toEqual([]);
    expect(on({ 'Fn::Join': ['', ['*', '']] })).toEqual(['wildcard-resource-on-write']);
    expect(on({ 'Fn::Sub': '*' })).toEqual(['wildcard-resource-on-write']);
    expect(on([{ Ref: 'Topic' }, '*'])).toEqual(['wildcard-resource-on-write']);
  });

  it('leaves infrastructure to the rules', () => {
    expect(idsOf(text(allow('ec2:TerminateInstances')))).toEqual(['wildcard-resource-on-write']);
  });
});

describe('a trust or resource policy', () => {
  const statement = (Principal: unknown, Action: string, more: object = {}) => ({ Effect: 'Allow', Principal, Action, ...more });
  const equals = (key: string, value: string) => ({ Condition: { StringEquals: { [key]: value } } });
  const GITHUB = 'arn:aws:iam::222222222222:oidc-provider/token.actions.githubusercontent.com';
  const SUB = 'token.actions.githubusercontent.com:sub';
  const everybody = statement('*', 'sns:Publish', { Resource: '*' });
  const outside = (Condition: object) => ({ Effect: 'Deny', Principal: '*', Action: 'sns:*', Resource: '*', Condition });

  it.each<[string, object[], string[]]>([
    ['everybody', [statement('*', 'sts:AssumeRole')], ['public-principal']],
    ['every account', [statement({ AWS: 'arn:aws:iam::*:root' }, 'sts:AssumeRole')], ['public-principal']],
    [
      'everybody but one',
      [{ Effect: 'Allow', NotPrincipal: { AWS: '222222222222' }, Action: 's3:*', Resource: '*' }],
      ['public-principal'],
    ],
    ['another account', [statement({ AWS: '222222222222' }, 'sts:AssumeRole')], []],
    ['a service that takes the role', [statement({ Service: 'lambda.amazonaws.com' }, 'sts:AssumeRole')], []],
    [
      'a service that calls',
      [statement({ Service: 'sns.amazonaws.com' }, 'lambda:InvokeFunction', { Resource: '*' })],
      ['service-principal-without-source'],
    ],
    [
      'a service that calls for one account',
      [statement({ Service: 'sns.amazonaws.com' }, 'lambda:InvokeFunction', equals('aws:SourceAccount', '222222222222'))],
      [],
    ],
    [
      'everybody of an organization',
      [statement('*', 's3:GetObject', { Resource: '*', ...equals('aws:PrincipalOrgID', 'o-a') })],
      [],
    ],
    [
      'everybody who knows the referer',
      [statement('*', 's3:GetObject', { Resource: '*', ...equals('aws:Referer', 'x') })],
      ['public-principal'],
    ],
    ['every repository', [statement({ Federated: GITHUB }, 'sts:AssumeRoleWithWebIdentity')], ['public-principal']],
    [
      'every repository, by wildcard',
      [statement({ Federated: GITHUB }, 'sts:AssumeRoleWithWebIdentity', { Condition: { StringLike: { [SUB]: 'repo:*' } } })],
      ['public-principal'],
    ],
    [
      'one organization of repositories',
      [statement({ Federated: GITHUB }, 'sts:AssumeRoleWithWebIdentity', { Condition: { StringLike: { [SUB]: 'repo:me/*' } } })],
      [],
    ],
    ['every identity pool', [statement({ Federated: 'cognito-identity.amazonaws.com' }, 's3:GetObject')], ['public-principal']],
    [
      'a directory of the company',
      [statement({ Federated: 'arn:aws:iam::222222222222:saml-provider/corp' }, 'sts:AssumeRoleWithSAML')],
      [],
    ],
    ['everybody, none of whom may', [everybody, outside({})], []],
    ['everybody, unless of another organization', [everybody, outside({ StringNotEquals: { 'aws:PrincipalOrgID': 'o-a' } })], []],
    ['everybody, encrypted', [everybody, outside({ Bool: { 'aws:SecureTransport': 'false' } })], ['public-principal']],
    ['everybody, a Deny for something else', [everybody, { ...outside({}), Action: 'sns:DeleteTopic' }], ['public-principal']],
    ['nobody', [{ ...everybody, Effect: 'Deny' }], []],
  ])('%s', (_, statements, expected) => {
    expect(idsOf(text(...statements))).toEqual(expected);
  });

  it('is not judged as what a role may do', () => {
    expect(idsOf(text(statement({ AWS: '222222222222' }, 's3:*', { Resource: '*' })))).toEqual([]);
  });
});

describe('a malformed policy', () => {
  const broken = (more: object) => ({ Statement: [allow('s3:GetObject', 'arn:aws:s3:::a'), { ...allow('sqs:*'), ...more }] });

  it.each<[string, unknown, string]>([
    ['no JSON', '{"Statement": [\n  {"Effect": oops}]}', 'line 2, column 14: not JSON'],
    ['an end too early', '{"Statement": [', 'line 1, column 16: not JSON'],
    ['nothing', '', 'line 1, column 1: not JSON'],
    ['bad URL encoding', '%7B%E0%A4%A', 'document: not URL-encoded text'],
    ['a name without quotes', '{"Statement": [], Id: 1}', 'line 1, column 19: not JSON'],
    ['a comma too many', '{"Statement": [1,]}', 'line 1, column 18: not JSON'],
    ['a bracket that closes nothing', '{"Statement": [}', 'line 1, column 16: not JSON'],
    ['two documents', '{} {}', 'line 1, column 4: not JSON'],
    ['a list', [], 'document: a policy is a JSON object'],
    ['no statement', { Version: '2012-10-17' }, 'document: there is no Statement'],
    ['another version', { Version: '2012-10-18', Statement: [] }, 'Version: neither 2012-10-17 nor 2008-10-17'],
    ['an unknown element', { Statements: [] }, 'document.Statements: none of Version, Id, Statement'],
    ['an unknown element of a statement', broken({ Resouce: '*' }), 'Statement[1].Resouce: none of Sid, Effect'],
    ['a statement that is text', { Statement: ['Allow'] }, 'Statement[0]: a statement is a JSON object'],
    ['another effect', broken({ Effect: 'allow' }), 'Statement[1]: Effect is neither Allow nor Deny'],
    ['no action', broken({ Action: undefined }), 'Statement[1]: there is neither Action nor NotAction'],
    ['no resource', broken({ Resource: undefined }), 'Statement[1]: there is neither Resource nor NotResource'],
    ['both actions', broken({ NotAction: 's3:*' }), 'Statement[1]: Action and NotAction exclude each other'],
    ['an action without a service', broken({ Action: ['sqs:*', 'GetItem'] }), 'Statement[1].Action: an action is'],
    ['no actions', broken({ Action: [] }), 'Statement[1].Action: an empty list'],
    ['a number', broken({ Resource: 1 }), 'Statement[1].Resource: neither a text nor a list of texts'],
    ['an unknown operator', broken({ Condition: { StringIs: { a: 'b' } } }), 'Statement[1].Condition.StringIs: an operator'],
    ['a condition of conditions', broken({ Condition: { Bool: { a: { b: 'c' } } } }), 'Statement[1].Condition.Bool.a: neither'],
    ['an unknown principal', broken({ Principal: { Aws: '*' } }), 'Statement[1].Principal.Aws: none of AWS'],
    ['a list of principals', broken({ Principal: ['a'] }), 'Statement[1].Principal: neither "*" nor a JSON object'],
  ])('with %s is an answer that names the place', (_, policy, expected) => {
    const said = idsOf(policy);
    expect(typeof said === 'string' ? said.startsWith(expected) || said : said).toBe(true);
  });

  it('never shows the text that it could not read', () => {
    const secret = 'hunter2hunter2';
    expect(JSON.stringify(answerTo(`{"Statement": ${secret}}`))).not.toContain(secret);
    expect(JSON.stringify(answerTo(broken({ Effect: secret })))).not.toContain(secret);
  });
});

describe('whatever the text', () => {
  it('there is an answer', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const element = fc.constantFrom('Effect', 'Action', 'NotAction', 'Resource', 'Principal', 'Condition', 'Sid', 'Other');
    const statement = fc.oneof(
      value,
      fc.dictionary(element, value).map((more) => ({ ...allow(['s3:*', 'iam:PassRole']), ...more })),
      fc.dictionary(element, value).map((more) => ({ ...deny('s3:*'), ...more })),
    );
    const policy = fc.oneof(value, fc.record({ Statement: fc.oneof(statement, fc.array(statement)) }));
    const written = fc.oneof(
      fc.string(),
      policy.map((one) => JSON.stringify(one)),
      policy.map((one) => encodeURIComponent(JSON.stringify(one))),
      policy.map((one) => JSON.stringify(one).slice(0, -1)),
    );
    fc.assert(
      fc.property(written, (one) => {
        const answer = analyzePolicyText(one, 'a.json');
        expect('error' in answer ? typeof answer.error.where : Array.isArray(answer.findings)).toBe(
          'error' in answer ? 'string' : true,
        );
      }),
      { numRuns: 500 },
    );
  });

  it('deep nesting is one more thing that is malformed', () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    expect(answerTo(`{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":${deep}}}`)).toHaveProperty('error.where');
    expect(answerTo(`{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":[{"Ref":"a"},${deep}]}}`)).toHaveProperty('error');
  });
});
