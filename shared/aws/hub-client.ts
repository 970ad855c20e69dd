import { AwsError, errorCode, isPassing } from './aws-error.ts';
import { type CredentialSource, envCredentials } from './credentials.ts';
import { endpointOf, type LightService } from './endpoints.ts';
import { type Retrying, withRetries } from './retry.ts';
import { sendSigned } from './signed-request.ts';

/** A client for AWS's JSON services, small enough for a function that must answer at once (docs/performance.md). */
export interface LightClient {
  readonly region: string;
  /** @throws AwsError with AWS's code, after three tries when the trouble is passing. */
  call(service: JsonService, operation: string, input: object): Promise<Record<string, unknown>>;
}

export interface LightDeps extends Retrying {
  readonly region: string;
  readonly credentials?: CredentialSource;
}

const PROTOCOLS = {
  dynamodb: { target: 'DynamoDB_20120810', version: '1.0' },
  sqs: { target: 'AmazonSQS', version: '1.0' },
  kms: { target: 'TrentService', version: '1.1' },
  secretsmanager: { target: 'secretsmanager', version: '1.1' },
  ssm: { target: 'AmazonSSM', version: '1.1' },
  logs: { target: 'Logs_20140328', version: '1.1' },
  events: { target: 'AWSEvents', version: '1.1' },
  cloudtrail: { target: 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101', version: '1.1' },
  kinesis: { target: 'Kinesis_20131202', version: '1.1' },
  organizations: { target: 'AWSOrganizationsV20161128', version: '1.1' },
} as const satisfies Partial<Record<LightService, { target: string; version: string }>>;
export type JsonService = keyof typeof PROTOCOLS;

export const LIGHT_RETRIES = { tries: 3, baseMs: 50, maxMs: 1_000 };

export function makeHubClient(deps: LightDeps): LightClient {
  const credentials = deps.credentials ?? envCredentials;
  return {
    region: deps.region,
    call: (service, operation, input) =>
      withRetries(deps, LIGHT_RETRIES, isPassing, () => callOnce(deps.region, credentials, service, operation, input)),
  };
}

async function callOnce(
  region: string,
  credentials: CredentialSource,
  service: JsonService,
  operation: string,
  input: object,
): Promise<Record<string, unknown>> {
  const { target, version } = PROTOCOLS[service];
  const name = `${service}:${operation}`;
  const request = {
    endpoint: endpointOf(service, region),
    service,
    region,
    headers: { 'Content-Type': `application/x-amz-json-${version}`, 'X-Amz-Target': `${target}.${operation}` },
    body: JSON.stringify(input),
    credentials: await credentials(),
  };
  const answer = await sendSigned(request).catch((error: unknown) => {
    throw new AwsError(name, errorCode(error), 0);
  });
  const body = parseBody(answer.body);
  if (answer.status >= 200 && answer.status < 300 && body) return body;
  throw errorOf(name, answer.status, answer.headers['x-amzn-errortype'] ?? answer.headers['x-amzn-query-error'], body);
}

function parseBody(text: string): Record<string, unknown> | undefined {
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    // A load balancer's page, not AWS's answer: the status says the rest.
    return undefined;
  }
}

/** `__type` is `com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException`; a header may carry `Code:http://...` or `Code;Sender`. */
function errorOf(
  call: string,
  status: number,
  header: string | string[] | undefined,
  body: Record<string, unknown> | undefined,
): AwsError {
  const raw = typeof body?.__type === 'string' ? body.__type : String(header ?? `HTTP${status}`);
  const code = raw.slice(raw.indexOf('#') + 1).split(/[:;]/)[0] || `HTTP${status}`;
  const said = body?.message ?? body?.Message;
  // Only a refusal is quoted: it names principals and actions, where a validation error may quote the value that was sent.
  const detail = typeof said === 'string' && code.startsWith('AccessDenied') ? said : undefined;
  return new AwsError(call, code, status, detail, body?.Item);
}
