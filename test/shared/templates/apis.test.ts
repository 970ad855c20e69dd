import { describe, expect, it } from 'vitest';
import { fact, only, readAll, readOne } from './reading.ts';

const URI =
  'arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:222222222222:function:orders/invocations';
const ARNS = ['arn:aws:lambda:eu-central-1:222222222222:function:orders'];

describe('a REST API', () => {
  const text = (more = '') => `Resources:
  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: orders, EndpointConfiguration: {Types: [REGIONAL]}}}
  Orders: {Type: AWS::ApiGateway::Resource, Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: orders}}
  Id: {Type: AWS::ApiGateway::Resource, Properties: {RestApiId: !Ref Api, ParentId: !Ref Orders, PathPart: '{id}'}}
  Get:
    Type: AWS::ApiGateway::Method
    Properties: {RestApiId: !Ref Api, ResourceId: !Ref Id, HttpMethod: GET, AuthorizationType: CUSTOM, AuthorizerId: !Ref Auth, Integration: {Uri: '${URI}'}}
  Root: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, ResourceId: !GetAtt Api.RootResourceId, HttpMethod: ANY, AuthorizationType: NONE, ApiKeyRequired: true}}
  Auth: {Type: AWS::ApiGateway::Authorizer, Properties: {RestApiId: !Ref Api, Name: mine, Type: REQUEST}}
  Stage: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Api, StageName: prod, TracingEnabled: true, Variables: {A: b}}}
  Deployment: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: !Ref Api, StageName: old}}
  Domain: {Type: AWS::ApiGateway::DomainName, Properties: {DomainName: a.example, SecurityPolicy: TLS_1_0}}
  Mapping: {Type: AWS::ApiGateway::BasePathMapping, Properties: {RestApiId: !Ref Api, DomainName: !Ref Domain}}
  Acl: {Type: AWS::WAFv2::WebACLAssociation, Properties: {WebACLArn: acl, ResourceArn: !Sub 'arn:aws:apigateway:\${AWS::Region}::/restapis/\${Api}/stages/prod'}}${more}`;

  it('is told with everything that hangs on it', () => {
    const read = readOne(text());
    expect(only(read, 'api').resource).toMatchObject({ name: 'api0', arn: 'arn:aws:execute-api:eu-central-1:222222222222:api0' });
    expect(only(read, 'api').state).toMatchObject({
      protocol: 'REST',
      name: 'orders',
      endpointTypes: ['REGIONAL'],
      policy: null,
      routes: [
        { key: 'GET /orders/{id}', authorization: 'CUSTOM', authorizerId: 'Auth', apiKeyRequired: false, functionArns: ARNS },
        { key: 'ANY /', authorization: 'NONE', authorizerId: null, apiKeyRequired: true, functionArns: [] },
      ],
      authorizers: [{ id: 'Auth', name: 'mine', kind: 'REQUEST', audiences: [] }],
      stages: [
        { name: 'prod', accessLogArn: null, webAclArn: 'acl', throttling: null, tracing: true, variables: { A: 'b' } },
        { name: 'old', accessLogArn: null, webAclArn: null, throttling: null, tracing: false, variables: {} },
      ],
      domains: [{ name: 'a.example', minimumTls: 'TLS_1_0' }],
    });
  });

  it('may have a domain or a web ACL that is not told', () => {
    expect(fact(readOne(text().replace(', SecurityPolicy: TLS_1_0', '')), 'api', 'domains')).toMatch(
      /^unknown: the security policy/,
    );
    const elsewhere = '\n  More: {Type: AWS::WAFv2::WebACLAssociation, Properties: {WebACLArn: x, ResourceArn: !ImportValue y}}';
    expect(fact(readOne(text(elsewhere).replace('stages/prod', 'stages/test')), 'api', 'stages')).toMatch(
      /^unknown: y comes from/,
    );
  });
});

describe('a definition', () => {
  const body = `
      Body:
        openapi: 3.0.1
        x-amazon-apigateway-policy: {Statement: {Effect: Deny, Principal: '*', Action: execute-api:Invoke, Resource: '*'}}
        security: [{pool: []}]
        tags: [{name: owner, x-amazon-apigateway-tag-value: orders}, {name: docs}]
        paths:
          /open: {get: {security: []}}
          /own: {post: {x-amazon-apigateway-integration: {uri: '${URI}'}}}
          /iam: {x-amazon-apigateway-any-method: {security: [{sigv4: []}]}}
          /key: {get: {security: [{key: []}]}}
        components:
          securitySchemes:
            pool: {type: apiKey, x-amazon-apigateway-authorizer: {type: cognito_user_pools}}
            sigv4: {type: apiKey, x-amazon-apigateway-authtype: awsSigv4}
            key: {type: apiKey, name: x-api-key}`;
  const read = (text: string) => readOne(`Resources:\n  Api:\n    Type: AWS::ApiGateway::RestApi\n    Properties:${text}`);

  it('tells routes, authorizers and the policy', () => {
    expect(fact(read(body), 'api', 'routes')).toEqual([
      { key: 'GET /open', authorization: 'NONE', authorizerId: null, apiKeyRequired: false, functionArns: [] },
      { key: 'POST /own', authorization: 'COGNITO_USER_POOLS', authorizerId: 'pool', apiKeyRequired: false, functionArns: ARNS },
      { key: 'ANY /iam', authorization: 'AWS_IAM', authorizerId: null, apiKeyRequired: false, functionArns: [] },
      { key: 'GET /key', authorization: 'NONE', authorizerId: null, apiKeyRequired: true, functionArns: [] },
    ]);
    expect(fact(read(body), 'api', 'authorizers')).toEqual([
      { id: 'pool', name: 'pool', kind: 'COGNITO_USER_POOLS', audiences: [] },
    ]);
    expect(fact(read(body), 'api', 'policy')).toMatchObject({ statements: [{ effect: 'Deny' }] });
    expect(fact(read(body), 'api', 'endpointTypes')).toEqual(['EDGE']);
    expect(fact(read(body), 'api', 'tags')).toEqual({ owner: 'orders' });
  });

  it('in a file of its own is not known', () => {
    expect(fact(read(' {BodyS3Location: {Bucket: b, Key: k}}'), 'api', 'routes')).toMatch(
      /^unknown: the definition of the API lies/,
    );
    expect(fact(read(' {Body: {"Fn::Transform": {Name: AWS::Include}}}'), 'api', 'routes')).toMatch(/^unknown: a macro/);
  });
});

