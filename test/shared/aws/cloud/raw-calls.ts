import type { CloudCredentials } from '../../../../local/cloud/environment.ts';
import { endpointOf, type LightService } from '../../../../shared/aws/endpoints.ts';
import { sendSigned } from '../../../../shared/aws/signed-request.ts';
import { REGION } from './member-cloud.ts';

/** Makes things in services that no SDK client is installed for, as the root of an account. */
export interface RawCalls {
  /** Answers the body. @throws Error with it when the status is no success. */
  send(service: LightService, method: string, path: string, body?: string, headers?: Record<string, string>): Promise<string>;
  json(service: LightService, target: string, input: object): Promise<Record<string, unknown>>;
  query(service: LightService, version: string, parameters: Record<string, string>): Promise<string>;
  /** API Gateway, of either kind. */
  rest(method: string, path: string, input?: object): Promise<Record<string, unknown>>;
}

export function rawCalls(credentials: CloudCredentials): RawCalls {
  const send: RawCalls['send'] = async (service, method, path, body = '', headers = {}) => {
    const endpoint = endpointOf(service, REGION);
    const answer = await sendSigned({ endpoint, method, path, service, region: REGION, headers, body, credentials });
    if (answer.status >= 300) throw new Error(`${service} ${method} ${path}: ${answer.status} ${answer.body}`);
    return answer.body;
  };
  return {
    send,
    json: async (service, target, input) => {
      const headers = { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': target };
      return JSON.parse((await send(service, 'POST', '/', JSON.stringify(input), headers)) || '{}');
    },
    query: (service, version, parameters) =>
      send(service, 'POST', '/', new URLSearchParams({ Version: version, ...parameters }).toString(), {
        'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8',
      }),
    rest: async (method, path, input) => {
      const headers = { Accept: 'application/json', 'Content-Type': 'application/json' };
      return JSON.parse((await send('apigateway', method, path, input ? JSON.stringify(input) : '', headers)) || '{}');
    },
  };
}
