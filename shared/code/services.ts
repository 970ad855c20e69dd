/**
 * The calls that Cinch understands: which actions of IAM each of them may need. A call that is not here is one whose rights can't be told from
 * its name alone: Athena, Glue or CloudFormation do more in the caller's name than the code says. Where a call needs another action only with
 * some of its parameters, that action is named too: parameters are not read.
 */

export interface CalledService {
  /** The namespace of its actions: `events`. */
  readonly prefix: string;
  /** What follows `@aws-sdk/client-`. */
  readonly client: string;
  /** The class with a method for each call, in v3; v2 names some otherwise. */
  readonly className: string;
  readonly oldName?: string;
  /** As the client's own code names it. */
  readonly serviceId: string;
  /** In boto3. */
  readonly boto: string;
  /** Calls whose one action has their name. */
  readonly plain: readonly string[];
  /** Calls that need other actions, or more. */
  readonly others?: Readonly<Record<string, readonly string[]>>;
  /** Calls that are not understood and that no action is named like: met in code, they are a doubt all the same. */
  readonly strange?: readonly string[];
}

/** A missing object is answered with 403 instead of 404 to who may not list its bucket; a directory bucket asks for a session. */
const S3_READ = ['s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket', 's3express:CreateSession'];
const S3_WRITE = [
  's3:PutObject',
  's3:PutObjectAcl',
  's3:PutObjectTagging',
  's3:PutObjectRetention',
  's3:PutObjectLegalHold',
  's3express:CreateSession',
];
const S3_MULTIPART = [...S3_WRITE, 's3:AbortMultipartUpload'];
const S3_LIST = ['s3:ListBucket', 's3express:CreateSession'];
const PARTIQL = ['dynamodb:PartiQLSelect', 'dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate', 'dynamodb:PartiQLDelete'];

const S3_STRANGE =
  'CreateBucketMetadataConfiguration CreateSession DeleteBucketAnalyticsConfiguration DeleteBucketCors DeleteBucketEncryption DeleteBucketIntelligentTieringConfiguration DeleteBucketInventoryConfiguration DeleteBucketLifecycle DeleteBucketMetadataConfiguration DeleteBucketMetricsConfiguration DeleteBucketOwnershipControls DeleteBucketReplication DeleteBucketTagging DeletePublicAccessBlock GetBucketAccelerateConfiguration GetBucketAnalyticsConfiguration GetBucketCors GetBucketEncryption GetBucketIntelligentTieringConfiguration GetBucketInventoryConfiguration GetBucketLifecycle GetBucketLifecycleConfiguration GetBucketMetadataConfiguration GetBucketMetricsConfiguration GetBucketNotificationConfiguration GetBucketReplication GetObjectLockConfiguration GetPublicAccessBlock ListBucketAnalyticsConfigurations ListBucketIntelligentTieringConfigurations ListBucketInventoryConfigurations ListBucketMetricsConfigurations ListDirectoryBuckets PutBucketAccelerateConfiguration PutBucketAnalyticsConfiguration PutBucketCors PutBucketEncryption PutBucketIntelligentTieringConfiguration PutBucketInventoryConfiguration PutBucketLifecycle PutBucketLifecycleConfiguration PutBucketMetricsConfiguration PutBucketNotificationConfiguration PutBucketReplication PutObjectLockConfiguration PutPublicAccessBlock RenameObject SelectObjectContent WriteGetObjectResponse';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
