import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { backoffSeconds, handleBatch, handleTogether } from '../../functions/batch.ts';
import type { FailureNote } from '../../shared/flows/ports.ts';
import { MalformedInput, TryAgain } from '../../shared/model/errors.ts';
import { makeClock, TEST_NOW } from '../support/world.ts';

interface Sent {
  readonly body: string;
  readonly group?: string;
  readonly receives?: number;
}

const eventOf = (messages: readonly Sent[]): SQSEvent =>
  ({
    Records: messages.map(({ body, group, receives = 1 }) => ({
      messageId: body,
      body,
      receiptHandle: `handle of ${body}`,
      attributes: { ApproximateReceiveCount: String(receives), ...(group ? { MessageGroupId: group } : {}) },
    })),
  }) as unknown as SQSEvent;

/** Runs a batch; bodies that start with an error's name fail with it. */
async function run(messages: readonly Sent[], options: { retryFails?: boolean } = {}) {
  const handled: string[] = [];
  const retries: [body: string, seconds: number][] = [];
  const lines: object[] = [];
  const notes: FailureNote[] = [];
  const answer = await handleBatch(eventOf(messages), {
    clock: makeClock(TEST_NOW),
    ledger: { noteFailure: async (note) => void notes.push(note) },
    log: { info: () => undefined, metric: () => undefined, error: (message, ids) => void lines.push({ message, ...ids }) },
    retryIn: async (record, seconds) => {
      retries.push([record.body, seconds]);
      if (options.retryFails) throw new Error('SQS is down');
    },
    handle: async (body) => {
      handled.push(body);
      if (body.startsWith('malformed')) throw new MalformedInput('message', 'body', 'not JSON');
      if (body.startsWith('busy')) throw new TryAgain('busy');
      if (body.startsWith('limited')) throw new TryAgain('limited', { retryAfter: Number(body.split(' ')[1]) });
      if (body.startsWith('crash')) throw new TypeError(`quotes ${body}`);
    },
  });
  return { failed: answer.batchItemFailures.map((one) => one.itemIdentifier), handled, retries, lines, notes };
}

