import { describe, expect, it } from 'vitest';
import { fact, only, readOne, sourcesOf } from './reading.ts';

const FUNCTION = `
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Runtime: nodejs22.x`;
const read = (properties = '', more = '', globals = '') =>
  readOne(`Transform: AWS::Serverless-2016-10-31\n${globals}Resources:${FUNCTION}${properties}${more}`);
const of = (name: Parameters<typeof fact<'function'>>[2], properties = '', more = '', globals = '') =>
  fact(read(properties, more, globals), 'function', name);
const events = (event: string) => `\n      Events: {Event: ${event}}`;

describe('globals', () => {
  const globals = `Globals:
  Function:
    Timeout: 29
    Environment: {Variables: {A: general, B: general}}
    Layers: [one]
    Tags: {team: orders}
`;
  it('join maps and lists, and give way to what a function says', () => {
    const { state, at } = only(read('\n      Environment: {Variables: {B: own}}\n      Layers: [two]', '', globals), 'function');
    expect(state).toMatchObject({
      timeoutSeconds: 29,
      environment: { A: 'general', B: 'own' },
      layers: ['one', 'two'],
      tags: { team: 'orders', 'lambda:createdBy': 'SAM' },
      managedBy: { tool: 'SAM', stack: 'orders' },
    });
    expect(at).toMatchObject({ logicalId: 'Orders', line: 9 });
  });
});

describe('a role that SAM makes', () => {
  it('has what each part of the function needs', () => {
    const properties = `
      Tracing: Active
      Policies: [AWSLambdaExecute, {DynamoDBCrudPolicy: {TableName: !Ref Table}}, {Statement: [{Effect: Allow, Action: '*', Resource: '*'}]}]
      Events: {Queue: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn}}}`;
    const more = '\n  Table: {Type: AWS::Serverless::SimpleTable}\n  Queue: {Type: AWS::SQS::Queue}';
    const found = read(properties, more);
    const role = only(found, 'role');
    expect(role.resource.name).toBe('OrdersRole');
    expect(role.at).toMatchObject({ logicalId: 'Orders' });
    const attached = fact(found, 'role', 'attachedPolicies') as readonly { name: string }[];
    expect(attached.map(({ name }) => name)).toEqual([
      'AWSLambdaBasicExecutionRole',
      'AWSXrayWriteOnlyAccess',
      'AWSLambdaSQSQueueExecutionRole',
      'AWSLambdaExecute',
    ]);
    const [table, all] = fact(found, 'role', 'inlinePolicies') as readonly { document: object }[];
    expect(sourcesOf(table?.document)).toMatchObject([
      {
        Resource: [
          'arn:aws:dynamodb:eu-central-1:222222222222:table/Table',
          'arn:aws:dynamodb:eu-central-1:222222222222:table/Table/index/*',
        ],
      },
    ]);
    expect(sourcesOf(all?.document)).toEqual([{ Effect: 'Allow', Action: '*', Resource: '*' }]);
    expect(fact(found, 'function', 'tracing')).toBe(true);
    expect(only(found, 'function').at.placeOfFact('tracing')).toEqual({ line: 8, column: 7 });
    expect(role.at.placeOfFact('inlinePolicies')).toEqual({ line: 9, column: 7 });
    expect(role.at.placeOfFact('path')).toEqual({ line: 3, column: 3 });
  });

  it('is not made when there is one', () => {
    const found = read('\n      Role: arn:aws:iam::222222222222:role/elsewhere');
    expect(found.resources.map(({ resource }) => resource.kind)).toEqual(['function']);
  });

  it('is not known where a template or a managed policy is not', () => {
    expect(fact(read('\n      Policies: [{NoSuchPolicy: {A: b}}]'), 'role', 'inlinePolicies')).toMatch(
      /^unknown: SAM has no policy template/,
    );
    expect(fact(read('\n      Policies: NobodyKnowsThisOne'), 'role', 'attachedPolicies')).toMatch(/^unknown/);
  });
});

