import type { Declared } from '../declared.ts';
import { scalarText } from '../tree/json.ts';
import { at, isList, isObject, isUnresolved, unresolved, type Value, type ValueObject } from '../values.ts';
import { made, type SamContext, without } from './made.ts';
import { policiesOf } from './policies.ts';

/** The managed policy that SAM adds for each kind of event source. */
const FOR_EVENTS: Readonly<Record<string, string>> = {
  SQS: 'AWSLambdaSQSQueueExecutionRole',
  Kinesis: 'AWSLambdaKinesisExecutionRole',
  DynamoDB: 'AWSLambdaDynamoDBExecutionRole',
  MSK: 'AWSLambdaMSKExecutionRole',
};

/** The execution role that SAM makes for a function that names none. */
export function roleFor(declared: Declared, context: SamContext): Declared {
  const { properties, logicalId } = declared;
  const { partition } = context.where;
  const awsPolicy = (name: string): string => `arn:${partition}:iam::aws:policy/${name}`;
  const eventTypes = isObject(properties.Events) ? Object.values(properties.Events).map((event) => at(event, 'Type')) : [];
  const own = policiesOf(properties.Policies, logicalId, context);
  const managed: Value[] = [
    awsPolicy('service-role/AWSLambdaBasicExecutionRole'),
    ...(properties.VpcConfig === undefined ? [] : [awsPolicy('service-role/AWSLambdaVPCAccessExecutionRole')]),
    ...(properties.Tracing === undefined
      ? []
      : [awsPolicy(partition === 'aws' ? 'AWSXrayWriteOnlyAccess' : 'AWSXRayDaemonWriteAccess')]),
    ...Object.entries(FOR_EVENTS).flatMap(([type, name]) => (eventTypes.includes(type) ? awsPolicy(`service-role/${name}`) : [])),
    ...own.managed,
  ];
  const inline = [
    ...own.inline,
    ...deadLetterPolicy(properties.DeadLetterQueue),
    ...brokerPolicies(properties.Events),
    ...destinationPolicies(properties),
  ];
  const path = typeof properties.RolePath === 'string' ? properties.RolePath : undefined;
  const tags = isObject(properties.Tags) ? properties.Tags : {};
  const role: ValueObject = {
    ...without({ PermissionsBoundary: properties.PermissionsBoundary, Path: properties.RolePath }),
    AssumeRolePolicyDocument: properties.AssumeRolePolicyDocument ?? trustOf('lambda.amazonaws.com'),
    ManagedPolicyArns: managed,
    Policies: inline,
    Tags: isUnresolved(properties.Tags) ? properties.Tags : { 'lambda:createdBy': 'SAM', ...tags },
  };
  return made(context, declared, 'AWS::IAM::Role', `${logicalId}Role`, role, undefined, path);
}

const trustOf = (service: string): Value => ({
  Version: '2012-10-17',
  Statement: [{ Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: { Service: [service] } }],
});

function deadLetterPolicy(queue: Value | undefined): Value[] {
  const target = at(queue, 'TargetArn');
  if (target === undefined || isList(target)) return [];
  const action = at(queue, 'Type') === 'SNS' ? 'sns:Publish' : 'sqs:SendMessage';
  const document = isUnresolved(target)
    ? target
    : { Version: '2012-10-17', Statement: [{ Action: action, Resource: target, Effect: 'Allow' }] };
  return [{ PolicyName: 'DeadLetterQueuePolicy', PolicyDocument: document }];
}

/** What makes SAM give a function rights on secrets and schemas. */
const SECURED = ['SourceAccessConfigurations', 'SchemaRegistryConfig', 'ProvisionedPollerConfig'];
const BROKERS: ReadonlySet<Value | undefined> = new Set(['MQ', 'SelfManagedKafka', 'DocumentDB']);

/** These get policies of their own, for the broker, its secrets and its network. */
function brokerPolicies(events: Value | undefined): Value[] {
  const found = isObject(events) ? Object.values(events) : [];
  const isSecured = (event: Value): boolean =>
    at(event, 'Type') === 'MSK' && SECURED.some((one) => at(event, 'Properties', one) !== undefined);
  const broker = at(
    found.find((event) => BROKERS.has(at(event, 'Type')) || isSecured(event)),
    'Type',
  );
  if (broker === undefined) return [];
  return [
    {
      PolicyName: 'BrokerPolicy',
      PolicyDocument: unresolved(`SAM writes the policy for ${scalarText(broker)} when it is deployed`),
    },
  ];
}

const SENDING: Readonly<Record<string, string>> = {
  SQS: 'sqs:SendMessage',
  SNS: 'sns:Publish',
  Lambda: 'lambda:InvokeFunction',
  EventBridge: 'events:PutEvents',
};

/** What results and failed records are sent to, of asynchronous invocations and of each mapping. */
function destinationPolicies({ EventInvokeConfig: config, Events: events }: ValueObject): Value[] {
  const ofEvents = isObject(events)
    ? Object.values(events).map((event) => at(event, 'Properties', 'DestinationConfig', 'OnFailure'))
    : [];
  const ofConfig = ['OnFailure', 'OnSuccess'].map((way) => at(config, 'DestinationConfig', way));
  return [...ofConfig, ...ofEvents].flatMap((destination, index) => {
    const type = scalarText(at(destination, 'Type'));
    const arn = at(destination, 'Destination');
    const action = SENDING[type];
    if (arn === undefined || (action === undefined && type !== 'S3')) return [];
    const statements = action === undefined ? bucketStatements(arn) : [{ Action: action, Resource: arn, Effect: 'Allow' }];
    return [{ PolicyName: `DestinationPolicy${index}`, PolicyDocument: { Version: '2012-10-17', Statement: statements } }];
  });
}

const bucketStatements = (arn: Value): Value[] => [
  { Action: 's3:ListBucket', Resource: arn, Effect: 'Allow' },
  { Action: 's3:PutObject', Resource: typeof arn === 'string' ? `${arn}/*` : arn, Effect: 'Allow' },
];
