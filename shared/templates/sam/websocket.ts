import type { Declared } from '../declared.ts';
import { at, isObject, isUnresolved } from '../values.ts';
import { domainOf } from './api.ts';
import { made, type SamContext, without } from './made.ts';

/** A WebSocket API with its stage and routes; only `$connect` can have an authorizer. */
export function expandWebSocketApi(declared: Declared, context: SamContext): Declared[] {
  const { properties, logicalId, identity } = declared;
  const api: Declared = {
    ...declared,
    type: 'AWS::ApiGatewayV2::Api',
    properties: without({
      Name: properties.Name ?? context.stackName,
      ProtocolType: 'WEBSOCKET',
      Tags: isUnresolved(properties.Tags)
        ? properties.Tags
        : { 'websocketapi:createdBy': 'SAM', ...(isObject(properties.Tags) ? properties.Tags : {}) },
    }),
  };
  const stage = made(context, declared, 'AWS::ApiGatewayV2::Stage', `${logicalId}Stage`, {
    ...without({
      AccessLogSettings: properties.AccessLogSettings,
      DefaultRouteSettings: properties.DefaultRouteSettings,
      StageVariables: properties.StageVariables,
    }),
    StageName: properties.StageName ?? 'default',
    ApiId: identity.ref,
    AutoDeploy: true,
  });
  const routes = isObject(properties.Routes) ? Object.entries(properties.Routes) : [];
  const authType = at(properties.Auth, 'AuthType');
  const { partition, region, account } = context.where;
  const authorizer =
    authType === 'CUSTOM'
      ? [
          made(context, declared, 'AWS::ApiGatewayV2::Authorizer', `${logicalId}Authorizer`, {
            ApiId: identity.ref,
            AuthorizerType: 'REQUEST',
          }),
        ]
      : [];
  return [
    api,
    stage,
    ...authorizer,
    ...domainOf(declared, 'AWS::ApiGatewayV2', context),
    ...routes.flatMap(([key, route]) => {
      const access =
        key === '$connect' ? without({ AuthorizationType: authType, AuthorizerId: authorizer[0]?.identity.ref }) : {};
      const functionArn = at(route, 'FunctionArn');
      const id = `${logicalId}${key.replace(/[^A-Za-z0-9]/g, '')}`;
      return [
        made(context, declared, 'AWS::ApiGatewayV2::Route', `${id}Route`, {
          ApiId: identity.ref,
          RouteKey: key,
          ...without({ IntegrationUri: functionArn }),
          ...access,
        }),
        made(context, declared, 'AWS::Lambda::Permission', `${id}Permission`, {
          Action: 'lambda:InvokeFunction',
          ...without({ FunctionName: functionArn }),
          Principal: 'apigateway.amazonaws.com',
          SourceArn: `arn:${partition}:execute-api:${region}:${account}:${identity.ref}/*/${key}`,
        }),
      ];
    }),
  ];
}
