import type { Config } from '../config/schema.ts';
import type { Digest } from '../model/digest.ts';
import { CinchError } from '../model/errors.ts';
import type { Finding } from '../model/finding.ts';
import type { Plan } from '../model/plan.ts';
import { mrkdwn } from '../slack/mrkdwn.ts';
import { undoIdOf } from '../slack/phase.ts';
import { CardGone, OutcomeUnknown, SlackRefused } from '../slack/slack-errors.ts';
import { type ThreadLine, type ThreadView, threadLines } from '../slack/thread-lines.ts';
import { findAuthors } from './approvers.ts';
import type { World } from './ports.ts';
import { isIntent } from './post-once.ts';

export type ThreadWorld = Pick<World, 'clock' | 'log' | 'config' | 'ledger' | 'desk'>;

/** Longer than anybody looks at a card. */
const CLAIM_SECONDS = 400 * 86_400;
/** What is older is not told late, e.g. by a version that tells more than the one before. */
const NEWS_MS = 7 * 86_400_000;

interface Place {
  readonly channel: string;
  readonly ts: string;
  /** Set when the message is a digest, whose thread tells of many. */
  readonly digest: Digest | undefined;
}

/**
 * Tells a finding's history under its card, as far as it was not told before. Each line is claimed in the ledger before it is posted, and
 * given back when Slack did not take it. One that Slack may have taken is not posted again: the card says the same, and a line
 * told twice would be believed twice.
 * @throws TryAgain when Slack limits or is down
 */
export async function tellThread(world: ThreadWorld, findingId: string): Promise<void> {
  const finding = await world.ledger.readFinding(findingId);
  const place = finding && (await placeOf(world, finding));
  if (!finding || !place) return;
  const config = await world.config.read();
  const view = await readThreadView(world, config, finding, place);
  const lines = newsIn(world, threadLines(view), place);
  // A thread that only says "asked" says nothing that the card does not: it begins with what comes next.
  if (lines.every(({ kind }) => kind === 'asked')) return;
  await escalateElsewhere(world, config, place, finding, lines);
  const claimed: ThreadLine[] = [];
  for (const line of lines) if (await claimOnce(world, line.id)) claimed.push(line);
  if (claimed.length === 0) return;
  await post(world, place, await withAuthors(world, config, view, claimed, place));
}

async function placeOf({ ledger }: ThreadWorld, { card, digestId }: Finding): Promise<Place | undefined> {
  const digest = card || !digestId ? undefined : await ledger.readDigest(digestId);
  const shown = card ?? digest?.card;
  if (!shown || isIntent(shown)) return undefined;
  return { channel: shown.channel, ts: shown.ts, digest };
}

async function readThreadView(world: ThreadWorld, config: Config, finding: Finding, place: Place): Promise<ThreadView> {
  const { slack } = config;
  const { planId, containmentId } = finding;
  const ids = [planId, containmentId].flatMap((id) => (id ? [id, undoIdOf(id)] : []));
  const plans = new Map((await world.ledger.readPlans(ids)).map((plan) => [plan.id, plan]));
  const planOf = (id: string | null | undefined): Plan | undefined => (id ? plans.get(id) : undefined);
  return {
    finding,
    plan: planOf(planId),
    undo: planOf(planId && undoIdOf(planId)),
    aid: planOf(containmentId),
    aidUndo: planOf(containmentId && undoIdOf(containmentId)),
    // A digest is older than much of what joins it.
    postedAt: place.digest ? Number.POSITIVE_INFINITY : Number(place.ts) * 1000,
    authors: [],
    remind: slack.mention,
    escalate: planOf(planId)?.escalatedAt ? await calledBy(world, slack.escalation) : [],
  };
}

/** Those who are named by e-mail are looked up; whom Slack does not tell is not called, the others are. */
async function calledBy(world: ThreadWorld, escalation: Config['slack']['escalation']): Promise<string[]> {
  const { users = [], group, emails = [] } = escalation?.approvers ?? {};
  const named = await Promise.all(
    emails.map((email) =>
      world.desk.userByEmail(email).catch((error: unknown) => {
        if (!(error instanceof CinchError)) throw error;
        return undefined;
      }),
    ),
  );
  return [...users, ...named.flatMap((user) => (user ? [user.id] : [])), ...(group ? [group] : [])];
}

function newsIn(world: ThreadWorld, lines: readonly ThreadLine[], { digest }: Place): ThreadLine[] {
  const since = new Date(world.clock.now().getTime() - NEWS_MS).toISOString();
  const news = lines.filter(({ at }) => at >= since);
  return digest ? news.flatMap((line) => inDigest(digest, line)) : news;
}

/**
 * In a digest's thread only what somebody did or must know. What holds for many at once is told once an hour, and so is it in the channel that
 * some of them failed: forty failures are no reason for forty messages there.
 */
