import { unresolved, type Value } from './values.ts';

/** How a resource is called before it exists: AWS chooses names that a template does not give, so its logical id stands in for them. */
export interface Identity {
  readonly name: string;
  /** What `Ref` gives. */
  readonly ref: string;
  readonly arn: string;
}

export interface Where {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
}

interface Row {
  /** The property that gives its name. */
  readonly named?: string;
  /** After `arn:<partition>:`; R, A and N stand for region, account and name, P for an IAM path. */
  readonly arn: string;
  readonly ref?: 'arn' | 'url';
  /** Ids that AWS makes begin so. */
  readonly prefix?: string;
}

const ROWS: Readonly<Record<string, Row>> = {
  'AWS::Lambda::Function': { named: 'FunctionName', arn: 'lambda:R:A:function:N' },
  'AWS::Lambda::LayerVersion': { named: 'LayerName', arn: 'lambda:R:A:layer:N:1', ref: 'arn' },
  'AWS::Lambda::CodeSigningConfig': { arn: 'lambda:R:A:code-signing-config:csc-N', ref: 'arn' },
  'AWS::Lambda::EventSourceMapping': { arn: 'lambda:R:A:event-source-mapping:N' },
  'AWS::IAM::Role': { named: 'RoleName', arn: 'iam::A:rolePN' },
  'AWS::IAM::User': { named: 'UserName', arn: 'iam::A:userPN' },
  'AWS::IAM::Group': { named: 'GroupName', arn: 'iam::A:groupPN' },
  'AWS::IAM::ManagedPolicy': { named: 'ManagedPolicyName', arn: 'iam::A:policyPN', ref: 'arn' },
  'AWS::IAM::InstanceProfile': { named: 'InstanceProfileName', arn: 'iam::A:instance-profilePN' },
  'AWS::SQS::Queue': { named: 'QueueName', arn: 'sqs:R:A:N', ref: 'url' },
  'AWS::SNS::Topic': { named: 'TopicName', arn: 'sns:R:A:N', ref: 'arn' },
  'AWS::Events::Rule': { named: 'Name', arn: 'events:R:A:rule/N' },
  'AWS::Events::EventBus': { named: 'Name', arn: 'events:R:A:event-bus/N' },
  'AWS::Kinesis::Stream': { named: 'Name', arn: 'kinesis:R:A:stream/N' },
  'AWS::KinesisFirehose::DeliveryStream': { named: 'DeliveryStreamName', arn: 'firehose:R:A:deliverystream/N' },
  'AWS::DynamoDB::Table': { named: 'TableName', arn: 'dynamodb:R:A:table/N' },
  'AWS::DynamoDB::GlobalTable': { named: 'TableName', arn: 'dynamodb:R:A:table/N' },
  'AWS::S3::Bucket': { named: 'BucketName', arn: 's3:::N' },
  'AWS::KMS::Key': { arn: 'kms:R:A:key/N' },
  'AWS::KMS::Alias': { named: 'AliasName', arn: 'kms:R:A:N' },
  'AWS::Logs::LogGroup': { named: 'LogGroupName', arn: 'logs:R:A:log-group:N:*' },
  'AWS::SecretsManager::Secret': { named: 'Name', arn: 'secretsmanager:R:A:secret:N', ref: 'arn' },
  'AWS::SSM::Parameter': { named: 'Name', arn: 'ssm:R:A:parameter/N' },
  'AWS::StepFunctions::StateMachine': { named: 'StateMachineName', arn: 'states:R:A:stateMachine:N', ref: 'arn' },
  'AWS::ApiGateway::RestApi': { arn: 'apigateway:R::/restapis/N' },
  'AWS::ApiGateway::Stage': { named: 'StageName', arn: 'apigateway:R::/stages/N' },
  'AWS::ApiGateway::DomainName': { named: 'DomainName', arn: 'apigateway:R::/domainnames/N' },
  'AWS::ApiGatewayV2::Api': { arn: 'apigateway:R::/apis/N' },
  'AWS::ApiGatewayV2::Stage': { named: 'StageName', arn: 'apigateway:R::/stages/N' },
  'AWS::ApiGatewayV2::DomainName': { named: 'DomainName', arn: 'apigateway:R::/domainnames/N' },
  'AWS::Cognito::UserPool': { arn: 'cognito-idp:R:A:userpool/N' },
  'AWS::EC2::VPC': { arn: 'ec2:R:A:vpc/N', prefix: 'vpc-' },
  'AWS::EC2::Subnet': { arn: 'ec2:R:A:subnet/N', prefix: 'subnet-' },
  'AWS::EC2::SecurityGroup': { arn: 'ec2:R:A:security-group/N', prefix: 'sg-' },
  'AWS::EC2::RouteTable': { arn: 'ec2:R:A:route-table/N', prefix: 'rtb-' },
  'AWS::EC2::InternetGateway': { arn: 'ec2:R:A:internet-gateway/N', prefix: 'igw-' },
  'AWS::EC2::NatGateway': { arn: 'ec2:R:A:natgateway/N', prefix: 'nat-' },
  'AWS::EC2::VPCEndpoint': { arn: 'ec2:R:A:vpc-endpoint/N', prefix: 'vpce-' },
  'AWS::EFS::AccessPoint': { arn: 'elasticfilesystem:R:A:access-point/N', prefix: 'fsap-' },
  'AWS::EFS::FileSystem': { arn: 'elasticfilesystem:R:A:file-system/N', prefix: 'fs-' },
  'AWS::WAFv2::WebACL': { named: 'Name', arn: 'wafv2:R:A:regional/webacl/N/00000000' },
};

