import { describe, expect, it } from 'vitest';
import { EXAMPLE_SETTINGS } from '../../../shared/rules/parts/example-context.ts';
import { ACCOUNT, called, FUNCTION_ARN, idsOf, replay } from './replay-cases.ts';

const OTHER = '333333333333';
const ORGANIZATION = 'o-abcdefghij';

describe('a permission', () => {
  const permit = (request: object, response: object | null = null) =>
    called(
      'lambda',
      'AddPermission20150331v2',
      { functionName: 'orders', statementId: 's', action: 'lambda:InvokeFunction', ...request },
      response,
    );
  const bucket = { principal: 's3.amazonaws.com', sourceArn: 'arn:aws:s3:::uploads' };

  it.each([
    ['to everybody', { principal: '*' }, ['resource-policy:public']],
    ['to everybody of an organization', { principal: '*', principalOrgID: ORGANIZATION }, []],
    [
      'to the URL of everybody',
      { principal: '*', action: 'lambda:InvokeFunctionUrl', functionUrlAuthType: 'NONE' },
      ['resource-policy:public'],
    ],
    ['to its own account', { principal: ACCOUNT }, []],
    ['to another account', { principal: OTHER }, ['resource-policy:cross-account']],
    ['to a role of another account', { principal: `arn:aws:iam::${OTHER}:role/ci` }, ['resource-policy:cross-account']],
    ['to a bucket by its name', bucket, ['resource-policy:s3-without-source-account']],
    ['to a bucket of its account', { ...bucket, sourceAccount: ACCOUNT }, []],
    ['to a service for anybody', { principal: 'events.amazonaws.com' }, ['resource-policy:service-without-source']],
    ['to a rule', { principal: 'events.amazonaws.com', sourceArn: `arn:aws:events:eu-central-1:${ACCOUNT}:rule/nightly` }, []],
  ])('%s', (_to, request, ids) => {
    const settings = { ...EXAMPLE_SETTINGS, organizationId: ORGANIZATION };
    const answer = replay(permit(request), { settings });
    expect(idsOf(answer)).toEqual(ids);
    expect(answer.lookup).toEqual([]);
  });

  it('is read from the answer first, which says what AWS made of it', () => {
    const statement = {
      Sid: 's',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${OTHER}:root` },
      Action: 'lambda:InvokeFunction',
      Resource: FUNCTION_ARN,
    };
    expect(idsOf(replay(permit({}, { statement: JSON.stringify(statement) })))).toEqual(['resource-policy:cross-account']);
    expect(idsOf(replay(permit({ principal: '*' }, { statement: '{"Sid":"cut o' })))).toEqual(['resource-policy:public']);
  });

  it('to an allowed account is none', () => {
    const settings = { ...EXAMPLE_SETTINGS, allowedAccounts: [OTHER] };
    expect(idsOf(replay(permit({ principal: OTHER }), { settings }))).toEqual([]);
  });

  it('must be looked up when the record does not tell it, or nobody can judge it', () => {
    expect(replay(permit({}))).toMatchObject({ findings: [], lookup: ['resourcePolicies'] });
    expect(replay(permit({ principal: '*', principalOrgID: ORGANIZATION }))).toMatchObject({
      findings: [],
      lookup: expect.arrayContaining(['resourcePolicies']),
    });
  });

  it('is the rule’s to judge when the state tells the rest', () => {
    const url = { principal: '*', action: 'lambda:InvokeFunctionUrl', functionUrlAuthType: 'NONE' };
    const open = { [FUNCTION_ARN]: { urls: [{ qualifier: null, authType: 'NONE', cors: null }] } };
    expect(idsOf(replay(permit(url)))).toContain('resource-policy:public');
    // Whose URL is open to everybody, and said so by the rule for URLs.
    expect(idsOf(replay(permit(url), { state: open }))).not.toContain('resource-policy:public');
    const closed = { [FUNCTION_ARN]: { urls: [] } };
    const answer = replay(permit({ principal: '*' }), { state: closed });
    expect(answer.findings.filter(({ rule }) => rule === 'lambda-policy-public')).toHaveLength(1);
  });
});

describe('a trust policy', () => {
  const trusting = (...statements: object[]) =>
    called('iam', 'UpdateAssumeRolePolicy', {
      roleName: 'orders',
      policyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: statements.map((one) => ({ Effect: 'Allow', Action: 'sts:AssumeRole', ...one })),
      }),
    });
  const when = (key: string, value: string) => ({ Condition: { StringEquals: { [key]: value } } });
  const foreign = { Principal: { AWS: `arn:aws:iam::${OTHER}:root` } };

  it.each([
    ['Lambda', { Principal: { Service: 'lambda.amazonaws.com' } }, []],
    ['its own account', { Principal: { AWS: ACCOUNT } }, []],
    ['everybody', { Principal: '*' }, ['trust:public']],
    ['everybody, spelt otherwise', { Principal: { AWS: ['*'] } }, ['trust:public']],
    ['everybody but one', { NotPrincipal: { AWS: `arn:aws:iam::${OTHER}:root` } }, ['trust:public']],
    ['everybody who knows a word', { Principal: '*', ...when('sts:ExternalId', '12345') }, ['trust:public-with-condition']],
    ['everybody of the account', { Principal: '*', ...when('aws:PrincipalAccount', ACCOUNT) }, []],
    ['everybody of an organization that nobody named', { Principal: '*', ...when('aws:PrincipalOrgID', ORGANIZATION) }, []],
    ['another account', foreign, ['trust:cross-account']],
    ['another account that knows a word', { ...foreign, ...when('sts:ExternalId', 'x') }, ['trust:cross-account']],
    ['another account, by any action', { ...foreign, Action: 'sts:*' }, ['trust:cross-account']],
    ['another account, to tag only', { ...foreign, Action: 'sts:TagSession' }, []],
    ['nobody', { Effect: 'Deny', Principal: '*' }, []],
  ])('for %s', (_whom, statement, ids) => {
    const answer = replay(trusting({ Principal: { Service: 'lambda.amazonaws.com' } }, statement), { rules: [] });
    expect(idsOf(answer)).toEqual(ids);
    expect(answer.lookup).toEqual([]);
  });

  it('takes an external id as a limit', () => {
    const severity = (statement: object) => replay(trusting(statement), { rules: [] }).findings[0]?.severity;
    expect(severity(foreign)).toBe('high');
    expect(severity({ ...foreign, ...when('sts:ExternalId', 'x') })).toBe('low');
  });

  it('of a new role may be URL-encoded, and one statement without a list', () => {
    const document = encodeURIComponent(
      JSON.stringify({ Statement: { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' } }),
    );
    const event = called('iam', 'CreateRole', { roleName: 'orders', assumeRolePolicyDocument: document });
    expect(idsOf(replay(event, { rules: [] }))).toEqual(['trust:public']);
  });

  it('must be looked up when the record lost it', () => {
    expect(replay(called('iam', 'CreateRole', { roleName: 'orders' })).lookup).toEqual(['trustPolicy', 'permissionsBoundaryArn']);
    const cut = called('iam', 'UpdateAssumeRolePolicy', { roleName: 'orders', policyDocument: '{"Statement":[{"Eff' });
    expect(replay(cut)).toMatchObject({ outcome: 'relevant', findings: [], lookup: ['trustPolicy'] });
  });
});

describe('a policy', () => {
  const text = (statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: statement });
  const ADMIN = text({ Effect: 'Allow', Action: '*', Resource: '*' });
  const READS = text([
    { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: `arn:aws:dynamodb:eu-central-1:${ACCOUNT}:table/orders` },
  ]);
  const put = (policyDocument: string) =>
    called('iam', 'PutRolePolicy', { roleName: 'orders', policyName: 'all', policyDocument });
  const policyArn = `arn:aws:iam::${ACCOUNT}:policy/shared`;

  it('put into a role is judged by itself', () => {
    expect(idsOf(replay(put(ADMIN)))).toContain('admin');
    expect(idsOf(replay(put(encodeURIComponent(ADMIN))))).toContain('admin');
    expect(idsOf(replay(put(text({ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::uploads/*' }))))).toContain(
      'wildcard-action',
    );
    expect(replay(put(READS))).toMatchObject({ findings: [], lookup: [] });
    expect(replay(put('{"Statement":'))).toMatchObject({ findings: [], lookup: ['inlinePolicies'] });
  });

  it('says where, and no more', () => {
    const [finding] = replay(put(ADMIN)).findings;
    expect(finding).toMatchObject({ id: 'admin', severity: 'critical', resource: `arn:aws:iam::${ACCOUNT}:role/orders` });
    expect(finding?.evidence[0]?.path).toBe('all: statement 1');
  });

  it('made the default version is judged, and its roles must be looked up', () => {
    const version = (setAsDefault: boolean | undefined, policyDocument?: string) =>
      replay(called('iam', 'CreatePolicyVersion', { policyArn, policyDocument, setAsDefault }));
    expect(idsOf(version(true, ADMIN))).toContain('admin');
    expect(version(true, ADMIN)).toMatchObject({ change: { kind: 'policy', resource: policyArn }, lookup: ['rolesOfPolicy'] });
    expect(version(false, ADMIN)).toMatchObject({ outcome: 'relevant', findings: [], lookup: [] });
    expect(version(undefined, ADMIN).findings).toEqual([]);
    expect(version(true).lookup).toEqual(['rolesOfPolicy', 'policyDocument']);
    const made = called('iam', 'CreatePolicy', { policyName: 'shared', policyDocument: ADMIN }, { policy: { arn: policyArn } });
    expect(idsOf(replay(made))).toContain('admin');
    expect(replay(called('iam', 'SetDefaultPolicyVersion', { policyArn, versionId: 'v1' })).lookup).toEqual([
      'rolesOfPolicy',
      'policyDocument',
    ]);
  });

  it.each([
    ['arn:aws:iam::aws:policy/AdministratorAccess', ['admin'], []],
    ['arn:aws-us-gov:iam::aws:policy/AdministratorAccess', ['admin'], []],
    ['arn:aws:iam::aws:policy/AmazonS3FullAccess', ['wildcard-action'], []],
    ['arn:aws:iam::aws:policy/AWSLambda_FullAccess', ['wildcard-action'], []],
    ['arn:aws:iam::aws:policy/IAMFullAccess', ['privilege-escalation'], []],
    ['arn:aws:iam::aws:policy/PowerUserAccess', ['notaction'], []],
    ['arn:aws:iam::aws:policy/job-function/DatabaseAdministrator', ['wildcard-action'], []],
    ['arn:aws:iam::aws:policy/ReadOnlyAccess', ['data-exfiltration'], []],
    ['arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole', [], []],
    ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole', [], []],
    ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess', [], ['attachedPolicies']],
    ['arn:aws:iam::222222222222:policy/AdministratorAccess', [], ['attachedPolicies']],
  ])('attached: %s', (arn, ids, lookup) => {
    const answer = replay(called('iam', 'AttachRolePolicy', { roleName: 'orders', policyArn: arn }));
    expect(idsOf(answer)).toEqual(ids);
    expect(answer.lookup).toEqual(lookup);
  });

  it.each(['DetachRolePolicy', 'DeleteRolePolicy', 'DeleteRole'])('taken away opens nothing: %s', (name) => {
    const event = called('iam', name, {
      roleName: 'orders',
      policyName: 'all',
      policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
    });
    expect(replay(event)).toMatchObject({ outcome: 'relevant', findings: [], lookup: [], unknown: [] });
  });
});
