import { AwsError, errorCode, isPassing } from './aws-error.ts';
import { endpointOf } from './endpoints.ts';
import { LIGHT_RETRIES } from './hub-client.ts';
import type { CallDeps } from './query-client.ts';
import { withRetries } from './retry.ts';
import { type HttpAnswer, sendSigned } from './signed-request.ts';
import { textOf } from './xml.ts';

/** Of the services with a REST API, those that the SDK's clients would be too big for. */
export type RestService = 'apigateway' | 's3' | 'securityhub';

/**
 * GETs a path of a REST service. `what` names the call in errors.
 * @throws AwsError when the status is no success.
 */
export async function getRest(deps: CallDeps, service: RestService, path: string, what: string): Promise<string> {
  return withRetries(deps, LIGHT_RETRIES, isPassing, () => callOnce(deps, service, { method: 'GET', path, body: '' }, what));
}

/**
 * Changes something by a REST API. `what` names the call in errors. A POST is not sent again: it may have made something.
 * @throws AwsError when the status is no success.
 */
export async function sendRest(
  deps: CallDeps,
  service: RestService,
  method: 'PATCH' | 'PUT' | 'DELETE' | 'POST',
  path: string,
  what: string,
  input?: object,
): Promise<string> {
  const request = { method, path, body: input === undefined ? '' : JSON.stringify(input) };
  if (method === 'POST') return callOnce(deps, service, request, what);
  return withRetries(deps, LIGHT_RETRIES, isPassing, () => callOnce(deps, service, request, what));
}

/** Without Accept API Gateway answers in HAL. */
const JSON_HEADERS = { Accept: 'application/json', 'Content-Type': 'application/json' };

/** A bucket in another region is answered with a redirection that names its region. */
export class OtherRegion extends AwsError {
  readonly region: string;
  constructor(what: string, status: number, region: string) {
    super(what, 'PermanentRedirect', status);
    this.region = region;
  }
}

async function callOnce(
  deps: CallDeps,
  service: RestService,
  { method, path, body }: { readonly method: string; readonly path: string; readonly body: string },
  what: string,
): Promise<string> {
  const call = `${service}:${what}`;
  const answer = await sendSigned({
    endpoint: endpointOf(service, deps.region),
    method,
    path,
    service,
    region: deps.region,
    headers: service === 's3' ? {} : JSON_HEADERS,
    body,
    credentials: await deps.credentials(),
  }).catch((error: unknown) => {
    throw new AwsError(call, errorCode(error), 0);
  });
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  const region = answer.headers['x-amz-bucket-region'];
  const isMoved = answer.status === 301 || answer.status === 307 || answer.status === 400;
  if (isMoved && typeof region === 'string' && region !== deps.region) throw new OtherRegion(call, answer.status, region);
  throw new AwsError(call, codeOf(answer), answer.status);
}

/** API Gateway names it in a header, `NotFoundException:http://..`; S3 in its XML. A body may quote what was asked: it is not repeated. */
function codeOf({ status, headers, body }: HttpAnswer): string {
  const inHeader = String(headers['x-amzn-errortype'] ?? '').split(/[:;]/)[0];
  if (inHeader) return inHeader;
  const inJson = /"__type"\s*:\s*"(?:[^"#]*#)?(\w+)"/.exec(body)?.[1];
  return inJson ?? textOf(body, 'Code') ?? `HTTP${status}`;
}
