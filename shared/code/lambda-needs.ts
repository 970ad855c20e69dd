import { type Known, unknown } from '../model/unknown.ts';

/** What of a function's configuration makes Lambda, or a layer beside the code, use its role. */
export interface RoleUse {
  readonly isTraced: boolean;
  readonly isInVpc: boolean;
  readonly isDurable: boolean;
  /** ARNs of mounted access points. */
  readonly fileSystems: readonly string[];
  /** ARNs of what feeds it by polling; null is self-managed Kafka. */
  readonly polled: readonly (string | null)[];
  /** ARNs of its dead-letter target and of what gets its results and failures. */
  readonly destinations: readonly string[];
  /** Layer version ARNs. */
  readonly layers: readonly string[];
  /** By name; the values are looked at for Cinch's references only. */
  readonly environment: Readonly<Record<string, string>>;
}

const LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const TRACES = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'];
/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html */
const NETWORK = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcs',
  'ec2:GetSecurityGroupsForVpc',
  'ec2:UnassignPrivateIpAddresses',
];
const FILES = ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientRootAccess', 'elasticfilesystem:ClientWrite'];
const SECRETS = ['secretsmanager:GetSecretValue', 'ssm:GetParameter', 'ssm:GetParameters'];
/** https://docs.aws.amazon.com/lambda/latest/dg/durable-security.html */
const DURABLE = ['lambda:CheckpointDurableExecution', 'lambda:GetDurableExecutionState'];
/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html */
const POLLING: Readonly<Record<string, readonly string[]>> = {
  sqs: ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
  kinesis: [
    'kinesis:DescribeStream',
    'kinesis:DescribeStreamSummary',
    'kinesis:GetRecords',
    'kinesis:GetShardIterator',
    'kinesis:ListShards',
    'kinesis:ListStreams',
    'kinesis:SubscribeToShard',
  ],
  dynamodb: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
};
/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
const SENDING: Readonly<Record<string, readonly string[]>> = {
  sqs: ['sqs:SendMessage'],
  sns: ['sns:Publish'],
  lambda: ['lambda:InvokeFunction'],
  events: ['events:PutEvents'],
  s3: ['s3:ListBucket', 's3:PutObject'],
};

/** Layers whose use of the role is known: Cinch's own, AWS's extension for parameters and secrets, and that of Lambda Insights. */
const LAYERS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/:layer:cinch-secret-resolver:\d+$/, SECRETS],
  [/:layer:cinch-tmp-cleaner:\d+$/, []],
  [/:layer:AWS-Parameters-and-Secrets-Lambda-Extension(?:-Arm64)?:\d+$/, SECRETS],
  [/:layer:LambdaInsightsExtension(?:-Arm64)?:\d+$/, LOGS],
];
/** What makes other code run than the package's. */
const FOREIGN_CODE = new Set([
  'NODE_OPTIONS',
  'NODE_PATH',
  'PYTHONPATH',
  'PYTHONSTARTUP',
  'PYTHONUSERBASE',
  'LD_PRELOAD',
  'LD_LIBRARY_PATH',
]);
const OWN_WRAPPER = /^\/opt\/cinch\//;

/** The actions that are needed for it, sorted; unknown where a source, a target, a layer or a variable may bring needs or code of its own. */
export function lambdaNeeds(use: RoleUse): Known<readonly string[]> {
  const strange = strangeIn(use);
  if (strange !== undefined) return unknown(strange);
  const services = (arns: readonly (string | null)[], table: Readonly<Record<string, readonly string[]>>): string[] =>
    arns.flatMap((arn) => table[serviceOf(arn)] ?? []);
  return [
    ...new Set([
      ...LOGS,
      ...(use.isTraced ? TRACES : []),
      ...(use.isInVpc ? NETWORK : []),
      ...(use.isDurable ? DURABLE : []),
      ...(use.fileSystems.length > 0 ? FILES : []),
      ...(Object.values(use.environment).some((value) => /^cinch-(ssm|sm):/.test(value)) ? SECRETS : []),
      ...services(use.polled, POLLING),
      ...services(use.destinations, SENDING),
      ...use.layers.flatMap((layer) => LAYERS.find(([pattern]) => pattern.test(layer))?.[1] ?? []),
    ]),
  ].sort();
}

function strangeIn({ polled, destinations, layers, environment, fileSystems }: RoleUse): string | undefined {
  const source = polled.find((arn) => !Object.hasOwn(POLLING, serviceOf(arn)));
  if (source !== undefined)
    return `it is fed by ${source === null ? 'Kafka' : serviceOf(source)}, whose polling needs rights that Cinch does not know`;
  const target = destinations.find((arn) => !Object.hasOwn(SENDING, serviceOf(arn)));
  if (target !== undefined) return `it sends to ${serviceOf(target)}, which needs rights that Cinch does not know`;
  const layer = layers.find((arn) => !LAYERS.some(([pattern]) => pattern.test(arn)));
  if (layer !== undefined) return `its layer ${layer.split(':')[6]} may hold code, which Cinch does not read`;
  const files = fileSystems.find((arn) => serviceOf(arn) !== 'elasticfilesystem');
  if (files !== undefined) return `it mounts a file system of ${serviceOf(files)}, which needs rights that Cinch does not know`;
  const variable = Object.keys(environment).find((name) => FOREIGN_CODE.has(name));
  if (variable !== undefined) return `its variable ${variable} may load other code`;
  const wrapper = environment.AWS_LAMBDA_EXEC_WRAPPER;
  const isOwn = wrapper === undefined || (OWN_WRAPPER.test(wrapper) && environment.CINCH_NEXT_WRAPPER === undefined);
  return isOwn ? undefined : 'another program starts it (AWS_LAMBDA_EXEC_WRAPPER)';
}

const serviceOf = (arn: string | null): string => arn?.split(':')[2] ?? '';
