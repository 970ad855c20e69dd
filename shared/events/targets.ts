import { MalformedInput } from '../model/errors.ts';
import { apiResource, functionResource, partitionOf, type Resource, resourceFromArn, roleResource } from '../model/resource.ts';
import { EVENT, type Fields, isFields, optionalFields, optionalText, quoted, requiredText } from './fields.ts';
import type { Concern } from './watched.ts';

/** The two halves of a record that name what was touched, and where EventBridge says it happened. */
export interface Call {
  readonly account: string;
  readonly region: string;
  readonly request: Fields | undefined;
  readonly response: Fields | undefined;
}

/** What a call touched, or why the event can't tell. */
export type Targets =
  | { readonly resources: readonly Resource[]; readonly policyArn: string | null }
  | { readonly nothing: string };

/** @throws MalformedInput when the call must name its target and doesn't, or names one of another account or region. */
export function parseTargets(concern: Concern, call: Call): Targets {
  return READERS[concern](call);
}

const READERS: { readonly [C in Concern]: (call: Call) => Targets } = {
  function: (call) => {
    const name =
      textOf(call.request, 'functionName', 'requestParameters') ?? textOf(call.response, 'functionName', 'responseElements');
    if (name === undefined) throw new MalformedInput(EVENT, 'requestParameters.functionName', 'missing');
    return just(parseFunctionName(name, call, 'requestParameters.functionName'));
  },
  mapping: (call) => {
    const name =
      textOf(call.request, 'functionName', 'requestParameters') ?? textOf(call.response, 'functionArn', 'responseElements');
    if (name === undefined) return { nothing: 'the event source mapping names no function' };
    return just(parseFunctionName(name, call, 'functionName'));
  },
  tags: (call) => {
    const arn = textOf(call.request, 'resource', 'requestParameters');
    if (arn === undefined) throw new MalformedInput(EVENT, 'requestParameters.resource', 'missing');
    if (arn.startsWith('arn:') && arn.split(':')[5] !== 'function') return { nothing: 'the tagged resource is no function' };
    return just(parseFunctionName(arn, call, 'requestParameters.resource'));
  },
  role: (call) => just(parseRole(call)),
  policy: (call) => {
    const policyArn = arnOfNewPolicy(call) ?? requiredText(call.request ?? {}, 'policyArn', 'requestParameters.policyArn');
    const [prefix, , service, , account, path] = policyArn.split(':');
    if (prefix !== 'arn' || service !== 'iam' || !path?.startsWith('policy/'))
      throw new MalformedInput(EVENT, 'requestParameters.policyArn', `${quoted(policyArn)} is no policy's ARN`);
    refuseOther('requestParameters.policyArn', 'account', account, call.account);
    return { resources: [], policyArn };
  },
  api: (call) => just(parseApi(call)),
  integration: (call) => ({ resources: [parseApi(call), ...functionsNamedIn(call.request, call)], policyArn: null }),
  'new-api': (call) => ({ resources: [parseApi(call, 'id'), ...functionsNamedIn(call.request, call)], policyArn: null }),
  'api-arn': (call) => {
    const where = 'requestParameters.resourceArn';
    const arn = requiredText(call.request ?? {}, 'resourceArn', where);
    const [, , service, region, , path = ''] = arn.split(':');
    const [, id] = /^\/(?:restapis|apis)\/([^/]+)/.exec(path) ?? [];
    if (service !== 'apigateway' || id === undefined) return { nothing: 'it concerns no API' };
    refuseOther(where, 'region', region, call.region);
    return just(apiOf(id, call, where));
  },
};

const just = (resource: Resource): Targets => ({ resources: [resource], policyArn: null });

const NAME = /^[A-Za-z0-9_.-]{1,140}$/;
const QUALIFIER = /^(?:\$LATEST(?:\.PUBLISHED)?|[A-Za-z0-9_-]{1,128})$/;

/**
 * A name, `name:qualifier`, a partial or a full ARN (https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html).
 * @throws MalformedInput also when the ARN names another account or region than the event's.
 */
function parseFunctionName(text: string, at: { account: string; region: string }, where: string): Resource<'function'> {
  const parts = text.split(':');
  let rest = parts;
  if (parts[0] === 'arn') {
    if (parts[2] !== 'lambda') throw new MalformedInput(EVENT, where, `${quoted(text)} is no function's ARN`);
    rest = parts.slice(3);
  }
  const marker = rest.indexOf('function');
  // A function may itself be called `function`.
  if (marker >= 0 && marker < rest.length - 1) {
    const account = marker > 0 ? rest[marker - 1] : undefined;
    const region = marker > 1 ? rest[marker - 2] : undefined;
    if (account !== undefined) refuseOther(where, 'account', account, at.account);
    if (region !== undefined) refuseOther(where, 'region', region, at.region);
    rest = rest.slice(marker + 1);
  } else if (parts[0] === 'arn') throw new MalformedInput(EVENT, where, `${quoted(text)} is no function's ARN`);
  const [name, qualifier, ...more] = rest;
  if (!name || !NAME.test(name) || more.length > 0 || (qualifier !== undefined && !QUALIFIER.test(qualifier)))
    throw new MalformedInput(EVENT, where, `${quoted(text)} is no function name`);
  return functionResource(at.account, at.region, name);
}

