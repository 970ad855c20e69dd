import { Template } from 'aws-cdk-lib/assertions';
import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { backoffSeconds, handleBatch } from '../../functions/batch.ts';
import { notify } from '../../shared/flows/notify.ts';
import { TryAgain } from '../../shared/model/errors.ts';
import { OutcomeUnknown } from '../../shared/slack/slack-errors.ts';
import { resourcesOf, synthesize } from '../infra/stacks.ts';
import { aFinding } from '../support/slack-samples.ts';
import { makeWorld } from '../support/world.ts';

/** Ten minutes without Slack against the deployed queues: their tries and their retention, and the backoff between tries. */

const OUTAGE_SECONDS = 600;

interface QueueProperties {
  readonly RedrivePolicy?: { readonly maxReceiveCount: number };
  readonly MessageRetentionPeriod: number;
  readonly VisibilityTimeout: number;
}

const queues = resourcesOf(Template.fromStack(synthesize().hub), 'AWS::SQS::Queue').map(
  ([id, { Properties }]) => [id, Properties as unknown as QueueProperties] as const,
);

function queue(name: string): QueueProperties & { tries: number } {
  const [, found] = queues.find(([id, { RedrivePolicy }]) => id.startsWith(name) && RedrivePolicy) ?? [];
  if (!found?.RedrivePolicy) throw new Error(`no queue ${name} with tries`);
  return { ...found, tries: found.RedrivePolicy.maxReceiveCount };
}

/** When the last try is made, in seconds after the first. */
const lastTryAt = (tries: number): number =>
  Array.from({ length: tries - 1 }, (_, index) => backoffSeconds(index + 1)).reduce((sum, seconds) => sum + seconds, 0);

describe.each(['Notices', 'Clicks', 'Changes', 'Work'])('the queue %s', (name) => {
  const { tries, MessageRetentionPeriod } = queue(name);

  it('has tries left after an outage of an hour, and of ten minutes more than half of them', () => {
    expect(lastTryAt(tries)).toBeGreaterThan(3600);
    expect(lastTryAt(Math.floor(tries / 2))).toBeGreaterThan(OUTAGE_SECONDS);
  });

  it('keeps a message longer than all its tries take, and its dead-letter queue longer than itself', () => {
    const dead = queues.find(([id]) => id.startsWith(`${name}Dead`))?.[1];
    expect(MessageRetentionPeriod).toBeGreaterThan(2 * lastTryAt(tries));
    // The age counts from the first sending, also in the dead-letter queue.
    expect(dead?.MessageRetentionPeriod).toBeGreaterThan(MessageRetentionPeriod);
  });
});

describe('a card while Slack is down for ten minutes', () => {
  it.each([
    ['refuses', () => new TryAgain('Slack answered chat.postMessage with HTTP 503')],
    ['breaks off, so that nobody knows', () => new OutcomeUnknown('Slack answered chat.postMessage with HTTP 500')],
  ])('(it %s) is posted once when it is up again, with tries to spare', async (_, trouble) => {
    const world = makeWorld();
    const finding = aFinding();
    await world.ledger.writeFinding({ ...finding, version: 0, card: null });
    const start = world.clock.now().getTime();
    const elapsed = (): number => (world.clock.now().getTime() - start) / 1000;
    world.desk.before.post = () => {
      if (elapsed() < OUTAGE_SECONDS) throw trouble();
    };
    const { tries } = queue('Notices');
    let receives = 0;
    for (let isDone = false; !isDone; ) {
      receives += 1;
      expect(receives).toBeLessThanOrEqual(tries);
      let next = 0;
      const { batchItemFailures } = await handleBatch(received({ kind: 'card', findingId: finding.id }, receives), {
        ...world,
        retryIn: async (_record, seconds) => {
          next = seconds;
        },
        handle: (body) => notify(world, body),
      });
      isDone = batchItemFailures.length === 0;
      world.clock.advance(next * 1000);
    }
    expect(elapsed()).toBeGreaterThanOrEqual(OUTAGE_SECONDS);
    expect(elapsed()).toBeLessThan(2 * OUTAGE_SECONDS);
    expect([...world.desk.messages.values()]).toHaveLength(1);
    expect(receives).toBeLessThan(tries / 2 + 2);
  });
});

const received = (message: object, receives: number): SQSEvent =>
  ({
    Records: [
      {
        messageId: 'm',
        body: JSON.stringify(message),
        attributes: { ApproximateReceiveCount: String(receives), MessageGroupId: 'f' },
      },
    ],
  }) as unknown as SQSEvent;
