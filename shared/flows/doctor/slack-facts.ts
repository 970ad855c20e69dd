import { allCircles } from '../../config/approval-rules.ts';
import type { Config } from '../../config/schema.ts';
import type { Known } from '../../model/unknown.ts';
import { SlackRefused } from '../../slack/slack-errors.ts';
import type { Card, Desk, SlackUser } from '../ports.ts';
import { factOf } from './check.ts';

/** The Slack side as doctor sees it. Each throws SlackRefused with Slack's word, or TryAgain when Slack is not to be had. */
export interface SlackInspector {
  identity(): Promise<Identity>;
  channel(id: string): Promise<ChannelFacts>;
  /** What Slack would refuse of a message; empty when nothing. */
  validate(card: Card): Promise<readonly string[]>;
  /** Deletes a message of Cinch's own. */
  takeBack(channel: string, ts: string): Promise<void>;
}

export interface Identity {
  /** The workspace's id, and its organization's if it has one. */
  readonly teams: readonly string[];
  /** Null when Slack did not say. */
  readonly scopes: readonly string[] | null;
}

export interface ChannelFacts {
  readonly name: string;
  readonly isMember: boolean;
  readonly isArchived: boolean;
}

/** What Slack answered, or its word for why not. */
export type Asked<T> = { readonly is: T } | { readonly refused: string };

export interface SlackFacts {
  readonly identity: Known<Asked<Identity>>;
  readonly channels: readonly { readonly id: string; readonly found: Known<Asked<ChannelFacts>> }[];
  /** By user id or e-mail address; null when there is no such user. */
  readonly people: readonly { readonly who: string; readonly found: Known<SlackUser | null> }[];
  readonly groups: readonly { readonly id: string; readonly members: Known<Asked<readonly string[]>> }[];
  readonly blocks: Known<Asked<readonly string[]>>;
}

export async function readSlackFacts(
  { desk, inspector }: { readonly desk: Desk; readonly inspector: SlackInspector },
  config: Config,
  card: Card,
): Promise<SlackFacts> {
  const circles = allCircles(config);
  const users = new Set(circles.flatMap((circle) => circle.users));
  const emails = new Set(circles.flatMap((circle) => circle.emails));
  const groups = new Set(circles.flatMap(({ group }) => group ?? []));
  return {
    identity: await ask('who we are in Slack', () => inspector.identity()),
    channels: await inTurn(channelsOf(config), async (id) => ({
      id,
      found: await ask(`channel ${id}`, () => inspector.channel(id)),
    })),
    people: [
      ...(await inTurn(users, async (who) => ({ who, found: await person(who, () => desk.user(who)) }))),
      ...(await inTurn(emails, async (who) => ({ who, found: await person(who, () => desk.userByEmail(who)) }))),
    ],
    groups: await inTurn(groups, async (id) => ({ id, members: await ask(`user group ${id}`, () => desk.membersOfGroup(id)) })),
    blocks: await ask('blocks.validate', () => inspector.validate(card)),
  };
}

/** Every channel that the configuration names. */
export const channelsOf = ({ slack }: Config): ReadonlySet<string> =>
  new Set([
    slack.channel,
    ...slack.channels.map(({ channel }) => channel),
    ...(slack.escalation?.channel ? [slack.escalation.channel] : []),
  ]);

const person = (who: string, read: () => Promise<SlackUser | undefined>): Promise<Known<SlackUser | null>> =>
  factOf(`user ${who}`, async () => (await read()) ?? null);

/** Slack's refusal is an answer; that it could not be asked is unknown. */
export function ask<T>(what: string, read: () => Promise<T>): Promise<Known<Asked<T>>> {
  return factOf(what, async () => {
    try {
      return { is: await read() };
    } catch (error) {
      if (error instanceof SlackRefused) return { refused: error.slackError };
      throw error;
    }
  });
}

/** One after another: Slack counts calls a minute. */
async function inTurn<T, R>(items: Iterable<T>, read: (item: T) => Promise<R>): Promise<R[]> {
  const found: R[] = [];
  for (const item of items) found.push(await read(item));
  return found;
}