describe('a batch', () => {
  it('answers only what failed; the others are done', async () => {
    const { failed, handled } = await run([
      { body: 'a' },
      { body: 'crash' },
      { body: 'b' },
      { body: 'malformed' },
      { body: 'c' },
    ]);
    expect(failed).toEqual(['crash', 'malformed']);
    expect(handled).toEqual(['a', 'crash', 'b', 'malformed', 'c']);
  });

  it('leaves the reason of what will end in the dead-letter queue, by the message’s id, and nothing of its body', async () => {
    const { notes } = await run([{ body: 'a' }, { body: 'crash', receives: 2 }, { body: 'busy' }, { body: 'malformed' }]);
    expect(notes).toEqual([
      { messageId: 'crash', receives: 2, error: 'TypeError', reason: null, at: expect.any(String) },
      {
        messageId: 'malformed',
        receives: 1,
        error: 'malformed',
        reason: expect.stringContaining('not JSON'),
        at: expect.any(String),
      },
    ]);
    expect(JSON.stringify(notes)).not.toContain('quotes');
  });

  it('tries what is passing three times at once, then later and later', async () => {
    const { handled, retries } = await run([{ body: 'busy', receives: 3 }]);
    expect(handled).toHaveLength(3);
    expect(retries).toEqual([['busy', 8]]);
    expect([1, 2, 5, 8, 9, 20].map(backoffSeconds)).toEqual([2, 4, 32, 256, 300, 300]);
  });

  it('comes back when it was told to, and does not ask before', async () => {
    const { handled, retries } = await run([
      { body: 'limited 30' },
      { body: 'limited 5000' },
      { body: 'limited 2', receives: 5 },
    ]);
    expect(handled).toHaveLength(3);
    expect(retries).toEqual([
      ['limited 30', 30],
      ['limited 5000', 900],
      ['limited 2', 32],
    ]);
  });

  it('lets a malformed message use up its tries at once', async () => {
    expect((await run([{ body: 'malformed', receives: 7 }])).retries).toEqual([['malformed', 0]]);
  });

  it('holds back what follows in the same group, for as long, and nothing of other groups', async () => {
    const { failed, handled, retries } = await run([
      { body: 'busy', group: 'g', receives: 4 },
      { body: 'after', group: 'g' },
      { body: 'other', group: 'h' },
    ]);
    expect(handled).toEqual(['busy', 'busy', 'busy', 'other']);
    expect(failed).toEqual(['busy', 'after']);
    // One that stayed invisible for the queue's whole timeout would keep the group back as long.
    expect(retries).toEqual([
      ['busy', 16],
      ['after', 16],
    ]);
  });

  it('holds nothing back for a malformed one, which would take the others to the dead-letter queue with it', async () => {
    const { failed, handled } = await run([
      { body: 'malformed', group: 'g' },
      { body: 'after', group: 'g' },
    ]);
    expect(handled).toEqual(['malformed', 'after']);
    expect(failed).toEqual(['malformed']);
  });

  it('fails a message also when its next try can not be set', async () => {
    expect((await run([{ body: 'crash' }, { body: 'a' }], { retryFails: true })).failed).toEqual(['crash']);
  });

  it('logs the reason of its own errors only: another’s could quote a secret', async () => {
    const { lines } = await run([{ body: 'crash hunter2' }, { body: 'malformed' }]);
    expect(lines).toMatchObject([
      { error: 'TypeError', reason: null },
      { error: 'malformed', reason: 'message: body: not JSON' },
    ]);
    expect(JSON.stringify(lines.map((line) => ({ ...line, messageId: '' })))).not.toContain('hunter2');
  });
});

describe('a batch that is handled together', () => {
  it('answers those that failed, each tried again in its time, with one line for one trouble', async () => {
    const retries: [body: string, seconds: number][] = [];
    const lines: object[] = [];
    const noted: object[] = [];
    const messages = [{ body: 'a' }, { body: 'busy', receives: 3 }, { body: 'malformed' }, { body: 'busy too' }];
    const { batchItemFailures } = await handleTogether(eventOf(messages), {
      log: { info: () => undefined, metric: () => undefined, error: (message, ids) => void lines.push({ message, ...ids }) },
      clock: { now: () => new Date('2026-11-26T12:00:00Z'), sleep: async () => undefined },
      ledger: {
        noteFailure: async (note) => {
          noted.push(note);
          throw new Error('DynamoDB is down');
        },
      },
      retryIn: async ({ body }, seconds) => {
        retries.push([body, seconds]);
        throw new Error('SQS is down');
      },
      handle: async (bodies) =>
        bodies.map((body) => {
          if (body === 'malformed') return new MalformedInput('message', 'body', 'not JSON');
          return body.startsWith('busy') ? new TryAgain('busy') : undefined;
        }),
    });
    expect(batchItemFailures.map((one) => one.itemIdentifier)).toEqual(['busy', 'malformed', 'busy too']);
    expect(retries).toEqual([
      ['busy', 8],
      ['malformed', 0],
      ['busy too', 2],
    ]);
    // What comes again for the first time is most often done then.
    const at = '2026-11-26T12:00:00.000Z';
    expect(noted).toEqual([
      { messageId: 'busy', receives: 3, error: 'try-again', reason: 'busy', at },
      { messageId: 'malformed', receives: 1, error: 'malformed', reason: 'message: body: not JSON', at },
    ]);
    expect(lines).toEqual([
      { message: 'messages failed', messages: 2, error: 'try-again', reason: 'busy' },
      { message: 'messages failed', messages: 1, error: 'malformed', reason: 'message: body: not JSON' },
    ]);
  });
});
