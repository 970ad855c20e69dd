import type { Resource } from '../../../shared/model/resource.ts';
import type { ApiFacts, ApiProtocol, ApiRoute, ApiStage } from '../../../shared/model/state.ts';
import { type Answering, json, jsonError } from './reply.ts';
import { newStagesOf } from './wholes.ts';

type Seen = Partial<ApiFacts>;
const gone = jsonError('NotFoundException');

/** Only HTTP APIs have JWT authorizers, only WebSocket APIs `$connect`; what else is not told is a REST API. */
export function protocolOf({ protocol, authorizers = [], routes = [] }: Seen): ApiProtocol {
  if (protocol) return protocol;
  const isHttp = authorizers.some(({ kind }) => kind === 'JWT') || routes.some(({ authorization }) => authorization === 'JWT');
  return isHttp ? 'HTTP' : 'REST';
}

/** What API Gateway answers of an API with these facts, and of a domain that leads elsewhere. */
export function gatewayReplies(facts: Seen, resource: Resource<'api'>): Answering {
  const rest = protocolOf(facts) === 'REST';
  const replies = rest ? restReplies(facts, resource.name) : newReplies(facts, resource.name);
  return ({ path }) => {
    const answer = replies[path.join('/')];
    if (answer) return json(answer);
    return path[0] === 'restapis' && !rest ? gone : undefined;
  };
}

function restReplies(facts: Seen, id: string): Readonly<Record<string, object>> {
  const mappings = { item: [{ basePath: '(none)', restApiId: id, stage: 'prod' }] };
  const domains = (facts.domains ?? []).map(({ name, minimumTls }, index) => ({
    domainName: name,
    securityPolicy: minimumTls,
    endpointConfiguration: { types: [index % 2 === 0 ? 'REGIONAL' : 'EDGE'] },
  }));
  const elsewhere = {
    domainName: 'elsewhere.example.com',
    securityPolicy: 'TLS_1_0',
    endpointConfiguration: { types: ['REGIONAL'] },
  };
  return {
    [`restapis/${id}`]: {
      id,
      name: facts.name ?? 'orders',
      endpointConfiguration: { types: facts.endpointTypes ?? ['REGIONAL'] },
      // Its quotes come escaped once more than JSON needs.
      policy: facts.policy?.text.replace(/["/]/g, '\\$&'),
      tags: facts.tags,
    },
    [`restapis/${id}/resources`]: { item: resourcesOf(facts.routes ?? []) },
    [`restapis/${id}/authorizers`]: { item: facts.authorizers?.map(({ id: of, name, kind }) => ({ id: of, name, type: kind })) },
    [`restapis/${id}/stages`]: { item: facts.stages?.map(restStage) },
    domainnames: { item: [...domains, elsewhere] },
    'v2/domainnames/elsewhere.example.com/apimappings': { items: [{ apiId: 'zzzzzzzzzz', stage: 'prod' }] },
    ...Object.fromEntries(
      domains.flatMap(({ domainName }) => [
        [`domainnames/${domainName}/basepathmappings`, mappings],
        [`v2/domainnames/${domainName}/apimappings`, { items: [{ apiId: id, stage: 'prod' }] }],
      ]),
    ),
  };
}

function resourcesOf(routes: readonly ApiRoute[]): object[] {
  const paths = new Map<string, Record<string, object>>([['/', {}]]);
  for (const route of routes) {
    const [verb = 'ANY', path = '/'] = route.key.split(' ');
    paths.set(path, { ...paths.get(path), [verb]: methodOf(route, verb) });
  }
  return [...paths].map(([path, resourceMethods], index) => ({
    id: `r${index}`,
    path,
    resourceMethods: Object.keys(resourceMethods).length > 0 ? resourceMethods : undefined,
  }));
}

const methodOf = (
  { authorization, authorizerId, apiKeyRequired, functionArns: [arn] }: ApiRoute,
  httpMethod: string,
): object => ({
  httpMethod,
  authorizationType: authorization,
  authorizerId: authorizerId ?? undefined,
  apiKeyRequired,
  methodIntegration: arn
    ? { type: 'AWS_PROXY', uri: `arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/${arn}/invocations` }
    : { type: 'MOCK' },
});

const restStage = ({ name, accessLogArn, webAclArn, throttling, tracing, variables }: ApiStage): object => ({
  stageName: name,
  accessLogSettings: accessLogArn ? { destinationArn: accessLogArn, format: '$context.requestId' } : undefined,
  webAclArn: webAclArn ?? undefined,
  methodSettings: throttling ? { '*/*': limitsOf(throttling) } : {},
  tracingEnabled: tracing,
  variables,
});

const limitsOf = ({ rate, burst }: NonNullable<ApiStage['throttling']>) => ({
  throttlingRateLimit: rate,
  throttlingBurstLimit: burst,
});

function newReplies(facts: Seen, id: string): Readonly<Record<string, object>> {
  const routes = facts.routes ?? [];
  const domains = (facts.domains ?? []).map(({ name, minimumTls }) => ({
    domainName: name,
    domainNameConfigurations: [{ endpointType: 'REGIONAL', securityPolicy: minimumTls }],
  }));
  return {
    [`v2/apis/${id}`]: { apiId: id, name: facts.name ?? 'orders', protocolType: protocolOf(facts), tags: facts.tags },
    [`v2/apis/${id}/routes`]: {
      items: routes.map(({ key, authorization, authorizerId, apiKeyRequired }, index) => ({
        routeId: `r${index}`,
        routeKey: key,
        authorizationType: authorization,
        authorizerId: authorizerId ?? undefined,
        apiKeyRequired,
        target: `integrations/i${index}`,
      })),
    },
    [`v2/apis/${id}/integrations`]: {
      items: routes.map(({ functionArns: [arn] }, index) => ({
        integrationId: `i${index}`,
        integrationType: arn ? 'AWS_PROXY' : 'HTTP_PROXY',
        integrationUri: arn ?? 'https://example.com',
      })),
    },
    [`v2/apis/${id}/authorizers`]: {
      items: facts.authorizers?.map(({ id: authorizerId, name, kind, audiences }) => ({
        authorizerId,
        name,
        authorizerType: kind,
        jwtConfiguration: kind === 'JWT' ? { audience: audiences, issuer: 'https://issuer.example.com' } : undefined,
      })),
    },
    [`v2/apis/${id}/stages`]: {
      items: newStagesOf(facts).map(({ name, accessLogArn, throttling, variables }) => ({
        stageName: name,
        autoDeploy: !facts.manualStages?.includes(name),
        accessLogSettings: accessLogArn ? { destinationArn: accessLogArn, format: '$context.requestId' } : undefined,
        defaultRouteSettings: throttling ? limitsOf(throttling) : { detailedMetricsEnabled: false },
        stageVariables: variables,
      })),
    },
    'v2/domainnames': { items: domains },
    ...Object.fromEntries(
      domains.map(({ domainName }) => [`v2/domainnames/${domainName}/apimappings`, { items: [{ apiId: id, stage: 'prod' }] }]),
    ),
  };
}
