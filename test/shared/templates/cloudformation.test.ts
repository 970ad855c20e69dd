import { describe, expect, it } from 'vitest';
import { fact, only, readAll, readOne, sourcesOf } from './reading.ts';

const FUNCTION = `
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs22.x
      Role: !GetAtt Role.Arn
      Code: {ZipFile: x}`;
const ROLE = `
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]`;
const withFunction = (more = '', properties = '') => readOne(`Resources:${FUNCTION}${properties}${ROLE}${more}`);
const of = (name: Parameters<typeof fact<'function'>>[2], more = '', properties = '') =>
  fact(withFunction(more, properties), 'function', name);

describe('a function', () => {
  it('has a name, an ARN and a place', () => {
    const { resource, at } = only(withFunction(), 'function');
    expect(resource).toMatchObject({ name: 'Orders', arn: 'arn:aws:lambda:eu-central-1:222222222222:function:Orders' });
    expect(at).toMatchObject({ file: 'orders.yaml', line: 2, column: 3, logicalId: 'Orders', constructPath: null });
    expect(at.placeOfFact('runtime')).toEqual({ line: 5, column: 7 });
    expect(at.placeOfFact('durations')).toEqual({ line: 2, column: 3 });
  });

  it("gets AWS's defaults for what it does not say", () => {
    const { state } = only(withFunction(), 'function');
    expect(state).toMatchObject({
      packageType: 'Zip',
      architecture: 'x86_64',
      timeoutSeconds: 3,
      ephemeralStorageMb: 512,
      roleArn: 'arn:aws:iam::222222222222:role/Role',
      environment: {},
      environmentKeyArn: null,
      layers: [],
      tracing: false,
      vpc: null,
      reservedConcurrency: null,
      codeSigning: null,
      urls: [],
      asyncConfigs: [],
      mappings: [],
      resourcePolicies: [],
      versions: [],
      subnets: [],
      endpoints: [],
      ssmReachable: true,
      managedBy: { tool: 'CloudFormation', stack: 'orders' },
    });
  });

  it.each(['lastModified', 'durations', 'lastInvoked', 'createdAt'] as const)('does not tell %s', (name) => {
    expect(of(name)).toMatch(/^unknown: a template does not tell/);
  });

  it('tells what it says', () => {
    const properties = `
      Timeout: '900'
      Architectures: [arm64]
      EphemeralStorage: {Size: 1024}
      TracingConfig: {Mode: Active}
      Environment: {Variables: {STAGE: prod, COUNT: 3, QUEUE: !Ref Queue}}
      Layers: ['arn:aws:lambda:eu-central-1:464622532012:layer:Datadog:1']
      Tags: [{Key: owner, Value: orders}]
      ReservedConcurrentExecutions: 5`;
    const { state } = only(withFunction('\n  Queue: {Type: AWS::SQS::Queue}', properties), 'function');
    expect(state).toMatchObject({
      timeoutSeconds: 900,
      architecture: 'arm64',
      ephemeralStorageMb: 1024,
      tracing: true,
      environment: { STAGE: 'prod', COUNT: '3', QUEUE: 'https://sqs.eu-central-1.amazonaws.com/222222222222/Queue' },
      layers: ['arn:aws:lambda:eu-central-1:464622532012:layer:Datadog:1'],
      layerPolicies: [],
      tags: { owner: 'orders' },
      reservedConcurrency: 5,
    });
  });

  it('does not know an environment of which one value is given later', () => {
    const text = `Parameters: {Token: {Type: String, NoEcho: true}}\nResources:${FUNCTION}\n      Environment: {Variables: {A: b, TOKEN: !Ref Token}}${ROLE}`;
    expect(fact(readOne(text), 'function', 'environment')).toMatch(/unknown: the parameter Token is hidden/);
    const given = readOne(text, 'orders.yaml', { parameters: { Token: 'given' } });
    expect(fact(given, 'function', 'environment')).toEqual({ A: 'b', TOKEN: 'given' });
  });

  it('is not there under a condition that does not hold, and nothing else is either', () => {
    const text = `Conditions: {Never: !Equals [a, b]}\nResources:${FUNCTION}\n    Condition: Never${ROLE}`;
    expect(readOne(text).resources.map(({ resource }) => resource.kind)).toEqual(['role']);
  });
});