describe('events', () => {
  const statementsOf = (event: string, more = '') => {
    const [policy] = of('resourcePolicies', events(event), more) as readonly { document: object }[];
    return sourcesOf(policy?.document);
  };

  it.each([
    [
      '{Type: SNS, Properties: {Topic: arn:aws:sns:eu-central-1:222222222222:t}}',
      'sns.amazonaws.com',
      'arn:aws:sns:eu-central-1:222222222222:t',
    ],
    [
      '{Type: Schedule, Properties: {Schedule: rate(1 day)}}',
      'events.amazonaws.com',
      'arn:aws:events:eu-central-1:222222222222:rule/OrdersEvent',
    ],
    [
      '{Type: EventBridgeRule, Properties: {EventBusName: orders, Pattern: {}}}',
      'events.amazonaws.com',
      'arn:aws:events:eu-central-1:222222222222:rule/orders/OrdersEvent',
    ],
    [
      '{Type: CloudWatchLogs, Properties: {LogGroupName: g}}',
      'logs.amazonaws.com',
      'arn:aws:logs:eu-central-1:222222222222:log-group:g:*',
    ],
    [
      '{Type: Api, Properties: {Path: "/a/{id}", Method: get}}',
      'apigateway.amazonaws.com',
      'arn:aws:execute-api:eu-central-1:222222222222:serverlessrestapi/*/GET/a/*',
    ],
  ])('%s', (event, service, source) => {
    expect(statementsOf(event)).toMatchObject([
      { Principal: { Service: service }, Condition: { ArnLike: { 'AWS:SourceArn': source } } },
    ]);
  });

  it('of S3 name the account', () => {
    expect(
      statementsOf('{Type: S3, Properties: {Bucket: !Ref B, Events: s3:ObjectCreated:*}}', '\n  B: {Type: AWS::S3::Bucket}'),
    ).toMatchObject([
      { Principal: { Service: 's3.amazonaws.com' }, Condition: { StringEquals: { 'AWS:SourceAccount': '222222222222' } } },
    ]);
  });

  it('that are polled become mappings', () => {
    const event =
      '{Type: Kinesis, Properties: {Stream: arn:aws:kinesis:eu-central-1:222222222222:stream/s, StartingPosition: LATEST, FilterCriteria: {Filters: [{Pattern: "{}"}]}}}';
    expect(of('mappings', events(event))).toEqual([
      {
        id: 'OrdersEvent',
        sourceArn: 'arn:aws:kinesis:eu-central-1:222222222222:stream/s',
        qualifier: null,
        enabled: true,
        onFailureArn: null,
        maximumRetries: -1,
        maximumAgeSeconds: -1,
        filtered: true,
      },
    ]);
    expect(of('otherSources', events(event))).toBe(true);
  });
});

describe('destinations', () => {
  it('may be sent to by the role', () => {
    const properties = `
      EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: SQS, Destination: queue}, OnSuccess: {Type: S3, Destination: 'arn:aws:s3:::b'}}}
      Events: {E: {Type: Kinesis, Properties: {Stream: s, DestinationConfig: {OnFailure: {Type: SNS, Destination: topic}}}}}`;
    const policies = fact(read(properties), 'role', 'inlinePolicies') as readonly { document: object }[];
    expect(policies.flatMap(({ document }) => sourcesOf(document))).toEqual([
      { Action: 'sqs:SendMessage', Resource: 'queue', Effect: 'Allow' },
      { Action: 's3:ListBucket', Resource: 'arn:aws:s3:::b', Effect: 'Allow' },
      { Action: 's3:PutObject', Resource: 'arn:aws:s3:::b/*', Effect: 'Allow' },
      { Action: 'sns:Publish', Resource: 'topic', Effect: 'Allow' },
    ]);
  });

  it('of brokers with secrets make the policies unknown', () => {
    const event = '{Type: MSK, Properties: {Stream: s, SourceAccessConfigurations: [{Type: X, URI: y}]}}';
    expect(fact(read(events(event)), 'role', 'inlinePolicies')).toMatch(/^unknown: SAM writes the policy for MSK/);
  });
});

describe('aliases and URLs', () => {
  it('hang on what SAM publishes', () => {
    const properties =
      '\n      AutoPublishAlias: live\n      FunctionUrlConfig: {AuthType: NONE, Cors: {AllowOrigins: ["*"], AllowCredentials: true}}\n      EventInvokeConfig: {MaximumEventAgeInSeconds: 60}';
    expect(of('aliases', properties)).toEqual([{ name: 'live', version: '1' }]);
    expect(of('versions', properties)).toMatch(/^unknown: a template does not tell of the versions/);
    expect(of('urls', properties)).toEqual([
      { qualifier: 'live', authType: 'NONE', cors: { allowOrigins: ['*'], allowCredentials: true } },
    ]);
    expect(of('asyncConfigs', properties)).toEqual([
      { qualifier: 'live', maximumAgeSeconds: 60, maximumRetries: 2, onFailureArn: null },
    ]);
    const policies = of('resourcePolicies', properties) as readonly { qualifier: string; document: object }[];
    expect(policies.map(({ qualifier }) => qualifier)).toEqual(['live']);
    expect(sourcesOf(policies[0]?.document)).toMatchObject([
      {
        Principal: '*',
        Action: 'lambda:InvokeFunctionUrl',
        Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } },
      },
      { Principal: '*', Action: 'lambda:InvokeFunction', Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } } },
    ]);
  });
});

