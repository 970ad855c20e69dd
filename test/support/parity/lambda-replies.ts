import { zipSync } from 'fflate';
import type { Resource } from '../../../shared/model/resource.ts';
import type {
  EventSourceMapping,
  FunctionCalls,
  FunctionFacts,
  QualifiedPolicy,
  RoleFacts,
} from '../../../shared/model/state.ts';
import { type Answering, type Asked, json, jsonError, type Reply } from './reply.ts';
import { lastPart } from './template.ts';

type Seen = Partial<FunctionFacts>;

export const DEFAULT_ROLE = 'arn:aws:iam::222222222222:role/app';
const SIGNING_CONFIG = 'arn:aws:lambda:eu-central-1:222222222222:code-signing-config:csc-0123456789abcdef0';
const gone = jsonError('ResourceNotFoundException');
/** Lets somebody invoke one version. */
const BY_NUMBER = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Sid: 'Cdn', Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: 'lambda:InvokeFunction', Resource: '*' },
  ],
});

/** What Lambda answers of a function with these facts, and of others under its role. */
export function lambdaReplies(facts: Seen, { name, arn }: Resource<'function'>): Answering {
  const mappings = mappingsOf(facts);
  const policies = policiesOf(facts, arn);
  const aliases = aliasesOf(facts, policies, mappings);
  const config = configOf(facts, name, arn);
  const url = (qualifier: string | null) => facts.urls?.find((one) => one.qualifier === qualifier);
  const urlReply = (qualifier: string | null) => {
    const found = url(qualifier);
    if (!found) return undefined;
    const { authType: AuthType, cors } = found;
    const Cors = cors ? { AllowOrigins: cors.allowOrigins, AllowCredentials: cors.allowCredentials } : undefined;
    return { FunctionUrl: 'https://x.lambda-url.eu-central-1.on.aws/', FunctionArn: qualified(arn, qualifier), AuthType, Cors };
  };
  const byPath: Readonly<Record<string, (asked: Asked) => Reply>> = {
    configuration: ({ path }) => json(path[2] === name ? config : { ...config, FunctionName: path[2] }),
    aliases: () => json({ Aliases: aliases.map(({ name: Name, version: FunctionVersion }) => ({ Name, FunctionVersion })) }),
    versions: () => json({ Versions: [{ ...config, Version: '$LATEST' }, ...versionsOf(facts, config)] }),
    policy: ({ query }) => {
      const asked = query.get('Qualifier');
      const used = facts.versionUses?.versions.find(({ version, usedBy }) => version === asked && usedBy.includes('its policy'));
      if (used) return json({ Policy: BY_NUMBER, RevisionId: 'r1' });
      const found = policies.find(({ qualifier }) => qualifier === asked);
      return found ? json({ Policy: found.document, RevisionId: found.revisionId }) : gone;
    },
    urls: () => json({ FunctionUrlConfigs: (facts.urls ?? []).map(({ qualifier }) => urlReply(qualifier)) }),
    url: ({ query }) => {
      const found = urlReply(query.get('Qualifier'));
      return found ? json(found) : gone;
    },
    'event-invoke-config': () =>
      json({
        FunctionEventInvokeConfigs: (facts.asyncConfigs ?? []).map((one) => ({
          FunctionArn: `${arn}:${one.qualifier ?? '$LATEST'}`,
          MaximumEventAgeInSeconds: one.maximumAgeSeconds,
          MaximumRetryAttempts: one.maximumRetries,
          DestinationConfig: { OnSuccess: {}, OnFailure: one.onFailureArn ? { Destination: one.onFailureArn } : {} },
        })),
      }),
    concurrency: () => json({ ReservedConcurrentExecutions: facts.reservedConcurrency ?? undefined }),
    'code-signing-config': () => json(facts.codeSigning ? { CodeSigningConfigArn: signingArn(facts), FunctionName: name } : {}),
  };
  return (asked) => {
    const [, kind, of, part = ''] = asked.path;
    if (kind === 'functions') return byPath[part]?.(asked);
    if (kind === 'tags') return json({ Tags: tagsOf(facts) });
    if (kind === 'event-source-mappings') return json({ EventSourceMappings: mappingReplies(mappings, asked, name, arn) });
    if (kind === 'layers') return layerPolicy(facts, `:${lastPart(of ?? '')}:${asked.path[4]}`);
    const onUntrusted = facts.codeSigning?.onUntrusted;
    const policies = { UntrustedArtifactOnDeployment: onUntrusted };
    if (kind === 'code-signing-configs')
      return json({ CodeSigningConfig: { CodeSigningConfigArn: signingArn(facts), CodeSigningPolicies: policies } });
    return undefined;
  };
}

