import type { Resource } from '../resource.ts';
import type { PermissionStatement } from './exposure.ts';
import type { Permission, StepRows } from './step-row.ts';

/** A step on what feeds a function is a step of the function: its rules found it. The source lies in the function's account and region. */
type OfFunction = { readonly target: Resource<'function'> };
/** Policies are whole JSON texts; `toText: null` is no policy. */
type Replaced = { readonly fromText: string; readonly toText: string | null };

export type SourcesStep =
  | ({ readonly kind: 'replace-queue-policy'; readonly queueArn: string } & OfFunction & Replaced)
  /** A topic always has a policy. */
  | ({
      readonly kind: 'replace-topic-policy';
      readonly topicArn: string;
      readonly fromText: string;
      readonly toText: string;
    } & OfFunction)
  | ({ readonly kind: 'replace-stream-policy'; readonly streamArn: string } & OfFunction & Replaced)
  | ({ readonly kind: 'remove-bus-statement'; readonly busArn: string; readonly statement: PermissionStatement } & OfFunction)
  | ({
      readonly kind: 'set-queue-visibility';
      readonly queueArn: string;
      readonly fromSeconds: number;
      readonly toSeconds: number;
    } & OfFunction)
  | ({ readonly kind: 'encrypt-queue'; readonly queueArn: string } & OfFunction);

const QUEUE: readonly Permission[] = [{ actions: ['sqs:GetQueueAttributes', 'sqs:SetQueueAttributes'], on: 'queue' }];
const TOPIC: readonly Permission[] = [{ actions: ['sns:GetTopicAttributes', 'sns:SetTopicAttributes'], on: 'topic' }];
const STREAM: Permission = { actions: ['kinesis:GetResourcePolicy', 'kinesis:PutResourcePolicy'], on: 'stream' };
const BUS_READ: Permission = { actions: ['events:DescribeEventBus'], on: 'bus' };

export const SOURCES_ROWS: StepRows<SourcesStep> = {
  'replace-queue-policy': {
    title: 'Narrow the policy of a queue',
    family: 'sources',
    risk: 'approval',
    changes: ['queues'],
    permissions: QUEUE,
    undoPermissions: QUEUE,
    undo: 'The old policy, to the byte.',
    mightBreak: 'Senders of other accounts, and services that do not say for which account they act, are refused.',
    watched: true,
  },
  'replace-topic-policy': {
    title: 'Narrow the policy of a topic',
    family: 'sources',
    risk: 'approval',
    changes: ['topics'],
    permissions: TOPIC,
    undoPermissions: TOPIC,
    undo: 'The old policy, to the byte.',
    mightBreak: 'Publishers of other accounts, and services that do not say for which account they act, are refused.',
    watched: true,
  },
  'replace-stream-policy': {
    title: 'Narrow the policy of a stream',
    family: 'sources',
    risk: 'approval',
    changes: ['streams'],
    permissions: [STREAM, { actions: ['kinesis:DeleteResourcePolicy'], on: 'stream' }],
    undoPermissions: [STREAM],
    undo: 'The old policy, to the byte.',
    mightBreak: 'Producers and consumers of other accounts are refused.',
    watched: true,
  },
  'remove-bus-statement': {
    title: 'Remove a statement from the policy of an event bus',
    family: 'sources',
    risk: 'approval',
    changes: ['buses'],
    permissions: [
      BUS_READ,
      // AWS names no resource for it, and it acts on the own account's buses only.
      { actions: ['events:RemovePermission'], on: 'any' },
    ],
    undoPermissions: [BUS_READ, { actions: ['events:PutPermission'], on: 'any' }],
    undo: 'The same statement, at the end of the policy; events that were refused meanwhile do not come back.',
    mightBreak: 'Whoever sent events by the removed statement is refused, and is told nowhere but in its own account.',
    watched: true,
  },
  'set-queue-visibility': {
    title: 'Raise the visibility timeout of a queue',
    family: 'sources',
    risk: 'approval',
    changes: ['queues'],
    permissions: QUEUE,
    undoPermissions: QUEUE,
    undo: 'The old visibility timeout; messages in flight keep the one that they were received with.',
    mightBreak: 'A message whose consumer crashed is tried again later than before, by whichever consumer the queue has.',
  },
  'encrypt-queue': {
    title: 'Encrypt a queue at rest',
    family: 'sources',
    risk: 'approval',
    changes: ['queues'],
    permissions: QUEUE,
    undoPermissions: QUEUE,
    undo: 'No encryption of new messages, as before.',
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-sqs-sse-queue.html
    mightBreak: 'Senders that do not use TLS or do not sign their requests are refused.',
  },
};