describe('a definition beside the template', () => {
  const definition = 'openapi: 3.0.1\npaths: {/a: {get: {x-amazon-apigateway-integration: {uri: !Sub "${Fn.Arn}"}}}}';
  const template = (api: string) =>
    `Transform: AWS::Serverless-2016-10-31\nResources:\n  Api: {Type: AWS::Serverless::Api, Properties: {StageName: p, ${api}}}\n  Fn: {Type: AWS::Lambda::Function, Properties: {Role: r}}`;

  it.each([
    'DefinitionUri: ./api.yaml',
    'DefinitionBody: {"Fn::Transform": {Name: AWS::Include, Parameters: {Location: api.yaml}}}',
  ])('%s', (api) => {
    const read = readAll({ 'app/template.yaml': template(api), 'app/api.yaml': definition });
    expect(fact(read, 'api', 'routes')).toMatchObject([
      { key: 'GET /a', functionArns: ['arn:aws:lambda:eu-central-1:222222222222:function:Fn'] },
    ]);
    const alone = readAll({ 'app/template.yaml': template(api) });
    expect(fact(alone, 'api', 'routes')).toMatch(/^unknown: .*api.yaml is not among the files/);
  });

  it('may include itself', () => {
    const self = '{"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "api.yaml"}}}';
    const read = readAll({ 'template.yaml': template('DefinitionUri: api.yaml'), 'api.yaml': self });
    expect(fact(read, 'api', 'routes')).toMatch(/^unknown/);
  });
});

describe('an HTTP or WebSocket API', () => {
  it('is told with everything that hangs on it', () => {
    const read = readOne(`Resources:
  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: orders, ProtocolType: HTTP}}
  Get: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Api, RouteKey: GET /a, AuthorizationType: JWT, AuthorizerId: !Ref Auth, Target: !Sub 'integrations/\${To}'}}
  Open: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Api, RouteKey: $default}}
  To: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref Api, IntegrationUri: '${ARNS[0]}:live'}}
  Auth: {Type: AWS::ApiGatewayV2::Authorizer, Properties: {ApiId: !Ref Api, Name: jwt, AuthorizerType: JWT, JwtConfiguration: {Audience: [a]}}}
  Stage: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Api, StageName: $default, DefaultRouteSettings: {ThrottlingRateLimit: 5, ThrottlingBurstLimit: 6}}}`);
    expect(only(read, 'api').state).toMatchObject({
      protocol: 'HTTP',
      endpointTypes: [],
      policy: null,
      routes: [
        { key: 'GET /a', authorization: 'JWT', authorizerId: 'Auth', functionArns: ARNS },
        { key: '$default', authorization: 'NONE', functionArns: [] },
      ],
      authorizers: [{ id: 'Auth', name: 'jwt', kind: 'JWT', audiences: ['a'] }],
      stages: [{ name: '$default', throttling: { rate: 5, burst: 6 }, webAclArn: null }],
    });
  });

  it('that names a target has an open route and a stage', () => {
    const read = readOne(
      `Resources:\n  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP, Target: '${ARNS[0]}'}}`,
    );
    expect(fact(read, 'api', 'routes')).toMatchObject([{ key: '$default', authorization: 'NONE', functionArns: ARNS }]);
    expect(fact(read, 'api', 'stages')).toMatchObject([{ name: '$default' }]);
    expect(fact(read, 'api', 'manualStages')).toEqual([]);
  });

  it.each([
    ['says nothing', '', ['prod']],
    ['says no', 'AutoDeploy: false', ['prod']],
    ['says yes', "AutoDeploy: 'true'", []],
    ['asks a parameter without a value', 'AutoDeploy: !Ref Auto', expect.objectContaining({ unknown: expect.any(String) })],
  ])('whose stage %s about deploying by itself', (_, line, expected) => {
    const read = readOne(`Parameters:
  Auto: {Type: String}
Resources:
  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP}}
  Stage: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Api, StageName: prod${line && `, ${line}`}}}`);
    expect(only(read, 'api').state).toMatchObject({ manualStages: expected });
  });
});
