import type { SQSRecord } from 'aws-lambda';
import type { LightClient } from './aws/hub-client.ts';

export interface QueueConsumer {
  retryIn(record: SQSRecord, seconds: number): Promise<void>;
}

/** A failed message's next try, set by hand: the queue's own visibility timeout is as long as the longest run. */
export function consumer(hub: LightClient): QueueConsumer {
  return {
    retryIn: async (record, seconds) => {
      const [, , , , account, name] = record.eventSourceARN.split(':');
      const QueueUrl = await queueUrl(hub, account, name);
      await hub.call('sqs', 'ChangeMessageVisibility', {
        QueueUrl,
        ReceiptHandle: record.receiptHandle,
        VisibilityTimeout: seconds,
      });
    },
  };
}

async function queueUrl(hub: LightClient, account: string | undefined, name: string | undefined): Promise<string> {
  const answer = await hub.call('sqs', 'GetQueueUrl', { QueueName: name, QueueOwnerAWSAccountId: account });
  return String(answer.QueueUrl);
}