function refuseOther(where: string, what: 'account' | 'region', named: string | undefined, expected: string): void {
  if (named !== expected)
    throw new MalformedInput(EVENT, where, `names ${what} ${quoted(named ?? '')}, the event is of ${expected}`);
}

const ROLE_NAME = /^[\w+=,.@-]{1,128}$/;

/** Most calls carry the role's name only; its path is in the answer to CreateRole. */
function parseRole(call: Call): Resource<'role'> {
  const where = 'requestParameters.roleName';
  const name = requiredText(call.request ?? {}, 'roleName', where);
  if (!ROLE_NAME.test(name)) throw new MalformedInput(EVENT, where, `${quoted(name)} is no role name`);
  const answered = call.response && optionalFields(call.response, 'role', 'responseElements.role');
  const arn = answered && optionalText(answered, 'arn', 'responseElements.role.arn');
  if (arn !== undefined) {
    const role = resourceFromArn(arn);
    if (role?.kind !== 'role' || role.name !== name)
      throw new MalformedInput(EVENT, 'responseElements.role.arn', `${quoted(arn)} is not the ARN of ${quoted(name)}`);
    refuseOther('responseElements.role.arn', 'account', role.account, call.account);
    return role as Resource<'role'>;
  }
  const path = textOf(call.request, 'path', 'requestParameters') ?? '/';
  const clean = /^\/(?:[!-~]+\/)?$/.test(path) ? path.slice(1) : '';
  return roleResource(call.account, `${clean}${name}`, partitionOf(call.region));
}

/** CreatePolicy names its policy in the answer only. */
function arnOfNewPolicy(call: Call): string | undefined {
  const answered = call.response && optionalFields(call.response, 'policy', 'responseElements.policy');
  return answered && optionalText(answered, 'arn', 'responseElements.policy.arn');
}

/**
 * REST calls name their API `restApiId`, those of HTTP and WebSocket APIs `apiId`. What stands in a REST call's body is one `...Input`
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/cloudtrail.html).
 * @param idOfNew where the answer to a call that makes an API has its id, besides `apiId`. Elsewhere it is the id of something else.
 */
function parseApi(call: Call, idOfNew?: string): Resource<'api'> {
  const where = 'requestParameters.restApiId';
  const inputs = Object.entries(call.request ?? {}).flatMap(([key, value]) =>
    key.endsWith('Input') && isFields(value) ? [value] : [],
  );
  for (const half of [call.request, ...inputs, call.response]) {
    const id = textOf(half, 'restApiId', 'requestParameters') ?? textOf(half, 'apiId', 'requestParameters');
    if (id !== undefined) return apiOf(id, call, where);
  }
  const made = idOfNew === undefined ? undefined : textOf(call.response, idOfNew, 'responseElements');
  if (made === undefined) throw new MalformedInput(EVENT, where, 'missing');
  return apiOf(made, call, 'responseElements.id');
}

function apiOf(id: string, at: { account: string; region: string }, where: string): Resource<'api'> {
  if (!/^[a-z0-9]{4,64}$/.test(id)) throw new MalformedInput(EVENT, where, `${quoted(id)} is no API's id`);
  return apiResource(at.account, at.region, id);
}

const FUNCTION_ARN = /arn:aws[a-z-]*:lambda:([a-z0-9-]+):(\d{12}):function:([A-Za-z0-9_.-]{1,140})(?![\w.${-])/g;
const MAX_DEPTH = 12;

/**
 * Every function of this account and region that an integration points to. Its URI hides the ARN
 * (`arn:aws:apigateway:<region>:lambda:path/2015-03-31/functions/<arn>/invocations`), and an import holds many of them.
 * Another account's function is its own events' business.
 */
function functionsNamedIn(request: Fields | undefined, at: { account: string; region: string }): Resource<'function'>[] {
  const names = new Set<string>();
  const visit = (value: unknown, depth: number): void => {
    if (typeof value === 'string') {
      for (const [, region, account, name] of value.matchAll(FUNCTION_ARN))
        if (region === at.region && account === at.account && name) names.add(name);
    } else if (depth < MAX_DEPTH && Array.isArray(value)) for (const item of value) visit(item, depth + 1);
    else if (depth < MAX_DEPTH && isFields(value)) for (const item of Object.values(value)) visit(item, depth + 1);
  };
  visit(request, 0);
  return [...names].map((name) => functionResource(at.account, at.region, name));
}

function textOf(half: Fields | undefined, key: string, where: string): string | undefined {
  return half === undefined ? undefined : optionalText(half, key, `${where}.${key}`);
}
