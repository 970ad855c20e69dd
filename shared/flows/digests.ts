import { createHash } from 'node:crypto';
import { nameOf } from '../config/members.ts';
import type { Config } from '../config/schema.ts';
import { shortHash } from '../engine/fingerprint.ts';
import { placeInStorm } from '../engine/storms.ts';
import type { Digest } from '../model/digest.ts';
import { TryAgain } from '../model/errors.ts';
import type { Finding } from '../model/finding.ts';
import { type DigestView, renderDigest } from '../slack/digest.ts';
import { undoIdOf } from '../slack/phase.ts';
import type { Card, World } from './ports.ts';
import { isIntent, type PostWorld, postOnce, type Slot, tryUpdate } from './post-once.ts';

/** Two findings of one storm are written by two processes at the same moment: the loser reads again. */
const RACES = 12;

/** Rule, author and channel: what one digest tells of. */
const stormIdOf = ({ ruleId, author }: Finding, channel: string): string =>
  shortHash([ruleId, author?.arn ?? 'no author', author?.session ?? '', channel].join('\n'));

/**
 * Decides whether a finding that nobody has seen yet is shown in a digest, and answers which. May run again at any point: it comes to the
 * same, except that a finding whose storm has moved on may be placed anew, which the finding's own record keeps from being shown twice.
 * @throws TryAgain
 */
export async function gather(
  world: Pick<World, 'clock' | 'ledger'>,
  config: Config,
  finding: Finding,
  channel: string,
): Promise<string | null> {
  const id = stormIdOf(finding, channel);
  const entry = { findingId: finding.id, at: finding.updatedAt };
  for (let race = 0; race < RACES; race++) {
    const storm = (await world.ledger.readStorm(id)) ?? { id, recent: [], current: null, digests: 0, version: 0 };
    const placing = placeInStorm(storm, entry, config.slack.digest);
    if (placing.isKnown) return placing.digestId;
    if (!(await world.ledger.writeStorm(placing.storm))) {
      await world.clock.sleep(5 * (race + 1));
      continue;
    }
    if (placing.digestId) await join(world, placing.digestId, finding, channel, placing.before);
    return placing.digestId;
  }
  throw new TryAgain(`storm ${id} changes faster than it can be written`);
}

async function join(
  world: Pick<World, 'clock' | 'ledger'>,
  id: string,
  finding: Finding,
  channel: string,
  before: number,
): Promise<void> {
  for (let race = 0; race < RACES; race++) {
    const digest = (await world.ledger.readDigest(id)) ?? newDigest(id, finding, channel, world.clock.now(), before);
    if (digest.members.includes(finding.id)) return;
    if (await world.ledger.writeDigest({ ...digest, members: [...digest.members, finding.id] })) return;
    await world.clock.sleep(5 * (race + 1));
  }
  throw new TryAgain(`digest ${id} changes faster than it can be written`);
}

const newDigest = (id: string, { ruleId, author }: Finding, channel: string, now: Date, before: number): Digest => ({
  id,
  ruleId,
  author,
  channel,
  openedAt: now.toISOString(),
  members: [],
  before,
  card: null,
  shownAt: null,
  version: 0,
});

/** Asks for a digest to be brought up to date. One after another for each digest: the queue's group. */
export async function announceDigest(world: Pick<World, 'clock' | 'queues'>, digestId: string): Promise<void> {
  await world.queues.sendNotice({ kind: 'digest', digestId, since: world.clock.now().toISOString() }, digestId);
}

/** A digest is brought up to date so often, at most: forty findings within a second are one update, not forty. */
const UPDATE_INTERVAL_MS = 2000;
/** Clocks of two processes may differ by a little. */
const SKEW_MS = 1000;

/**
 * Posts a digest, or brings it up to date. Does nothing when it has been since it was asked for.
 * @throws TryAgain when Slack limits or is down, or a post's outcome is not known yet
 */
export async function showDigest(world: PostWorld, digestId: string, since: string): Promise<void> {
  const known = await world.ledger.readDigest(digestId);
  if (!known) {
    world.log.error('no such digest', { digest: digestId });
    return;
  }
  const shownAt = known.card && !isIntent(known.card) ? Date.parse(known.shownAt ?? '') : Number.NaN;
  if (shownAt > Date.parse(since) + SKEW_MS) return;
  const wait = shownAt + UPDATE_INTERVAL_MS - world.clock.now().getTime();
  if (wait > 0) await world.clock.sleep(Math.min(wait, UPDATE_INTERVAL_MS));
  await showNow(world, digestId);
}

async function showNow(world: PostWorld, digestId: string): Promise<void> {
  for (let race = 0; race < RACES; race++) {
    const at = world.clock.now().toISOString();
    const view = await readDigestView(world, digestId);
    if (!view) return;
    const { digest } = view;
    const card = renderDigest(view);
    const hash = hashOf(card);
    const slot = slotOf(world, digest.id, at);
    if (!digest.card || isIntent(digest.card)) {
      if (await postOnce(world, slot, digest, digest.channel, card, hash)) return;
      continue;
    }
    const isShown = digest.card.hash === hash || (await tryUpdate(world, digest.card, card));
    const written = await slot.write(digest, isShown ? { ...digest.card, hash } : null);
    // Lost to a finding that joined meanwhile: read again, and show that one too.
    if (written && isShown) return;
  }
  throw new TryAgain(`digest ${digestId} changes faster than it can be shown`);
}

const hashOf = (card: Card): string => createHash('sha256').update(JSON.stringify(card)).digest('hex').slice(0, 32);

const slotOf = ({ ledger }: Pick<World, 'ledger'>, id: string, shownAt: string): Slot<Digest> => ({
  id: `digest ${id}`,
  what: `digest ${id}`,
  read: () => ledger.readDigest(id),
  cardOf: (digest) => digest.card,
  write: (digest, card) => ledger.writeDigest({ ...digest, card, shownAt }),
});

/** The digest and what is shown in it: members that something newer took over are left out, and counted. */
export async function readDigestView(world: Pick<World, 'config' | 'ledger'>, digestId: string): Promise<DigestView | undefined> {
  const digest = await world.ledger.readDigest(digestId);
  if (!digest) return undefined;
  const found = await world.ledger.readFindings(digest.members);
  const byId = new Map(found.map((finding) => [finding.id, finding]));
  const findings = digest.members.flatMap((id) => byId.get(id) ?? []).filter((finding) => isIn(finding, digest));
  const planIds = findings.flatMap(({ planId }) => (planId ? [planId, undoIdOf(planId)] : []));
  const plans = new Map((await world.ledger.readPlans(planIds)).map((plan) => [plan.id, plan]));
  const config = await world.config.read();
  return { digest, findings, plans, accounts: namesOf(config, findings), mention: config.slack.mention };
}

function namesOf(config: Config, findings: readonly Finding[]): Map<string, string> {
  const accounts = new Set(findings.map(({ resource }) => resource.account));
  return new Map(
    [...accounts].flatMap((account) => {
      const name = nameOf(config, account);
      return name ? [[account, name] as const] : [];
    }),
  );
}

/** Between the digest's write and the finding's there is a moment in which the finding names none. */
const isIn = (finding: Finding, digest: Digest): boolean =>
  finding.digestId === digest.id || (finding.digestId === null && finding.card === null);
