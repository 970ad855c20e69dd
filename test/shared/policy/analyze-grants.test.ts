import { describe, expect, it } from 'vitest';
import { analyzeGrants } from '../../../shared/policy/analyze-grants.ts';
import { allow, deny, documentOf } from './statements.ts';

const named = (name: string, ...statements: object[]) => ({ name, document: documentOf(...statements) });
const idsOf = (...statements: object[]) =>
  [...new Set(analyzeGrants([named('one', ...statements)]).map(({ id }) => id))].filter(
    (id) => id !== 'infrastructure-modification',
  );
const methodsOf = (...statements: object[]) =>
  analyzeGrants([named('one', ...statements)]).flatMap(({ method }) => (method === undefined ? [] : [method]));
const when = (operator: string, key: string, value: string | string[]) => ({ Condition: { [operator]: { [key]: value } } });

const ROLE = 'arn:aws:iam::222222222222:role/worker';
const OWN_USER = 'arn:aws:iam::*:user/${aws:username}';

describe('one policy', () => {
  it.each<[string, object[], string[]]>([
    ['reading and logging', [allow(['logs:CreateLogGroup', 'logs:PutLogEvents', 'ec2:Describe*'])], []],
    [
      'what a function does for its network and traces',
      [
        allow([
          'ec2:CreateNetworkInterface',
          'ec2:DeleteNetworkInterface',
          'ec2:AssignPrivateIpAddresses',
          'xray:PutTraceSegments',
          'cloudwatch:PutMetricData',
        ]),
      ],
      [],
    ],
    ['writing on a queue', [allow('sqs:SendMessage', 'arn:aws:sqs:eu-central-1:222222222222:orders')], []],
    ['writing on every queue of an account', [allow('sqs:SendMessage', 'arn:aws:sqs:eu-central-1:222222222222:*')], []],
    ['writing on every queue', [allow('SQS:sendmessage')], ['wildcard-resource-on-write']],
    ['writing on every table', [allow('dynamodb:PutItem', 'arn:aws:dynamodb:*:*:table/*')], ['wildcard-resource-on-write']],
    ['starting machines in every subnet, which needs more', [allow('ec2:RunInstances', 'arn:aws:ec2:*:*:subnet/*')], []],
    ['a star beside a resource', [allow('sns:Publish', ['arn:aws:sns:a:222222222222:b', '*'])], ['wildcard-resource-on-write']],
    ['a star for another service', [allow('sns:Publish', ['arn:aws:sns:a:222222222222:b', 'arn:aws:s3:::*'])], []],
    ['tagging everything', [allow('iam:TagRole')], ['wildcard-resource-on-write']],
    ['what has no resource', [allow(['transcribe:StartTranscriptionJob', 'ec2:WithdrawByoipCidr'])], []],
    ['what AWS does not list', [allow(['nothing:DeleteAll', 's3:DeleteEverything'])], []],
    ['reading every object', [allow('s3:GetObject')], ['data-exfiltration']],
    ['reading the objects of every bucket', [allow('s3:GetObject', 'arn:aws:s3:::*/*')], ['data-exfiltration']],
    ['reading the objects of one bucket', [allow('s3:GetObject', 'arn:aws:s3:::uploads/*')], []],
    ['reading every secret', [allow('secretsmanager:Get*')], ['data-exfiltration']],
    ['getting a token for a registry', [allow('ecr:GetAuthorizationToken')], ['credentials-exposure']],
    ['a token, on what can hold none', [allow('ecr:GetAuthorizationToken', 'arn:aws:ecr:a:222222222222:repository/*')], []],
    ['opening every bucket', [allow('s3:PutBucketPolicy')], ['resource-exposure', 'wildcard-resource-on-write']],
    ['opening one bucket', [allow('s3:PutBucketPolicy', 'arn:aws:s3:::uploads')], []],
    ['managing users', [allow('iam:CreateUser')], ['resource-exposure', 'wildcard-resource-on-write']],
    ['passing every role', [allow('iam:PassRole')], ['passrole-star']],
    ['passing every role of an account', [allow('iam:pass*', 'arn:aws:iam::222222222222:role/*')], ['passrole-star']],
    ['passing one role', [allow('iam:PassRole', ROLE)], []],
    ['passing all users', [allow('iam:PassRole', 'arn:aws:iam::222222222222:user/*')], []],
    ['a service on one table', [allow('dynamodb:*', 'arn:aws:dynamodb:a:222222222222:table/one')], ['wildcard-action']],
    ['all but a list', [{ Effect: 'Allow', NotAction: 's3:*', Resource: ROLE }], ['notaction']],
    [
      'reading all but one bucket',
      [{ Effect: 'Allow', Action: 's3:GetObject', NotResource: 'arn:aws:s3:::a/*' }],
      ['data-exfiltration', 'notresource'],
    ],
    ['nothing, said by NotAction', [{ Effect: 'Allow', NotAction: '*', Resource: '*' }], []],
    ['nothing, said by NotResource', [{ Effect: 'Allow', Action: 'sqs:*', NotResource: '*' }], []],
    ['assuming one role', [allow('sts:AssumeRole', ROLE)], []],
    ['assuming one role anywhere', [allow('sts:AssumeRole', 'arn:aws:iam::*:role/deploy')], []],
    ['assuming roles by prefix anywhere', [allow('sts:Assume*', 'arn:aws:iam::*:role/app-*')], ['wildcard-assume-role']],
    ['assuming roles by prefix in one account', [allow('sts:AssumeRole', 'arn:aws:iam::222222222222:role/app-*')], []],
  ])('%s', (_, statements, expected) => {
    expect(idsOf(...statements)).toEqual(expected);
  });

  it('of an administrator says it all', () => {
    const all = [
      'admin',
      'privilege-escalation',
      'passrole-star',
      'credentials-exposure',
      'resource-exposure',
      'data-exfiltration',
    ];
    expect(idsOf(allow('*'))).toEqual([...all, 'wildcard-action', 'wildcard-resource-on-write']);
    expect(methodsOf(allow('*'))).toEqual(['*']);
  });

  it('tells who can still write policies from who cannot', () => {
    const but = (NotAction: string[]) => ({ Effect: 'Allow', NotAction, Resource: '*' });
    expect(idsOf(but(['ec2:*']))).toContain('admin');
    expect(idsOf(but(['iam:*', 'organizations:*']))).not.toContain('admin');
    expect(idsOf(but(['iam:*', 'organizations:*']))).toContain('wildcard-resource-on-write');
    expect(idsOf(allow('*'), deny('iam:*'))).not.toContain('admin');
    expect(idsOf(allow('*'), deny(['iam:Delete*', 'organizations:*']))).toContain('admin');
  });

  it('says where, and which actions', () => {
    const findings = analyzeGrants([
      named('one', allow('logs:PutLogEvents'), allow(['sqs:SendMessage', 'sqs:Get*', 'sqs:Delete*']), allow('sns:Publish')),
    ]);
    expect(findings.find(({ id }) => id === 'wildcard-resource-on-write')).toEqual({
      id: 'wildcard-resource-on-write',
      severity: 'medium',
      places: [
        { document: 'one', statement: 1 },
        { document: 'one', statement: 2 },
      ],
      actions: ['sqs:SendMessage', 'sqs:Delete*', 'sns:Publish'],
      message: expect.any(String),
    });
  });

  it('names what exposes, and the pattern when that is a lot', () => {
    const actionsOf = (action: string) =>
      analyzeGrants([named('a', allow(action))]).find(({ id }) => id === 'resource-exposure')?.actions;
    expect(actionsOf('sqs:*Permission')).toEqual(['sqs:AddPermission', 'sqs:RemovePermission']);
    expect(actionsOf('s3:*')).toEqual(['s3:*']);
  });

  it('tells infrastructure from data', () => {
    const ids = (action: string) => analyzeGrants([named('a', allow(action))]).map(({ id }) => id);
    expect(ids('ec2:TerminateInstances')).toContain('infrastructure-modification');
    expect(ids('dynamodb:PutItem')).not.toContain('infrastructure-modification');
  });
});

