type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json };
type Properties = Readonly<Record<string, Json>>;
interface Row {
  readonly type: string;
  /** What a `Ref` of CloudFormation's is there. */
  readonly ref: string;
  readonly attributes: (given: Properties) => Properties;
  /** What CloudFormation gives with it and the provider gives apart: the type and its attributes. */
  readonly apart?: (given: Properties, itself: Json) => readonly (readonly [type: string, attributes: Properties])[];
}

const at = (value: Json, ...path: readonly string[]): Json =>
  path.reduce<Json>(
    (found, key) => (typeof found === 'object' && found !== null ? (found as Properties)[key] : undefined),
    value,
  );
const listOf = (value: Json): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);
/** A block is a list of one. */
const block = (given: Json, attributes: Properties): Json => (given === undefined ? undefined : [attributes]);
const text = (value: Json): Json => (value === undefined ? undefined : JSON.stringify(value));
/** `{Fn::Join: [':', [<function>, <qualifier>]]}` */
const qualifierIn = (value: Json): Json => listOf(listOf(at(value, 'Fn::Join'))[1])[1];
const tags = (value: Json): Json =>
  Object.fromEntries(listOf(value).map((tag) => [String(at(tag, 'Key')), at(tag, 'Value')] as const));

/** The types that the templates of functions are made of, as the AWS provider calls them. */
const ROWS: Readonly<Record<string, Row>> = {
  'AWS::Lambda::Function': {
    type: 'aws_lambda_function',
    ref: 'function_name',
    attributes: (given) => ({
      function_name: given.FunctionName,
      runtime: given.Runtime,
      handler: given.Handler,
      package_type: given.PackageType ?? 'Zip',
      architectures: given.Architectures,
      timeout: given.Timeout ?? 3,
      role: given.Role,
      layers: given.Layers,
      kms_key_arn: given.KmsKeyArn,
      code_signing_config_arn: given.CodeSigningConfigArn,
      reserved_concurrent_executions: given.ReservedConcurrentExecutions ?? -1,
      publish: given.Publish ?? false,
      environment: block(given.Environment, { variables: at(given.Environment, 'Variables') }),
      ephemeral_storage: block(given.EphemeralStorage, { size: at(given.EphemeralStorage, 'Size') }),
      snap_start: block(given.SnapStart, { apply_on: at(given.SnapStart, 'ApplyOn') }),
      tracing_config: block(given.TracingConfig, { mode: at(given.TracingConfig, 'Mode') }),
      dead_letter_config: block(given.DeadLetterConfig, { target_arn: at(given.DeadLetterConfig, 'TargetArn') }),
      vpc_config: block(given.VpcConfig, {
        subnet_ids: at(given.VpcConfig, 'SubnetIds'),
        security_group_ids: at(given.VpcConfig, 'SecurityGroupIds'),
      }),
      file_system_config: listOf(given.FileSystemConfigs).map((one) => ({
        arn: at(one, 'Arn'),
        local_mount_path: at(one, 'LocalMountPath'),
      })),
      tags: tags(given.Tags),
      tags_all: tags(given.Tags),
    }),
  },
  'AWS::Lambda::Alias': {
    type: 'aws_lambda_alias',
    ref: 'arn',
    attributes: (given) => ({ function_name: given.FunctionName, name: given.Name, function_version: given.FunctionVersion }),
  },
  'AWS::Lambda::Url': {
    type: 'aws_lambda_function_url',
    ref: 'id',
    attributes: (given) => ({
      function_name: given.TargetFunctionArn,
      qualifier: given.Qualifier,
      authorization_type: given.AuthType,
      cors: block(given.Cors, {
        allow_origins: at(given.Cors, 'AllowOrigins'),
        allow_credentials: at(given.Cors, 'AllowCredentials'),
      }),
    }),
  },
  'AWS::Lambda::EventInvokeConfig': {
    type: 'aws_lambda_function_event_invoke_config',
    ref: 'id',
    attributes: (given) => ({
      function_name: given.FunctionName,
      qualifier: given.Qualifier,
      maximum_event_age_in_seconds: given.MaximumEventAgeInSeconds,
      maximum_retry_attempts: given.MaximumRetryAttempts,
      destination_config: block(given.DestinationConfig, {
        on_failure: [{ destination: at(given.DestinationConfig, 'OnFailure', 'Destination') }],
      }),
    }),
  },
  'AWS::Lambda::EventSourceMapping': {
    type: 'aws_lambda_event_source_mapping',
    ref: 'id',
    attributes: (given) => ({
      function_name: given.FunctionName,
      event_source_arn: given.EventSourceArn,
      enabled: given.Enabled ?? true,
      maximum_retry_attempts: given.MaximumRetryAttempts,
      maximum_record_age_in_seconds: given.MaximumRecordAgeInSeconds,
      destination_config: block(given.DestinationConfig, {
        on_failure: [{ destination_arn: at(given.DestinationConfig, 'OnFailure', 'Destination') }],
      }),
      filter_criteria: block(given.FilterCriteria, {
        filter: listOf(at(given.FilterCriteria, 'Filters')).map((one) => ({ pattern: at(one, 'Pattern') })),
      }),
    }),
  },
  'AWS::Lambda::Permission': {
    type: 'aws_lambda_permission',
    ref: 'id',
    attributes: (given) => ({
      // With a qualifier it is a name and that.
      function_name: qualifierIn(given.FunctionName) === undefined ? given.FunctionName : { Ref: 'Fn' },
      qualifier: qualifierIn(given.FunctionName),
      principal: given.Principal,
      action: given.Action,
      source_arn: given.SourceArn,
      source_account: given.SourceAccount,
      principal_org_id: given.PrincipalOrgID,
      function_url_auth_type: given.FunctionUrlAuthType,
      invoked_via_function_url: given.InvokedViaFunctionUrl,
    }),
  },
  'AWS::Lambda::LayerVersion': {
    type: 'aws_lambda_layer_version',
    ref: 'arn',
    attributes: (given) => ({ layer_name: given.LayerName }),
  },
  'AWS::Lambda::LayerVersionPermission': {
    type: 'aws_lambda_layer_version_permission',
    ref: 'id',
    attributes: (given) => ({
      layer_name: { 'Fn::GetAtt': [at(given.LayerVersionArn, 'Ref'), 'layer_name'] },
      version_number: 1,
      statement_id: 'consumers',
      principal: given.Principal,
      organization_id: given.OrganizationId,
      action: given.Action,
    }),
  },
  'AWS::Lambda::CodeSigningConfig': {
    type: 'aws_lambda_code_signing_config',
    ref: 'arn',
    attributes: (given) => ({
      policies: [{ untrusted_artifact_on_deployment: at(given.CodeSigningPolicies, 'UntrustedArtifactOnDeployment') }],
    }),
  },
  'AWS::IAM::Role': {
    type: 'aws_iam_role',
    ref: 'name',
    attributes: (given) => ({
      name: given.RoleName,
      path: given.Path ?? '/',
      assume_role_policy: text(given.AssumeRolePolicyDocument),
      inline_policy: listOf(given.Policies).map((one) => ({
        name: at(one, 'PolicyName'),
        policy: text(at(one, 'PolicyDocument')),
      })),
      tags_all: tags(given.Tags),
    }),
  },
  'AWS::IAM::User': { type: 'aws_iam_user', ref: 'name', attributes: (given) => ({ name: given.UserName, path: '/' }) },
  'AWS::Logs::LogGroup': {
    type: 'aws_cloudwatch_log_group',
    ref: 'name',
    attributes: (given) => ({
      name: given.LogGroupName,
      retention_in_days: given.RetentionInDays ?? 0,
      kms_key_id: given.KmsKeyId,
    }),
  },
  'AWS::SQS::Queue': {
    type: 'aws_sqs_queue',
    ref: 'url',
    attributes: (given) => ({
      name: given.QueueName,
      visibility_timeout_seconds: given.VisibilityTimeout ?? 30,
      sqs_managed_sse_enabled: given.SqsManagedSseEnabled,
    }),
    apart: (given, queue) =>
      given.RedrivePolicy === undefined
        ? []
        : [['aws_sqs_queue_redrive_policy', { queue_url: queue, redrive_policy: text(given.RedrivePolicy) }]],
  },
  'AWS::SQS::QueuePolicy': {
    type: 'aws_sqs_queue_policy',
    ref: 'id',
    attributes: (given) => ({ queue_url: listOf(given.Queues)[0], policy: text(given.PolicyDocument) }),
  },
  'AWS::SNS::Topic': {
    type: 'aws_sns_topic',
    ref: 'arn',
    attributes: (given) => ({ name: given.TopicName, kms_master_key_id: given.KmsMasterKeyId }),
  },
  'AWS::SNS::TopicPolicy': {
    type: 'aws_sns_topic_policy',
    ref: 'id',
    attributes: (given) => ({ arn: listOf(given.Topics)[0], policy: text(given.PolicyDocument) }),
  },
  'AWS::Events::EventBus': {
    type: 'aws_cloudwatch_event_bus',
    ref: 'name',
    attributes: (given) => ({ name: given.Name }),
    apart: (given, bus) =>
      given.Policy === undefined
        ? []
        : [['aws_cloudwatch_event_bus_policy', { event_bus_name: bus, policy: text(given.Policy) }]],
  },
  'AWS::Events::Rule': {
    type: 'aws_cloudwatch_event_rule',
    ref: 'name',
    attributes: (given) => ({ name: given.Name, event_bus_name: given.EventBusName }),
  },
  'AWS::Kinesis::Stream': {
    type: 'aws_kinesis_stream',
    ref: 'name',
    attributes: (given) => ({
      name: given.Name,
      encryption_type: at(given.StreamEncryption, 'EncryptionType') ?? 'NONE',
    }),
  },
  'AWS::Kinesis::ResourcePolicy': {
    type: 'aws_kinesis_resource_policy',
    ref: 'id',
    attributes: (given) => ({ resource_arn: given.ResourceArn, policy: text(given.ResourcePolicy) }),
  },
  'AWS::S3::Bucket': {
    type: 'aws_s3_bucket',
    ref: 'id',
    attributes: (given) => ({ bucket: given.BucketName }),
    apart: ({ PublicAccessBlockConfiguration: blocks, AccessControl: acl }, bucket) => [
      [
        'aws_s3_bucket_public_access_block',
        {
          bucket,
          block_public_policy: at(blocks, 'BlockPublicPolicy'),
          restrict_public_buckets: at(blocks, 'RestrictPublicBuckets'),
          ignore_public_acls: at(blocks, 'IgnorePublicAcls'),
        },
      ],
      ['aws_s3_bucket_acl', { bucket, acl: acl === 'PublicReadWrite' ? 'public-read-write' : 'private' }],
    ],
  },
  'AWS::S3::BucketPolicy': {
    type: 'aws_s3_bucket_policy',
    ref: 'id',
    attributes: (given) => ({ bucket: given.Bucket, policy: text(given.PolicyDocument) }),
  },
  'AWS::EC2::VPC': { type: 'aws_vpc', ref: 'id', attributes: (given) => ({ cidr_block: given.CidrBlock }) },
  'AWS::EC2::InternetGateway': { type: 'aws_internet_gateway', ref: 'id', attributes: () => ({}) },
  'AWS::EC2::Subnet': {
    type: 'aws_subnet',
    ref: 'id',
    attributes: (given) => ({ vpc_id: given.VpcId, availability_zone: given.AvailabilityZone, cidr_block: given.CidrBlock }),
  },
  'AWS::EC2::RouteTable': { type: 'aws_route_table', ref: 'id', attributes: (given) => ({ vpc_id: given.VpcId }) },
  'AWS::EC2::SubnetRouteTableAssociation': {
    type: 'aws_route_table_association',
    ref: 'id',
    attributes: (given) => ({ subnet_id: given.SubnetId, route_table_id: given.RouteTableId }),
  },
  'AWS::EC2::Route': {
    type: 'aws_route',
    ref: 'id',
    attributes: (given) => ({
      route_table_id: given.RouteTableId,
      destination_cidr_block: given.DestinationCidrBlock,
      gateway_id: given.GatewayId,
      nat_gateway_id: given.NatGatewayId,
      transit_gateway_id: given.TransitGatewayId,
    }),
  },
  'AWS::EC2::SecurityGroup': {
    type: 'aws_security_group',
    ref: 'id',
    attributes: (given) => ({
      vpc_id: given.VpcId,
      egress: listOf(given.SecurityGroupEgress).map((rule) => ({
        protocol: at(rule, 'IpProtocol'),
        from_port: at(rule, 'FromPort') ?? 0,
        to_port: at(rule, 'ToPort') ?? 0,
        cidr_blocks: at(rule, 'CidrIp') === undefined ? [] : [at(rule, 'CidrIp')],
        ipv6_cidr_blocks: at(rule, 'CidrIpv6') === undefined ? [] : [at(rule, 'CidrIpv6')],
      })),
    }),
  },
  'AWS::EC2::VPCEndpoint': {
    type: 'aws_vpc_endpoint',
    ref: 'id',
    attributes: (given) => ({
      vpc_id: given.VpcId,
      service_name: given.ServiceName,
      vpc_endpoint_type: given.VpcEndpointType,
      private_dns_enabled: given.PrivateDnsEnabled,
    }),
  },
};

