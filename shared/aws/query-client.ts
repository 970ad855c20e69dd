import { AwsError, errorCode, isPassing } from './aws-error.ts';
import type { CredentialSource } from './credentials.ts';
import { endpointOf } from './endpoints.ts';
import { LIGHT_RETRIES } from './hub-client.ts';
import { type Retrying, withRetries } from './retry.ts';
import { sendSigned } from './signed-request.ts';
import { textOf } from './xml.ts';

/** Where and as whom a call is made that no SDK client makes. */
export interface CallDeps extends Retrying {
  readonly region: string;
  readonly credentials: CredentialSource;
}

const VERSIONS = { ec2: '2016-11-15', sns: '2010-03-31' } as const;
export type QueryService = keyof typeof VERSIONS;

/** Asks a service with a query API and answers its XML: an SDK's client for EC2 costs more than half of a function's whole bundle. @throws AwsError */
export async function callQuery(
  deps: CallDeps,
  service: QueryService,
  action: string,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const body = new URLSearchParams({ Action: action, Version: VERSIONS[service], ...parameters }).toString();
  return withRetries(deps, LIGHT_RETRIES, isPassing, () => postOnce(deps, service, action, body));
}

async function postOnce(deps: CallDeps, service: QueryService, action: string, body: string): Promise<string> {
  const call = `${service}:${action}`;
  const answer = await sendSigned({
    endpoint: endpointOf(service, deps.region),
    service,
    region: deps.region,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body,
    credentials: await deps.credentials(),
  }).catch((error: unknown) => {
    throw new AwsError(call, errorCode(error), 0);
  });
  if (answer.status === 200) return answer.body;
  throw new AwsError(call, textOf(answer.body, 'Code') ?? `HTTP${answer.status}`, answer.status);
}
