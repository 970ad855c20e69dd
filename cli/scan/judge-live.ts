import { needsOf } from '../../shared/engine/evaluate.ts';
import type { LedgerFacts } from '../../shared/flows/ports.ts';
import { TryAgain } from '../../shared/model/errors.ts';
import type { Resource } from '../../shared/model/resource.ts';
import type { ScanWorld } from '../../shared/wire-scan.ts';
import { type Judged, judgeSubject } from '../findings/judge.ts';
import type { Standards } from '../findings/standards.ts';
import type { Listed } from './list-resources.ts';

/** When AWS has no capacity: so long is waited before each next try. */
const WAITS_MS = [1_000, 3_000, 9_000];

type LiveWorld = Pick<ScanWorld, 'clock' | 'reader'>;

/** Reads what the rules need of a resource and judges it. A resource that is gone by now has nothing to say. */
export async function judgeLive(world: LiveWorld, standards: Standards, resource: Resource, listed: Listed): Promise<Judged> {
  const needs = [...new Set([...needsOf(standards.rulesFor(resource), resource.kind), 'tags'])];
  const known: LedgerFacts = {
    note: undefined,
    functionsOfRole: async (roleArn) => listed.functionsOfRole.get(roleArn) ?? [],
  };
  const state = await readPatiently(world, () => world.reader.readState(resource, needs, known));
  if (state === undefined) return { findings: [], unknown: [], exempt: [], isGone: true };
  return judgeSubject({ resource, state }, standards, world.clock.now().toISOString());
}

async function readPatiently<T>({ clock }: LiveWorld, read: () => Promise<T>): Promise<T> {
  for (const wait of WAITS_MS) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof TryAgain)) throw error;
      await clock.sleep(wait);
    }
  }
  return read();
}