interface CloudFormation {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Properties }>>;
}

interface Split {
  readonly value: Json;
  readonly unknown: Json;
  readonly expression: Json;
}

/** A function's template as `terraform show -json` tells a plan of the same: what refers to another resource is known after apply. */
export function asTerraformPlan(json: string): string {
  const template = JSON.parse(json) as CloudFormation;
  // A version is published by the function itself.
  const { Version: version, Fn: lambda, ...others } = template.Resources;
  const published = lambda && { ...lambda, Properties: { ...lambda.Properties, Publish: version !== undefined } };
  const Resources: CloudFormation['Resources'] = published ? { Fn: published, ...others } : others;
  const rowOf = (type: string): Row => {
    const row = ROWS[type];
    if (!row) throw new Error(`no Terraform type for ${type}`);
    return row;
  };
  const splitReference = (id: string, attribute?: string): Split => {
    const row = rowOf(Resources[id]?.Type ?? id);
    const address = `${row.type}.${id}`;
    const references = [`${address}.${attribute ?? row.ref}`, address];
    return { value: undefined, unknown: true, expression: { references } };
  };
  const split = (value: Json): Split => {
    const [first = '', attribute = ''] = [at(value, 'Ref'), ...listOf(at(value, 'Fn::GetAtt'))].filter(
      (one) => typeof one === 'string',
    );
    if (first !== '') return splitReference(first, attribute.endsWith('Arn') ? 'arn' : attribute || undefined);
    // An alias's own ARN, as a permission or a mapping for it names the function.
    const joined = qualifierIn(value);
    if (typeof joined === 'string') return splitReference(`Alias${joined}`, 'arn');
    if (Array.isArray(value)) {
      const parts = value.map(split);
      // A list of texts is one expression, a list of blocks has one for each.
      const references = parts.flatMap(({ expression }) => listOf(at(expression, 'references')));
      const isOne = value.every((one) => typeof one === 'string' || references.length > 0);
      const whole = { value: undefined, unknown: true, expression: { references } };
      if (isOne && references.length > 0) return whole;
      const expression = isOne ? { constant_value: value } : parts.map((part) => part.expression);
      return { value: parts.map((part) => part.value), unknown: isOne ? [] : parts.map((part) => part.unknown), expression };
    }
    if (typeof value === 'object' && value !== null) {
      const parts = Object.entries(value as Properties).map(([key, one]) => [key, split(one)] as const);
      const of = (name: keyof Split): Json =>
        Object.fromEntries(parts.flatMap(([key, part]) => (part[name] === undefined ? [] : [[key, part[name]]])));
      return { value: of('value'), unknown: of('unknown'), expression: of('expression') };
    }
    return { value, unknown: undefined, expression: value === undefined ? undefined : { constant_value: value } };
  };

  const planned = Object.entries(Resources).flatMap(([name, { Type, Properties }]) => {
    const row = rowOf(Type);
    const apart = row.apart?.(Properties, { Ref: name }) ?? [];
    return [[row.type, row.attributes(Properties)] as const, ...apart].map(([type, attributes]) => {
      const { value, unknown, expression } = split(attributes);
      return { address: `${type}.${name}`, mode: 'managed', type, name, value, unknown, expression };
    });
  });
  const named = planned.map(({ address, mode, type, name }) => ({ address, mode, type, name }));
  return JSON.stringify({
    format_version: '1.2',
    planned_values: { root_module: { resources: planned.map(({ value }, at) => ({ ...named[at], values: value })) } },
    resource_changes: planned.map(({ unknown, value }, at) => ({
      ...named[at],
      change: { actions: ['create'], before: null, after: value, after_unknown: unknown },
    })),
    configuration: {
      root_module: { resources: planned.map(({ expression }, at) => ({ ...named[at], expressions: expression })) },
    },
  });
}
