/** The services that the light client speaks to, by their name in a signature and in a host. */
export type LightService =
  | 'dynamodb'
  | 'sqs'
  | 'kms'
  | 'secretsmanager'
  | 'ssm'
  | 'ec2'
  | 'sns'
  | 'logs'
  | 'events'
  | 'kinesis'
  | 'organizations'
  | 'cloudtrail'
  | 'apigateway'
  | 's3'
  | 'securityhub';

/** Where the SDKs' standard variables name a service otherwise than its host does. */
const VARIABLE_NAMES: Partial<Record<LightService, string>> = {
  secretsmanager: 'SECRETS_MANAGER',
  logs: 'CLOUDWATCH_LOGS',
  events: 'EVENTBRIDGE',
  apigateway: 'API_GATEWAY',
};

/** `AWS_ENDPOINT_URL_<SERVICE>`, `AWS_ENDPOINT_URL`, or AWS's own (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html). */
export function endpointOf(service: LightService, region: string): URL {
  const own = process.env[`AWS_ENDPOINT_URL_${VARIABLE_NAMES[service] ?? service.toUpperCase()}`];
  const given = own || process.env.AWS_ENDPOINT_URL;
  if (given) return new URL(given);
  return new URL(`https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`);
}
