import type { Resource } from '../../../shared/model/resource.ts';
import type { EventSourceMapping, FunctionFacts } from '../../../shared/model/state.ts';
import { environmentOf } from './lambda-replies.ts';
import { addVpc } from './network-template.ts';
import { getAtt, jsonOf, lastPart, NoTemplate, pathAndName, ref, TemplateBuilder, tagList } from './template.ts';

type Seen = Partial<FunctionFacts>;
const FN = 'Fn';

/**
 * The template that a function with these facts comes from. What a template can't say (what was measured, when it was made ...) is left out.
 * @throws NoTemplate
 */
export function functionTemplate(facts: Seen, resource: Resource<'function'>): string {
  if (facts.edge) throw new NoTemplate('a replica at the edge, which CloudFront makes');
  const template = new TemplateBuilder();
  addFunction(template, facts, resource);
  addNeighbours(template, facts);
  addQualifiers(template, facts);
  addPolicies(template, facts);
  addSources(template, facts);
  return template.toText();
}

function addFunction(template: TemplateBuilder, facts: Seen, resource: Resource<'function'>): void {
  const { ephemeralStorageMb, logGroup } = facts;
  const environment = environmentOf(facts);
  const isImage = facts.packageType === 'Image' || facts.runtime === null;
  template.add(FN, 'Lambda::Function', {
    FunctionName: resource.name,
    Code: isImage ? { ImageUri: 'registry.example.com/orders:1' } : { S3Bucket: 'code', S3Key: 'code.zip' },
    Runtime: isImage ? undefined : (facts.runtime ?? 'nodejs22.x'),
    Handler: isImage ? undefined : 'index.handler',
    PackageType: isImage ? 'Image' : facts.packageType,
    Architectures: facts.architecture && [facts.architecture],
    Timeout: facts.timeoutSeconds,
    Role: roleOf(template, facts),
    Layers: facts.layers ?? facts.layerPolicies?.map((_, index) => ref(`Layer${index}`)),
    Environment: environment && { Variables: environment },
    KmsKeyArn: facts.environmentKeyArn ?? undefined,
    SnapStart: facts.snapStart ? { ApplyOn: 'PublishedVersions' } : undefined,
    EphemeralStorage: ephemeralStorageMb ? { Size: ephemeralStorageMb } : undefined,
    FileSystemConfigs: facts.fileSystems?.map(({ accessPointArn, mountPath }) => ({
      Arn: accessPointArn,
      LocalMountPath: mountPath,
    })),
    TracingConfig: facts.tracing === undefined ? undefined : { Mode: facts.tracing ? 'Active' : 'PassThrough' },
    DeadLetterConfig: facts.deadLetterArn ? { TargetArn: facts.deadLetterArn } : undefined,
    VpcConfig: addVpc(template, facts),
    Tags: tagsOf(facts),
    ReservedConcurrentExecutions: facts.reservedConcurrency ?? undefined,
    CodeSigningConfigArn: signingOf(template, facts),
  });
  if (logGroup)
    template.add('Logs', 'Logs::LogGroup', {
      LogGroupName: `/aws/lambda/${resource.name}`,
      RetentionInDays: logGroup.retentionDays ?? undefined,
      KmsKeyId: logGroup.keyArn ?? undefined,
    });
}

function signingOf(template: TemplateBuilder, { codeSigning, codeSigned }: Seen): unknown {
  if (!codeSigning)
    return codeSigned ? 'arn:aws:lambda:eu-central-1:222222222222:code-signing-config:csc-0123456789abcdef0' : undefined;
  template.add('Signing', 'Lambda::CodeSigningConfig', {
    AllowedPublishers: { SigningProfileVersionArns: ['arn:aws:signer:eu-central-1:222222222222:/signing-profiles/p/1'] },
    CodeSigningPolicies: { UntrustedArtifactOnDeployment: codeSigning.onUntrusted },
  });
  return getAtt('Signing', 'CodeSigningConfigArn');
}

const tagsOf = ({ tags, taggedPrincipals }: Seen): unknown =>
  tags ? tagList(tags) : taggedPrincipals?.map(({ tag, arn }) => ({ Key: tag, Value: arn }));

