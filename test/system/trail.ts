import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { System } from '../../local/system.ts';

/** An event as EventBridge delivers it. */
export interface TrailEvent {
  readonly id: string;
  readonly time: string;
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: {
    readonly eventID?: string;
    readonly eventName?: string;
    readonly eventTime?: string;
    readonly errorCode?: string;
    readonly userIdentity?: { readonly arn?: string };
    readonly requestParameters?: { readonly functionName?: string; readonly roleName?: string } | null;
    readonly [field: string]: unknown;
  };
}

export interface Trail {
  /** All that was recorded until now, in order. */
  read(): Promise<readonly TrailEvent[]>;
  /** What Cinch itself wrote (and AWS took) of a function or role: the names of the calls. */
  writesOf(name: string): Promise<string[]>;
}

/** Keeps every event of one account's bus from now on: what really was written, by whom, and how often. */
export async function keepTrail(
  system: System,
  where: { readonly account: string; readonly region: string },
  bus: { readonly name: string; readonly pattern: object } = { name: 'default', pattern: { source: [{ prefix: 'aws.' }] } },
): Promise<Trail> {
  const settings = system.clientConfig(where.account, where.region);
  const sqs = new SQSClient(settings);
  const events = new EventBridgeClient(settings);
  const name = `trail-of-${bus.name}`;
  const arn = `arn:aws:sqs:${where.region}:${where.account}:${name}`;
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: name, Attributes: { Policy: policyFor(arn), VisibilityTimeout: '600' } }),
  );
  await events.send(new PutRuleCommand({ Name: name, EventBusName: bus.name, EventPattern: JSON.stringify(bus.pattern) }));
  await events.send(new PutTargetsCommand({ Rule: name, EventBusName: bus.name, Targets: [{ Id: 'queue', Arn: arn }] }));
  const kept: TrailEvent[] = [];
  const drain = async (): Promise<void> => {
    for (;;) {
      const { ApproximateNumberOfMessages = '0' } =
        (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] })))
          .Attributes ?? {};
      if (ApproximateNumberOfMessages === '0') return;
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      kept.push(...Messages.map(({ Body = '' }) => JSON.parse(Body) as TrailEvent));
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      if (Entries.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
  };
  let draining: Promise<void> = Promise.resolve();
  const read = async (): Promise<readonly TrailEvent[]> => {
    draining = draining.then(drain);
    await draining;
    return kept;
  };
  return {
    read,
    writesOf: async (target) =>
      (await read())
        .filter(({ detail }) => /:assumed-role\/cinch-(write|undo)\//.test(detail.userIdentity?.arn ?? '') && !detail.errorCode)
        .filter(({ detail }) => targetOf(detail) === target)
        .map(({ detail }) => (detail.eventName ?? '').replace(/20\d{6}(v\d)?$/, '')),
  };
}

const targetOf = ({ requestParameters: named }: TrailEvent['detail']): string | undefined =>
  named?.functionName?.split(':').at(-1) ?? named?.roleName;

const policyFor = (arn: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: arn }],
  });

/** The same event as another delivery of it, or as another call's when it is given an id of its own. */
export const again = (event: TrailEvent, changes: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({ ...event, detail: { ...event.detail, ...changes } });