describe('what takes away', () => {
  it.each<[string, object[], string[]]>([
    ['a Deny of the same', [allow('iam:*'), deny('iam:*')], []],
    ['a Deny of more', [allow('sqs:SendMessage'), deny('*')], []],
    ['a Deny of all else', [allow(['sqs:*', 's3:GetObject']), { Effect: 'Deny', NotAction: 'sqs:Get*', Resource: '*' }], []],
    ['a Deny of one part', [allow(['sqs:SendMessage', 'sns:Publish']), deny('sqs:*')], ['wildcard-resource-on-write']],
    ['a Deny on some', [allow('sqs:SendMessage'), deny('sqs:*', 'arn:aws:sqs:a:222222222222:b')], ['wildcard-resource-on-write']],
    [
      'a Deny that a request can switch off',
      [allow('sqs:SendMessage'), deny('sqs:*', '*', when('StringEquals', 'aws:PrincipalTag/team', 'x'))],
      ['wildcard-resource-on-write'],
    ],
    ['a tag on the resource', [allow('sqs:SendMessage', '*', when('StringEquals', 'aws:ResourceTag/team', 'a'))], []],
    ['any tag but one', [allow('ec2:StopInstances', '*', when('StringNotEquals', 'ec2:ResourceTag/env', 'prod'))], []],
    ['any tag, so that there must be one', [allow('sqs:SendMessage', '*', when('StringLike', 'aws:ResourceTag/team', '*'))], []],
    [
      'a tag, if there is one',
      [allow('sqs:SendMessage', '*', when('StringEqualsIfExists', 'aws:ResourceTag/team', 'a'))],
      ['wildcard-resource-on-write'],
    ],
    ['an end', [allow('sqs:SendMessage', '*', when('DateLessThan', 'aws:CurrentTime', '2026-06-01T00:00:00Z'))], []],
    [
      'a beginning',
      [allow('sqs:SendMessage', '*', when('DateGreaterThan', 'aws:CurrentTime', '2020-06-01T00:00:00Z'))],
      ['wildcard-resource-on-write'],
    ],
    [
      "a service's own key, if it is there, which it is",
      [allow('organizations:AttachPolicy', '*', when('StringEqualsIfExists', 'organizations:PolicyType', 'BACKUP_POLICY'))],
      [],
    ],
    ['a network', [allow('sqs:SendMessage', '*', when('IpAddress', 'aws:SourceIp', '192.0.2.0/24'))], []],
    [
      'every network',
      [allow('sqs:SendMessage', '*', when('IpAddress', 'aws:SourceIp', '0.0.0.0/0'))],
      ['wildcard-resource-on-write'],
    ],
    [
      'encryption on the way',
      [allow('sqs:SendMessage', '*', when('Bool', 'aws:SecureTransport', 'true'))],
      ['wildcard-resource-on-write'],
    ],
    ['a second factor, which a function never has', [allow('*', '*', when('Bool', 'aws:MultiFactorAuthPresent', 'true'))], []],
    [
      'passing to one service',
      [allow('iam:PassRole', '*', when('StringEquals', 'iam:PassedToService', 'ec2.amazonaws.com'))],
      [],
    ],
    ['the own user only', [allow('iam:CreateAccessKey', OWN_USER)], []],
  ])('%s', (_, statements, expected) => {
    expect(idsOf(...statements)).toEqual(expected);
  });

  it('is counted wherever it lies', () => {
    expect(analyzeGrants([named('one', allow('sqs:*')), named('two', deny('sqs:*'))])).toEqual([]);
  });

  it('a boundary takes away what it does not allow', () => {
    const ids = (boundary: object[], ...statements: object[]) =>
      analyzeGrants([named('one', ...statements)], { boundary: documentOf(...boundary) }).map(({ id }) => id);
    expect(ids([allow('s3:*')], allow('*'))).not.toContain('admin');
    expect(ids([allow('s3:*')], allow('*'))).toContain('data-exfiltration');
    expect(ids([allow('s3:*')], allow('*'))).not.toContain('privilege-escalation');
    expect(ids([allow('s3:*')], allow('s3:*'))).toContain('wildcard-action');
    expect(ids([allow('s3:Get*')], allow('s3:*'))).toEqual(['data-exfiltration']);
    expect(ids([allow('*'), deny('iam:*')], allow('iam:*'))).toEqual([]);
    expect(ids([allow('*')], allow('*'))).toContain('admin');
    expect(ids([allow('sqs:*', 'arn:aws:sqs:a:222222222222:b')], allow('sqs:SendMessage'))).toEqual([]);
  });
});

