import { apiResource, type Resource } from '../../model/resource.ts';
import type { ApiFacts, ApiProtocol, State } from '../../model/state.ts';
import type { Declared, World } from '../declared.ts';
import { at, NotTold, textOf, textsOf } from '../values.ts';
import { bodyOf, tagsIn } from './api-body.ts';
import { domainsOf } from './api-domains.ts';
import { authorizersOf, routesOf } from './api-routes.ts';
import { manualStagesOf, stagesOf } from './api-stages.ts';
import { documentOf, stateOf } from './fact.ts';
import { tagsOf } from './iam-policies.ts';

export const API_TYPES = ['AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api'] as const;

/** @param api one of API_TYPES. */
export function apiState(world: World, api: Declared): State<'api'> {
  const { properties } = api;
  const protocol = (): ApiProtocol => {
    if (isRest(api)) return 'REST';
    return textOf(properties.ProtocolType)?.toUpperCase() === 'WEBSOCKET' ? 'WEBSOCKET' : 'HTTP';
  };
  return stateOf<'api'>({
    protocol,
    name: () => textOf(properties.Name) ?? textOf(at(properties.Body, 'info', 'title')) ?? api.logicalId,
    endpointTypes: () => (isRest(api) ? endpointTypesOf(api) : []),
    policy: () => (isRest(api) ? policyOf(api) : null),
    tags: () => ({ ...tagsIn(properties.Body), ...tagsOf(world, api) }),
    routes: () => routesOf(world, api),
    authorizers: () => authorizersOf(world, api),
    stages: () => stagesOf(world, api),
    manualStages: () => (isRest(api) ? [] : manualStagesOf(world, api)),
    domains: () => domainsOf(world, api),
  });
}

export const isRest = ({ type }: Declared): boolean => type === 'AWS::ApiGateway::RestApi';

const ENDPOINTS = ['EDGE', 'REGIONAL', 'PRIVATE'] as const;

/** An API that says nothing is edge-optimized (https://docs.aws.amazon.com/apigateway/latest/api/API_EndpointConfiguration.html). */
function endpointTypesOf({ properties }: Declared): ApiFacts['endpointTypes'] {
  const types = textsOf(at(properties.EndpointConfiguration, 'Types')).map((type) => type.toUpperCase());
  return types.length === 0 ? ['EDGE'] : ENDPOINTS.filter((known) => types.includes(known));
}

/** Its own, or the one in its definition. */
function policyOf(api: Declared): ApiFacts['policy'] {
  const written = api.properties.Policy ?? null;
  if (written !== null) return documentOf(written, `policy of ${api.logicalId}`);
  const inBody = bodyOf(api)?.['x-amazon-apigateway-policy'] ?? null;
  return inBody === null ? null : documentOf(inBody, `policy of ${api.logicalId}`);
}

export function apiResourceOf(world: World, { identity }: Declared): Resource<'api'> {
  if (!identity.name) throw new NotTold('an API without a name');
  return apiResource(world.account, world.region, identity.name);
}
