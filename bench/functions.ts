import type { FunctionFacts } from '../shared/model/state.ts';
import { parsePolicyDocument } from '../shared/policy/parse.ts';

/** One function twice: as Cinch's facts, and as Lambda describes it, with what Custodian adds to that. */
export interface MadeFunction {
  readonly name: string;
  readonly facts: FunctionFacts;
  readonly described: object;
  /** Its policy as GetPolicy answers, which both have to parse. */
  readonly policyText: string;
}

const ACCOUNT = '222222222222';
const REGION = 'eu-central-1';
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1`;

/** Like an account's: most are in order, each kind of fault has its share. The same every time. */
export function makeFunctions(count: number): MadeFunction[] {
  return Array.from({ length: count }, (_, index) => makeFunction(index));
}

function makeFunction(index: number): MadeFunction {
  const name = `service-${index}`;
  const has = (everyNth: number, offset = 0): boolean => (index + offset) % everyNth === 0;
  const arn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
  const roleArn = `arn:aws:iam::${ACCOUNT}:role/${name}`;
  const environment: Record<string, string> = {
    TABLE_NAME: `orders-${index}`,
    LOG_LEVEL: 'info',
    QUEUE_URL: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/orders-${index}`,
    FEATURE_FLAGS: '{"newCheckout":true}',
    ...(has(5) ? { DB_PASSWORD: `hunter-${index}-Xk29!q` } : {}),
  };
  const statements = statementsOf(arn, has);
  const policyText = JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements });
  const layer = `arn:aws:lambda:${REGION}:${has(12) ? '999999999999:layer:foreign' : `${ACCOUNT}:layer:own`}:3`;
  const vpc = has(3) ? null : { subnetIds: ['subnet-a', 'subnet-b'], securityGroupIds: ['sg-1'] };
  const runtime = has(10) ? 'nodejs14.x' : has(2) ? 'nodejs22.x' : 'python3.13';
  const timeoutSeconds = has(8) ? 900 : 30;
  const ephemeralStorageMb = has(9) ? 2048 : 512;
  const tags: Record<string, string> = has(4) ? {} : { owner: 'payments' };
  const deadLetterArn = has(6) ? null : `arn:aws:sqs:${REGION}:${ACCOUNT}:dead`;
  const environmentKeyArn = has(2) ? KEY : null;
  const tracing = !has(7);
  return {
    name,
    policyText,
    facts: {
      runtime,
      packageType: 'Zip',
      architecture: 'arm64',
      timeoutSeconds,
      roleArn,
      layers: [layer],
      environment,
      environmentKeyArn,
      snapStart: false,
      ephemeralStorageMb,
      fileSystems: [],
      tracing,
      deadLetterArn,
      lastModified: '2026-01-01T00:00:00.000Z',
      codeSigned: false,
      codeSigning: null,
      movedSecrets: [],
      edge: false,
      vpc,
      tags,
      taggedPrincipals: [],
      aliases: [{ name: 'live', version: '3' }],
      versions: [{ version: '3', environment, roleArn, timeoutSeconds, runtime }],
      resourcePolicies: [],
      urls: [],
      asyncConfigs: [],
      reservedConcurrency: null,
      layerPolicies: [],
      logGroup: { name: `/aws/lambda/${name}`, retentionDays: has(3) ? null : 30, keyArn: null },
      mappings: [],
      queues: [],
      otherSources: false,
      topics: [],
      buses: [],
      streams: [],
      buckets: [],
      rolePolicies: [{ name: 'inline', document: parsePolicyDocument(ROLE_POLICY, 'role') }],
      durations: { samples: 100, maximumMs: 900, p999Ms: 700, days: 14 },
      lastInvoked: { at: '2026-03-01T00:00:00.000Z', days: 400 },
      versionUses: { aliases: '', since: '2026-01-01T00:00:00.000Z', versions: [] },
      createdAt: null,
      roleSharers: [],
      ssmReachable: true,
      subnets: vpc
        ? [
            { subnetId: 'subnet-a', zone: `${REGION}a`, defaultRoute: 'nat-gateway' },
            { subnetId: 'subnet-b', zone: `${REGION}b`, defaultRoute: 'nat-gateway' },
          ]
        : [],
      openEgress: [],
      endpoints: vpc ? ['s3', 'dynamodb', 'sqs', 'kms'] : [],
      managedBy: null,
    },
    described: {
      FunctionName: name,
      FunctionArn: arn,
      Runtime: runtime,
      Role: roleArn,
      Handler: 'index.handler',
      Timeout: timeoutSeconds,
      MemorySize: 512,
      PackageType: 'Zip',
      Architectures: ['arm64'],
      EphemeralStorage: { Size: ephemeralStorageMb },
      TracingConfig: { Mode: tracing ? 'Active' : 'PassThrough' },
      Environment: { Variables: environment },
      ...(environmentKeyArn ? { KMSKeyArn: environmentKeyArn } : {}),
      ...(deadLetterArn ? { DeadLetterConfig: { TargetArn: deadLetterArn } } : {}),
      VpcConfig: { SubnetIds: vpc?.subnetIds ?? [], SecurityGroupIds: vpc?.securityGroupIds ?? [] },
      Layers: [{ Arn: layer }],
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      'c7n:Policy': policyText,
    },
  };
}

const ROLE_POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' },
    {
      Effect: 'Allow',
      Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      Resource: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/orders`,
    },
    { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::orders/*' },
  ],
});

function statementsOf(arn: string, has: (everyNth: number, offset?: number) => boolean): object[] {
  const allow = (sid: string, principal: object | string, condition?: object) => ({
    Sid: sid,
    Effect: 'Allow',
    Principal: principal,
    Action: 'lambda:InvokeFunction',
    Resource: arn,
    ...(condition ? { Condition: condition } : {}),
  });
  return [
    allow(
      'bucket',
      { Service: 's3.amazonaws.com' },
      {
        ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::orders' },
        StringEquals: { 'AWS:SourceAccount': ACCOUNT },
      },
    ),
    ...(has(20) ? [allow('public', '*')] : []),
    ...(has(20, 5) ? [allow('partner', { AWS: 'arn:aws:iam::333333333333:root' })] : []),
  ];
}