const S3: CalledService = {
  prefix: 's3',
  client: 's3',
  className: 'S3',
  serviceId: 'S3',
  boto: 's3',
  strange: S3_STRANGE.split(' '),
  plain: ['GetBucketLocation', 'GetBucketVersioning', 'GetBucketTagging', 'GetBucketPolicy', 'GetBucketAcl'],
  others: {
    GetObject: S3_READ,
    HeadObject: S3_READ,
    GetObjectAttributes: [...S3_READ, 's3:GetObjectAttributes', 's3:GetObjectVersionAttributes'],
    GetObjectTagging: ['s3:GetObjectTagging', 's3:GetObjectVersionTagging'],
    GetObjectAcl: ['s3:GetObjectAcl', 's3:GetObjectVersionAcl'],
    PutObject: S3_WRITE,
    PutObjectTagging: ['s3:PutObjectTagging', 's3:PutObjectVersionTagging'],
    PutObjectAcl: ['s3:PutObjectAcl', 's3:PutObjectVersionAcl'],
    DeleteObjectTagging: ['s3:DeleteObjectTagging', 's3:DeleteObjectVersionTagging'],
    CopyObject: [...S3_READ, ...S3_MULTIPART, 's3:GetObjectTagging', 's3:GetObjectVersionTagging'],
    DeleteObject: ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:BypassGovernanceRetention', 's3express:CreateSession'],
    DeleteObjects: ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:BypassGovernanceRetention', 's3express:CreateSession'],
    HeadBucket: S3_LIST,
    ListObjects: S3_LIST,
    ListObjectsV2: S3_LIST,
    ListObjectVersions: ['s3:ListBucketVersions'],
    ListBuckets: ['s3:ListAllMyBuckets'],
    CreateMultipartUpload: S3_MULTIPART,
    UploadPart: S3_MULTIPART,
    UploadPartCopy: [...S3_READ, ...S3_MULTIPART],
    CompleteMultipartUpload: S3_MULTIPART,
    AbortMultipartUpload: ['s3:AbortMultipartUpload', 's3express:CreateSession'],
    ListParts: ['s3:ListMultipartUploadParts', 's3express:CreateSession'],
    ListMultipartUploads: ['s3:ListBucketMultipartUploads', 's3express:CreateSession'],
  },
};

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html */
const DYNAMODB: CalledService = {
  prefix: 'dynamodb',
  client: 'dynamodb',
  className: 'DynamoDB',
  serviceId: 'DynamoDB',
  boto: 'dynamodb',
  strange: ['CancelBulkOperation', 'DescribeBulkOperation', 'ListBulkOperations', 'StartBulkPutItems'],
  plain: [
    'GetItem',
    'PutItem',
    'UpdateItem',
    'DeleteItem',
    'Query',
    'Scan',
    'BatchGetItem',
    'BatchWriteItem',
    'DescribeTable',
    'DescribeTimeToLive',
    // The client itself may ask it.
    'DescribeEndpoints',
    'ListTables',
  ],
  others: {
    TransactGetItems: ['dynamodb:GetItem'],
    TransactWriteItems: ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem'],
    ExecuteStatement: PARTIQL,
    BatchExecuteStatement: PARTIQL,
    ExecuteTransaction: PARTIQL,
  },
};

/** A service all of whose understood calls are plain, and that every SDK names alike. */
const plain = (
  prefix: string,
  className: string,
  calls: readonly string[],
  more: Partial<CalledService> = {},
): CalledService => ({
  prefix,
  client: prefix,
  className,
  serviceId: className,
  boto: prefix,
  plain: calls,
  ...more,
});

