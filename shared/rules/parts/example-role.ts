import type { AttachedPolicy, NamedPolicy, RoleFacts } from '../../model/state.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';

/** Pieces that the examples of role rules are put together from. */
export const exampleInline = (name: string, ...Statement: object[]): NamedPolicy => ({
  name,
  document: parsePolicyDocument(JSON.stringify({ Version: '2012-10-17', Statement }), 'example'),
});

export const exampleManaged = (arn: string, ...statements: object[]): AttachedPolicy => ({
  ...exampleInline(arn.slice(arn.lastIndexOf('/') + 1), ...statements),
  arn,
  awsManaged: arn.startsWith('arn:aws:iam::aws:'),
});

export const exampleAllow = (Action: string | string[], Resource: string | string[] = '*', more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});

/** A trust policy of statements that need only their principal and what is special. */
export const exampleTrust = (...statements: object[]): RoleFacts['trustPolicy'] =>
  parsePolicyDocument(
    {
      Version: '2012-10-17',
      Statement: statements.map((one) => ({ Effect: 'Allow', Action: 'sts:AssumeRole', ...one })),
    },
    'example',
  );

const EXAMPLE_TABLE = 'arn:aws:dynamodb:eu-central-1:222222222222:table/orders';
export const BY_LAMBDA = { Principal: { Service: 'lambda.amazonaws.com' } };
export const EXAMPLE_LOGS: AttachedPolicy = exampleManaged(
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
  exampleAllow(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']),
);
export const EXAMPLE_ADMINISTRATOR: AttachedPolicy = exampleManaged(
  'arn:aws:iam::aws:policy/AdministratorAccess',
  exampleAllow('*'),
);

/** A role as it should be: one function, one table, its logs. */
export const EXAMPLE_LAMBDA_ROLE: RoleFacts = {
  path: '/service-role/',
  trustPolicy: exampleTrust(BY_LAMBDA),
  permissionsBoundaryArn: null,
  boundary: null,
  tags: {},
  createdAt: '2024-05-01T08:00:00.000Z',
  inlinePolicies: [exampleInline('orders', exampleAllow(['dynamodb:GetItem', 'dynamodb:PutItem'], EXAMPLE_TABLE))],
  attachedPolicies: [EXAMPLE_LOGS],
  usedBy: ['arn:aws:lambda:eu-central-1:222222222222:function:orders-api'],
  serviceAccess: [
    { service: 'dynamodb', lastUsed: '2026-03-01T10:00:00.000Z' },
    { service: 'logs', lastUsed: '2026-03-01T10:00:00.000Z' },
  ],
  codeCalls: [
    {
      functionArn: 'arn:aws:lambda:eu-central-1:222222222222:function:orders-api',
      calls: ['dynamodb GetItem', 'dynamodb PutItem'],
      lambda: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
    },
  ],
};
/** The same with an inline policy of these statements alone. */
export const exampleRoleWith = (...statements: object[]): RoleFacts => ({
  ...EXAMPLE_LAMBDA_ROLE,
  inlinePolicies: [exampleInline('orders', ...statements)],
});

/** A boundary for tables and logs. */
export const EXAMPLE_BOUNDARY = exampleInline('functions', exampleAllow(['dynamodb:*', 'logs:*'])).document;

/** What every rule on single grants passes over. */
export const EXAMPLE_ADMINISTRATOR_PASSES = {
  name: 'an administrator, which another rule finds',
  state: { ...EXAMPLE_LAMBDA_ROLE, attachedPolicies: [EXAMPLE_ADMINISTRATOR] },
};

/** One that AWS keeps, which nobody can change. */
export const EXAMPLE_SERVICE_PATH = '/aws-service-role/replicator.lambda.amazonaws.com/';

/** The same grant where it can't be used and where nobody can take it away. */
export const exampleGrantPasses = (grant: object) => [
  EXAMPLE_ADMINISTRATOR_PASSES,
  { name: 'what the boundary takes away', state: { ...exampleRoleWith(grant), boundary: EXAMPLE_BOUNDARY } },
  { name: 'a role that AWS keeps for a service', state: { ...exampleRoleWith(grant), path: EXAMPLE_SERVICE_PATH } },
];
