import type { ApiAuthorizer, ApiRoute } from '../../model/state.ts';
import type { Declared, World } from '../declared.ts';
import { referring } from '../references.ts';
import { at, flagOf, NotTold, textOf, textsOf } from '../values.ts';
import { authorizersIn, bodyOf, routesIn } from './api-body.ts';
import { functionsIn } from './function-uri.ts';

const AUTHORIZATIONS = ['NONE', 'AWS_IAM', 'CUSTOM', 'COGNITO_USER_POOLS', 'JWT'] as const;

function authorizationOf(written: string | undefined): ApiRoute['authorization'] {
  const found = AUTHORIZATIONS.find((known) => known === (written ?? 'NONE').toUpperCase());
  if (!found) throw new NotTold('a route has an authorization that Cinch does not know');
  return found;
}

/** Those of its definition and those that are resources of their own. */
export function routesOf(world: World, api: Declared): ApiRoute[] {
  const isRest = api.type === 'AWS::ApiGateway::RestApi';
  const body = bodyOf(api);
  const inBody = body ? routesIn(body, isRest) : [];
  const inDefinition = new Set(inBody.map(({ key }) => key));
  const apart = isRest ? restRoutes(world, api) : [...quickRoutes(api), ...newRoutes(world, api)];
  return [...inBody, ...apart.filter(({ key }) => !inDefinition.has(key))];
}

const restRoutes = (world: World, api: Declared): ApiRoute[] =>
  referring(world, 'AWS::ApiGateway::Method', 'RestApiId', api).map(({ properties }) => ({
    key: `${(textOf(properties.HttpMethod) ?? 'ANY').toUpperCase()} ${textOf(properties.Path) ?? pathOf(world, api, textOf(properties.ResourceId))}`,
    authorization: authorizationOf(textOf(properties.AuthorizationType)),
    authorizerId: textOf(properties.AuthorizerId) || null,
    apiKeyRequired: flagOf(properties.ApiKeyRequired) ?? false,
    functionArns: functionsIn(textOf(at(properties, 'Integration', 'Uri'))),
  }));

const MAX_PARTS = 50;

/** The parts of a resource's path, from the root down. */
function pathOf(world: World, api: Declared, resourceId: string | undefined): string {
  const parts: string[] = [];
  let id = resourceId;
  while (id !== undefined && parts.length < MAX_PARTS) {
    if (id === `${api.identity.name}-rootresourceid`) break;
    const resource = world.find(id, 'AWS::ApiGateway::Resource');
    // Below a resource that is made elsewhere.
    if (!resource) return `.../${parts.join('/')}`;
    parts.unshift(textOf(resource.properties.PathPart) ?? '');
    id = textOf(resource.properties.ParentId);
  }
  return `/${parts.join('/')}`;
}

/** An API that names a target has one open route (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop.html). */
function quickRoutes({ properties }: Declared): ApiRoute[] {
  const target = textOf(properties.Target);
  if (target === undefined) return [];
  const key = textOf(properties.RouteKey) ?? '$default';
  return [{ key, authorization: 'NONE', authorizerId: null, apiKeyRequired: false, functionArns: functionsIn(target) }];
}

const newRoutes = (world: World, api: Declared): ApiRoute[] =>
  referring(world, 'AWS::ApiGatewayV2::Route', 'ApiId', api).map(({ properties }) => {
    const integration = world.find(
      (textOf(properties.Target) ?? '').replace(/^integrations\//, ''),
      'AWS::ApiGatewayV2::Integration',
    );
    return {
      key: textOf(properties.RouteKey) ?? '$default',
      authorization: authorizationOf(textOf(properties.AuthorizationType)),
      authorizerId: textOf(properties.AuthorizerId) || null,
      apiKeyRequired: flagOf(properties.ApiKeyRequired) ?? false,
      functionArns: functionsIn(textOf(integration?.properties.IntegrationUri ?? properties.IntegrationUri)),
    };
  });

const KINDS = ['JWT', 'REQUEST', 'TOKEN', 'COGNITO_USER_POOLS'] as const;

export function authorizersOf(world: World, api: Declared): ApiAuthorizer[] {
  const body = bodyOf(api);
  const isRest = api.type === 'AWS::ApiGateway::RestApi';
  const declared = isRest
    ? referring(world, 'AWS::ApiGateway::Authorizer', 'RestApiId', api)
    : referring(world, 'AWS::ApiGatewayV2::Authorizer', 'ApiId', api);
  const own = declared.map(({ properties, identity, logicalId }): ApiAuthorizer => {
    const kind = KINDS.find((known) => known === textOf(properties.AuthorizerType ?? properties.Type)?.toUpperCase());
    if (!kind) throw new NotTold(`${logicalId} is an authorizer of a kind that Cinch does not know`);
    const audiences = textsOf(at(properties, 'JwtConfiguration', 'Audience'));
    return { id: identity.ref, name: textOf(properties.Name) ?? logicalId, kind, audiences };
  });
  const inBody = body ? authorizersIn(body) : [];
  return [...inBody.filter(({ id }) => !own.some((other) => other.id === id)), ...own];
}