const SAM_AS: Readonly<Record<string, string>> = {
  'AWS::Serverless::Function': 'AWS::Lambda::Function',
  'AWS::Serverless::LayerVersion': 'AWS::Lambda::LayerVersion',
  'AWS::Serverless::Api': 'AWS::ApiGateway::RestApi',
  'AWS::Serverless::HttpApi': 'AWS::ApiGatewayV2::Api',
  'AWS::Serverless::WebSocketApi': 'AWS::ApiGatewayV2::Api',
  'AWS::Serverless::SimpleTable': 'AWS::DynamoDB::Table',
  'AWS::Serverless::StateMachine': 'AWS::StepFunctions::StateMachine',
};
const NAMED_IN_SAM: Readonly<Record<string, string>> = { 'AWS::Serverless::StateMachine': 'Name' };

/** What gives a resource of this type its name; undefined where only AWS does. */
export const namingProperty = (type: string): string | undefined => NAMED_IN_SAM[type] ?? ROWS[SAM_AS[type] ?? type]?.named;

/**
 * @param written the name that the template gives, undefined when it gives none or one that is not told.
 * @param path an IAM path, `/` by default.
 */
export function identityOf(type: string, logicalId: string, written: string | undefined, where: Where, path = '/'): Identity {
  const row = ROWS[SAM_AS[type] ?? type];
  // Ids of APIs are small letters and digits.
  const isApi = row?.arn.includes('::/restapis/') || row?.arn.includes('::/apis/');
  const made = isApi
    ? logicalId
        .toLowerCase()
        .replace(/[^a-z0-9]/g, '')
        .padEnd(4, '0')
    : `${row?.prefix ?? ''}${logicalId}`;
  const name = written || made;
  const pattern = row?.arn ?? `${(type.split('::')[1] ?? 'resource').toLowerCase()}:R:A:N`;
  const arn = `arn:${where.partition}:${pattern.replace(/\b[RA]\b/g, (letter) => (letter === 'R' ? where.region : where.account))}`;
  const whole = arn.replace(/(P?)N/, (_, hasPath: string) => (hasPath ? path : '') + name);
  if (row?.ref === 'arn') return { name, arn: whole, ref: whole };
  if (row?.ref === 'url') return { name, arn: whole, ref: `https://sqs.${where.region}.amazonaws.com/${where.account}/${name}` };
  return { name, arn: whole, ref: name };
}

/** Attributes that are the resource's own id under another name. */
const OWN_ID: Readonly<Record<string, string>> = {
  SecurityGroup: 'GroupId',
  RestApi: 'RestApiId',
  Api: 'ApiId',
  Key: 'KeyId',
  EventBus: 'Name',
};

/** Attributes that are secrets: what they hold is made when they are. */
const SECRET = /secret(?!arn)|password|token/i;

/** `GetAtt` of a resource that AWS makes. Undefined attributes of custom resources can be anything. */
export function attributeOf(type: string, identity: Identity, attribute: string): Value {
  if (!type.startsWith('AWS::') || type === 'AWS::CloudFormation::CustomResource')
    return unresolved(`what ${identity.name} gives is told when it is deployed`);
  if (attribute === 'Arn' || attribute === `${type.split('::')[2]}Arn`) return identity.arn;
  if (/^(QueueName|TopicName|Name|TableName|RoleName|UserName|BucketName)$/.test(attribute)) return identity.name;
  const own = type.split('::')[2] ?? '';
  if (attribute === 'Id' || attribute.toLowerCase() === `${own.toLowerCase()}id` || OWN_ID[own] === attribute)
    return identity.name;
  if (SECRET.test(attribute)) return unresolved(`${identity.name}.${attribute} is made when it is deployed`);
  if (type === 'AWS::Lambda::Version' && attribute === 'Version') return identity.name;
  if (attribute === 'StreamArn' || attribute === 'TableStreamArn') return `${identity.arn}/stream/latest`;
  if (/Arn$/.test(attribute)) return `${identity.arn}/${attribute.toLowerCase()}`;
  return `${identity.name}-${attribute.toLowerCase().replaceAll('.', '-')}`;
}
