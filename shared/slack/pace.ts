import { WebAPIRateLimitedError } from '@slack/web-api';
import type { Clock } from '../flows/ports.ts';
import { TryAgain } from '../model/errors.ts';

/** https://docs.slack.dev/apis/web-api/rate-limits: one message a second a channel. */
const POST_INTERVAL_MS = 1000;
/** chat.update is of tier 3, fifty a minute and more; some room is left for the other copies of this process. */
const UPDATES_A_MINUTE = 45;
const MINUTE_MS = 60_000;
/** Waiting longer than this is the queue's job. */
const MAX_WAIT_MS = 3000;

/** Waits for its turn, then sends. Throws TryAgain, with the time to wait, when the turn is far off. */
export type Pace = <T>(send: () => Promise<T>) => Promise<T>;

export interface Paces {
  /** Posts to one channel. */
  readonly post: (channel: string) => Pace;
  readonly update: Pace;
}

/** Keeps to Slack's pace, and off Slack for as long as its Retry-After says. */
export function makePaces(clock: Clock): Paces {
  const posts = new Map<string, Pace>();
  const now = (): number => clock.now().getTime();
  return {
    post: (channel) => {
      const pace = posts.get(channel) ?? makePace(clock, `messages to ${channel}`, spaced(now));
      posts.set(channel, pace);
      return pace;
    },
    update: makePace(clock, 'updates', tiered(now)),
  };
}

interface Turns {
  /** Takes the next turn and answers when it is; undefined when that is later than `latest`, and then none is taken. */
  take(latest: number): number | { readonly notBefore: number };
}

function spaced(now: () => number): Turns {
  let freeAt = 0;
  return {
    take: (latest) => {
      const turn = Math.max(now(), freeAt);
      if (turn > latest) return { notBefore: turn };
      // Reserved before the wait, so that parallel posts queue up behind it.
      freeAt = turn + POST_INTERVAL_MS;
      return turn;
    },
  };
}

/** A burst may go at once; a minute's share is never exceeded. */
function tiered(now: () => number): Turns {
  let taken: number[] = [];
  return {
    take: (latest) => {
      taken = taken.filter((at) => now() - at < MINUTE_MS);
      const first = taken.length < UPDATES_A_MINUTE ? undefined : taken.at(-UPDATES_A_MINUTE);
      const turn = first === undefined ? now() : Math.max(now(), first + MINUTE_MS);
      if (turn > latest) return { notBefore: turn };
      taken.push(turn);
      return turn;
    },
  };
}

function makePace(clock: Clock, what: string, turns: Turns): Pace {
  let closedUntil = 0;
  const now = (): number => clock.now().getTime();
  const refuse = (until: number): never => {
    const seconds = Math.max(1, Math.ceil((until - now()) / 1000));
    throw new TryAgain(`Slack limits ${what} for ${seconds} s`, { retryAfter: seconds });
  };
  return async (send) => {
    const latest = now() + MAX_WAIT_MS;
    if (closedUntil > latest) refuse(closedUntil);
    if (closedUntil > now()) await clock.sleep(closedUntil - now());
    const turn = turns.take(now() + MAX_WAIT_MS);
    if (typeof turn !== 'number') return refuse(turn.notBefore);
    if (turn > now()) await clock.sleep(turn - now());
    try {
      return await send();
    } catch (error) {
      const cause = error instanceof TryAgain ? error.cause : undefined;
      if (cause instanceof WebAPIRateLimitedError) closedUntil = Math.max(closedUntil, now() + cause.retryAfter * 1000);
      throw error;
    }
  };
}
