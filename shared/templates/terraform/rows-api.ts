import type { Row } from './rows.ts';

export const API_ROWS: Readonly<Record<string, Row>> = {
  aws_api_gateway_rest_api: {
    type: 'AWS::ApiGateway::RestApi',
    properties: {
      Name: 'name',
      Body: 'body',
      Policy: 'policy',
      EndpointConfiguration: { Types: 'endpoint_configuration.0.types' },
      Tags: 'tags_all',
    },
  },
  aws_api_gateway_rest_api_policy: { type: 'Cinch::ApiPolicy', properties: { RestApiId: 'rest_api_id', Policy: 'policy' } },
  aws_api_gateway_resource: {
    type: 'AWS::ApiGateway::Resource',
    properties: { RestApiId: 'rest_api_id', ParentId: 'parent_id', PathPart: 'path_part' },
  },
  aws_api_gateway_method: {
    type: 'AWS::ApiGateway::Method',
    properties: {
      RestApiId: 'rest_api_id',
      ResourceId: 'resource_id',
      HttpMethod: 'http_method',
      AuthorizationType: 'authorization',
      AuthorizerId: 'authorizer_id',
      ApiKeyRequired: 'api_key_required',
    },
  },
  aws_api_gateway_integration: {
    type: 'Cinch::MethodIntegration',
    properties: { RestApiId: 'rest_api_id', ResourceId: 'resource_id', HttpMethod: 'http_method', Uri: 'uri' },
  },
  aws_api_gateway_authorizer: {
    type: 'AWS::ApiGateway::Authorizer',
    properties: { RestApiId: 'rest_api_id', Name: 'name', Type: 'type' },
  },
  aws_api_gateway_stage: {
    type: 'AWS::ApiGateway::Stage',
    named: 'stage_name',
    properties: {
      RestApiId: 'rest_api_id',
      StageName: 'stage_name',
      AccessLogSetting: { DestinationArn: 'access_log_settings.0.destination_arn' },
      TracingEnabled: 'xray_tracing_enabled',
      Variables: 'variables',
    },
  },
  aws_api_gateway_method_settings: {
    type: 'Cinch::StageSettings',
    properties: {
      RestApiId: 'rest_api_id',
      StageName: 'stage_name',
      MethodPath: 'method_path',
      ThrottlingRateLimit: 'settings.0.throttling_rate_limit',
      ThrottlingBurstLimit: 'settings.0.throttling_burst_limit',
    },
  },
  aws_api_gateway_deployment: {
    type: 'AWS::ApiGateway::Deployment',
    properties: { RestApiId: 'rest_api_id', StageName: 'stage_name', StageDescription: { Variables: 'variables' } },
  },
  aws_api_gateway_domain_name: {
    type: 'AWS::ApiGateway::DomainName',
    named: 'domain_name',
    properties: { DomainName: 'domain_name', SecurityPolicy: 'security_policy' },
  },
  aws_api_gateway_base_path_mapping: {
    type: 'AWS::ApiGateway::BasePathMapping',
    properties: { DomainName: 'domain_name', RestApiId: 'api_id' },
  },
  aws_apigatewayv2_api: {
    type: 'AWS::ApiGatewayV2::Api',
    properties: {
      Name: 'name',
      ProtocolType: 'protocol_type',
      Body: 'body',
      Target: 'target',
      RouteKey: 'route_key',
      Tags: 'tags_all',
    },
  },
  aws_apigatewayv2_route: {
    type: 'AWS::ApiGatewayV2::Route',
    properties: {
      ApiId: 'api_id',
      RouteKey: 'route_key',
      AuthorizationType: 'authorization_type',
      AuthorizerId: 'authorizer_id',
      ApiKeyRequired: 'api_key_required',
      Target: 'target',
    },
  },
  aws_apigatewayv2_integration: {
    type: 'AWS::ApiGatewayV2::Integration',
    properties: { ApiId: 'api_id', IntegrationUri: 'integration_uri' },
  },
  aws_apigatewayv2_authorizer: {
    type: 'AWS::ApiGatewayV2::Authorizer',
    properties: {
      ApiId: 'api_id',
      Name: 'name',
      AuthorizerType: 'authorizer_type',
      JwtConfiguration: { Audience: 'jwt_configuration.0.audience' },
    },
  },
  aws_apigatewayv2_stage: {
    type: 'AWS::ApiGatewayV2::Stage',
    named: 'name',
    properties: {
      ApiId: 'api_id',
      StageName: 'name',
      AutoDeploy: 'auto_deploy',
      AccessLogSettings: { DestinationArn: 'access_log_settings.0.destination_arn' },
      DefaultRouteSettings: {
        ThrottlingRateLimit: 'default_route_settings.0.throttling_rate_limit',
        ThrottlingBurstLimit: 'default_route_settings.0.throttling_burst_limit',
      },
      StageVariables: 'stage_variables',
    },
  },
  aws_apigatewayv2_domain_name: {
    type: 'AWS::ApiGatewayV2::DomainName',
    named: 'domain_name',
    properties: {
      DomainName: 'domain_name',
      DomainNameConfigurations: { blocks: 'domain_name_configuration', each: { SecurityPolicy: 'security_policy' } },
    },
  },
  aws_apigatewayv2_api_mapping: {
    type: 'AWS::ApiGatewayV2::ApiMapping',
    properties: { DomainName: 'domain_name', ApiId: 'api_id' },
  },
  aws_wafv2_web_acl: { type: 'AWS::WAFv2::WebACL', named: 'name', properties: {} },
  aws_wafv2_web_acl_association: {
    type: 'AWS::WAFv2::WebACLAssociation',
    properties: { ResourceArn: 'resource_arn', WebACLArn: 'web_acl_arn' },
  },
};