describe('APIs', () => {
  const api = (properties: string, event = '{Type: Api, Properties: {Path: /a, Method: get, RestApiId: !Ref Api}}') =>
    read(events(event), `\n  Api: {Type: AWS::Serverless::Api, Properties: {StageName: prod${properties}}}`);

  it('that nobody names are made', () => {
    const found = read(events('{Type: HttpApi}'));
    expect(fact(found, 'api', 'protocol')).toBe('HTTP');
    expect(fact(found, 'api', 'manualStages')).toEqual([]);
    expect(fact(found, 'api', 'routes')).toMatchObject([
      { key: '$default', authorization: 'NONE', functionArns: ['arn:aws:lambda:eu-central-1:222222222222:function:Orders'] },
    ]);
    expect(fact(found, 'api', 'stages')).toMatchObject([{ name: '$default', accessLogArn: null, throttling: null }]);
  });

  it('have the routes of events, with the default authorizer', () => {
    const found = api(', Auth: {DefaultAuthorizer: Pool, Authorizers: {Pool: {UserPoolArn: x}}}');
    expect(fact(found, 'api', 'routes')).toMatchObject([
      { key: 'GET /a', authorization: 'COGNITO_USER_POOLS', authorizerId: 'Pool', apiKeyRequired: false },
    ]);
    expect(fact(found, 'api', 'authorizers')).toEqual([{ id: 'Pool', name: 'Pool', kind: 'COGNITO_USER_POOLS', audiences: [] }]);
  });

  it('let an event take the authorizer away', () => {
    const event = '{Type: Api, Properties: {Path: /a, Method: get, RestApiId: !Ref Api, Auth: {Authorizer: NONE}}}';
    const found = api(', Auth: {DefaultAuthorizer: AWS_IAM}', event);
    expect(fact(found, 'api', 'routes')).toMatchObject([{ key: 'GET /a', authorization: 'NONE' }]);
    expect(fact(api(', Auth: {DefaultAuthorizer: AWS_IAM}'), 'api', 'routes')).toMatchObject([{ authorization: 'AWS_IAM' }]);
  });

  it('have a stage with its settings, and the one that SAM adds', () => {
    const settings =
      ', TracingEnabled: true, MethodSettings: [{HttpMethod: "*", ResourcePath: "/*", ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20}], AccessLogSetting: {DestinationArn: logs}';
    expect(fact(api(settings), 'api', 'stages')).toMatchObject([
      { name: 'prod', tracing: true, throttling: { rate: 10, burst: 20 }, accessLogArn: 'logs' },
      { name: 'Stage', tracing: false, throttling: null, accessLogArn: null },
    ]);
    expect(fact(api(', OpenApiVersion: 3.0.1'), 'api', 'stages')).toHaveLength(1);
  });
});

describe('connectors', () => {
  const connector = (source: string, destination: string, permissions: string) => `
  Queue: {Type: AWS::SQS::Queue}
  Topic: {Type: AWS::SNS::Topic}
  Connector:
    Type: AWS::Serverless::Connector
    Properties: {Source: {Id: ${source}}, Destination: {Id: ${destination}}, Permissions: ${permissions}}`;

  it("give the function's role what they ask for", () => {
    const found = read('', connector('Orders', 'Queue', '[Write]'));
    const policies = fact(found, 'role', 'attachedPolicies') as readonly { document: object }[];
    expect(sourcesOf(policies[1]?.document)).toMatchObject([
      { Action: ['sqs:DeleteMessage', 'sqs:SendMessage', 'sqs:ChangeMessageVisibility', 'sqs:PurgeQueue'] },
    ]);
  });

  it('let a topic invoke the function', () => {
    expect(of('resourcePolicies', '', connector('Topic', 'Orders', '[Write]'))).toMatchObject([
      { document: { statements: [{ principals: [{ values: ['sns.amazonaws.com'] }] }] } },
    ]);
  });

  it('of other kinds make the policies unknown', () => {
    const more = `${connector('Orders', 'Place', '[Read]')}\n  Place: {Type: AWS::Location::PlaceIndex}`;
    expect(fact(read('', more), 'role', 'attachedPolicies')).toMatch(/^unknown: what the connector Connector grants/);
  });

  it('may stand in their source', () => {
    const found = readOne(
      `Transform: AWS::Serverless-2016-10-31\nResources:${FUNCTION}\n    Connectors: {Mine: {Properties: {Destination: {Id: Queue}, Permissions: [Read]}}}\n  Queue: {Type: AWS::SQS::Queue}`,
    );
    expect(fact(found, 'role', 'attachedPolicies')).toHaveLength(2);
  });
});
