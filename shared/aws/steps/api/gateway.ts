import { StateMoved } from '../../../model/errors.ts';
import type { Resource } from '../../../model/resource.ts';
import { isGone } from '../../aws-error.ts';
import type { MemberClients } from '../../member.ts';
import { type ApiCalls, type Json, makeApiCalls } from '../../readers/api-calls.ts';
import { sendRest } from '../../rest-client.ts';
import type { StepDeps } from '../handler.ts';

export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: string;
}

/** API Gateway's calls on one API: those for REST APIs and those for the others differ in everything but the authorization. */
export interface Gateway extends ApiCalls {
  readonly send: (method: 'PATCH' | 'POST' | 'DELETE', path: string, what: string, input?: object) => Promise<Json>;
  /** REST APIs only. */
  readonly patch: (path: string, what: string, operations: readonly PatchOperation[]) => Promise<Json>;
}

export function gatewayOf(deps: StepDeps, clients: MemberClients): Gateway {
  const call = { clock: deps.clock, random: deps.random, region: clients.light.region, credentials: clients.credentials };
  const send: Gateway['send'] = async (method, path, what, input) =>
    JSON.parse((await sendRest(call, 'apigateway', method, path, what, input)) || '{}') as Json;
  return {
    ...makeApiCalls(call),
    send,
    patch: (path, what, patchOperations) => send('PATCH', path, what, { patchOperations }),
  };
}

/** @throws StateMoved when it is gone */
export async function orMoved<T>(asked: Promise<T>, what: string): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (isGone(error)) throw new StateMoved(`${what} no longer exists`);
    throw error;
  }
}

export const restPath = (api: Resource<'api'>, rest = ''): string => `/restapis/${api.name}${rest}`;
export const v2Path = (api: Resource<'api'>, rest = ''): string => `/v2/apis/${api.name}${rest}`;
/** Of a stage, whose name may be `$default`; without a protocol it is a REST API's. */
export const stagePath = (step: {
  readonly target: Resource<'api'>;
  readonly protocol?: string;
  readonly stage: string;
}): string => {
  const rest = `/stages/${encodeURIComponent(step.stage)}`;
  return step.protocol === undefined || step.protocol === 'REST' ? restPath(step.target, rest) : v2Path(step.target, rest);
};