const signingArn = ({ codeSigning }: Seen): string => codeSigning?.configArn ?? SIGNING_CONFIG;
const qualified = (arn: string, qualifier: string | null): string => (qualifier === null ? arn : `${arn}:${qualifier}`);

function configOf(facts: Seen, name: string, arn: string): object {
  const vpc = vpcOf(facts);
  const environment = environmentOf(facts) ?? {};
  return {
    FunctionName: name,
    FunctionArn: arn,
    Version: '$LATEST',
    Runtime: facts.runtime === null || facts.packageType === 'Image' ? undefined : (facts.runtime ?? 'nodejs22.x'),
    PackageType: facts.packageType ?? 'Zip',
    Architectures: [facts.architecture ?? 'x86_64'],
    Timeout: facts.timeoutSeconds ?? 3,
    Role: facts.roleArn ?? DEFAULT_ROLE,
    Layers: (facts.layers ?? facts.layerPolicies?.map(({ layerArn }) => layerArn))?.map((Arn) => ({ Arn, CodeSize: 1 })),
    Environment: Object.keys(environment).length > 0 ? { Variables: environment } : undefined,
    KMSKeyArn: facts.environmentKeyArn ?? undefined,
    SnapStart: { ApplyOn: facts.snapStart ? 'PublishedVersions' : 'None', OptimizationStatus: 'Off' },
    EphemeralStorage: { Size: facts.ephemeralStorageMb ?? 512 },
    FileSystemConfigs: facts.fileSystems?.map((one) => ({ Arn: one.accessPointArn, LocalMountPath: one.mountPath })),
    TracingConfig: { Mode: facts.tracing ? 'Active' : 'PassThrough' },
    DeadLetterConfig: facts.deadLetterArn ? { TargetArn: facts.deadLetterArn } : undefined,
    LastModified: facts.lastModified ?? '2026-01-02T03:04:05.678+0000',
    LoggingConfig: { LogFormat: 'Text', LogGroup: facts.logGroup?.name ?? `/aws/lambda/${name}` },
    SigningJobArn:
      facts.codeSigned && !facts.codeSigning ? 'arn:aws:signer:eu-central-1:222222222222:/signing-jobs/1' : undefined,
    MasterArn: facts.edge ? 'arn:aws:lambda:us-east-1:222222222222:function:orders-api:1' : undefined,
    // Once it was in a VPC, Lambda answers with empty lists.
    VpcConfig: { SubnetIds: vpc?.subnetIds ?? [], SecurityGroupIds: vpc?.securityGroupIds ?? [], VpcId: vpc ? 'vpc-1' : '' },
  };
}

const PREFIXES = { ssm: 'cinch-ssm:', 'secrets-manager': 'cinch-sm:' } as const;

/** What is given, or the references to what was moved. */
export const environmentOf = ({ environment, movedSecrets }: Seen): FunctionFacts['environment'] | undefined =>
  environment ??
  (movedSecrets && Object.fromEntries(movedSecrets.map(({ variable, store, name }) => [variable, `${PREFIXES[store]}${name}`])));

/** Where it lies, when that is told by what lies there. */
export function vpcOf(facts: Seen): FunctionFacts['vpc'] {
  const groups = [...new Set((facts.openEgress ?? []).map(({ groupId }) => groupId))];
  const securityGroupIds = groups.length > 0 ? groups : ['sg-1'];
  if (facts.vpc !== undefined) return facts.vpc && (groups.length > 0 ? { ...facts.vpc, securityGroupIds } : facts.vpc);
  if (facts.subnets?.length) return { subnetIds: facts.subnets.map(({ subnetId }) => subnetId), securityGroupIds };
  const isInside = groups.length > 0 || facts.endpoints?.length || facts.ssmReachable === false;
  return isInside ? { subnetIds: ['subnet-1'], securityGroupIds } : null;
}

