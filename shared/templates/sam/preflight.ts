import type { Declared } from '../declared.ts';
import { at } from '../values.ts';
import { accessOf } from './api-events.ts';
import { made, type SamContext } from './made.ts';

/** Cross-origin settings of a REST API add an OPTIONS method to every path; its default authorizer guards that too unless somebody says no. */
export function preflightRoutes(api: Declared, expanded: readonly Declared[], context: SamContext): Declared[] {
  if (api.type !== 'AWS::Serverless::Api' || api.properties.Cors === undefined) return [];
  const isGuarded = at(api.properties.Auth, 'AddDefaultAuthorizerToCorsPreflight') !== false;
  const access = isGuarded ? accessOf({}, api, 'Api') : { AuthorizationType: 'NONE' };
  const methods = expanded.filter(
    ({ type, properties }) => type === 'AWS::ApiGateway::Method' && properties.RestApiId === api.identity.ref,
  );
  const paths = new Set(methods.map(({ properties }) => properties.Path));
  const taken = new Set(
    methods.filter(({ properties }) => properties.HttpMethod === 'OPTIONS').map(({ properties }) => properties.Path),
  );
  return [...paths].flatMap((path, index) => {
    if (taken.has(path) || typeof path !== 'string') return [];
    const properties = { RestApiId: api.identity.ref, HttpMethod: 'OPTIONS', Path: path, ...access };
    return [made(context, api, 'AWS::ApiGateway::Method', `${api.logicalId}Preflight${index}`, properties)];
  });
}
