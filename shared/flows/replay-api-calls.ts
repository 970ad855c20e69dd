import { type Fields, isFields, textOrNull } from '../events/fields.ts';
import type { PolicyDocument } from '../model/policy-document.ts';
import type { ApiAuthorizer, ApiFacts, ApiRoute, ApiStage, State } from '../model/state.ts';
import { parsePolicyDocument } from '../policy/parse.ts';
import { known, oneOf, textsOf } from './replay-configuration.ts';
import type { Halves, Telling } from './replay-function-calls.ts';

type Reader = (call: Fields, halves: Halves) => State<'api'>;
type Row = readonly [touches: readonly (keyof ApiFacts)[], read?: Reader];

const ITSELF: readonly (keyof ApiFacts)[] = ['protocol', 'name', 'endpointTypes', 'policy', 'tags'];

const ROWS: Readonly<Record<string, Row>> = {
  CreateRestApi: [ITSELF, restApiOf],
  ImportRestApi: [[...ITSELF, 'routes', 'authorizers'], restApiOf],
  PutRestApi: [[...ITSELF, 'routes', 'authorizers'], restApiOf],
  UpdateRestApi: [['policy', 'endpointTypes'], restApiOf],
  DeleteRestApi: [[]],
  // Quick create makes a route, an integration and a stage with it.
  CreateApi: [['protocol', 'name', 'tags', 'routes', 'stages'], newApiOf],
  ImportApi: [['protocol', 'name', 'tags', 'routes', 'authorizers'], (call) => known<ApiFacts>({ name: textOf(call, 'name') })],
  ReimportApi: [['routes', 'authorizers']],
  UpdateApi: [['name', 'routes'], (call) => known<ApiFacts>({ name: textOf(call, 'name') })],
  DeleteApi: [[]],
  PutMethod: [['routes'], methodOf],
  UpdateMethod: [['routes'], methodOf],
  DeleteMethod: [[]],
  DeleteResource: [[]],
  CreateRoute: [['routes'], routeOf],
  UpdateRoute: [['routes'], routeOf],
  DeleteRoute: [[]],
  PutIntegration: [['routes']],
  CreateIntegration: [['routes']],
  UpdateIntegration: [['routes']],
  DeleteIntegration: [[]],
  CreateAuthorizer: [['authorizers'], authorizerOf],
  UpdateAuthorizer: [['authorizers'], authorizerOf],
  DeleteAuthorizer: [['authorizers', 'routes']],
  CreateStage: [['stages'], stageOf],
  UpdateStage: [['stages'], stageOf],
  DeleteStage: [[]],
  DeleteAccessLogSettings: [['stages']],
  DeleteRouteSettings: [['stages']],
  CreateDeployment: [['stages']],
  CreateBasePathMapping: [['domains']],
  CreateApiMapping: [['domains']],
  UpdateApiMapping: [['domains']],
  DeleteApiMapping: [[]],
  TagResource: [['tags']],
  UntagResource: [['tags']],
  AssociateWebACL: [['stages']],
  DisassociateWebACL: [['stages']],
};
const BY_NAME = new Map(Object.entries(ROWS));

/** Every call that is watched has its row: a test holds it. */
export const API_CALLS: readonly string[] = Object.keys(ROWS);

/** What a call on an API can change, and what its record proves of that. */
export function tellOfApi(name: string, halves: Halves): Telling {
  const [touches = [], read] = BY_NAME.get(name) ?? [];
  const call = flat(halves);
  const protocol = protocolOf(call, halves);
  return { touches, told: { ...(protocol && { protocol }), ...read?.(call, halves) } };
}

/** Which kind of API a call is about, where its words leave no other. */
function protocolOf(call: Fields, { request }: Halves): ApiFacts['protocol'] | undefined {
  if (textOrNull(request, 'restApiId') !== null) return 'REST';
  const key = textOrNull(call, 'routeKey') ?? '';
  if (/^\$(?:connect|disconnect)$/.test(key)) return 'WEBSOCKET';
  return /^[A-Z]+ \//.test(key) || call.authorizerType === 'JWT' ? 'HTTP' : undefined;
}

/** The body of a REST call is one `...Input`. */
function flat({ request, response }: Halves): Fields {
  const input = Object.entries(request ?? {}).find(([key, value]) => key.endsWith('Input') && isFields(value))?.[1];
  return { ...request, ...(isFields(input) ? input : {}), ...response };
}

const textOf = (call: Fields, key: string): string | undefined => textOrNull(call, key) ?? undefined;

