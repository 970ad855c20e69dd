import type { System } from '../local/system.ts';
import type { BotFunction } from '../shared/names.ts';
import { type Fault, type ProxiedCall, sendThrough, startFaultProxy } from '../test/system/fault-proxy.ts';

/** Between Cinch's functions and AWS: counts every call, and lets some fail as AWS's do on a bad day. */

const KINDS: Readonly<Record<string, Fault>> = {
  throttled: { kind: 'throttle' },
  'answered with 503': { kind: 'error', status: 503 },
  'done, the answer lost': { kind: 'lost' },
};
const THROUGH: readonly BotFunction[] = ['on-change', 'apply', 'notify', 'sweep'];

export interface Between {
  /** Kind of call -> how many since the last `clear`. */
  readonly calls: ReadonlyMap<string, number>;
  readonly faults: ReadonlyMap<string, number>;
  clear(): void;
  stop(): Promise<void>;
}

/** From now on the functions' calls go through here. They start cold once more. @param share of the calls that fail, 0 to 1 */
export async function standBetween(system: System, share: number, random: () => number): Promise<Between> {
  const proxy = await startFaultProxy();
  const [calls, faults] = [new Map<string, number>(), new Map<string, number>()];
  const names = Object.keys(KINDS);
  proxy.fault = (call) => {
    proxy.calls.length = 0;
    count(calls, kindOf(call));
    if (random() >= share) return undefined;
    const name = names[Math.floor(random() * names.length)] ?? '';
    count(faults, name);
    return KINDS[name];
  };
  await sendThrough(system, proxy, THROUGH);
  return {
    calls,
    faults,
    clear: () => {
      calls.clear();
      faults.clear();
    },
    stop: () => proxy.stop(),
  };
}

const count = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

const HUB_CALLS =
  /^(GetItem|PutItem|UpdateItem|DeleteItem|Query|BatchGetItem|TransactWriteItems|SendMessage|SendMessageBatch|ChangeMessage\w+|GetQueueUrl|GetParameter|PutEvents|AssumeRole|GenerateDataKey|Encrypt|Decrypt|GetSecretValue)$/;

/** Whose the call is, and its name: `hub GetItem`, `member GET /functions/_/policy`, `slack chat.postMessage`. */
function kindOf({ what }: ProxiedCall): string {
  if (what.startsWith('POST /api/')) return `slack ${what.slice('POST /api/'.length)}`;
  const name = what
    .replace(/\?.*$/, '')
    .replace(/\/20\d\d-\d\d-\d\d/, '')
    .replace(/(functions|tags|layers|restapis|apis)\/[^/]+/, '$1/_');
  return `${HUB_CALLS.test(name) ? 'hub' : 'member'} ${name}`;
}