/** A role of the template, where a rule looks into it or asks who else has it; else its ARN. */
function roleOf(template: TemplateBuilder, { roleArn, rolePolicies, roleSharers }: Seen): unknown {
  const arn = roleArn ?? 'arn:aws:iam::222222222222:role/app';
  const canDeclare = arn.includes('::222222222222:') && !arn.includes('/aws-service-role/');
  if (!canDeclare || !(rolePolicies || roleSharers)) return arn;
  const name = lastPart(arn);
  template.add('Role', 'IAM::Role', {
    RoleName: name,
    Path: pathAndName({ arn, name }).path,
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    Policies: rolePolicies?.map(({ name: policy, document }) => ({ PolicyName: policy, PolicyDocument: jsonOf(document) })),
  });
  for (const [index, sharer] of (roleSharers ?? []).entries()) addSharer(template, sharer, index);
  return getAtt('Role');
}

function addSharer(template: TemplateBuilder, arn: string, index: number): void {
  if (!arn.includes(':eu-central-1:222222222222:')) throw new NoTemplate('functions of several regions or accounts');
  template.add(`Sharer${index}`, 'Lambda::Function', {
    FunctionName: lastPart(arn),
    Code: { ZipFile: 'x' },
    Handler: 'index.handler',
    Runtime: 'nodejs22.x',
    Role: getAtt('Role'),
  });
}

/** What stands beside the function: who its tags name, its layers with their permissions, a version that it publishes. */
function addNeighbours(template: TemplateBuilder, { taggedPrincipals, layerPolicies, versions, layers }: Seen): void {
  taggedPrincipals?.forEach(({ arn, exists }, index) => {
    const name = lastPart(arn);
    if (exists && arn.includes(':user/')) template.add(`Owner${index}`, 'IAM::User', { UserName: name });
    if (exists && arn.includes(':role/'))
      template.add(`Owner${index}`, 'IAM::Role', { RoleName: name, AssumeRolePolicyDocument: {} });
  });
  if (!layers)
    layerPolicies?.forEach(({ layerArn, document }, index) => {
      template.add(`Layer${index}`, 'Lambda::LayerVersion', {
        LayerName: layerArn.split(':')[6],
        Content: { S3Bucket: 'code', S3Key: 'layer.zip' },
      });
      document.statements.forEach(({ source }, at) => {
        template.add(`LayerPermission${index}x${at}`, 'Lambda::LayerVersionPermission', {
          LayerVersionArn: ref(`Layer${index}`),
          ...layerPermissionOf(source as Written),
        });
      });
    });
  if (versions?.length) template.add('Version', 'Lambda::Version', { FunctionName: ref(FN) });
}

function layerPermissionOf({ Principal, Action, Condition = {} }: Written): Record<string, unknown> {
  const who = Principal === '*' ? '*' : (Principal as { AWS?: unknown } | undefined)?.AWS;
  return { Principal: who, Action, OrganizationId: Condition.StringEquals?.['aws:PrincipalOrgID'] };
}

const idOf = (what: string, qualifier: string | null) => `${what}${(qualifier ?? '').replace(/\W/g, '')}`;

function addQualifiers(template: TemplateBuilder, { aliases, urls, asyncConfigs }: Seen): void {
  for (const { name, version } of aliases ?? [])
    template.add(idOf('Alias', name), 'Lambda::Alias', { FunctionName: ref(FN), Name: name, FunctionVersion: version });
  for (const { qualifier, authType, cors } of urls ?? [])
    template.add(idOf('Url', qualifier), 'Lambda::Url', {
      TargetFunctionArn: getAtt(FN),
      Qualifier: qualifier ?? undefined,
      AuthType: authType,
      Cors: cors ? { AllowOrigins: cors.allowOrigins, AllowCredentials: cors.allowCredentials } : undefined,
    });
  for (const { qualifier, maximumAgeSeconds, maximumRetries, onFailureArn } of asyncConfigs ?? [])
    template.add(idOf('Async', qualifier), 'Lambda::EventInvokeConfig', {
      FunctionName: ref(FN),
      Qualifier: qualifier ?? '$LATEST',
      MaximumEventAgeInSeconds: maximumAgeSeconds,
      MaximumRetryAttempts: maximumRetries,
      DestinationConfig: onFailureArn ? { OnFailure: { Destination: onFailureArn } } : undefined,
    });
}

