import { createHash } from 'node:crypto';
import { channelFor } from '../config/channels.ts';
import { keptTags } from '../config/place.ts';
import { TryAgain } from '../model/errors.ts';
import type { Finding } from '../model/finding.ts';
import { renderCard } from '../slack/card.ts';
import { readView } from './card-view.ts';
import { announceDigest, gather } from './digests.ts';
import type { Card, World } from './ports.ts';
import { isIntent, type PostWorld, postOnce, type Slot, tryUpdate } from './post-once.ts';

export { isIntent } from './post-once.ts';

export type ShowCardWorld = PostWorld & Pick<World, 'queues'>;

const WRITES = 6;

/**
 * Brings the finding's one message up to date with the ledger, or posts it. Does nothing when Slack shows it already. A finding that comes
 * in numbers has no message of its own: then its digest is asked for.
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
    const shown = view.finding.card;
    if (!shown) {
      const place = await placeOf(world, view.finding);
      if (place.kind === 'read again') continue;
      if (place.kind === 'digest') return announceDigest(world, place.digestId);
    }
    const card = renderCard(view);
    const hash = hashOf(card);
    const slot = slotOf(world, findingId);
    if (!shown || isIntent(shown)) {
      if (await postOnce(world, slot, view.finding, await channelOf(world, view.finding), card, hash)) return;
      continue;
    }
    if (shown.hash === hash && !mustShow) return;
    const isThere = await tryUpdate(world, shown, card);
    const written = await slot.write(view.finding, isThere ? { ...shown, hash } : null);
    if (written && isThere) return;
    // Somebody wrote meanwhile, perhaps another notify whose newer card was just overwritten in Slack: show what is true now, whatever the hash says.
    mustShow = true;
  }
  throw new TryAgain(`finding ${findingId} changes faster than its card`);
}

type Place = { readonly kind: 'card' } | { readonly kind: 'digest'; readonly digestId: string } | { readonly kind: 'read again' };

/** A card of its own or a digest; once decided, the finding remembers. */
async function placeOf(world: ShowCardWorld, finding: Finding): Promise<Place> {
  if (finding.digestId) return { kind: 'digest', digestId: finding.digestId };
  const digestId = await gather(world, await world.config.read(), finding, await channelOf(world, finding));
  if (!digestId) return { kind: 'card' };
  const written = await world.ledger.writeFinding({ ...finding, digestId });
  return written ? { kind: 'digest', digestId } : { kind: 'read again' };
}

const channelOf = async ({ config }: Pick<World, 'config'>, finding: Finding): Promise<string> => {
  const { resource, severity, owner, ruleId, tags } = finding;
  return channelFor(await config.read(), { account: resource.account, severity, owner, ruleId, tagOf: keptTags(tags) });
};

const slotOf = ({ ledger }: Pick<World, 'ledger'>, findingId: string): Slot<Finding> => ({
  id: findingId,
  what: `finding ${findingId}`,
  read: () => ledger.readFinding(findingId),
  cardOf: (finding) => finding.card,
  write: (finding, card) => ledger.writeFinding({ ...finding, card }),
});

/** Whether a click on this message is a click on the finding: on its own card, or on the digest that it is in. */
export async function isShownIn(
  ledger: Pick<World['ledger'], 'readDigest'>,
  finding: Finding,
  message: { readonly channel: string; readonly ts: string },
): Promise<boolean> {
  const { card, digestId } = finding;
  if (card) return card.channel === message.channel && card.ts === message.ts;
  const digest = digestId ? await ledger.readDigest(digestId) : undefined;
  if (!digest?.card || digest.card.channel !== message.channel) return false;
  // A post whose end nobody knows: the click came from Slack, signed, so it is there.
  return digest.card.ts === message.ts || isIntent(digest.card);
}

const hashOf = (card: Card): string => createHash('sha256').update(JSON.stringify(card)).digest('hex').slice(0, 32);
