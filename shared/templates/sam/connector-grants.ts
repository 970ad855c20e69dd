/** What a connector lets a function's role do to a destination, by type and permission; ARNs are the destination's with these endings. */
interface Grant {
  readonly actions: string;
  readonly endings: readonly string[];
}
type Grants = Readonly<Record<string, Partial<Readonly<Record<'Read' | 'Write', Grant>>>>>;

const OWN = [''];

/** https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/reference-sam-connector.html */
export const FUNCTION_TO: Grants = {
  'AWS::Lambda::Function': { Write: { actions: 'lambda:InvokeAsync InvokeFunction', endings: OWN } },
  'AWS::S3::Bucket': {
    Read: {
      actions:
        's3:GetObject GetObjectAcl GetObjectLegalHold GetObjectRetention GetObjectTorrent GetObjectVersion GetObjectVersionAcl GetObjectVersionForReplication GetObjectVersionTorrent ListBucket ListBucketMultipartUploads ListBucketVersions ListMultipartUploadParts',
      endings: ['', '/*'],
    },
    Write: {
      actions:
        's3:AbortMultipartUpload DeleteObject DeleteObjectVersion PutObject PutObjectLegalHold PutObjectRetention RestoreObject',
      endings: ['', '/*'],
    },
  },
  'AWS::DynamoDB::Table': {
    Read: {
      actions: 'dynamodb:GetItem Query Scan BatchGetItem ConditionCheckItem PartiQLSelect',
      endings: ['', '/index/*'],
    },
    Write: {
      actions: 'dynamodb:PutItem UpdateItem DeleteItem BatchWriteItem PartiQLDelete PartiQLInsert PartiQLUpdate',
      endings: ['', '/index/*'],
    },
  },
  'AWS::SQS::Queue': {
    Read: { actions: 'sqs:ReceiveMessage GetQueueAttributes', endings: OWN },
    Write: { actions: 'sqs:DeleteMessage SendMessage ChangeMessageVisibility PurgeQueue', endings: OWN },
  },
  'AWS::SNS::Topic': { Write: { actions: 'sns:Publish', endings: OWN } },
  'AWS::Events::EventBus': { Write: { actions: 'events:PutEvents', endings: OWN } },
};

/** What it lets a function's role do to a source that the function polls. */
export const TO_FUNCTION: Grants = {
  'AWS::DynamoDB::Table': {
    Read: { actions: 'dynamodb:DescribeStream GetRecords GetShardIterator ListStreams', endings: ['/stream/*'] },
  },
  'AWS::SQS::Queue': {
    Read: { actions: 'sqs:ReceiveMessage GetQueueAttributes', endings: OWN },
    Write: { actions: 'sqs:DeleteMessage', endings: OWN },
  },
};