/** The statements of a function policy as permissions. Only such a statement as AddPermission makes has a template. */
function addPolicies(template: TemplateBuilder, { resourcePolicies }: Seen): void {
  (resourcePolicies ?? []).forEach(({ qualifier, document }, policy) => {
    document.statements.forEach(({ source, effect }, index) => {
      const permission = effect === 'Allow' ? permissionOf(source as Written) : undefined;
      if (!permission) throw new NoTemplate('a statement that AddPermission does not make');
      template.add(`Permission${policy}x${index}`, 'Lambda::Permission', {
        FunctionName: qualifier ? { 'Fn::Join': [':', [getAtt(FN), qualifier]] } : ref(FN),
        ...permission,
      });
    });
  });
}

interface Written {
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

const CONDITIONS: Readonly<Record<string, readonly [string, (value: unknown) => unknown]>> = {
  'ArnLike aws:sourcearn': ['SourceArn', (value) => value],
  'StringEquals aws:sourceaccount': ['SourceAccount', (value) => value],
  'StringEquals aws:principalorgid': ['PrincipalOrgID', (value) => value],
  'StringEquals lambda:functionurlauthtype': ['FunctionUrlAuthType', (value) => value],
  'StringEquals lambda:eventsourcetoken': ['EventSourceToken', (value) => value],
  'Bool lambda:invokedviafunctionurl': ['InvokedViaFunctionUrl', (value) => String(value) === 'true'],
};

function permissionOf({ Principal, Action, Condition = {} }: Written): Record<string, unknown> | undefined {
  const who = Principal === '*' ? '*' : Object.values((Principal ?? {}) as Record<string, unknown>)[0];
  const what = Array.isArray(Action) && Action.length === 1 ? Action[0] : Action;
  if (typeof who !== 'string' || typeof what !== 'string') return undefined;
  const permission: Record<string, unknown> = { Principal: who, Action: what };
  for (const [operator, keys] of Object.entries(Condition)) {
    for (const [key, value] of Object.entries(keys)) {
      const [property, convert] = CONDITIONS[`${operator} ${key.toLowerCase()}`] ?? [];
      if (!property || !convert || typeof value === 'object') return undefined;
      permission[property] = convert(value);
    }
  }
  return permission;
}

function addSources(template: TemplateBuilder, facts: Seen): void {
  if (facts.otherSources && !facts.mappings && !facts.streams)
    template.add('OtherFeed', 'Lambda::EventSourceMapping', {
      FunctionName: ref(FN),
      EventSourceArn: 'arn:aws:kinesis:eu-central-1:222222222222:stream/clicks',
      StartingPosition: 'LATEST',
    });
  for (const [index, queue] of (facts.queues ?? []).entries()) {
    if (!queue.queueArn.includes(':eu-central-1:222222222222:'))
      throw new NoTemplate('a queue of another account or region is in another template');
    const id = template.add(`Queue${index}`, 'SQS::Queue', {
      QueueName: lastPart(queue.queueArn),
      VisibilityTimeout: queue.visibilityTimeoutSeconds,
      RedrivePolicy: queue.deadLetterArn ? { deadLetterTargetArn: queue.deadLetterArn, maxReceiveCount: 5 } : undefined,
      SqsManagedSseEnabled: queue.encrypted,
    });
    if (queue.document)
      template.add(`QueuePolicy${index}`, 'SQS::QueuePolicy', { Queues: [ref(id)], PolicyDocument: jsonOf(queue.document) });
    if (!facts.mappings?.some(({ sourceArn }) => sourceArn === queue.queueArn))
      template.add(`Feed${index}`, 'Lambda::EventSourceMapping', { FunctionName: ref(FN), EventSourceArn: getAtt(id) });
  }
  for (const [index, topic] of (facts.topics ?? []).entries()) {
    const id = template.add(`Topic${index}`, 'SNS::Topic', {
      TopicName: lastPart(topic.topicArn),
      KmsMasterKeyId: topic.keyId ?? undefined,
    });
    if (topic.document)
      template.add(`TopicPolicy${index}`, 'SNS::TopicPolicy', { Topics: [ref(id)], PolicyDocument: jsonOf(topic.document) });
    if (!facts.resourcePolicies) admit(template, `Topic${index}`, 'sns.amazonaws.com', ref(id));
  }
  for (const [index, bus] of (facts.buses ?? []).entries()) {
    const name = lastPart(bus.busArn);
    const id = template.add(`Bus${index}`, 'Events::EventBus', {
      Name: name,
      Policy: bus.document ? jsonOf(bus.document) : undefined,
    });
    const rule = template.add(`BusRule${index}`, 'Events::Rule', {
      EventBusName: ref(id),
      EventPattern: { source: ['orders'] },
      Targets: [{ Id: 'fn', Arn: getAtt(FN) }],
    });
    if (!facts.resourcePolicies) admit(template, `Bus${index}`, 'events.amazonaws.com', getAtt(rule));
  }
  for (const [index, stream] of (facts.streams ?? []).entries()) {
    const id = template.add(`Stream${index}`, 'Kinesis::Stream', {
      Name: lastPart(stream.streamArn),
      StreamEncryption: stream.encrypted ? { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' } : undefined,
    });
    if (stream.document)
      template.add(`StreamPolicy${index}`, 'Kinesis::ResourcePolicy', {
        ResourceArn: getAtt(id),
        ResourcePolicy: jsonOf(stream.document),
      });
    if (!facts.mappings?.some(({ sourceArn }) => sourceArn === stream.streamArn))
      template.add(`StreamFeed${index}`, 'Lambda::EventSourceMapping', {
        FunctionName: ref(FN),
        EventSourceArn: getAtt(id),
        StartingPosition: 'LATEST',
      });
  }
  for (const [index, bucket] of (facts.buckets ?? []).entries()) {
    const id = template.add(`Bucket${index}`, 'S3::Bucket', {
      BucketName: bucket.name,
      PublicAccessBlockConfiguration: {
        BlockPublicPolicy: bucket.blocksPublicPolicy,
        RestrictPublicBuckets: bucket.blocksPublicPolicy,
        IgnorePublicAcls: bucket.ignoresPublicAcls,
        BlockPublicAcls: false,
      },
      AccessControl: bucket.publicWriteAcl ? 'PublicReadWrite' : undefined,
      NotificationConfiguration: { LambdaConfigurations: [{ Event: 's3:ObjectCreated:*', Function: getAtt(FN) }] },
    });
    if (bucket.document)
      template.add(`BucketPolicy${index}`, 'S3::BucketPolicy', { Bucket: ref(id), PolicyDocument: jsonOf(bucket.document) });
    if (!facts.resourcePolicies)
      admit(template, `Bucket${index}`, 's3.amazonaws.com', `arn:aws:s3:::${bucket.name}`, '222222222222');
  }
  for (const mapping of facts.mappings ?? []) addMapping(template, mapping, facts);
}

function admit(template: TemplateBuilder, id: string, service: string, source: unknown, account?: string): void {
  template.add(`${id}Permission`, 'Lambda::Permission', {
    FunctionName: ref(FN),
    Action: 'lambda:InvokeFunction',
    Principal: service,
    SourceArn: source,
    SourceAccount: account,
  });
}

function addMapping(template: TemplateBuilder, mapping: EventSourceMapping, facts: Seen): void {
  const queue = facts.queues?.findIndex(({ queueArn }) => queueArn === mapping.sourceArn) ?? -1;
  template.add(`Mapping${mapping.id.replace(/\W/g, '')}`, 'Lambda::EventSourceMapping', {
    FunctionName: mapping.qualifier ? { 'Fn::Join': [':', [getAtt(FN), mapping.qualifier]] } : ref(FN),
    EventSourceArn: queue >= 0 ? getAtt(`Queue${queue}`) : (mapping.sourceArn ?? undefined),
    Enabled: mapping.enabled,
    SelfManagedEventSource: mapping.sourceArn === null ? { Endpoints: { KafkaBootstrapServers: ['kafka:9092'] } } : undefined,
    DestinationConfig: mapping.onFailureArn ? { OnFailure: { Destination: mapping.onFailureArn } } : undefined,
    MaximumRetryAttempts: mapping.maximumRetries ?? undefined,
    MaximumRecordAgeInSeconds: mapping.maximumAgeSeconds ?? undefined,
    FilterCriteria: mapping.filtered ? { Filters: [{ Pattern: '{"body":{"kind":["order"]}}' }] } : undefined,
  });
}
