import { AwsError, errorCode, isPassing } from './aws-error.ts';
import type { CredentialSource } from './credentials.ts';
import { endpointOf } from './endpoints.ts';
import { LIGHT_RETRIES } from './hub-client.ts';
import { type Retrying, withRetries } from './retry.ts';
import { sendSigned } from './signed-request.ts';
import { textOf } from './xml.ts';

export interface Ec2Deps extends Retrying {
  readonly region: string;
  readonly credentials: CredentialSource;
}

/** One filter of a Describe call: a name and the values of which one must match. */
export type Filter = readonly [name: string, ...values: string[]];

/**
 * Asks EC2's query API for all pages of a Describe call and answers their XML: the SDK's client costs more than half of a function's whole
 * bundle. @throws AwsError
 */
export async function describeEc2(deps: Ec2Deps, action: string, filters: readonly Filter[]): Promise<string> {
  let pages = '';
  let token: string | undefined;
  do {
    const parameters = new URLSearchParams({ Action: action, Version: '2016-11-15', ...filterParameters(filters) });
    if (token) parameters.set('NextToken', token);
    const page = await withRetries(deps, LIGHT_RETRIES, isPassing, () => postOnce(deps, action, parameters.toString()));
    pages += page;
    token = textOf(page, 'nextToken') || undefined;
  } while (token);
  return pages;
}

export function filterParameters(filters: readonly Filter[]): Record<string, string> {
  const parameters: Record<string, string> = {};
  filters.forEach(([name, ...values], index) => {
    parameters[`Filter.${index + 1}.Name`] = name;
    values.forEach((value, at) => {
      parameters[`Filter.${index + 1}.Value.${at + 1}`] = value;
    });
  });
  return parameters;
}

async function postOnce(deps: Ec2Deps, action: string, body: string): Promise<string> {
  const call = `ec2:${action}`;
  const answer = await sendSigned({
    endpoint: endpointOf('ec2', deps.region),
    service: 'ec2',
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
