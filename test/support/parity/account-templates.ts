import type { Resource } from '../../../shared/model/resource.ts';
import type {
  ApiAuthorizer,
  ApiFacts,
  ApiRoute,
  ApiStage,
  AttachedPolicy,
  RoleFacts,
  UserFacts,
} from '../../../shared/model/state.ts';
import { protocolOf } from './gateway-replies.ts';
import { jsonOf, lastPart, NoTemplate, pathAndName, ref, TemplateBuilder, tagList } from './template.ts';
import { newStagesOf } from './wholes.ts';

export function roleTemplate(facts: Partial<RoleFacts>, resource: Resource<'role'>): string {
  const template = new TemplateBuilder();
  const { path, name } = pathAndName(resource);
  const managed = managedOf(template, facts.attachedPolicies);
  template.add('Role', 'IAM::Role', {
    RoleName: name,
    Path: facts.path ?? path,
    AssumeRolePolicyDocument: facts.trustPolicy
      ? jsonOf(facts.trustPolicy)
      : {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
    Policies: facts.inlinePolicies?.map((policy) => ({ PolicyName: policy.name, PolicyDocument: jsonOf(policy.document) })),
    ManagedPolicyArns: managed.length > 0 ? managed : undefined,
    Tags: facts.tags && tagList(facts.tags),
    PermissionsBoundary: boundaryOf(template, facts),
  });
  for (const [index, arn] of (facts.usedBy ?? []).entries())
    template.add(`User${index}`, 'Lambda::Function', {
      FunctionName: lastPart(arn),
      Code: { ZipFile: 'x' },
      Handler: 'index.handler',
      Runtime: 'nodejs22.x',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    });
  return template.toText();
}

function managedOf(template: TemplateBuilder, attached: readonly AttachedPolicy[] = []): unknown[] {
  return attached.map(({ awsManaged, arn, name, document }, index) =>
    awsManaged
      ? arn
      : ref(template.add(`Managed${index}`, 'IAM::ManagedPolicy', { ManagedPolicyName: name, PolicyDocument: jsonOf(document) })),
  );
}

function boundaryOf(
  template: TemplateBuilder,
  { boundary, permissionsBoundaryArn }: Partial<Pick<RoleFacts, 'boundary' | 'permissionsBoundaryArn'>>,
): unknown {
  if (!boundary || permissionsBoundaryArn?.includes(':iam::aws:')) return permissionsBoundaryArn ?? undefined;
  const name = permissionsBoundaryArn ? lastPart(permissionsBoundaryArn) : undefined;
  return ref(template.add('Boundary', 'IAM::ManagedPolicy', { ManagedPolicyName: name, PolicyDocument: jsonOf(boundary) }));
}

export function userTemplate(facts: Partial<UserFacts>, resource: Resource<'user'>): string {
  const template = new TemplateBuilder();
  template.add('User', 'IAM::User', {
    UserName: resource.name,
    ManagedPolicyArns: managedOf(template, facts.attachedPolicies),
    PermissionsBoundary: boundaryOf(template, { boundary: facts.boundary ?? null }),
    Policies: facts.inlinePolicies?.map((policy) => ({ PolicyName: policy.name, PolicyDocument: jsonOf(policy.document) })),
    Tags: facts.tags && tagList(facts.tags),
  });
  return template.toText();
}

export function apiTemplate(facts: Partial<ApiFacts>, resource: Resource<'api'>): string {
  const { authorizers, routes = [] } = facts;
  if (authorizers && routes.some(({ authorizerId }) => authorizerId && !authorizers.some(({ id }) => id === authorizerId)))
    throw new NoTemplate('a route names an authorizer that is not there');
  const template = new TemplateBuilder();
  if (protocolOf(facts) === 'REST') addRestApi(template, facts, resource.name);
  else addHttpApi(template, facts);
  return template.toText();
}

/** Those that are given, or those that routes name. */
function authorizersOf({ authorizers, routes = [] }: Partial<ApiFacts>): readonly ApiAuthorizer[] {
  if (authorizers) return authorizers;
  const named = new Map(
    routes.flatMap(({ authorizerId, authorization }) => (authorizerId ? [[authorizerId, authorization]] : [])),
  );
  return [...named].map(([id, authorization]): ApiAuthorizer => {
    const kind = authorization === 'JWT' || authorization === 'COGNITO_USER_POOLS' ? authorization : 'REQUEST';
    return { id, name: id, kind, audiences: kind === 'JWT' ? ['orders'] : [] };
  });
}

function addRestApi(template: TemplateBuilder, facts: Partial<ApiFacts>, name: string): void {
  template.add('Api', 'ApiGateway::RestApi', {
    Name: facts.name ?? name,
    EndpointConfiguration: facts.endpointTypes?.length ? { Types: facts.endpointTypes } : undefined,
    Policy: facts.policy ? jsonOf(facts.policy) : undefined,
    Tags: facts.tags && tagList(facts.tags),
  });
  for (const { id, name: called, kind } of authorizersOf(facts))
    template.add(id, 'ApiGateway::Authorizer', { RestApiId: ref('Api'), Name: called, Type: kind });
  for (const [index, route] of (facts.routes ?? []).entries()) addMethod(template, route, index);
  facts.stages?.forEach((stage, index) => {
    const { stageName, settings } = restStage(stage);
    template.add(`Stage${index}`, 'ApiGateway::Stage', {
      RestApiId: ref('Api'),
      StageName: stageName,
      DeploymentId: 'd1',
      ...settings,
    });
    if (stage.webAclArn)
      template.add(`Acl${index}`, 'WAFv2::WebACLAssociation', {
        WebACLArn: stage.webAclArn,
        ResourceArn: { 'Fn::Sub': `arn:aws:apigateway:eu-central-1::/restapis/\${Api}/stages/${stageName}` },
      });
  });
  addDomains(template, facts, 'ApiGateway::DomainName', 'ApiGateway::BasePathMapping', 'RestApiId');
}

function addMethod(template: TemplateBuilder, route: ApiRoute, index: number): void {
  const [method = 'ANY', path = '/'] = route.key.split(' ');
  let parent: unknown = { 'Fn::GetAtt': ['Api', 'RootResourceId'] };
  path
    .split('/')
    .filter((part) => part !== '')
    .forEach((part, at) => {
      parent = ref(
        template.add(`Path${index}x${at}`, 'ApiGateway::Resource', { RestApiId: ref('Api'), ParentId: parent, PathPart: part }),
      );
    });
  template.add(`Method${index}`, 'ApiGateway::Method', {
    RestApiId: ref('Api'),
    ResourceId: parent,
    HttpMethod: method,
    AuthorizationType: route.authorization,
    AuthorizerId: route.authorizerId ? ref(route.authorizerId) : undefined,
    ApiKeyRequired: route.apiKeyRequired,
    Integration: integrationOf(route),
  });
}

function integrationOf({ functionArns }: ApiRoute): object {
  const [arn] = functionArns;
  if (!arn) return { Type: 'MOCK' };
  return {
    Type: 'AWS_PROXY',
    IntegrationHttpMethod: 'POST',
    Uri: `arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/${arn}/invocations`,
  };
}

function restStage(stage: ApiStage): { stageName: string; settings: Record<string, unknown> } {
  const { throttling } = stage;
  return {
    stageName: stage.name,
    settings: {
      AccessLogSetting: stage.accessLogArn ? { DestinationArn: stage.accessLogArn, Format: '$context.requestId' } : undefined,
      TracingEnabled: stage.tracing,
      Variables: stage.variables,
      MethodSettings: throttling
        ? [{ HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: throttling.rate, ThrottlingBurstLimit: throttling.burst }]
        : undefined,
    },
  };
}

function addHttpApi(template: TemplateBuilder, facts: Partial<ApiFacts>): void {
  const protocol = protocolOf(facts);
  const isWebSocket = protocol === 'WEBSOCKET';
  template.add('Api', 'ApiGatewayV2::Api', {
    Name: facts.name ?? 'orders',
    ProtocolType: protocol,
    RouteSelectionExpression: isWebSocket ? '$request.body.action' : undefined,
    Tags: facts.tags,
  });
  for (const { id, name, kind, audiences } of authorizersOf(facts))
    template.add(id, 'ApiGatewayV2::Authorizer', {
      ApiId: ref('Api'),
      Name: name,
      AuthorizerType: kind,
      JwtConfiguration: kind === 'JWT' ? { Audience: audiences, Issuer: 'https://issuer.example.com' } : undefined,
    });
  facts.routes?.forEach((route, index) => {
    const [arn] = route.functionArns;
    const integration = template.add(`Integration${index}`, 'ApiGatewayV2::Integration', {
      ApiId: ref('Api'),
      IntegrationType: arn ? 'AWS_PROXY' : 'HTTP_PROXY',
      IntegrationUri: arn ?? 'https://example.com',
    });
    template.add(`Route${index}`, 'ApiGatewayV2::Route', {
      ApiId: ref('Api'),
      RouteKey: route.key,
      AuthorizationType: route.authorization,
      AuthorizerId: route.authorizerId ? ref(route.authorizerId) : undefined,
      ApiKeyRequired: isWebSocket ? route.apiKeyRequired : undefined,
      Target: { 'Fn::Join': ['/', ['integrations', ref(integration)]] },
    });
  });
  newStagesOf(facts).forEach((stage, index) => {
    template.add(`Stage${index}`, 'ApiGatewayV2::Stage', {
      ApiId: ref('Api'),
      StageName: stage.name,
      AutoDeploy: !facts.manualStages?.includes(stage.name),
      AccessLogSettings: stage.accessLogArn ? { DestinationArn: stage.accessLogArn, Format: '$context.requestId' } : undefined,
      StageVariables: stage.variables,
      DefaultRouteSettings: stage.throttling
        ? { ThrottlingRateLimit: stage.throttling.rate, ThrottlingBurstLimit: stage.throttling.burst }
        : undefined,
    });
  });
  addDomains(template, facts, 'ApiGatewayV2::DomainName', 'ApiGatewayV2::ApiMapping', 'ApiId');
}

function addDomains(template: TemplateBuilder, facts: Partial<ApiFacts>, domain: string, mapping: string, api: string): void {
  facts.domains?.forEach(({ name, minimumTls }, index) => {
    const policy =
      domain === 'ApiGateway::DomainName'
        ? { SecurityPolicy: minimumTls }
        : {
            DomainNameConfigurations: [
              { CertificateArn: 'arn:aws:acm:eu-central-1:222222222222:certificate/1', SecurityPolicy: minimumTls },
            ],
          };
    template.add(`Domain${index}`, domain, { DomainName: name, ...policy });
    template.add(`Mapping${index}`, mapping, {
      DomainName: ref(`Domain${index}`),
      [api]: ref('Api'),
      Stage: facts.stages?.[0]?.name ?? 'prod',
    });
  });
}
