import type { ApiAuthorizer, ApiFacts, ApiRoute, ApiStage } from '../../model/state.ts';
import { type Known, unknown } from '../../model/unknown.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';
import { type Json, listIn, objectIn, recordOfTexts, textIn, textsIn } from './api-calls.ts';

/** What both of API Gateway's APIs answer, made into one shape. Nothing here calls AWS. */

/** @param resources GetResources' items, with `embed=methods`. */
export function restRoutesOf(resources: readonly Json[]): Known<ApiRoute[]> {
  const routes: ApiRoute[] = [];
  for (const resource of resources) {
    for (const [verb, value] of Object.entries(objectIn(resource.resourceMethods))) {
      const method = objectIn(value);
      const authorization = authorizationOf(method.authorizationType);
      // Not even the kind of authorization: the methods were not embedded.
      if (!authorization) return unknown(`API Gateway did not tell who may call ${verb} ${textIn(resource.path)}`);
      routes.push({
        key: `${verb} ${textIn(resource.path)}`,
        authorization,
        authorizerId: textIn(method.authorizerId) || null,
        apiKeyRequired: method.apiKeyRequired === true,
        functionArns: functionsIn(objectIn(method.methodIntegration).uri),
      });
    }
  }
  return routes;
}

/** @param routes GetRoutes' items. @param integrations GetIntegrations' items. */
export function routesOf(routes: readonly Json[], integrations: readonly Json[]): Known<ApiRoute[]> {
  const uris = new Map(integrations.map((one) => [`integrations/${textIn(one.integrationId)}`, one.integrationUri]));
  const found: ApiRoute[] = [];
  for (const route of routes) {
    const authorization = authorizationOf(route.authorizationType ?? 'NONE');
    if (!authorization) return unknown(`the route ${textIn(route.routeKey)} has an authorization that Cinch does not know`);
    found.push({
      key: textIn(route.routeKey),
      authorization,
      authorizerId: textIn(route.authorizerId) || null,
      apiKeyRequired: route.apiKeyRequired === true,
      functionArns: functionsIn(uris.get(textIn(route.target))),
    });
  }
  return found;
}

const AUTHORIZATIONS = ['NONE', 'AWS_IAM', 'CUSTOM', 'COGNITO_USER_POOLS', 'JWT'] as const;
const authorizationOf = (value: unknown) => AUTHORIZATIONS.find((known) => known === value);

/**
 * The function in an integration's URI, without its qualifier: an ARN, or one inside API Gateway's own. A name that a stage variable gives is
 * not named there (https://docs.aws.amazon.com/apigateway/latest/developerguide/aws-api-gateway-stage-variables-reference.html).
 */
export function functionsIn(uri: unknown): string[] {
  const found = /arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+(?![\w$-])/.exec(textIn(uri));
  return found ? [found[0]] : [];
}

/** @param authorizers GetAuthorizers' items, of either API. */
export function authorizersOf(authorizers: readonly Json[]): Known<ApiAuthorizer[]> {
  const found: ApiAuthorizer[] = [];
  for (const one of authorizers) {
    const name = textIn(one.name);
    const kind = KINDS.find((known) => known === (one.authorizerType ?? one.type));
    if (!kind) return unknown(`the authorizer ${name} is of a kind that Cinch does not know`);
    const audiences = textsIn(objectIn(one.jwtConfiguration).audience);
    found.push({ id: textIn(one.authorizerId ?? one.id), name, kind, audiences });
  }
  return found;
}
const KINDS = ['JWT', 'REQUEST', 'TOKEN', 'COGNITO_USER_POOLS'] as const;

/** @param stages GetStages' items, of either API. */
export const stagesOf = (stages: readonly Json[]): ApiStage[] =>
  stages.map((stage) => {
    const settings = objectIn(stage.methodSettings)['*/*'] ?? stage.defaultRouteSettings;
    return {
      name: textIn(stage.stageName),
      accessLogArn: textIn(objectIn(stage.accessLogSettings).destinationArn) || null,
      webAclArn: textIn(stage.webAclArn) || null,
      throttling: throttlingOf(objectIn(settings)),
      tracing: stage.tracingEnabled === true,
      variables: recordOfTexts(stage.variables ?? stage.stageVariables),
    };
  });

/** @param stages GetStages' items of an HTTP or WebSocket API. A stage that says nothing does not deploy by itself. */
export const manualStagesOf = (stages: readonly Json[]): string[] =>
  stages.filter(({ autoDeploy }) => autoDeploy !== true).map(({ stageName }) => textIn(stageName));

/** -1 stands for the account's own limits, and so does what is missing. */
function throttlingOf({ throttlingRateLimit: rate, throttlingBurstLimit: burst }: Json): ApiStage['throttling'] {
  return typeof rate === 'number' && typeof burst === 'number' && rate > 0 && burst > 0 ? { rate, burst } : null;
}

const ENDPOINTS = ['EDGE', 'REGIONAL', 'PRIVATE'] as const;
/** @param api GetRestApi's or GetApi's answer. */
export const endpointTypesOf = (api: Json): ApiFacts['endpointTypes'] => {
  const types = textsIn(objectIn(api.endpointConfiguration).types);
  return ENDPOINTS.filter((known) => types.includes(known));
};

/** @param api GetRestApi's answer: its policy is escaped once more than JSON needs. */
export function restPolicyOf(api: Json, where: string): ApiFacts['policy'] {
  const text = textIn(api.policy);
  return text === '' ? null : parsePolicyDocument(unescaped(text), where);
}

function unescaped(text: string): string {
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    // It was not escaped: its own quotes end the text.
    return text;
  }
}

/** @param domains GetDomainNames' items, of either API. The weakest of its configurations counts. */
export function domainsOf(domains: readonly Json[]): Known<ApiFacts['domains']> {
  const found: ApiFacts['domains'][number][] = [];
  for (const domain of domains) {
    const name = textIn(domain.domainName);
    const policies = [
      domain.securityPolicy,
      ...listIn(domain.domainNameConfigurations).map((one) => objectIn(one).securityPolicy),
    ];
    const named = policies.filter((policy) => typeof policy === 'string');
    const versions = named.map(tlsOf);
    if (versions.length === 0 || versions.includes(undefined))
      return unknown(`the domain ${name} has a security policy that Cinch does not know (${named.join(', ') || 'none named'})`);
    const minimumTls = TLS.find((version) => versions.includes(version));
    if (minimumTls) found.push({ name, minimumTls });
  }
  return found;
}

type Tls = ApiFacts['domains'][number]['minimumTls'];
const TLS: readonly Tls[] = ['TLS_1_0', 'TLS_1_2', 'TLS_1_3'];

/**
 * `TLS_1_2`, or one of the named policies, whose lowest version is the last in the name
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-list.html).
 */
export function tlsOf(policy: string): Tls | undefined {
  if (policy.startsWith('TLS_')) return TLS.find((version) => version === policy);
  if (/^SecurityPolicy_TLS13_1_3_|^SecurityPolicy_TLS13_2025_/.test(policy)) return 'TLS_1_3';
  return /^SecurityPolicy_TLS1[23]_(?:1_2_|\d{4}_|PFS_)/.test(policy) ? 'TLS_1_2' : undefined;
}