const versionsOf = ({ versions = [] }: Seen, config: object): object[] =>
  versions.map((one) => ({
    ...config,
    Version: one.version,
    Role: one.roleArn,
    Timeout: one.timeoutSeconds,
    Runtime: one.runtime ?? undefined,
    Environment: { Variables: one.environment },
  }));

const tagsOf = ({ tags, taggedPrincipals = [] }: Seen): Readonly<Record<string, string>> =>
  tags ?? Object.fromEntries(taggedPrincipals.map(({ tag, arn }) => [tag, arn]));

/** A layer is asked for by its name or ARN. */
function layerPolicy({ layerPolicies = [] }: Seen, nameAndVersion: string): Reply {
  const found = layerPolicies.find(({ layerArn }) => layerArn.endsWith(nameAndVersion));
  return found ? json({ Policy: found.document.text, RevisionId: 'r1' }) : gone;
}

interface PolicyText extends Omit<QualifiedPolicy, 'document'> {
  readonly document: string;
}

/** One policy for each qualifier, as Lambda has it; what feeds the function is let in when no policies are given. */
function policiesOf(facts: Seen, arn: string): PolicyText[] {
  const given = facts.resourcePolicies;
  if (!given) {
    const statements = sourceStatements(facts, arn);
    const document = JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements });
    return statements.length > 0 ? [{ qualifier: null, revisionId: 'r1', document }] : [];
  }
  return [...new Set(given.map(({ qualifier }) => qualifier))].map((qualifier) => {
    const own = given.filter((one) => one.qualifier === qualifier);
    const statements = own.flatMap(({ document }) => document.statements.map(({ source }) => source));
    const text = own.length === 1 && own[0] ? own[0].document.text : JSON.stringify({ Statement: statements });
    return { qualifier, revisionId: own[0]?.revisionId ?? 'r1', document: text };
  });
}

function sourceStatements({ topics = [], buses = [], buckets = [] }: Seen, arn: string): object[] {
  const sources = [
    ...topics.map(({ topicArn }) => ['sns', topicArn] as const),
    ...buses.map(({ busArn }) => ['events', ruleOn(busArn)] as const),
    ...buckets.map(({ name }) => ['s3', `arn:aws:s3:::${name}`] as const),
  ];
  return sources.map(([service, source], index) => ({
    Sid: `s${index}`,
    Effect: 'Allow',
    Principal: { Service: `${service}.amazonaws.com` },
    Action: 'lambda:InvokeFunction',
    Resource: arn,
    Condition: {
      ...(service === 's3' ? { StringEquals: { 'AWS:SourceAccount': '222222222222' } } : {}),
      ArnLike: { 'AWS:SourceArn': source },
    },
  }));
}

/** A rule on the default bus has no bus in its ARN. */
const ruleOn = (busArn: string): string =>
  busArn.replace(/event-bus\/(.*)$/, (_, bus: string) => (bus === 'default' ? 'rule/orders' : `rule/${bus}/orders`));

/** Queues and streams that feed it without a mapping of their own get one. */
function mappingsOf({ mappings = [], queues = [], streams = [], otherSources }: Seen): EventSourceMapping[] {
  const sources = [...queues.map(({ queueArn }) => queueArn), ...streams.map(({ streamArn }) => streamArn)];
  const missing = sources.filter((arn) => !mappings.some(({ sourceArn }) => sourceArn === arn));
  const isOther = otherSources && mappings.length + streams.length === 0;
  const others = isOther ? ['arn:aws:kinesis:eu-central-1:222222222222:stream/clicks'] : [];
  return [...mappings, ...[...missing, ...others].map(mappingOfSource)];
}

