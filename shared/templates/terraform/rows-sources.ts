import type { Row } from './rows.ts';

/** What feeds functions, where they log and where they lie. */
export const SOURCE_ROWS: Readonly<Record<string, Row>> = {
  aws_sqs_queue: {
    type: 'AWS::SQS::Queue',
    named: 'name',
    properties: {
      QueueName: 'name',
      VisibilityTimeout: 'visibility_timeout_seconds',
      RedrivePolicy: 'redrive_policy',
      KmsMasterKeyId: 'kms_master_key_id',
      SqsManagedSseEnabled: 'sqs_managed_sse_enabled',
      Policy: 'policy',
    },
  },
  aws_sqs_queue_redrive_policy: {
    type: 'Cinch::QueueRedrive',
    properties: { Queue: 'queue_url', RedrivePolicy: 'redrive_policy' },
  },
  aws_sqs_queue_policy: { type: 'AWS::SQS::QueuePolicy', properties: { Queues: 'queue_url', PolicyDocument: 'policy' } },
  aws_sns_topic: {
    type: 'AWS::SNS::Topic',
    named: 'name',
    properties: { TopicName: 'name', KmsMasterKeyId: 'kms_master_key_id', Policy: 'policy' },
  },
  aws_sns_topic_policy: { type: 'AWS::SNS::TopicPolicy', properties: { Topics: 'arn', PolicyDocument: 'policy' } },
  aws_cloudwatch_event_rule: {
    type: 'AWS::Events::Rule',
    named: 'name',
    properties: { Name: 'name', EventBusName: 'event_bus_name' },
  },
  aws_cloudwatch_event_bus: { type: 'AWS::Events::EventBus', named: 'name', properties: { Name: 'name' } },
  aws_cloudwatch_event_bus_policy: { type: 'Cinch::BusPolicy', properties: { EventBusName: 'event_bus_name', Policy: 'policy' } },
  aws_cloudwatch_event_permission: {
    type: 'AWS::Events::EventBusPolicy',
    properties: {
      EventBusName: 'event_bus_name',
      Principal: 'principal',
      Action: 'action',
      StatementId: 'statement_id',
      Condition: { Type: 'condition.0.type', Key: 'condition.0.key', Value: 'condition.0.value' },
    },
  },
  aws_kinesis_stream: {
    type: 'AWS::Kinesis::Stream',
    named: 'name',
    properties: { Name: 'name', StreamEncryption: { EncryptionType: 'encryption_type' } },
  },
  aws_kinesis_resource_policy: {
    type: 'AWS::Kinesis::ResourcePolicy',
    properties: { ResourceArn: 'resource_arn', ResourcePolicy: 'policy' },
  },
  aws_dynamodb_table: { type: 'AWS::DynamoDB::Table', named: 'name', properties: { TableName: 'name' } },
  aws_s3_bucket: { type: 'AWS::S3::Bucket', named: 'bucket', properties: { BucketName: 'bucket' } },
  aws_s3_bucket_policy: { type: 'AWS::S3::BucketPolicy', properties: { Bucket: 'bucket', PolicyDocument: 'policy' } },
  aws_s3_bucket_public_access_block: {
    type: 'Cinch::BucketBlock',
    properties: {
      Bucket: 'bucket',
      RestrictPublicBuckets: 'restrict_public_buckets',
      IgnorePublicAcls: 'ignore_public_acls',
    },
  },
  aws_s3_bucket_acl: { type: 'Cinch::BucketAcl', properties: { Bucket: 'bucket', Acl: 'acl' } },
  aws_kms_key: { type: 'AWS::KMS::Key', properties: {} },
  aws_secretsmanager_secret: { type: 'AWS::SecretsManager::Secret', named: 'name', properties: {} },
  aws_ssm_parameter: { type: 'AWS::SSM::Parameter', named: 'name', properties: {} },
  aws_sfn_state_machine: { type: 'AWS::StepFunctions::StateMachine', named: 'name', properties: {} },
  aws_cloudwatch_log_group: {
    type: 'AWS::Logs::LogGroup',
    named: 'name',
    properties: { LogGroupName: 'name', RetentionInDays: 'retention_in_days', KmsKeyId: 'kms_key_id' },
  },
  aws_vpc: { type: 'AWS::EC2::VPC', properties: {} },
  aws_subnet: { type: 'AWS::EC2::Subnet', properties: { VpcId: 'vpc_id', AvailabilityZone: 'availability_zone' } },
  aws_internet_gateway: { type: 'AWS::EC2::InternetGateway', properties: {} },
  aws_nat_gateway: { type: 'AWS::EC2::NatGateway', properties: {} },
  aws_route_table: {
    type: 'AWS::EC2::RouteTable',
    properties: {
      VpcId: 'vpc_id',
      Routes: {
        blocks: 'route',
        each: {
          DestinationCidrBlock: 'cidr_block',
          DestinationIpv6CidrBlock: 'ipv6_cidr_block',
          GatewayId: 'gateway_id',
          NatGatewayId: 'nat_gateway_id',
        },
      },
    },
  },
  aws_route: {
    type: 'AWS::EC2::Route',
    properties: {
      RouteTableId: 'route_table_id',
      DestinationCidrBlock: 'destination_cidr_block',
      DestinationIpv6CidrBlock: 'destination_ipv6_cidr_block',
      GatewayId: 'gateway_id',
      NatGatewayId: 'nat_gateway_id',
    },
  },
  aws_route_table_association: {
    type: 'AWS::EC2::SubnetRouteTableAssociation',
    properties: { SubnetId: 'subnet_id', RouteTableId: 'route_table_id' },
  },
  aws_security_group: {
    type: 'AWS::EC2::SecurityGroup',
    properties: {
      SecurityGroupEgress: {
        blocks: 'egress',
        each: {
          IpProtocol: 'protocol',
          FromPort: 'from_port',
          ToPort: 'to_port',
          Cidrs: 'cidr_blocks',
          Ipv6Cidrs: 'ipv6_cidr_blocks',
        },
      },
    },
  },
  aws_vpc_security_group_egress_rule: {
    type: 'AWS::EC2::SecurityGroupEgress',
    properties: {
      GroupId: 'security_group_id',
      IpProtocol: 'ip_protocol',
      FromPort: 'from_port',
      ToPort: 'to_port',
      CidrIp: 'cidr_ipv4',
      CidrIpv6: 'cidr_ipv6',
    },
  },
  aws_security_group_rule: {
    type: 'Cinch::GroupRule',
    properties: {
      GroupId: 'security_group_id',
      Type: 'type',
      IpProtocol: 'protocol',
      FromPort: 'from_port',
      ToPort: 'to_port',
      Cidrs: 'cidr_blocks',
      Ipv6Cidrs: 'ipv6_cidr_blocks',
    },
  },
  aws_vpc_endpoint: {
    type: 'AWS::EC2::VPCEndpoint',
    properties: {
      VpcId: 'vpc_id',
      ServiceName: 'service_name',
      VpcEndpointType: 'vpc_endpoint_type',
      PrivateDnsEnabled: 'private_dns_enabled',
    },
  },
};
