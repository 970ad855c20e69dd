import { CinchError } from '../../model/errors.ts';
import { isUnknown } from '../../model/unknown.ts';
import { postTestCard } from '../../slack/self-check-card.ts';
import { broken, type Check, checked, fine, type Judgement, warned } from './check.ts';
import { type CheckSlackWorld, readConfiguration } from './check-slack.ts';
import { INVITE, LATER, SLACK } from './slack-checks.ts';
import { type Asked, ask, channelsOf } from './slack-facts.ts';

/** Posts a message to every configured channel and takes it back: only when a person asks for it. */
export async function checkPosting(world: CheckSlackWorld): Promise<Check[]> {
  const config = await readConfiguration(world);
  // The other checks of Slack say so.
  if (isUnknown(config)) return [];
  const checks: Check[] = [];
  // One after another: Slack counts calls a minute.
  for (const channel of channelsOf(config)) {
    const subject = { place: SLACK, id: `post-${channel}`, title: `A message to ${channel} arrives` };
    const left = await ask(`whether ${channel} takes a message`, () => postAndTakeBack(world, channel));
    checks.push(checked(subject, left, LATER, (asked) => isPosted(channel, asked)));
  }
  return checks;
}

/** Answers why the message is still there; null when it is not. */
async function postAndTakeBack({ desk, inspector }: CheckSlackWorld, channel: string): Promise<string | null> {
  const { ts } = await desk.post(channel, postTestCard());
  try {
    await inspector.takeBack(channel, ts);
    return null;
  } catch (error) {
    return error instanceof CinchError ? error.message : 'Slack did not take it back';
  }
}

function isPosted(channel: string, left: Asked<string | null>): Judgement {
  if ('refused' in left) return broken(`Slack refuses it: ${left.refused}`, INVITE(channel));
  if (left.is === null) return fine('posted, and taken back');
  return warned(`posted, but not taken back: ${left.is}`, `delete Cinch’s test message in ${channel} by hand`);
}