describe('an escalation', () => {
  it.each<[string, object[], string[]]>([
    ['by a policy version', [allow('iam:CreatePolicyVersion')], ['CreateNewPolicyVersion']],
    ['by one on some policy', [allow('iam:CreatePolicyVersion', 'arn:aws:iam::222222222222:policy/one')], []],
    [
      'by a function with any role',
      [allow(['iam:PassRole', 'lambda:CreateFunction', 'lambda:InvokeFunction'])],
      ['PassExistingRoleToNewLambdaThenInvoke'],
    ],
    [
      'by functions of a prefix with any role',
      [allow('iam:PassRole'), allow('lambda:*Function', 'arn:aws:lambda:a:222222222222:function:app-*')],
      ['PassExistingRoleToNewLambdaThenInvoke'],
    ],
    [
      'not by a function with one role',
      [allow('iam:PassRole', ROLE), allow(['lambda:CreateFunction', 'lambda:InvokeFunction'])],
      [],
    ],
    [
      'by a function with any role for functions',
      [
        allow(['lambda:CreateFunction', 'lambda:InvokeFunction']),
        allow('iam:PassRole', '*', when('StringEquals', 'iam:PassedToService', ['ec2.amazonaws.com', 'lambda.amazonaws.com'])),
      ],
      ['PassExistingRoleToNewLambdaThenInvoke'],
    ],
    [
      'not by a function with any role for machines',
      [
        allow(['lambda:CreateFunction', 'lambda:InvokeFunction']),
        allow('iam:PassRole', '*', when('StringEquals', 'iam:PassedToService', 'ec2.amazonaws.com')),
      ],
      [],
    ],
    ['by a policy of the own user', [allow('iam:PutUserPolicy', OWN_USER)], ['PutUserPolicy']],
    ['not by a key of the own user', [allow('iam:CreateAccessKey', OWN_USER)], []],
    ['by every role', [allow('sts:AssumeRole')], ['pathfinding:sts-001']],
    [
      'by a shell on every machine',
      [allow('ssm:SendCommand', ['arn:aws:ec2:*:*:instance/*', 'arn:aws:ssm:*:*:document/AWS-RunShellScript'])],
      ['pathfinding:ssm-002'],
    ],
    [
      'not by one harmless command on every machine',
      [allow('ssm:SendCommand', ['arn:aws:ec2:*:*:instance/*', 'arn:aws:ssm:*:*:document/AWSEC2-CreateVssSnapshot'])],
      [],
    ],
    ['not by a session on no machine', [allow('ssm:StartSession', 'arn:aws:ssm:*:*:document/*')], []],
    ['not when a piece is denied', [allow(['iam:PassRole', 'ec2:RunInstances']), deny('ec2:RunInstances')], []],
  ])('%s', (_, statements, expected) => {
    expect(methodsOf(...statements)).toEqual(expected);
  });

  it('by a policy of the own role, where that is known', () => {
    const self = 'arn:aws:iam::222222222222:role/app/worker';
    const methods = (resource: string) =>
      analyzeGrants([named('one', allow('iam:PutRolePolicy', resource))], { self }).flatMap(({ method }) => method ?? []);
    expect(methods('arn:aws:iam::222222222222:role/app/*')).toEqual(['PutRolePolicy']);
    expect(methods('arn:aws:iam::222222222222:role/other')).toEqual([]);
  });

  it('is found when its pieces lie in different policies', () => {
    const found = analyzeGrants([
      named('passing', allow('iam:PassRole')),
      named('making', allow('s3:ListBucket', 'arn:aws:s3:::a'), allow('lambda:Create*')),
      named('calling', allow('lambda:Invoke*')),
    ]).find(({ id }) => id === 'privilege-escalation');
    expect(found).toMatchObject({
      method: 'PassExistingRoleToNewLambdaThenInvoke',
      actions: ['iam:PassRole', 'lambda:CreateFunction', 'lambda:InvokeFunction'],
      places: [
        { document: 'calling', statement: 0 },
        { document: 'making', statement: 1 },
        { document: 'passing', statement: 0 },
      ],
    });
  });
});
