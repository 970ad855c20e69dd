import type { Clock, Limits } from './types.ts';

/** Calls a minute: https://docs.slack.dev/apis/web-api/rate-limits and each method's page. */
const TIERS: Record<string, number> = {
  'chat.update': 50,
  'chat.delete': 50,
  'chat.postEphemeral': 100,
  'views.open': 100,
  'views.update': 100,
  'users.info': 100,
  'users.lookupByEmail': 50,
  'usergroups.users.list': 20,
  'conversations.open': 50,
};

const MINUTE = 60_000;

/** Says for how many seconds a call must wait, or 0. A call that is let through is counted. */
export type RateLimiter = (method: string, channel: string) => number;

export function makeRateLimiter(limits: Limits, clock: Clock): RateLimiter {
  const lastPost = new Map<string, number>();
  const calls = new Map<string, number[]>();
  return (method, channel) => {
    const now = clock();
    if (method === 'chat.postMessage') {
      const since = now - (lastPost.get(channel) ?? Number.NEGATIVE_INFINITY);
      if (since < limits.postIntervalMs) return Math.ceil((limits.postIntervalMs - since) / 1000);
      lastPost.set(channel, now);
      return 0;
    }
    const tier = TIERS[method];
    if (!limits.tiers || tier === undefined) return 0;
    const recent = (calls.get(method) ?? []).filter((at) => now - at < MINUTE);
    calls.set(method, recent);
    const [oldest] = recent;
    if (recent.length >= tier && oldest !== undefined) return Math.max(1, Math.ceil((MINUTE - (now - oldest)) / 1000));
    recent.push(now);
    return 0;
  };
}
