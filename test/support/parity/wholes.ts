import type { PolicyDocument } from '../../../shared/model/policy-document.ts';
import type { ApiFacts, FunctionFacts, RoleFacts, UserFacts } from '../../../shared/model/state.ts';
import { parsePolicyDocument } from '../../../shared/policy/parse.ts';

/** Resources of which every fact is given: one with everything that a template can say, and one with as little as there can be. */

const policy = (...statements: object[]): PolicyDocument =>
  parsePolicyDocument({ Version: '2012-10-17', Statement: statements }, 'a whole');
const HERE = 'eu-central-1:222222222222';
const FUNCTION = `arn:aws:lambda:${HERE}:function:orders-api`;
const KEY = `arn:aws:kms:${HERE}:key/0f3c1d52-6a7b-4c8d-9e0f-112233445566`;

const allowed = (service: string, source: string, account: Record<string, unknown> = {}) => ({
  Sid: service,
  Effect: 'Allow',
  Principal: { Service: `${service}.amazonaws.com` },
  Action: 'lambda:InvokeFunction',
  Resource: FUNCTION,
  Condition: { ...account, ArnLike: { 'AWS:SourceArn': source } },
});
const OWN_ACCOUNT = { StringEquals: { 'AWS:SourceAccount': '222222222222' } };
const sender = (action: string, resource: string) =>
  policy({ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::333333333333:root' }, Action: action, Resource: resource });

export const FULL_FUNCTION: FunctionFacts = {
  runtime: 'python3.13',
  packageType: 'Zip',
  architecture: 'arm64',
  timeoutSeconds: 25,
  roleArn: 'arn:aws:iam::222222222222:role/service-role/orders-api-role',
  layers: [
    'arn:aws:lambda:eu-central-1:464622532012:layer:Datadog-Extension:3',
    `arn:aws:lambda:eu-central-1:999999999999:layer:x:1`,
  ],
  environment: {
    LOG_LEVEL: 'info',
    TABLE: 'orders',
    DB_PASSWORD: 'cinch-ssm:/cinch/orders-api/DB_PASSWORD',
    TOKEN: 'cinch-sm:cinch/orders-api/TOKEN',
  },
  movedSecrets: [
    { variable: 'DB_PASSWORD', store: 'ssm', name: '/cinch/orders-api/DB_PASSWORD', rotated: true },
    { variable: 'TOKEN', store: 'secrets-manager', name: 'cinch/orders-api/TOKEN', rotated: false },
  ],
  environmentKeyArn: KEY,
  snapStart: true,
  ephemeralStorageMb: 2048,
  fileSystems: [{ accessPointArn: `arn:aws:elasticfilesystem:${HERE}:access-point/fsap-0a1b2c3d`, mountPath: '/mnt/models' }],
  tracing: true,
  deadLetterArn: `arn:aws:sqs:${HERE}:orders-dead`,
  lastModified: '2026-01-02T03:04:05.678+0000',
  codeSigned: true,
  codeSigning: { configArn: `arn:aws:lambda:${HERE}:code-signing-config:csc-0f3c1d526a7b4c8d9`, onUntrusted: 'Enforce' },
  edge: false,
  vpc: { subnetIds: ['subnet-1', 'subnet-2'], securityGroupIds: ['sg-1', 'sg-2'] },
  tags: { team: 'payments', owner: 'arn:aws:iam::222222222222:user/dana' },
  taggedPrincipals: [{ tag: 'owner', arn: 'arn:aws:iam::222222222222:user/dana', exists: true }],
  aliases: [
    { name: 'live', version: '1' },
    { name: 'beta', version: '$LATEST' },
  ],
  versions: [],
  resourcePolicies: [
    {
      qualifier: null,
      revisionId: 'r1',
      document: policy(
        allowed('sns', `arn:aws:sns:${HERE}:orders`),
        allowed('events', `arn:aws:events:${HERE}:rule/orders-bus/BusRule0`),
        allowed('s3', 'arn:aws:s3:::uploads', OWN_ACCOUNT),
      ),
    },
    { qualifier: 'live', revisionId: 'r1', document: policy(allowed('apigateway', `arn:aws:execute-api:${HERE}:a1b2c3d4e5/*`)) },
  ],
  urls: [
    { qualifier: null, authType: 'AWS_IAM', cors: null },
    { qualifier: 'live', authType: 'NONE', cors: { allowOrigins: ['https://app.example.com'], allowCredentials: true } },
  ],
  asyncConfigs: [
    { qualifier: null, maximumAgeSeconds: 3600, maximumRetries: 0, onFailureArn: `arn:aws:sqs:${HERE}:orders-failed` },
    { qualifier: 'live', maximumAgeSeconds: 21_600, maximumRetries: 2, onFailureArn: null },
  ],
  reservedConcurrency: 0,
  layerPolicies: [],
  logGroup: { name: '/aws/lambda/orders-api', retentionDays: 30, keyArn: KEY },
  mappings: [
    {
      id: '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0',
      sourceArn: `arn:aws:sqs:${HERE}:orders`,
      qualifier: 'live',
      enabled: true,
      onFailureArn: null,
      maximumRetries: null,
      maximumAgeSeconds: null,
      filtered: true,
    },
    {
      id: '1f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0',
      sourceArn: `arn:aws:kinesis:${HERE}:stream/clicks`,
      qualifier: null,
      enabled: false,
      onFailureArn: `arn:aws:sqs:${HERE}:clicks-failed`,
      maximumRetries: 5,
      maximumAgeSeconds: 3600,
      filtered: false,
    },
  ],
  queues: [
    {
      queueArn: `arn:aws:sqs:${HERE}:orders`,
      visibilityTimeoutSeconds: 150,
      deadLetterArn: `arn:aws:sqs:${HERE}:orders-dead`,
      document: sender('sqs:SendMessage', `arn:aws:sqs:${HERE}:orders`),
      encrypted: true,
    },
  ],
  otherSources: true,
  topics: [{ topicArn: `arn:aws:sns:${HERE}:orders`, document: sender('sns:Publish', `arn:aws:sns:${HERE}:orders`), keyId: KEY }],
  buses: [
    {
      busArn: `arn:aws:events:${HERE}:event-bus/orders-bus`,
      document: sender('events:PutEvents', `arn:aws:events:${HERE}:event-bus/orders-bus`),
    },
  ],
  streams: [
    {
      streamArn: `arn:aws:kinesis:${HERE}:stream/clicks`,
      document: sender('kinesis:PutRecord', `arn:aws:kinesis:${HERE}:stream/clicks`),
      encrypted: true,
    },
  ],
  buckets: [
    {
      name: 'uploads',
      document: sender('s3:PutObject', 'arn:aws:s3:::uploads/*'),
      blocksPublicPolicy: true,
      ignoresPublicAcls: true,
      publicWriteAcl: false,
    },
  ],
  rolePolicies: [
    {
      name: 'table',
      document: policy({ Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: `arn:aws:dynamodb:${HERE}:table/orders` }),
    },
  ],
  durations: { samples: 1200, maximumMs: 4100, p999Ms: 3800, days: 14 },
  versionUses: { aliases: 'beta=$LATEST, live=1', since: '2025-12-01T00:00:00.000Z', versions: [] },
  lastInvoked: { at: '2026-03-01T00:00:00.000Z', days: 400 },
  createdAt: '2026-01-01T00:00:00.000Z',
  roleSharers: [`arn:aws:lambda:${HERE}:function:refunds`],
  ssmReachable: true,
  subnets: [
    { subnetId: 'subnet-1', zone: 'eu-central-1a', defaultRoute: 'nat-gateway' },
    { subnetId: 'subnet-2', zone: 'eu-central-1b', defaultRoute: 'nat-gateway' },
  ],
  openEgress: [
    { groupId: 'sg-1', cidr: '0.0.0.0/0', protocol: 'tcp', ports: '443' },
    { groupId: 'sg-2', cidr: '::/0', protocol: '-1', ports: 'all' },
  ],
  endpoints: ['dynamodb', 'secretsmanager'],
  managedBy: { tool: 'CloudFormation', stack: 'orders' },
};

export const BARE_FUNCTION: FunctionFacts = {
  ...FULL_FUNCTION,
  runtime: 'nodejs24.x',
  architecture: 'x86_64',
  timeoutSeconds: 3,
  roleArn: 'arn:aws:iam::222222222222:role/app',
  layers: [],
  environment: {},
  movedSecrets: [],
  environmentKeyArn: null,
  snapStart: false,
  ephemeralStorageMb: 512,
  fileSystems: [],
  tracing: false,
  deadLetterArn: null,
  codeSigned: false,
  codeSigning: null,
  vpc: null,
  tags: {},
  taggedPrincipals: [],
  aliases: [],
  resourcePolicies: [],
  urls: [],
  asyncConfigs: [],
  reservedConcurrency: null,
  logGroup: null,
  mappings: [],
  queues: [],
  otherSources: false,
  topics: [],
  buses: [],
  streams: [],
  buckets: [],
  rolePolicies: [],
  durations: { samples: 0, maximumMs: 0, p999Ms: 0, days: 14 },
  versionUses: { aliases: '', since: '2025-12-01T00:00:00.000Z', versions: [] },
  lastInvoked: { at: null, days: 400 },
  createdAt: null,
  roleSharers: [],
  subnets: [],
  openEgress: [],
  endpoints: [],
};

const trust = (service: string) => policy({ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' });
const read = policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::reports/*' });

export const FULL_ROLE: RoleFacts = {
  path: '/service-role/',
  trustPolicy: trust('lambda.amazonaws.com'),
  permissionsBoundaryArn: 'arn:aws:iam::222222222222:policy/functions',
  boundary: policy({ Effect: 'Allow', Action: ['s3:*', 'dynamodb:*'], Resource: '*' }),
  tags: { team: 'payments' },
  createdAt: '2026-01-01T00:00:00.000Z',
  inlinePolicies: [
    { name: 'reports', document: read },
    { name: 'never', document: policy({ Effect: 'Deny', NotAction: 's3:GetObject', Resource: '*' }) },
  ],
  attachedPolicies: [
    { name: 'orders-read', arn: 'arn:aws:iam::222222222222:policy/orders-read', awsManaged: false, document: read },
    {
      name: 'AWSLambdaBasicExecutionRole',
      arn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
      awsManaged: true,
      document: policy({ Effect: 'Allow', Action: 'logs:PutLogEvents', Resource: '*' }),
    },
  ],
  usedBy: [FUNCTION, `arn:aws:lambda:${HERE}:function:refunds`],
  serviceAccess: [
    { service: 's3', lastUsed: '2026-02-01T10:00:00.000Z' },
    { service: 'dynamodb', lastUsed: null },
  ],
  codeCalls: [
    {
      functionArn: FUNCTION,
      calls: ['dynamodb GetItem', 's3 GetObject'],
      lambda: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
    },
  ],
};

export const BARE_ROLE: RoleFacts = {
  ...FULL_ROLE,
  trustPolicy: trust('ec2.amazonaws.com'),
  permissionsBoundaryArn: null,
  boundary: null,
  tags: {},
  inlinePolicies: [],
  attachedPolicies: [],
  usedBy: [],
  serviceAccess: [],
  codeCalls: [],
};

export const FULL_USER: UserFacts = {
  createdAt: '2025-01-01T00:00:00.000Z',
  lastActive: '2026-02-01T10:00:00.000Z',
  canSignIn: true,
  tags: { team: 'payments' },
  inlinePolicies: [{ name: 'reports', document: read }],
  attachedPolicies: [
    { name: 'orders-read', arn: 'arn:aws:iam::222222222222:policy/orders-read', awsManaged: false, document: read },
  ],
  boundary: read,
};
export const BARE_USER: UserFacts = {
  ...FULL_USER,
  lastActive: null,
  canSignIn: false,
  tags: {},
  inlinePolicies: [],
  attachedPolicies: [],
  boundary: null,
};

const open = { authorization: 'NONE', authorizerId: null, apiKeyRequired: false, functionArns: [FUNCTION] } as const;
const stage = {
  name: 'prod',
  accessLogArn: `arn:aws:logs:${HERE}:log-group:orders-access`,
  webAclArn: null,
  throttling: { rate: 100, burst: 200 },
  tracing: false,
  variables: { LOG_LEVEL: 'info' },
};

/** The stages of an HTTP or WebSocket API with these facts: those that are named only as manual are otherwise bare. */
export const newStagesOf = ({ stages, manualStages = [] }: Partial<ApiFacts>): readonly ApiFacts['stages'][number][] =>
  stages ?? manualStages.map((name) => ({ ...stage, name, accessLogArn: null, throttling: null, variables: {} }));

export const REST_API: ApiFacts = {
  protocol: 'REST',
  name: 'orders',
  endpointTypes: ['REGIONAL'],
  policy: policy({ Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' }),
  tags: { team: 'payments' },
  routes: [
    { ...open, key: 'GET /' },
    { ...open, key: 'ANY /orders/{proxy+}', authorization: 'CUSTOM', authorizerId: 'auth1', apiKeyRequired: true },
    { ...open, key: 'GET /orders', authorization: 'COGNITO_USER_POOLS', authorizerId: 'auth2' },
    { ...open, key: 'OPTIONS /orders', functionArns: [] },
    { ...open, key: 'POST /orders', authorization: 'AWS_IAM' },
  ],
  authorizers: [
    { id: 'auth1', name: 'token', kind: 'TOKEN', audiences: [] },
    { id: 'auth2', name: 'pool', kind: 'COGNITO_USER_POOLS', audiences: [] },
    { id: 'auth3', name: 'request', kind: 'REQUEST', audiences: [] },
  ],
  stages: [
    { ...stage, webAclArn: 'arn:aws:wafv2:eu-central-1:222222222222:regional/webacl/orders/0a1b2c3d', tracing: true },
    { ...stage, name: 'beta', accessLogArn: null, throttling: null, variables: {} },
  ],
  manualStages: [],
  domains: [{ name: 'api.example.com', minimumTls: 'TLS_1_2' }],
};

export const HTTP_API: ApiFacts = {
  ...REST_API,
  protocol: 'HTTP',
  endpointTypes: [],
  policy: null,
  routes: [
    { ...open, key: '$default' },
    { ...open, key: 'GET /orders', authorization: 'JWT', authorizerId: 'auth1' },
    { ...open, key: 'POST /orders', authorization: 'CUSTOM', authorizerId: 'auth2', functionArns: [] },
    { ...open, key: 'PUT /orders', authorization: 'AWS_IAM' },
  ],
  authorizers: [
    { id: 'auth1', name: 'users', kind: 'JWT', audiences: ['orders-web'] },
    { id: 'auth2', name: 'request', kind: 'REQUEST', audiences: [] },
  ],
  stages: [stage, { ...stage, name: '$default', accessLogArn: null, throttling: null, variables: {} }],
  manualStages: ['prod'],
};

export const WEBSOCKET_API: ApiFacts = {
  ...HTTP_API,
  protocol: 'WEBSOCKET',
  routes: [
    { ...open, key: '$connect', authorization: 'CUSTOM', authorizerId: 'auth2', apiKeyRequired: true },
    { ...open, key: 'sendMessage' },
  ],
  authorizers: [{ id: 'auth2', name: 'request', kind: 'REQUEST', audiences: [] }],
};

export const BARE_API: ApiFacts = { ...REST_API, policy: null, tags: {}, routes: [], authorizers: [], stages: [], domains: [] };
