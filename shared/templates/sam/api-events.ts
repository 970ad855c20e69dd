import type { Declared } from '../declared.ts';
import { scalarText } from '../tree/json.ts';
import { at, isUnresolved, unresolved, type Value, type ValueObject } from '../values.ts';
import type { ApiOf } from './events.ts';
import { IMPLICIT } from './generated.ts';
import { made, type SamContext, without } from './made.ts';

type ApiEvent = 'Api' | 'HttpApi';

/** The route of an event and the permission for API Gateway to take it. */
export function routeOf(
  declared: Declared,
  id: string,
  type: ApiEvent,
  settings: ValueObject,
  target: string,
  apiOf: ApiOf,
  context: SamContext,
): Declared[] {
  const reference = type === 'Api' ? settings.RestApiId : settings.ApiId;
  const api = apiOf(reference, type);
  const isCatchAll = type === 'HttpApi' && settings.Path === undefined;
  const path = isCatchAll ? '$default' : settings.Path;
  const method = typeof settings.Method === 'string' ? settings.Method.toUpperCase() : 'ANY';
  const permission = made(context, declared, 'AWS::Lambda::Permission', `${id}Permission`, {
    Action: 'lambda:InvokeFunction',
    FunctionName: target,
    Principal: 'apigateway.amazonaws.com',
    SourceArn: sourceArn(api, reference, path, method, context),
  });
  // A definition that lies elsewhere names its routes itself.
  if (!api || api.properties.DefinitionUri !== undefined) return [permission];
  const isPreflight = type === 'HttpApi' && method === 'OPTIONS' && api.properties.CorsConfiguration !== undefined;
  const access = isPreflight ? { AuthorizationType: 'NONE' } : accessOf(settings, api, type);
  const uri = declared.identity.arn;
  const route =
    type === 'Api'
      ? made(context, declared, 'AWS::ApiGateway::Method', id, {
          RestApiId: api.identity.ref,
          HttpMethod: method === 'X-AMAZON-APIGATEWAY-ANY-METHOD' ? 'ANY' : method,
          Path: path ?? unresolved('an event without a path'),
          Integration: { Uri: uri },
          ...access,
        })
      : made(context, declared, 'AWS::ApiGatewayV2::Route', id, {
          ApiId: api.identity.ref,
          RouteKey: isCatchAll || isUnresolved(path) ? (path ?? '$default') : `${method} ${scalarText(path)}`,
          IntegrationUri: uri,
          ...access,
        });
  return [permission, route];
}

function sourceArn(
  api: Declared | undefined,
  reference: Value | undefined,
  path: Value | undefined,
  method: string,
  { where }: SamContext,
): Value {
  const id = api?.identity.ref ?? reference;
  if (typeof id !== 'string') return isUnresolved(id) ? id : unresolved(`the API ${IMPLICIT.rest} is not in the template`);
  const way =
    path === '$default'
      ? '$default'
      : `${method === 'ANY' || method.startsWith('X-') ? '*' : method}${scalarText(isUnresolved(path) ? '/*' : path).replace(/\{[^{}]+\}/g, '*')}`;
  return `arn:${where.partition}:execute-api:${where.region}:${where.account}:${id}/*/${way}`;
}

/** The event's own authorizer, else the API's default one; `NONE` takes that away. */
export function accessOf(settings: ValueObject, api: Declared, type: ApiEvent): ValueObject {
  const auth = api.properties.Auth;
  const chosen = at(settings.Auth, 'Authorizer') ?? at(auth, 'DefaultAuthorizer');
  const apiKey = at(settings.Auth, 'ApiKeyRequired') ?? at(auth, 'ApiKeyRequired');
  const key = without({ ApiKeyRequired: apiKey });
  if (isUnresolved(auth)) return { AuthorizationType: auth };
  if (chosen === undefined || chosen === null || chosen === 'NONE') return { AuthorizationType: 'NONE', ...key };
  if (chosen === 'AWS_IAM') return { AuthorizationType: 'AWS_IAM', ...key };
  if (typeof chosen !== 'string') return { AuthorizationType: chosen, ...key };
  return { AuthorizationType: authorizationOf(at(auth, 'Authorizers', chosen), type), AuthorizerId: chosen, ...key };
}

/** What an authorizer of SAM's is to API Gateway. */
export function authorizationOf(authorizer: Value | undefined, type: ApiEvent): Value {
  if (isUnresolved(authorizer)) return authorizer;
  if (at(authorizer, 'UserPoolArn') !== undefined) return 'COGNITO_USER_POOLS';
  return type === 'HttpApi' && (at(authorizer, 'JwtConfiguration') ?? at(authorizer, 'OpenIdConnectUrl')) !== undefined
    ? 'JWT'
    : 'CUSTOM';
}