function restApiOf(call: Fields, { request, response }: Halves): State<'api'> {
  const types = isFields(call.endpointConfiguration) ? textsOf(call.endpointConfiguration.types) : undefined;
  const endpointTypes = types?.flatMap((type) => oneOf(type, ['EDGE', 'REGIONAL', 'PRIVATE'] as const) ?? []);
  return known<ApiFacts>({
    protocol: 'REST',
    name: textOf(call, 'name'),
    endpointTypes,
    policy:
      policyOf(call) ?? (response !== undefined && request !== undefined && isNewWithout(request, 'policy') ? null : undefined),
  });
}

/** CreateRestApi without a policy makes none; an import or an update leaves what was there. */
const isNewWithout = (request: Fields, key: string): boolean =>
  isFields(request.createRestApiInput) && !Object.hasOwn(request.createRestApiInput, key);

function policyOf(call: Fields): PolicyDocument | undefined {
  const text = textOrNull(call, 'policy');
  if (text === null) return undefined;
  try {
    // API Gateway answers it with its quotes escaped (https://docs.aws.amazon.com/apigateway/latest/api/API_RestApi.html).
    return parsePolicyDocument(text.startsWith('{\\"') ? text.replaceAll('\\"', '"') : text, 'policy');
  } catch {
    return undefined;
  }
}

function newApiOf(call: Fields): State<'api'> {
  const simple = call.target === undefined ? { routes: [], stages: [] } : {};
  return known<ApiFacts>({
    ...simple,
    protocol: oneOf(call.protocolType, ['HTTP', 'WEBSOCKET'] as const),
    name: textOf(call, 'name'),
    tags: isFields(call.tags) ? undefined : {},
  });
}

const AUTHORIZATIONS = ['NONE', 'AWS_IAM', 'CUSTOM', 'COGNITO_USER_POOLS', 'JWT'] as const;

function methodOf(call: Fields): State<'api'> {
  const method = textOrNull(call, 'httpMethod');
  return method === null ? {} : routeNamed(`${method} of resource ${textOrNull(call, 'resourceId') ?? '?'}`, call);
}

function routeOf(call: Fields): State<'api'> {
  const key = textOrNull(call, 'routeKey');
  return key === null ? {} : routeNamed(key, call);
}

function routeNamed(key: string, call: Fields): State<'api'> {
  const authorization = oneOf(call.authorizationType, AUTHORIZATIONS);
  if (authorization === undefined) return {};
  const route: ApiRoute = {
    key,
    authorization,
    authorizerId: textOrNull(call, 'authorizerId'),
    apiKeyRequired: call.apiKeyRequired === true,
    functionArns: [],
  };
  return { routes: [route] };
}

function authorizerOf(call: Fields, { response }: Halves): State<'api'> {
  const id = textOrNull(response, 'authorizerId') ?? textOrNull(response, 'id');
  const kind = oneOf(call.authorizerType ?? call.type, ['JWT', 'REQUEST', 'TOKEN', 'COGNITO_USER_POOLS'] as const);
  if (id === null || kind === undefined) return {};
  const jwt = isFields(call.jwtConfiguration) ? call.jwtConfiguration : {};
  const authorizer: ApiAuthorizer = { id, name: textOrNull(call, 'name') ?? id, kind, audiences: textsOf(jwt.audience) ?? [] };
  return { authorizers: [authorizer] };
}

/** Variables are masked in the record, so a stage is told without them only when it has none. */
function stageOf(call: Fields, { response }: Halves): State<'api'> {
  const name = textOrNull(call, 'stageName');
  const variables = call.stageVariables ?? call.variables;
  if (name === null || response === undefined || (isFields(variables) ? Object.keys(variables).length > 0 : variables != null))
    return {};
  const stage: ApiStage = {
    name,
    accessLogArn: isFields(call.accessLogSettings) ? textOrNull(call.accessLogSettings, 'destinationArn') : null,
    webAclArn: textOrNull(call, 'webAclArn'),
    throttling: throttlingOf(call),
    tracing: call.tracingEnabled === true,
    variables: {},
  };
  return { stages: [stage] };
}

function throttlingOf(call: Fields): ApiStage['throttling'] {
  const all = isFields(call.methodSettings) ? call.methodSettings['*/*'] : call.defaultRouteSettings;
  if (!isFields(all)) return null;
  const { throttlingRateLimit: rate, throttlingBurstLimit: burst } = all;
  return typeof rate === 'number' && typeof burst === 'number' ? { rate, burst } : null;
}
