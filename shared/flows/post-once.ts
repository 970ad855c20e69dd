import { TryAgain } from '../model/errors.ts';
import { CardGone, OutcomeUnknown, SlackRefused } from '../slack/slack-errors.ts';
import type { Card, World } from './ports.ts';

export type PostWorld = Pick<World, 'clock' | 'log' | 'config' | 'ledger' | 'desk'>;

/** Where a message is in Slack and what it shows; an empty `ts` is the intent to post it. */
export interface Posted {
  readonly channel: string;
  readonly ts: string;
  readonly hash: string;
}

/** A record of the ledger that has one message in Slack. Writes are conditional on the record as it was read. */
export interface Slot<T> {
  readonly id: string;
  /** For the log and for errors, e.g. `finding f1`. */
  readonly what: string;
  read(): Promise<T | undefined>;
  cardOf(record: T): Posted | null;
  write(record: T, card: Posted | null): Promise<T | undefined>;
}

/**
 * Slack knows no idempotency key, and Cinch has no scope to search its own messages. So a first post is announced in the ledger before it
 * is made: the record's card gets an empty `ts`, the intent. What can happen then:
 * - Slack refused, or was never reached: the intent is taken back, and the next delivery posts.
 * - Slack took it but the ledger would not: tried again here, and remembered in this process for the next delivery, which then only records it.
 * - Nobody knows (a timeout, this process died): no second post while the intent is fresh. A click on the card tells its `ts`
 *   ({@link isIntent} is then adopted by the click). Only when the intent is old is the card posted again, since a finding that nobody sees is
 *   worse than one seen twice; the buttons of the first then answer that there is a newer card.
 */
const INTENT_MS = 120_000;
const WRITES = 6;
/** By ledger, so that one process may serve several. */
const memory = new WeakMap<World['ledger'], Map<string, Posted>>();

function unrecordedOf({ ledger }: Pick<World, 'ledger'>): Map<string, Posted> {
  const known = memory.get(ledger) ?? new Map<string, Posted>();
  memory.set(ledger, known);
  return known;
}

/** True for a card that is being posted, or whose post nobody knows the end of. */
export const isIntent = (card: Posted | null): boolean => card?.ts === '';

/**
 * Posts a record's message. Answers false when the record was written by somebody else meanwhile and must be read again.
 * @throws TryAgain
 */
export async function postOnce<T>(
  world: PostWorld,
  slot: Slot<T>,
  record: T,
  channel: string,
  card: Card,
  hash: string,
): Promise<boolean> {
  const unrecorded = unrecordedOf(world);
  const known = unrecorded.get(slot.id);
  if (known) {
    await keep(world, slot, known);
    return false;
  }
  const before = slot.cardOf(record);
  if (before) refuseFresh(world, slot.what, before);
  const intent = { channel: before?.channel ?? channel, ts: '', hash: world.clock.now().toISOString() };
  if (!(await slot.write(record, intent))) return false;
  const posted = await postSomewhere(world, intent.channel, card).catch(async (error: unknown) => {
    if (!(error instanceof OutcomeUnknown)) await takeBack(world, slot, intent);
    throw error;
  });
  unrecorded.set(slot.id, { ...posted, hash });
  await keep(world, slot, { ...posted, hash });
  return true;
}

/** Words of Slack for a channel that takes nothing from us, whatever it is. */
const CLOSED = new Set(['channel_not_found', 'not_in_channel', 'is_archived', 'restricted_action', 'posting_to_channel_denied']);

/** A channel of `slack.channels` that can't be posted to must not swallow a finding: then it goes to the common one. */
async function postSomewhere(world: PostWorld, channel: string, card: Card): Promise<{ channel: string; ts: string }> {
  try {
    return await world.desk.post(channel, card);
  } catch (error) {
    const common = (await world.config.read()).slack.channel;
    if (!(error instanceof SlackRefused) || !CLOSED.has(error.slackError) || channel === common) throw error;
    world.log.error('channel refused, shown in the common one', { channel, why: error.slackError });
    return world.desk.post(common, card);
  }
}

/** False when the message is gone. */
export async function tryUpdate(world: PostWorld, shown: Posted, card: Card): Promise<boolean> {
  try {
    await world.desk.update(shown.channel, shown.ts, card);
    return true;
  } catch (error) {
    if (!(error instanceof CardGone)) throw error;
    world.log.info('card is gone, posting anew', { channel: shown.channel, ts: shown.ts });
    return false;
  }
}

function refuseFresh(world: PostWorld, what: string, intent: Posted): void {
  const age = world.clock.now().getTime() - Date.parse(intent.hash);
  if (age < INTENT_MS) {
    const retryAfter = Math.ceil((INTENT_MS - age) / 1000);
    throw new TryAgain(`the card of ${what} may have been posted; waiting before another`, { retryAfter });
  }
  world.log.error('card posted again, its first post never ended', { card: what, channel: intent.channel });
}

/** Writes down where the message is. What is kept in memory is dropped only then. @throws TryAgain */
async function keep<T>(world: PostWorld, slot: Slot<T>, card: Posted): Promise<void> {
  for (let attempt = 0; attempt < WRITES; attempt++) {
    const record = await slot.read().catch(() => undefined);
    const written = record && (await slot.write(record, card).catch(() => undefined));
    if (written) {
      unrecordedOf(world).delete(slot.id);
      return;
    }
    await world.clock.sleep(20 * 2 ** attempt);
  }
  throw new TryAgain(`the card of ${slot.what} is posted but could not be recorded`);
}

/** Best effort: an intent that stays only delays the next post. */
async function takeBack<T>(world: PostWorld, slot: Slot<T>, intent: Posted): Promise<void> {
  try {
    const record = await slot.read();
    const card = record && slot.cardOf(record);
    if (record && card?.ts === '' && card.hash === intent.hash) await slot.write(record, null);
  } catch {
    world.log.error('intent of a post stays', { card: slot.what });
  }
}
