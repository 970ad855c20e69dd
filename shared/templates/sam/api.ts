import type { Declared } from '../declared.ts';
import { scalarText } from '../tree/json.ts';
import { at, isObject, isUnresolved, unresolved, type Value, type ValueObject } from '../values.ts';
import { accessOf } from './api-events.ts';
import { made, type SamContext, without } from './made.ts';

/**
 * What SAM makes of a REST API: the API, its stage, its authorizers and its domain
 * (https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html).
 */
export function expandRestApi(declared: Declared, context: SamContext): Declared[] {
  const { properties, logicalId, identity } = declared;
  const endpoint = properties.EndpointConfiguration;
  const type = isObject(endpoint) ? endpoint.Type : endpoint;
  const api: Declared = {
    ...declared,
    type: 'AWS::ApiGateway::RestApi',
    properties: without({
      Name: properties.Name ?? nameOf(declared, context),
      Body: bodyOf(declared, 'Api'),
      BodyS3Location: properties.DefinitionUri,
      EndpointConfiguration: type === undefined ? undefined : { Types: [type] },
      Policy: resourcePolicyOf(properties),
      // SAM tags the stage, and the API only when it is asked to.
      Tags: properties.PropagateTags === true ? properties.Tags : undefined,
    }),
  };
  const stage = made(context, declared, 'AWS::ApiGateway::Stage', `${logicalId}Stage`, {
    ...without({
      MethodSettings: properties.MethodSettings,
      AccessLogSetting: properties.AccessLogSetting,
      TracingEnabled: properties.TracingEnabled,
      Variables: properties.Variables,
      StageName: properties.StageName,
    }),
    RestApiId: identity.ref,
  });
  return [
    api,
    stage,
    ...extraStage(declared, context),
    ...authorizersOf(declared, 'Api', context),
    ...domainOf(declared, 'AWS::ApiGateway', context),
  ];
}

/** The same of an HTTP API (https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-httpapi.html). */
export function expandHttpApi(declared: Declared, context: SamContext): Declared[] {
  const { properties, logicalId, identity } = declared;
  const api: Declared = {
    ...declared,
    type: 'AWS::ApiGatewayV2::Api',
    properties: without({
      Name: properties.Name ?? nameOf(declared, context),
      ProtocolType: 'HTTP',
      Body: bodyOf(declared, 'HttpApi'),
      BodyS3Location: properties.DefinitionUri,
      Tags: isUnresolved(properties.Tags)
        ? properties.Tags
        : { 'httpapi:createdBy': 'SAM', ...(isObject(properties.Tags) ? properties.Tags : {}) },
    }),
  };
  const stage = made(context, declared, 'AWS::ApiGatewayV2::Stage', `${logicalId}Stage`, {
    ...without({
      AccessLogSettings: properties.AccessLogSettings,
      DefaultRouteSettings: properties.DefaultRouteSettings,
      StageVariables: properties.StageVariables,
    }),
    StageName: properties.StageName ?? '$default',
    ApiId: identity.ref,
    // SAM's HTTP APIs deploy by themselves (https://github.com/aws/serverless-application-model/blob/develop/samtranslator/model/api/http_api_generator.py).
    AutoDeploy: true,
  });
  return [api, stage, ...authorizersOf(declared, 'HttpApi', context), ...domainOf(declared, 'AWS::ApiGatewayV2', context)];
}

/** A definition whose operations get the API's default authorizer where they name none of their own. */
function bodyOf(declared: Declared, type: 'Api' | 'HttpApi'): Value | undefined {
  const body = declared.properties.DefinitionBody;
  const auth = declared.properties.Auth;
  if (!isObject(body) || at(auth, 'DefaultAuthorizer') === undefined || !isObject(body.paths)) return body;
  const access = accessOf({}, declared, type);
  const security = [{ [scalarText(access.AuthorizerId ?? 'cinch-default')]: [] }];
  const scheme =
    access.AuthorizationType === 'AWS_IAM'
      ? { type: 'apiKey', 'x-amazon-apigateway-authtype': 'awsSigv4' }
      : {
          type: 'apiKey',
          'x-amazon-apigateway-authorizer': { type: kindOf(at(auth, 'Authorizers', scalarText(access.AuthorizerId)), type) },
        };
  const paths = Object.fromEntries(
    Object.entries(body.paths).map(([path, item]) => [path, isObject(item) ? withSecurity(item, security) : item]),
  );
  const schemes = isObject(body.securityDefinitions) ? body.securityDefinitions : {};
  return { ...body, paths, securityDefinitions: { ...schemes, [Object.keys(security[0] ?? {})[0] ?? '']: scheme } };
}

