import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Config } from '../../shared/config/schema.ts';
import { type BotFunction, HUB_QUEUES, type HubQueue } from '../../shared/names.ts';
import { accept } from '../accept.ts';
import { isExporting } from '../exporting.ts';

export const QUEUES = Object.keys(HUB_QUEUES) as HubQueue[];

interface QueuePlan {
  readonly fifo: boolean;
  /** How often a message is received before it is given up. */
  readonly tries: number;
}

/** A passing trouble (Slack down, throttling) backs off up to five minutes a try: this many tries are about an hour. */
const TRIES = 20;

/**
 * Work is done in order within a resource, notices within a finding; changes and clicks in any order. A sweep's looks are in order within a
 * place, where one that fails keeps the others waiting: it is given up after a minute, as the next round looks again.
 */
export const QUEUE_PLANS: Readonly<Record<HubQueue, QueuePlan>> = {
  changes: { fifo: false, tries: TRIES },
  work: { fifo: true, tries: TRIES },
  notices: { fifo: true, tries: TRIES },
  clicks: { fifo: false, tries: TRIES },
  looks: { fifo: true, tries: 6 },
  places: { fifo: false, tries: TRIES },
  exports: { fifo: false, tries: TRIES },
};

export interface QueuePair {
  readonly queue: Queue;
  readonly dead: Queue;
}
/** `exports` is there when something is exported. */
export type HubQueues = Readonly<Record<Exclude<HubQueue, 'exports'>, QueuePair>> & { readonly exports?: QueuePair };

/** @throws Error for one that is not deployed. */
export function queueOf(queues: HubQueues, name: HubQueue): QueuePair {
  const pair = queues[name];
  if (!pair) throw new Error(`There is no queue ${name} in this installation.`);
  return pair;
}

/** SQS asks for six times the consumer's timeout, or a message comes back while it is still worked on. */
const VISIBILITY_FACTOR = 6;
export function makeHubQueues(
  scope: Construct,
  key: IKey,
  config: Config,
  timeoutOf: (name: BotFunction) => Duration,
): HubQueues {
  const make = (name: HubQueue): QueuePair => {
    const { fifo, tries } = QUEUE_PLANS[name];
    const id = `${name[0]?.toUpperCase()}${name.slice(1)}`;
    const dead = new Queue(scope, `${id}Dead`, { ...common(key, fifo), retentionPeriod: Duration.days(14) });
    const queue = new Queue(scope, id, {
      ...common(key, fifo),
      visibilityTimeout: Duration.seconds(timeoutOf(HUB_QUEUES[name].consumer).toSeconds() * VISIBILITY_FACTOR),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: dead, maxReceiveCount: tries },
    });
    return { queue, dead };
  };
  return {
    changes: make('changes'),
    work: make('work'),
    notices: make('notices'),
    clicks: make('clicks'),
    looks: make('looks'),
    places: make('places'),
    ...(isExporting(config) ? { exports: make('exports') } : {}),
  };
}

/** For events that EventBridge could not put on the changes queue. */
export function makeRuleDeadLetters(scope: Construct, key: IKey): Queue {
  const queue = new Queue(scope, 'UndeliveredDead', { ...common(key, false), retentionPeriod: Duration.days(14) });
  accept(queue, 'It is the dead-letter queue of a rule, which the pack does not see.', 'SQS3');
  return queue;
}

function common(encryptionMasterKey: IKey, fifo: boolean) {
  return {
    encryption: QueueEncryption.KMS,
    encryptionMasterKey,
    // One call to KMS an hour instead of one every five minutes.
    dataKeyReuse: Duration.hours(1),
    enforceSSL: true,
    ...(fifo ? { fifo: true } : {}),
  };
}
