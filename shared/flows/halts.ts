import { TryAgain } from '../model/errors.ts';
import { ALL_ACCOUNTS, type Halt } from '../model/halt.ts';
import type { Plan } from '../model/plan.ts';
import { BREAKER_TRIPPED } from '../names.ts';
import { sendWorkFor } from './announce.ts';
import { haltChanged } from './domain-events.ts';
import type { World } from './ports.ts';

/** The stop switch, and the circuit breaker of each account, as the ledger has them. guard.ts says what they forbid. */

export type HaltWorld = Pick<World, 'clock' | 'log' | 'ledger' | 'bus'>;

export interface Halts {
  readonly stopped: { readonly by: string; readonly why: string; readonly at: string } | null;
  readonly accounts: readonly { readonly account: string; readonly why: string; readonly since: string }[];
}

export async function readHalts(world: Pick<World, 'ledger'>): Promise<Halts> {
  const standing = (await world.ledger.readHalts()).filter(({ halted }) => halted);
  const all = standing.find(({ id }) => id === ALL_ACCOUNTS);
  return {
    stopped: all ? { by: all.by, why: all.why, at: all.since } : null,
    accounts: standing
      .filter(({ id }) => id !== ALL_ACCOUNTS)
      .map(({ id, why, since }) => ({ account: id, why, since }))
      .sort((a, b) => (a.account < b.account ? -1 : 1)),
  };
}

/** From now on nothing is written to any account, but for what people undo and for first aid. Stopped already, the first reason stands. */
export const stopAll = (world: HaltWorld, by: string, why: string, at?: string): Promise<boolean> =>
  turn(world, ALL_ACCOUNTS, true, { by, why, at });

/** Goes on, with what was approved meanwhile at once. What is ready or approved under another stop waits for that one. */
export async function resumeAll(world: HaltWorld & Pick<World, 'queues'>, by: string, at?: string): Promise<boolean> {
  const turned = await turn(world, ALL_ACCOUNTS, false, { by, why: 'resumed', at });
  // Again for a repeated command: the first may have been cut off here. The ledger makes a second message of a plan harmless.
  for (const plan of await waiting(world)) await sendWorkFor(world, plan);
  return turned;
}

const AFTER_ALL = '9999';

async function waiting(world: Pick<World, 'ledger'>): Promise<Plan[]> {
  return world.ledger.plansByStatus('approved', AFTER_ALL);
}

/** The circuit breaker: in this account Cinch asks in place of fixing, until a person resets it. The first reason stands. */
export async function tripAccount(world: HaltWorld, account: string, why: string): Promise<boolean> {
  const turned = await turn(world, account, true, { by: 'cinch', why, at: undefined });
  // An alarm counts these lines: infra/constructs/alarms.ts.
  if (turned) world.log.error(BREAKER_TRIPPED, { account, why });
  return turned;
}

/** Fixes before this moment no longer count. */
export const resetAccount = (world: HaltWorld, account: string, by: string, at?: string): Promise<boolean> =>
  turn(world, account, false, { by, why: 'reset', at });

const RACES = 5;

interface Turn {
  readonly by: string;
  readonly why: string;
  /** When a person wanted it; ISO. What the same person turned since then was turned by this very wish, in a run that was cut off. */
  readonly at: string | undefined;
}

/** One conditional write; false when it stood so already. A run that was cut off right after it is made up for by the next one. */
async function turn(world: HaltWorld, id: string, halted: boolean, { by, why, at }: Turn): Promise<boolean> {
  for (let race = 0; race < RACES; race++) {
    const found = (await world.ledger.readHalts()).find((halt) => halt.id === id);
    if ((found?.halted ?? false) === halted) {
      if (found && !(await isTold(world, found))) await tell(world, found);
      return found !== undefined && at !== undefined && found.by === by && found.since >= at;
    }
    const since = world.clock.now().toISOString();
    const written = await world.ledger.writeHalt({ id, halted, since, by, why, version: found?.version ?? 0 });
    if (written) {
      await tell(world, written);
      return true;
    }
  }
  throw new TryAgain(`the switch of ${id} changes faster than it can be turned`);
}

const recordOf = ({ id }: Halt): string => `halt-${id}`;

const isTold = async (world: HaltWorld, halt: Halt): Promise<boolean> =>
  (await world.ledger.readAudit(recordOf(halt))).some(({ at }) => at === halt.since);

/** The entry comes last: what is recorded has been told. */
async function tell(world: HaltWorld, halt: Halt): Promise<void> {
  const { id, halted, since, by, why } = halt;
  world.log.info(halted ? 'halted' : 'goes on', { scope: id, by, why });
  await world.bus.publish(haltChanged(halt));
  await world.ledger.audit({ findingId: recordOf(halt), at: since, what: halted ? 'halted' : 'goes on', by, detail: why });
}