function inDigest(digest: Digest, line: ThreadLine): ThreadLine[] {
  const hour = line.at.slice(0, 13);
  if (isOfAll(line)) return [{ ...line, id: `${digest.id}-${line.kind}-${hour}` }];
  if (line.kind !== 'failure') return line.isOfPerson ? [line] : [];
  const text = '⚠️ Some of these could not be done; which and why is below this digest.';
  return [
    { ...line, isBroadcast: false },
    { ...line, id: `${digest.id}-failures-${hour}`, kind: 'waiting', text, isBroadcast: true },
  ];
}

const isOfAll = ({ kind }: ThreadLine): boolean => kind === 'waiting' || kind === 'escalated';

/** What this process knows to be told, so that the ledger is not asked again and again. */
const told = new WeakMap<World['ledger'], Set<string>>();
const TOLD_MAX = 20_000;

async function claimOnce({ ledger }: ThreadWorld, id: string): Promise<boolean> {
  const known = told.get(ledger) ?? new Set<string>();
  told.set(ledger, known);
  if (known.has(id)) return false;
  if (known.size > TOLD_MAX) known.clear();
  const isMine = await ledger.claim(claimOf(id), CLAIM_SECONDS);
  known.add(id);
  return isMine;
}

async function giveBack({ ledger, log }: ThreadWorld, lines: readonly ThreadLine[]): Promise<void> {
  for (const { id } of lines) {
    told.get(ledger)?.delete(id);
    await ledger.releaseClaim(claimOf(id)).catch(() => log.error('a line stays claimed', { line: id }));
  }
}

const claimOf = (id: string): string => `thread-${id}`;

/** The author hears how it ended. Slack is asked who that is only for such a line, and its trouble costs the mention, not the line. */
async function withAuthors(
  world: ThreadWorld,
  config: Config,
  view: ThreadView,
  claimed: readonly ThreadLine[],
  place: Place,
): Promise<readonly ThreadLine[]> {
  const author = view.plan?.author ?? view.finding.author;
  if (!author || !claimed.some(({ kind }) => kind === 'outcome' || kind === 'failure')) return named(claimed, view, place);
  try {
    const authors = [...(await findAuthors(world.desk, config, author))];
    const lines = threadLines({ ...view, authors });
    return named(
      claimed.map((line) => ({ ...line, text: lines.find(({ id }) => id === line.id)?.text ?? line.text })),
      view,
      place,
    );
  } catch (error) {
    if (!(error instanceof CinchError)) throw error;
    world.log.info('author not looked up', { finding: view.finding.id });
    return named(claimed, view, place);
  }
}

/** Under a digest each line says of which. */
function named(lines: readonly ThreadLine[], { finding }: ThreadView, { digest }: Place): readonly ThreadLine[] {
  if (!digest) return lines;
  return lines.map((line) => (isOfAll(line) ? line : { ...line, text: `${mrkdwn`${finding.resource.name}`}: ${line.text}` }));
}

/** Lines that follow one another are one message: Slack takes one a second. */
async function post(world: ThreadWorld, place: Place, lines: readonly ThreadLine[]): Promise<void> {
  const messages: ThreadLine[][] = [];
  for (const line of lines) {
    const last = messages.at(-1);
    if (last?.[0] && !last[0].isBroadcast && !line.isBroadcast) last.push(line);
    else messages.push([line]);
  }
  for (const [index, message] of messages.entries()) {
    const text = message.map((line) => line.text).join('\n');
    try {
      await world.desk.reply(place.channel, place.ts, text, message[0]?.isBroadcast ?? false);
    } catch (error) {
      const isLost = error instanceof CardGone || error instanceof SlackRefused || error instanceof OutcomeUnknown;
      world.log.info('lines not told', { channel: place.channel, lines: message.length, why: isLost ? 'lost' : 'later' });
      if (isLost) continue;
      await giveBack(world, messages.slice(index).flat());
      throw error;
    }
  }
}

/** The escalation's own channel, with where the card is. The line under the card stays, so that it is known who was called. */
async function escalateElsewhere(
  world: ThreadWorld,
  config: Config,
  place: Place,
  { resource }: Finding,
  lines: readonly ThreadLine[],
): Promise<void> {
  const line = lines.find(({ kind }) => kind === 'escalated');
  const channel = config.slack.escalation?.channel;
  if (!line || !channel || channel === place.channel || !(await claimOnce(world, `${line.id}-elsewhere`))) return;
  const about = place.digest
    ? `${place.digest.members.length} findings`
    : mrkdwn`${resource.name} in account ${resource.account}`;
  const text = `${line.text} It is about ${about}; the card is in <#${place.channel}>.`;
  try {
    await world.desk.post(channel, { text, blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }] });
  } catch (error) {
    if (error instanceof OutcomeUnknown) return;
    if (error instanceof SlackRefused) {
      world.log.error('the channel of the escalation refuses', { channel, why: error.slackError });
      return;
    }
    await giveBack(world, [{ ...line, id: `${line.id}-elsewhere` }]);
    throw error;
  }
}