const withSecurity = (item: ValueObject, security: Value): ValueObject =>
  Object.fromEntries(
    Object.entries(item).map(([verb, operation]) => [
      verb,
      isObject(operation) && operation.security === undefined ? { ...operation, security } : operation,
    ]),
  );

function kindOf(authorizer: Value | undefined, type: 'Api' | 'HttpApi'): Value {
  if (isUnresolved(authorizer)) return authorizer;
  if (at(authorizer, 'UserPoolArn') !== undefined) return 'COGNITO_USER_POOLS';
  if (type === 'HttpApi')
    return at(authorizer, 'JwtConfiguration') === undefined && at(authorizer, 'OpenIdConnectUrl') === undefined
      ? 'REQUEST'
      : 'JWT';
  return at(authorizer, 'FunctionPayloadType') ?? 'TOKEN';
}

function authorizersOf(declared: Declared, type: 'Api' | 'HttpApi', context: SamContext): Declared[] {
  const authorizers = at(declared.properties.Auth, 'Authorizers');
  if (!isObject(authorizers)) return [];
  const isRest = type === 'Api';
  return Object.entries(authorizers).map(([name, authorizer]) => {
    const jwt = at(authorizer, 'JwtConfiguration');
    const properties: ValueObject = {
      [isRest ? 'RestApiId' : 'ApiId']: declared.identity.ref,
      [isRest ? 'Type' : 'AuthorizerType']: kindOf(authorizer, type),
      Name: name,
      ...(jwt !== undefined && {
        JwtConfiguration: isUnresolved(jwt) ? jwt : without({ Audience: at(jwt, 'audience') ?? at(jwt, 'Audience') }),
      }),
    };
    const one = made(
      context,
      declared,
      isRest ? 'AWS::ApiGateway::Authorizer' : 'AWS::ApiGatewayV2::Authorizer',
      name,
      properties,
    );
    return { ...one, identity: { ...one.identity, name, ref: name } };
  });
}

/** Statements as they are written; SAM's lists of addresses, VPCs and accounts are turned into a policy when it is deployed. */
function resourcePolicyOf({ Auth: auth, Policy: written }: ValueObject): Value | undefined {
  if (written !== undefined) return written;
  const policy = at(auth, 'ResourcePolicy');
  if (policy === undefined || isUnresolved(policy)) return policy;
  const statements = at(policy, 'CustomStatements');
  if (!isObject(policy) || Object.keys(policy).some((key) => key !== 'CustomStatements'))
    return unresolved('SAM makes the resource policy of its lists when it is deployed');
  return statements === undefined ? undefined : { Version: '2012-10-17', Statement: statements };
}

export function domainOf(declared: Declared, service: string, context: SamContext): Declared[] {
  const domain = declared.properties.Domain;
  const name = at(domain, 'DomainName');
  if (!isObject(domain) || name === undefined) return [];
  const isRest = service === 'AWS::ApiGateway';
  const policy = without({ SecurityPolicy: domain.SecurityPolicy });
  const properties = isRest ? policy : { DomainNameConfigurations: [policy] };
  const text = typeof name === 'string' ? name : undefined;
  return [
    made(context, declared, `${service}::DomainName`, `${declared.logicalId}Domain`, { DomainName: name, ...properties }, text),
    made(
      context,
      declared,
      isRest ? 'AWS::ApiGateway::BasePathMapping' : 'AWS::ApiGatewayV2::ApiMapping',
      `${declared.logicalId}Mapping`,
      {
        DomainName: name,
        [isRest ? 'RestApiId' : 'ApiId']: declared.identity.ref,
      },
    ),
  ];
}

/** What is given no name is called like its stack. */
const nameOf = ({ properties }: Declared, { stackName }: SamContext): Value =>
  at(properties.DefinitionBody, 'info', 'title') ?? stackName;

/** SAM's deployment makes a stage that is called `Stage`, unless it is told an OpenAPI version (https://github.com/aws/serverless-application-model/issues/191). */
function extraStage(declared: Declared, context: SamContext): Declared[] {
  const { properties, logicalId, identity } = declared;
  if (properties.OpenApiVersion !== undefined || properties.StageName === 'Stage') return [];
  return [
    made(context, declared, 'AWS::ApiGateway::Deployment', `${logicalId}Deployment`, {
      RestApiId: identity.ref,
      StageName: 'Stage',
    }),
  ];
}
