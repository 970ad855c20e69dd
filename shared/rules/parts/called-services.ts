import type { FunctionFacts } from '../../model/state.ts';
import { grantsAction } from '../../policy/grants.ts';
import { actionsOverlap } from '../../policy/wildcards.ts';

type RolePolicies = FunctionFacts['rolePolicies'];

/**
 * Calls that the function's own code makes through its VPC. Left out is what Lambda does for it from outside: polling queues and streams, logs,
 * traces, network interfaces, and keys that S3, SQS and others use on its behalf.
 */
const OWN_CALLS: readonly (readonly [service: string, endpoint: string, actions: readonly string[]])[] = [
  ['s3', 's3', ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:ListBucket']],
  [
    'dynamodb',
    'dynamodb',
    [
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
      'dynamodb:Query',
      'dynamodb:Scan',
      'dynamodb:BatchGetItem',
      'dynamodb:BatchWriteItem',
    ],
  ],
  ['secretsmanager', 'secretsmanager', ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue']],
  ['ssm', 'ssm', ['ssm:GetParameter', 'ssm:GetParameters', 'ssm:GetParametersByPath', 'ssm:PutParameter']],
  ['kms', 'kms', ['kms:Encrypt', 'kms:Sign', 'kms:Verify', 'kms:GenerateMac', 'kms:VerifyMac']],
  ['sqs', 'sqs', ['sqs:SendMessage', 'sqs:ChangeMessageVisibility', 'sqs:PurgeQueue']],
  ['sns', 'sns', ['sns:Publish']],
  ['events', 'events', ['events:PutEvents']],
  ['states', 'states', ['states:StartExecution', 'states:SendTaskSuccess', 'states:SendTaskFailure']],
  ['kinesis', 'kinesis-streams', ['kinesis:PutRecord', 'kinesis:PutRecords']],
  ['firehose', 'kinesis-firehose', ['firehose:PutRecord', 'firehose:PutRecordBatch']],
  ['lambda', 'lambda', ['lambda:InvokeFunction']],
  ['sts', 'sts', ['sts:AssumeRole']],
  ['execute-api', 'execute-api', ['execute-api:Invoke', 'execute-api:ManageConnections']],
  ['rds-data', 'rds-data', ['rds-data:ExecuteStatement', 'rds-data:BatchExecuteStatement']],
  ['bedrock', 'bedrock-runtime', ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream']],
];

export interface CalledService {
  /** The namespace of its actions: `kinesis`. */
  readonly service: string;
  /** The last part of its endpoint's name: `kinesis-streams`. */
  readonly endpoint: string;
  /** The policy that grants it. */
  readonly policy: string;
}

/**
 * The services that the role names for the function's code. A pattern over all services (`*`) names none: it says nothing about what is called.
 */
export function calledServices(policies: RolePolicies): CalledService[] {
  return OWN_CALLS.flatMap(([service, endpoint, calls]) => {
    const granting = policies.find(({ document }) =>
      document.statements.some(
        ({ effect, actions }) =>
          effect === 'Allow' &&
          actions.some(
            (pattern) => pattern.toLowerCase().startsWith(`${service}:`) && calls.some((call) => actionsOverlap(pattern, call)),
          ),
      ),
    );
    const left = calls.some((call) => grantsAction(policies, call));
    return granting !== undefined && left ? [{ service, endpoint, policy: granting.name }] : [];
  });
}