const mappingOfSource = (sourceArn: string, index: number): EventSourceMapping => ({
  id: `00000000-0000-4000-8000-00000000000${index}`,
  sourceArn,
  qualifier: null,
  enabled: true,
  onFailureArn: null,
  maximumRetries: null,
  maximumAgeSeconds: null,
  filtered: false,
});

/** Of exactly the function or alias that is named. */
function mappingReplies(mappings: readonly EventSourceMapping[], { query }: Asked, name: string, arn: string): object[] {
  const [, qualifier = null] = (query.get('FunctionName') ?? name).split(':');
  return mappings
    .filter((one) => one.qualifier === qualifier)
    .map((one) => ({
      UUID: one.id,
      EventSourceArn: one.sourceArn ?? undefined,
      FunctionArn: qualified(arn, qualifier),
      State: one.enabled ? 'Enabled' : 'Disabled',
      DestinationConfig: { OnFailure: one.onFailureArn ? { Destination: one.onFailureArn } : {} },
      MaximumRetryAttempts: one.maximumRetries ?? undefined,
      MaximumRecordAgeInSeconds: one.maximumAgeSeconds ?? undefined,
      FilterCriteria: one.filtered ? { Filters: [{ Pattern: '{"body":{"kind":["order"]}}' }] } : undefined,
    }));
}

/** Those that are given, or those that something hangs on. */
function aliasesOf(
  facts: Seen,
  policies: readonly PolicyText[],
  mappings: readonly EventSourceMapping[],
): FunctionFacts['aliases'] {
  if (facts.aliases) return facts.aliases;
  const hanging = [...policies, ...(facts.urls ?? []), ...(facts.asyncConfigs ?? []), ...mappings];
  const names = new Set(hanging.flatMap(({ qualifier }) => qualifier ?? []));
  return [...names].map((name) => ({ name, version: '1' }));
}

/** A role's answer to whether a function still runs under it. */
export const lambdaOfRole =
  ({ codeCalls = [] }: Partial<RoleFacts>, roleArn: string): Answering =>
  ({ path, query }) => {
    const [, kind, name, part] = path;
    const config = (FunctionName: string) => ({
      FunctionName,
      Version: '$LATEST',
      Runtime: 'nodejs22.x',
      Role: roleArn,
      Timeout: 3,
      CodeSha256: `hash of ${FunctionName}`,
    });
    const named = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1);
    const found = codeCalls.find(({ functionArn }) => named(functionArn) === (name ?? query.get('FunctionName')));
    if (kind === 'event-source-mappings') return json({ EventSourceMappings: queuesOf(found) });
    if (name === undefined) return json({ Functions: codeCalls.map(({ functionArn }) => config(named(functionArn))) });
    if (part === undefined) {
      const Location = `${process.env.AWS_ENDPOINT_URL}/code/${name}`;
      return json({ Configuration: config(name), Code: { RepositoryType: 'S3', Location } });
    }
    if (part === 'aliases') return json({ Aliases: [] });
    if (part === 'event-invoke-config') return json({ FunctionEventInvokeConfigs: [] });
    return part === 'configuration' ? json(config(lastPart(name))) : undefined;
  };

/** What makes Lambda poll with the role. */
const queuesOf = (of: FunctionCalls | undefined): object[] =>
  of?.lambda.includes('sqs:ReceiveMessage')
    ? [{ UUID: 'm-1', EventSourceArn: 'arn:aws:sqs:eu-central-1:222222222222:orders', State: 'Enabled' }]
    : [];

/** What a link to code leads to: a package that makes these calls. */
export const codeOfRole =
  ({ codeCalls = [] }: Partial<RoleFacts>): Answering =>
  ({ path }) => {
    const found = codeCalls.find(({ functionArn }) => functionArn.endsWith(`:${path[1]}`));
    if (!found) return undefined;
    const lines = found.calls.map((call) => {
      const [client, name] = call.split(' ');
      return `client.send(new (require('@aws-sdk/client-${client}').${name}Command)({}));`;
    });
    const zip = zipSync({ 'index.js': new TextEncoder().encode(['exports.handler = () => {', ...lines, '};'].join('\n')) });
    return { status: 200, headers: { 'Content-Type': 'application/zip' }, body: Buffer.from(zip) };
  };
