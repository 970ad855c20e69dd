import { CreateRoleCommand, CreateUserCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionUrlConfigCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import { expect } from 'vitest';
import { functionResource } from '../../../../shared/model/resource.ts';
import {
  createExecutionRole,
  createFunction,
  LAMBDA_TRUST,
  MEMBER,
  memberArn,
  newName,
  noFacts,
  policy,
  REGION,
  roleArn,
} from '../cloud/member-cloud.ts';
import { feedingFrom, lettingIn } from './function-sources.ts';
import { aLayer, aLogGroup, measured, movedSecrets } from './function-surroundings.ts';
import { aVpc } from './function-vpc.ts';
import { AN_ISO_TIME, documentOf, InAnyOrder, type Reading, statement } from './reading.ts';

const NO_URLS = 'has no ListFunctionUrlConfigs';

/** What a function has that nobody set anything on. */
const BARE = {
  runtime: 'nodejs20.x',
  packageType: 'Zip',
  architecture: 'x86_64',
  timeoutSeconds: 3,
  layers: [],
  environment: {},
  movedSecrets: [],
  environmentKeyArn: null,
  snapStart: false,
  ephemeralStorageMb: 512,
  fileSystems: [],
  tracing: false,
  deadLetterArn: null,
  lastModified: AN_ISO_TIME,
  codeSigned: false,
  codeSigning: null,
  edge: false,
  vpc: null,
  tags: {},
  taggedPrincipals: [],
  aliases: [],
  versions: [],
  resourcePolicies: [],
  urls: [],
  asyncConfigs: [],
  reservedConcurrency: null,
  layerPolicies: [],
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
  versionUses: { aliases: '', since: AN_ISO_TIME, versions: [] },
  lastInvoked: { at: null, days: 400 },
  createdAt: null,
  roleSharers: [],
  ssmReachable: true,
  subnets: [],
  openEgress: [],
  endpoints: [],
  managedBy: null,
} as const;

const ROLE_POLICY = policy([
  { Effect: 'Allow', Action: ['sqs:*', 'kinesis:*'], Resource: '*' },
  { Effect: 'Deny', NotAction: 'logs:*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
]);
const ROLE_DOCUMENT = documentOf(
  ROLE_POLICY,
  statement({ actions: ['sqs:*', 'kinesis:*'], resources: ['*'] }),
  statement({
    effect: 'Deny',
    notActions: ['logs:*'],
    resources: ['*'],
    conditions: { Bool: { 'aws:SecureTransport': ['false'] } },
  }),
);

export const FUNCTION_READINGS: readonly Reading<'function'>[] = [
  {
    kind: 'function',
    what: 'a function with nothing on it',
    notOnMoto: { urls: NO_URLS },
    prepare: async (cloud) => {
      const role = await createExecutionRole(cloud, newName('bare'));
      return { resource: await createFunction(cloud, newName('bare'), role), expected: { ...BARE, roleArn: role } };
    },
  },
  {
    kind: 'function',
    what: 'a function with its configuration filled in',
    notOnMoto: {
      urls: NO_URLS,
      deadLetterArn: 'keeps no DeadLetterConfig',
      logGroup: 'keeps no LoggingConfig',
      durations: 'has no percentiles in GetMetricData',
    },
    prepare: async (cloud) => {
      const name = newName('full');
      const role = roleArn(`teams/${name}`);
      await cloud.iam.send(new CreateRoleCommand({ RoleName: name, Path: '/teams/', AssumeRolePolicyDocument: LAMBDA_TRUST }));
      await cloud.iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'own', PolicyDocument: ROLE_POLICY }));
      const owner = newName('alice');
      await cloud.iam.send(new CreateUserCommand({ UserName: owner, Path: '/people/' }));
      const shared = await aLayer(cloud, { open: true });
      const own = await aLayer(cloud, { open: false });
      const vpc = await aVpc(cloud);
      const moved = await movedSecrets(cloud, name);
      const tags = {
        owner: `arn:aws:iam::${MEMBER}:user/people/${owner}`,
        former: `arn:aws:iam::${MEMBER}:user/${owner}`,
        'stack-name': 'no',
        'lambda:createdBy': 'SAM',
      };
      const resource = await createFunction(cloud, name, role, {
        Runtime: 'python3.12',
        Architectures: ['arm64'],
        Timeout: 900,
        Layers: [shared.arn, own.arn],
        Environment: { Variables: { A: 'é"1\n', EMPTY: '', ...moved.references } },
        KMSKeyArn: cloud.keyArn,
        EphemeralStorage: { Size: 2048 },
        TracingConfig: { Mode: 'Active' },
        DeadLetterConfig: { TargetArn: memberArn('sqs', 'dead') },
        VpcConfig: { SubnetIds: vpc.subnetIds, SecurityGroupIds: vpc.securityGroupIds },
        LoggingConfig: { LogGroup: `/shop/${name}` },
        Tags: tags,
      });
      const other = await createFunction(cloud, newName('other'), role);
      const gone = functionResource(MEMBER, REGION, newName('gone'));
      await aLogGroup(cloud, `/shop/${name}`, { days: 30 });
      const { at } = await measured(cloud, name);
      await cloud.lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions: 7 }));
      return {
        resource,
        ledger: {
          ...noFacts,
          note: { resource, roleArn: role, createdAt: '2026-01-02T03:04:05.000Z', managedBy: null },
          functionsOfRole: async () => [resource, other, gone],
        },
        expected: {
          ...BARE,
          runtime: 'python3.12',
          architecture: 'arm64',
          timeoutSeconds: 900,
          roleArn: role,
          layers: [shared.arn, own.arn],
          environment: { A: 'é"1\n', EMPTY: '', ...moved.references },
          movedSecrets: moved.secrets,
          environmentKeyArn: cloud.keyArn,
          ephemeralStorageMb: 2048,
          tracing: true,
          deadLetterArn: memberArn('sqs', 'dead'),
          vpc: { subnetIds: vpc.subnetIds, securityGroupIds: vpc.securityGroupIds },
          tags,
          taggedPrincipals: new InAnyOrder(
            { tag: 'owner', arn: tags.owner, exists: true },
            { tag: 'former', arn: tags.former, exists: false },
          ),
          reservedConcurrency: 7,
          layerPolicies: [{ layerArn: shared.arn, document: shared.document }],
          logGroup: { name: `/shop/${name}`, retentionDays: 30, keyArn: null },
          rolePolicies: [{ name: 'own', document: ROLE_DOCUMENT }],
          durations: { samples: 2, maximumMs: 1500, p999Ms: expect.any(Number), days: 14 },
          lastInvoked: { at, days: 400 },
          createdAt: '2026-01-02T03:04:05.000Z',
          roleSharers: [other.arn],
          ssmReachable: true,
          subnets: new InAnyOrder(...vpc.subnets),
          openEgress: vpc.openEgress,
          endpoints: ['s3'],
          managedBy: { tool: 'SAM', stack: null },
        },
      };
    },
  },
  {
    kind: 'function',
    what: 'a function with an alias, and much that leads to it',
    notOnMoto: {
      urls: NO_URLS,
      snapStart: 'keeps no SnapStart',
      resourcePolicies: 'has one policy for all qualifiers',
      asyncConfigs: 'writes their time as a text, and knows no qualifiers of them',
      // https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html: a mapping may name an alias, and follows it.
      mappings: 'puts the version that an alias points to in its place',
    },
    prepare: async (cloud, raw) => {
      const name = newName('fed');
      const FunctionName = name;
      const role = await createExecutionRole(cloud, name);
      await cloud.iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'own', PolicyDocument: ROLE_POLICY }));
      const Variables = { TABLE: 'orders' };
      const resource = await createFunction(cloud, name, role, {
        Runtime: 'python3.12',
        Timeout: 20,
        Environment: { Variables },
        // Not with much /tmp (https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html).
        SnapStart: { ApplyOn: 'PublishedVersions' },
      });
      await cloud.lambda.send(new PublishVersionCommand({ FunctionName }));
      await cloud.lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
      const Cors = { AllowOrigins: ['*'], AllowCredentials: true };
      await cloud.lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE', Cors }));
      await cloud.lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'AWS_IAM', Qualifier: 'live' }));
      await cloud.lambda.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, MaximumRetryAttempts: 0 }));
      await cloud.lambda.send(
        new PutFunctionEventInvokeConfigCommand({
          FunctionName,
          Qualifier: 'live',
          MaximumEventAgeInSeconds: 60,
          DestinationConfig: { OnFailure: { Destination: memberArn('sqs', 'failed') } },
        }),
      );
      const letIn = await lettingIn(cloud, raw, resource);
      const { queue, stream } = await feedingFrom(raw, name);
      const map = (input: object) =>
        cloud.lambda.send(new CreateEventSourceMappingCommand({ FunctionName: `${name}:live`, Enabled: false, ...input }));
      const fromQueue = await map({ EventSourceArn: queue.queueArn, FilterCriteria: { Filters: [{ Pattern: '{"a":[1]}' }] } });
      const fromStream = await map({
        EventSourceArn: stream.streamArn,
        StartingPosition: 'LATEST',
        MaximumRetryAttempts: 4,
        MaximumRecordAgeInSeconds: 3600,
        DestinationConfig: { OnFailure: { Destination: memberArn('sqs', 'failed') } },
      });
      const ofAlias = { qualifier: 'live', enabled: false };
      return {
        resource,
        expected: {
          ...BARE,
          runtime: 'python3.12',
          snapStart: true,
          timeoutSeconds: 20,
          roleArn: role,
          environment: Variables,
          aliases: [{ name: 'live', version: '1' }],
          versionUses: { aliases: 'live=1', since: AN_ISO_TIME, versions: [] },
          versions: [{ version: '1', environment: Variables, roleArn: role, timeoutSeconds: 20, runtime: 'python3.12' }],
          resourcePolicies: letIn.resourcePolicies,
          urls: new InAnyOrder(
            { qualifier: null, authType: 'NONE', cors: { allowOrigins: ['*'], allowCredentials: true } },
            { qualifier: 'live', authType: 'AWS_IAM', cors: null },
          ),
          asyncConfigs: new InAnyOrder(
            { qualifier: null, maximumAgeSeconds: 21_600, maximumRetries: 0, onFailureArn: null },
            { qualifier: 'live', maximumAgeSeconds: 60, maximumRetries: 2, onFailureArn: memberArn('sqs', 'failed') },
          ),
          mappings: new InAnyOrder(
            {
              ...ofAlias,
              id: fromQueue.UUID,
              sourceArn: queue.queueArn,
              onFailureArn: null,
              maximumRetries: null,
              maximumAgeSeconds: null,
              filtered: true,
            },
            {
              ...ofAlias,
              id: fromStream.UUID,
              sourceArn: stream.streamArn,
              onFailureArn: memberArn('sqs', 'failed'),
              maximumRetries: 4,
              maximumAgeSeconds: 3600,
              filtered: false,
            },
          ),
          queues: [queue],
          otherSources: true,
          streams: [stream],
          topics: letIn.topics,
          buses: letIn.buses,
          buckets: letIn.buckets,
          rolePolicies: [{ name: 'own', document: ROLE_DOCUMENT }],
        },
      };
    },
  },
];