describe('permissions', () => {
  const permission = (properties: string, head = '') => `
  Invoke:
    Type: AWS::Lambda::Permission${head}
    Properties: {Action: lambda:InvokeFunction, FunctionName: ${properties}}`;
  const documents = (more: string) => of('resourcePolicies', more) as readonly { qualifier: string | null; document: object }[];

  it('become the statements that AWS answers', () => {
    const [policy] = documents(
      permission('!Ref Orders, Principal: s3.amazonaws.com, SourceArn: arn:aws:s3:::in, SourceAccount: 222222222222'),
    );
    expect(policy).toMatchObject({ qualifier: null, revisionId: '' });
    expect(sourcesOf(policy?.document)).toEqual([
      {
        Sid: 'Invoke',
        Effect: 'Allow',
        Principal: { Service: 's3.amazonaws.com' },
        Action: 'lambda:InvokeFunction',
        Resource: 'arn:aws:lambda:eu-central-1:222222222222:function:Orders',
        Condition: { ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::in' }, StringEquals: { 'AWS:SourceAccount': '222222222222' } },
      },
    ]);
  });

  it.each([
    ['"*"', '*'],
    ['"333333333333"', { AWS: 'arn:aws:iam::333333333333:root' }],
    ['333333333333', { AWS: 'arn:aws:iam::333333333333:root' }],
    ['arn:aws:iam::333333333333:role/x', { AWS: 'arn:aws:iam::333333333333:role/x' }],
  ])('of %s', (principal, expected) => {
    const [policy] = documents(permission(`!GetAtt Orders.Arn, Principal: ${principal}`));
    expect(sourcesOf(policy?.document)).toMatchObject([{ Principal: expected }]);
  });

  it('hang on a qualifier', () => {
    const alias =
      '\n  Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Orders, FunctionVersion: $LATEST, Name: live}}';
    const policies = documents(alias + permission('!Ref Live, Principal: sns.amazonaws.com'));
    expect(policies.map(({ qualifier }) => qualifier)).toEqual(['live']);
    expect(of('aliases', alias)).toEqual([{ name: 'live', version: '$LATEST' }]);
  });

  it('are not known when one may not be there, or says something that is told later', () => {
    const maybe = readOne(
      `Parameters: {P: {Type: String}}\nConditions: {Maybe: !Equals [!Ref P, x]}\nResources:${FUNCTION}${ROLE}${permission('!Ref Orders, Principal: "*"', '\n    Condition: Maybe')}`,
    );
    expect(fact(maybe, 'function', 'resourcePolicies')).toMatch(/^unknown: Invoke may not be there/);
    const later = `Parameters: {P: {Type: String}}\nResources:${FUNCTION}${ROLE}${permission('!Ref Orders, Principal: s3.amazonaws.com, SourceArn: !Ref P')}`;
    expect(fact(readOne(later), 'function', 'resourcePolicies')).toMatch(/^unknown: the parameter P/);
  });

  it('may mean a function whose name is given later', () => {
    const text = `Parameters: {Name: {Type: String}}\nResources:${FUNCTION}\n      FunctionName: !Ref Name${ROLE}${permission('!Ref Name, Principal: "*"')}`;
    expect(fact(readOne(text), 'function', 'resourcePolicies')).toMatch(/^unknown: Invoke may mean it/);
  });

  it('may mean one of two functions', () => {
    const text = `Parameters: {P: {Type: String}}\nConditions: {Maybe: !Equals [!Ref P, x]}\nResources:${FUNCTION}${ROLE}${permission('!If [Maybe, !Ref Orders, other], Principal: "*"')}`;
    expect(fact(readOne(text), 'function', 'resourcePolicies')).toMatch(/^unknown: Invoke may mean it/);
    const others = text.replace('!Ref Orders, other', 'one, other');
    expect(fact(readOne(others), 'function', 'resourcePolicies')).toEqual([]);
  });

  it('of another function are not its own', () => {
    expect(documents(permission('other, Principal: "*"'))).toEqual([]);
  });
});

describe('a log group', () => {
  it('is the one of its name, or the one that it asks for', () => {
    const group = (name: string) =>
      `\n  Logs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: ${name}, RetentionInDays: 30}}`;
    const expected = { retentionDays: 30, keyArn: null };
    expect(of('logGroup', group('!Sub "/aws/lambda/${Orders}"'))).toEqual({ name: '/aws/lambda/Orders', ...expected });
    expect(of('logGroup', group('own'), '\n      LoggingConfig: {LogGroup: !Ref Logs}')).toEqual({ name: 'own', ...expected });
    expect(of('logGroup', group('other'))).toBeNull();
    expect(of('logGroup', '', '\n      LoggingConfig: {LogGroup: elsewhere}')).toMatch(
      /^unknown: the template does not have the log group/,
    );
    const custom =
      '\n  Retention: {Type: Custom::LogRetention, Properties: {LogGroupName: !Sub "/aws/lambda/${Orders}", RetentionInDays: 7}}';
    expect(of('logGroup', custom)).toEqual({ name: '/aws/lambda/Orders', retentionDays: 7, keyArn: null });
  });
});

describe('sources', () => {
  const mapping = `
  FromQueue:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Orders, EventSourceArn: !GetAtt Queue.Arn}
  Queue:
    Type: AWS::SQS::Queue
    Properties: {VisibilityTimeout: 60, RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}}
  Dead: {Type: AWS::SQS::Queue}
  Open:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument: {Statement: {Effect: Allow, Principal: '*', Action: sqs:SendMessage, Resource: !GetAtt Queue.Arn}}`;

  it('are read with their policies', () => {
    expect(of('mappings', mapping)).toEqual([
      {
        id: 'FromQueue',
        sourceArn: 'arn:aws:sqs:eu-central-1:222222222222:Queue',
        qualifier: null,
        enabled: true,
        onFailureArn: null,
        maximumRetries: null,
        maximumAgeSeconds: null,
        filtered: false,
      },
    ]);
    expect(of('queues', mapping)).toMatchObject([
      {
        visibilityTimeoutSeconds: 60,
        deadLetterArn: 'arn:aws:sqs:eu-central-1:222222222222:Dead',
        encrypted: true,
        document: { statements: [{ principals: [{ type: '*' }] }] },
      },
    ]);
    expect(of('otherSources', mapping)).toBe(false);
  });

  it('that lie elsewhere are not known', () => {
    const foreign = mapping.replace('!GetAtt Queue.Arn}\n  Queue', 'arn:aws:sqs:eu-central-1:222222222222:elsewhere}\n  Queue');
    expect(of('queues', foreign)).toMatch(/^unknown: the template does not have arn/);
  });

  it('by permission: topics, buses and buckets', () => {
    const more = `
  Topic: {Type: AWS::SNS::Topic}
  Bus: {Type: AWS::Events::EventBus, Properties: {Name: orders}}
  Rule: {Type: AWS::Events::Rule, Properties: {EventBusName: !Ref Bus}}
  Bucket: {Type: AWS::S3::Bucket, Properties: {PublicAccessBlockConfiguration: {BlockPublicAcls: true}}}
  A: {Type: AWS::Lambda::Permission, Properties: {Action: lambda:InvokeFunction, FunctionName: !Ref Orders, Principal: sns.amazonaws.com, SourceArn: !Ref Topic}}
  B: {Type: AWS::Lambda::Permission, Properties: {Action: lambda:InvokeFunction, FunctionName: !Ref Orders, Principal: events.amazonaws.com, SourceArn: !GetAtt Rule.Arn}}
  C: {Type: AWS::Lambda::Permission, Properties: {Action: lambda:InvokeFunction, FunctionName: !Ref Orders, Principal: s3.amazonaws.com, SourceArn: !GetAtt Bucket.Arn}}`;
    expect(of('topics', more)).toMatchObject([{ topicArn: 'arn:aws:sns:eu-central-1:222222222222:Topic', keyId: null }]);
    expect(of('buses', more)).toEqual([{ busArn: 'arn:aws:events:eu-central-1:222222222222:event-bus/orders', document: null }]);
    expect(of('buckets', more)).toEqual([
      { name: 'Bucket', document: null, blocksPublicPolicy: false, ignoresPublicAcls: false, publicWriteAcl: false },
    ]);
  });
});

describe('a network', () => {
  const network = `
  Vpc: {Type: AWS::EC2::VPC}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, AvailabilityZone: eu-central-1a}}
  Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Uses: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref Subnet, RouteTableId: !Ref Table}}
  Nat: {Type: AWS::EC2::NatGateway}
  Out: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat}}
  Group: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: !Ref Vpc}}
  Endpoint: {Type: AWS::EC2::VPCEndpoint, Properties: {VpcId: !Ref Vpc, ServiceName: !Sub 'com.amazonaws.\${AWS::Region}.s3'}}`;
  const inVpc = '\n      VpcConfig: {SubnetIds: [!Ref Subnet], SecurityGroupIds: [!GetAtt Group.GroupId]}';

  it('that the template has is followed', () => {
    expect(of('subnets', network, inVpc)).toEqual([
      { subnetId: 'subnet-Subnet', zone: 'eu-central-1a', defaultRoute: 'nat-gateway' },
    ]);
    expect(of('openEgress', network, inVpc)).toEqual([{ groupId: 'sg-Group', cidr: '0.0.0.0/0', protocol: '-1', ports: 'all' }]);
    expect(of('endpoints', network, inVpc)).toEqual(['s3']);
    expect(of('ssmReachable', network, inVpc)).toBe(true);
  });

  it('that it does not have is not known', () => {
    const elsewhere = '\n      VpcConfig: {SubnetIds: [subnet-1], SecurityGroupIds: [sg-1]}';
    for (const name of ['subnets', 'openEgress', 'endpoints', 'ssmReachable'] as const)
      expect(of(name, '', elsewhere)).toMatch(/^unknown: the template does not have/);
  });
});

describe('roles', () => {
  const policies = `
  Inline: {Type: AWS::IAM::Policy, Properties: {PolicyName: more, Roles: [!Ref Role], PolicyDocument: {Statement: {Effect: Allow, Action: s3:GetObject, Resource: '*'}}}}
  Managed: {Type: AWS::IAM::ManagedPolicy, Properties: {Roles: [!Ref Role], PolicyDocument: {Statement: {Effect: Allow, Action: '*', Resource: '*'}}}}`;

  it('have the policies that name them', () => {
    const read = withFunction(policies);
    expect(fact(read, 'role', 'inlinePolicies')).toMatchObject([{ name: 'more' }]);
    expect(fact(read, 'role', 'attachedPolicies')).toMatchObject([{ name: 'Managed', awsManaged: false }]);
    expect(fact(read, 'role', 'usedBy')).toEqual(['arn:aws:lambda:eu-central-1:222222222222:function:Orders']);
    expect(fact(read, 'function', 'rolePolicies')).toMatchObject([{ name: 'more' }, { name: 'Managed' }]);
    expect(fact(read, 'function', 'roleSharers')).toEqual([]);
    expect(fact(read, 'role', 'trustPolicy')).toMatchObject({ statements: [{ actions: ['sts:AssumeRole'] }] });
  });

  it("have AWS's own policies where their documents are kept", () => {
    const attached = (arn: string) => fact(withFunction(`\n      ManagedPolicyArns: [${arn}]`), 'role', 'attachedPolicies');
    expect(attached('arn:aws:iam::aws:policy/AdministratorAccess')).toMatchObject([
      { awsManaged: true, document: { statements: [{ actions: ['*'], resources: ['*'] }] } },
    ]);
    expect(attached('arn:aws:iam::aws:policy/NobodyKnowsThisOne')).toMatch(/^unknown: the template does not have the document/);
    expect(attached('arn:aws:iam::222222222222:policy/elsewhere')).toMatch(/^unknown/);
  });

  it('made elsewhere are not known', () => {
    const read = readOne(`Resources:${FUNCTION.replace('!GetAtt Role.Arn', 'arn:aws:iam::222222222222:role/elsewhere')}`);
    expect(fact(read, 'function', 'rolePolicies')).toMatch(/^unknown/);
    expect(fact(read, 'function', 'roleSharers')).toMatch(/^unknown/);
    expect(fact(read, 'function', 'roleArn')).toBe('arn:aws:iam::222222222222:role/elsewhere');
  });

  it('do not tell a policy of which a part is told later', () => {
    const part = (resource: string) =>
      readOne(
        `Parameters: {Bucket: {Type: String}}\nResources:${ROLE}\n      Policies: [{PolicyName: p, PolicyDocument: {Statement: {Effect: Allow, Action: s3:*, Resource: ${resource}}}}]`,
      );
    expect(fact(part('!Sub "arn:aws:s3:::${Bucket}/*"'), 'role', 'inlinePolicies')).toMatch(/^unknown: the parameter Bucket/);
    expect(fact(part('arn:aws:s3:::x/*'), 'role', 'inlinePolicies')).toMatchObject([{ name: 'p' }]);
  });
});

describe('users', () => {
  it('have the policies of their groups', () => {
    const read = readOne(`Resources:
  User: {Type: AWS::IAM::User, Properties: {UserName: eve, Groups: [!Ref Group]}}
  Key: {Type: AWS::IAM::AccessKey, Properties: {UserName: !Ref User}}
  Group:
    Type: AWS::IAM::Group
    Properties: {GroupName: admins, Policies: [{PolicyName: all, PolicyDocument: {Statement: {Effect: Allow, Action: '*', Resource: '*'}}}]}`);
    expect(only(read, 'user').resource.arn).toBe('arn:aws:iam::222222222222:user/eve');
    expect(fact(read, 'user', 'inlinePolicies')).toMatchObject([{ name: 'admins/all' }]);
    expect(fact(read, 'user', 'canSignIn')).toBe(true);
    expect(fact(read, 'user', 'lastActive')).toMatch(/^unknown/);
  });
});

describe('nested stacks', () => {
  const child = `Parameters: {Timeout: {Type: Number}}
Resources:
  Orders: {Type: AWS::Lambda::Function, Properties: {Runtime: nodejs22.x, Timeout: !Ref Timeout, Role: !GetAtt R.Arn}}
  R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: []}}}
Outputs: {Arn: {Value: !GetAtt Orders.Arn}}`;

  it('are read with what their parent gives, and give it their outputs', () => {
    const parent = `Resources:
  Child: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./nested/child.yaml, Parameters: {Timeout: 77}}}
  Invoke: {Type: AWS::Lambda::Permission, Properties: {Action: lambda:InvokeFunction, FunctionName: !GetAtt Child.Outputs.Arn, Principal: '*'}}`;
    const read = readAll({ 'app/parent.yaml': parent, 'app/nested/child.yaml': child });
    expect(fact(read, 'function', 'timeoutSeconds')).toBe(77);
    expect(only(read, 'function').resource.name).toBe('Child-Orders');
    expect(only(read, 'function').at).toMatchObject({ file: 'app/nested/child.yaml', line: 3 });
    expect(fact(read, 'function', 'resourcePolicies')).toMatchObject([{ document: { statements: [{ sid: 'Invoke' }] } }]);
  });

  it('that nest themselves end', () => {
    const self = 'Resources:\n  Me: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: self.yaml}}';
    expect(readAll({ 'self.yaml': self }).resources).toEqual([]);
  });
});

describe('files that are no templates', () => {
  it('are told apart from those that can not be read', () => {
    const read = readAll({ 'package.json': '{}', 'bad.yaml': 'Resources:\n  A: 1\n B: 2', 'good.yaml': `Resources:${ROLE}` });
    expect(read.files).toEqual([
      { path: 'package.json', kind: 'none' },
      { path: 'bad.yaml', kind: 'malformed' },
      { path: 'good.yaml', kind: 'cloudformation' },
    ]);
    expect(read.problems).toEqual([{ file: 'bad.yaml', line: 3, column: 1, message: 'the indentation is wrong' }]);
    expect(read.resources).toHaveLength(1);
  });

  it('says so when a loop can not be written out', () => {
    const text = `Transform: AWS::LanguageExtensions\nParameters: {Names: {Type: CommaDelimitedList}}\nResources:\n  Fn::ForEach::Roles: [N, !Ref Names, {'Role\${N}': {Type: AWS::IAM::Role}}]`;
    expect(readOne(text).problems).toMatchObject([{ line: 4, column: 3 }]);
    const written = readOne(text, 'orders.yaml', { parameters: { Names: 'A,B' } });
    expect(written.resources.map(({ at }) => at.logicalId)).toEqual(['RoleA', 'RoleB']);
  });
});
