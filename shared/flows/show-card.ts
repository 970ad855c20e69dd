import { createHash } from 'node:crypto';
import { TryAgain } from '../model/errors.ts';
import type { Finding } from '../model/finding.ts';
import { renderCard } from '../slack/card.ts';
import { type CardView, undoIdOf } from '../slack/phase.ts';
import { CardGone, OutcomeUnknown } from '../slack/slack-errors.ts';
import type { Card, World } from './ports.ts';

export type ShowCardWorld = Pick<World, 'clock' | 'log' | 'config' | 'ledger' | 'desk'>;

type Posted = NonNullable<Finding['card']>;

/**
 * Slack knows no idempotency key, and Cinch has no scope to search its own messages. So a first post is announced in the ledger before it
 * is made: the finding's card gets an empty `ts`, the intent. What can happen then:
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
export const isIntent = (card: Finding['card']): boolean => card?.ts === '';

/**
 * Brings the finding's one message up to date with the ledger, or posts it. Does nothing when Slack shows it already.
 * @throws TryAgain when Slack limits or is down, or a post's outcome is not known yet
 */
export async function showCard(world: ShowCardWorld, findingId: string): Promise<void> {
  let mustShow = false;
  for (let attempt = 0; attempt < WRITES; attempt++) {
    const view = await readView(world, findingId);
    if (!view) {
      world.log.error('no such finding', { finding: findingId });
      return;
    }
    const card = renderCard(view);
    const hash = hashOf(card);
    const shown = view.finding.card;
    if (!shown || isIntent(shown)) {
      if (await postCard(world, view.finding, card, hash)) return;
      continue;
    }
    if (shown.hash === hash && !mustShow) return;
    const written = (await tryUpdate(world, shown, card))
      ? await world.ledger.writeFinding({ ...view.finding, card: { ...shown, hash } })
      : await world.ledger.writeFinding({ ...view.finding, card: null }).then(() => undefined);
    if (written) return;
    // Somebody wrote meanwhile, perhaps another notify whose newer card was just overwritten in Slack: show what is true now, whatever the hash says.
    mustShow = true;
  }
  throw new TryAgain(`finding ${findingId} changes faster than its card`);
}

/** The finding and its plans as the card shows them. */
export async function readView(
  world: Pick<ShowCardWorld, 'config' | 'ledger'>,
  findingId: string,
): Promise<CardView | undefined> {
  const finding = await world.ledger.readFinding(findingId);
  if (!finding) return undefined;
  const [plan, undo] = finding.planId
    ? await Promise.all([world.ledger.readPlan(finding.planId), world.ledger.readPlan(undoIdOf(finding.planId))])
    : [undefined, undefined];
  const { users, emails, group } = (await world.config.read()).slack.approvers;
  return { finding, plan, undo, approvers: { users: users.length, emails: emails.length, hasGroup: group !== undefined } };
}

const hashOf = (card: Card): string => createHash('sha256').update(JSON.stringify(card)).digest('hex').slice(0, 32);

async function tryUpdate(world: ShowCardWorld, shown: Posted, card: Card): Promise<boolean> {
  try {
    await world.desk.update(shown.channel, shown.ts, card);
    return true;
  } catch (error) {
    if (!(error instanceof CardGone)) throw error;
    world.log.info('card is gone, posting anew', { channel: shown.channel, ts: shown.ts });
    return false;
  }
}

/** Answers false when the finding was written by somebody else meanwhile and must be read again. */
async function postCard(world: ShowCardWorld, finding: Finding, card: Card, hash: string): Promise<boolean> {
  const unrecorded = unrecordedOf(world);
  const known = unrecorded.get(finding.id);
  if (known) {
    await record(world, finding.id, known);
    return false;
  }
  const { channel } = (await world.config.read()).slack;
  if (finding.card) refuseFresh(world, finding.id, finding.card);
  const intent = { channel, ts: '', hash: world.clock.now().toISOString() };
  if (!(await world.ledger.writeFinding({ ...finding, card: intent }))) return false;
  const posted = await world.desk.post(channel, card).catch(async (error: unknown) => {
    if (!(error instanceof OutcomeUnknown)) await takeBack(world, finding.id, intent);
    throw error;
  });
  unrecorded.set(finding.id, { ...posted, hash });
  await record(world, finding.id, { ...posted, hash });
  return true;
}

function refuseFresh(world: ShowCardWorld, findingId: string, intent: Posted): void {
  const age = world.clock.now().getTime() - Date.parse(intent.hash);
  if (age < INTENT_MS) throw new TryAgain(`the card of finding ${findingId} may have been posted; waiting before another`);
  world.log.error('card posted again, its first post never ended', { finding: findingId, channel: intent.channel });
}

/** Writes down where the card is. What is kept in memory is dropped only then. @throws TryAgain */
async function record(world: Pick<World, 'ledger' | 'clock'>, findingId: string, card: Posted): Promise<void> {
  for (let attempt = 0; attempt < WRITES; attempt++) {
    const finding = await world.ledger.readFinding(findingId).catch(() => undefined);
    const written = finding && (await world.ledger.writeFinding({ ...finding, card }).catch(() => undefined));
    if (written) {
      unrecordedOf(world).delete(findingId);
      return;
    }
    await world.clock.sleep(20 * 2 ** attempt);
  }
  throw new TryAgain(`the card of finding ${findingId} is posted but could not be recorded`);
}

/** Best effort: an intent that stays only delays the next post. */
async function takeBack(world: ShowCardWorld, findingId: string, intent: Posted): Promise<void> {
  try {
    const finding = await world.ledger.readFinding(findingId);
    if (finding?.card?.ts === '' && finding.card.hash === intent.hash)
      await world.ledger.writeFinding({ ...finding, card: null });
  } catch {
    world.log.error('intent of a post stays', { finding: findingId });
  }
}
