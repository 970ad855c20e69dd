import { selfCheckCard } from '../../slack/self-check-card.ts';
import { SlackRefused } from '../../slack/slack-errors.ts';
import type { World } from '../ports.ts';
import { type Check, troubles } from './check.ts';
import { type CheckSlackWorld, checkSlack } from './check-slack.ts';

export type TellSelfCheckWorld = CheckSlackWorld &
  Pick<World, 'log' | 'ledger'> & {
    /** Counts what is broken, in a metric that an alarm watches. */
    countBroken(count: number): void;
  };

/**
 * Adds what Slack is like to what sweep found, counts it, and says in the channel what has turned broken since people were last told, or that
 * all is well again. What stays broken is not repeated: the alarm stands. May run twice. @throws TryAgain
 */
export async function tellSelfCheck(world: TellSelfCheckWorld): Promise<void> {
  const record = await world.ledger.readSelfCheck();
  if (!record || record.found === null || record.toldAt !== null) return;
  const found = [...record.found, ...troubles(await checkSlack(world))];
  const total = found.length + record.more;
  world.countBroken(total);
  const news = found.filter((check) => !record.told.includes(nameOf(check)));
  const isHealed = total === 0 && record.told.length > 0;
  if (news.length > 0 || isHealed) await post(world, news, total);
  // Lost to a faster one, it was told by that one.
  await world.ledger.writeSelfCheck({ ...record, told: found.map(nameOf), toldAt: world.clock.now().toISOString() });
}

const nameOf = ({ place, id }: Check): string => `${place} ${id}`;

/** A Slack that refuses is what the alarm tells of: the message would not be taken the next time either. */
async function post(world: TellSelfCheckWorld, news: readonly Check[], total: number): Promise<void> {
  const { slack } = await world.config.read();
  try {
    await world.desk.post(slack.channel, selfCheckCard(news, total));
  } catch (error) {
    if (!(error instanceof SlackRefused)) throw error;
    world.log.error('self-check not told', { why: error.slackError, news: news.length });
  }
}