export const CALLED_SERVICES: readonly CalledService[] = [
  S3,
  DYNAMODB,
  plain(
    'sqs',
    'SQS',
    [
      'SendMessage',
      'ReceiveMessage',
      'DeleteMessage',
      'ChangeMessageVisibility',
      'GetQueueAttributes',
      'GetQueueUrl',
      'ListQueues',
      'PurgeQueue',
    ],
    {
      others: {
        SendMessageBatch: ['sqs:SendMessage'],
        DeleteMessageBatch: ['sqs:DeleteMessage'],
        ChangeMessageVisibilityBatch: ['sqs:ChangeMessageVisibility'],
      },
    },
  ),
  plain('sns', 'SNS', ['Publish', 'GetTopicAttributes', 'ListTopics', 'ListSubscriptionsByTopic'], {
    others: { PublishBatch: ['sns:Publish'] },
  }),
  plain(
    'ssm',
    'SSM',
    ['GetParameter', 'GetParameters', 'GetParametersByPath', 'GetParameterHistory', 'DescribeParameters', 'DeleteParameter'],
    {
      strange: ['DeregisterDefaultHostManagementConfiguration', 'RegisterDefaultHostManagementConfiguration'],
      others: { PutParameter: ['ssm:PutParameter', 'ssm:AddTagsToResource'] },
    },
  ),
  plain(
    'secretsmanager',
    'SecretsManager',
    ['DescribeSecret', 'PutSecretValue', 'GetRandomPassword', 'ListSecrets', 'UpdateSecretVersionStage'],
    {
      client: 'secrets-manager',
      serviceId: 'Secrets Manager',
      others: {
        GetSecretValue: ['secretsmanager:GetSecretValue'],
        BatchGetSecretValue: [
          'secretsmanager:BatchGetSecretValue',
          'secretsmanager:GetSecretValue',
          'secretsmanager:ListSecrets',
        ],
      },
    },
  ),
  plain(
    'kms',
    'KMS',
    [
      'Decrypt',
      'Encrypt',
      'GenerateDataKey',
      'GenerateDataKeyWithoutPlaintext',
      'DescribeKey',
      'Sign',
      'Verify',
      'GenerateMac',
      'VerifyMac',
      'GetPublicKey',
      'GenerateRandom',
    ],
    { strange: ['ReEncrypt', 'Encapsulate', 'Decapsulate'] },
  ),
  plain('lambda', 'Lambda', ['GetFunction', 'GetFunctionConfiguration', 'ListFunctions'], {
    strange: ['GetLayerVersionByArn'],
    others: {
      Invoke: ['lambda:InvokeFunction'],
      InvokeAsync: ['lambda:InvokeFunction', 'lambda:InvokeAsync'],
      InvokeWithResponseStream: ['lambda:InvokeFunction'],
    },
  }),
  plain('events', 'EventBridge', ['PutEvents', 'DescribeEventBus', 'DescribeRule', 'ListRules'], { client: 'eventbridge' }),
  plain(
    'states',
    'SFN',
    [
      'StartExecution',
      'StartSyncExecution',
      'DescribeExecution',
      'StopExecution',
      'ListExecutions',
      'GetExecutionHistory',
      'SendTaskSuccess',
      'SendTaskFailure',
      'SendTaskHeartbeat',
    ],
    { client: 'sfn', oldName: 'StepFunctions', boto: 'stepfunctions' },
  ),
  plain('kinesis', 'Kinesis', [
    'PutRecord',
    'PutRecords',
    'GetRecords',
    'GetShardIterator',
    'ListShards',
    'DescribeStream',
    'DescribeStreamSummary',
  ]),
  plain('firehose', 'Firehose', ['PutRecord', 'PutRecordBatch', 'DescribeDeliveryStream']),
  plain(
    'cloudwatch',
    'CloudWatch',
    ['PutMetricData', 'GetMetricData', 'GetMetricStatistics', 'ListMetrics', 'DescribeAlarms', 'SetAlarmState'],
    {
      strange: [
        'AssociateDatasetKmsKey',
        'CreateResourceMetricsConfiguration',
        'DeleteResourceMetricsConfiguration',
        'DescribeAlarmContributors',
        'DisassociateDatasetKmsKey',
        'GetResourceMetricsConfiguration',
        'UpdateOTelEnrichment',
        'UpdateResourceMetricsConfiguration',
      ],
    },
  ),
  plain(
    'logs',
    'CloudWatchLogs',
    [
      'CreateLogGroup',
      'CreateLogStream',
      'PutLogEvents',
      'DescribeLogGroups',
      'DescribeLogStreams',
      'GetLogEvents',
      'FilterLogEvents',
      'StartQuery',
      'GetQueryResults',
      'StopQuery',
    ],
    {
      client: 'cloudwatch-logs',
      serviceId: 'CloudWatch Logs',
      strange: ['GetLogObject'],
    },
  ),
  plain('xray', 'XRay', ['PutTraceSegments', 'PutTelemetryRecords', 'GetSamplingRules', 'GetSamplingTargets']),
  plain('sts', 'STS', ['GetCallerIdentity'], {
    others: { AssumeRole: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'] },
  }),
  plain('ses', 'SES', ['SendEmail', 'SendRawEmail', 'SendTemplatedEmail', 'SendBulkTemplatedEmail']),
  plain('ses', 'SESv2', [], {
    client: 'sesv2',
    boto: 'sesv2',
    others: {
      SendEmail: ['ses:SendEmail', 'ses:SendRawEmail', 'ses:SendTemplatedEmail'],
      SendBulkEmail: ['ses:SendEmail', 'ses:SendBulkEmail', 'ses:SendTemplatedEmail', 'ses:SendBulkTemplatedEmail'],
    },
  }),
  // The Data API reads the secret that a call names in the caller's name (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/data-api.access.html).
  plain('rds-data', 'RDSData', [], {
    serviceId: 'RDS Data',
    oldName: 'RDSDataService',
    others: Object.fromEntries(
      ['ExecuteStatement', 'BatchExecuteStatement', 'BeginTransaction', 'CommitTransaction', 'RollbackTransaction'].map(
        (call) => [call, [`rds-data:${call}`, 'secretsmanager:GetSecretValue']],
      ),
    ),
  }),
  plain('execute-api', 'ApiGatewayManagementApi', [], {
    client: 'apigatewaymanagementapi',
    boto: 'apigatewaymanagementapi',
    others: Object.fromEntries(
      ['PostToConnection', 'GetConnection', 'DeleteConnection'].map((call) => [call, ['execute-api:ManageConnections']]),
    ),
  }),
];
