import type { Check } from '../../shared/flows/doctor/check.ts';
import { isCheckRequest } from '../../shared/flows/doctor/request.ts';
import { checkMembersAndCanaries, selfCheck } from '../../shared/flows/doctor/self-check.ts';
import { sweep } from '../../shared/flows/sweep.ts';
import { wireSweep } from '../../shared/wire.ts';

const world = wireSweep();

/** Each minute by a schedule; `cinch doctor` asks it how the member accounts are. */
export async function handler(event: unknown): Promise<Check[] | undefined> {
  if (isCheckRequest(event)) return checkMembersAndCanaries(world);
  world.log.info('swept', await sweep(world));
  const did = await selfCheck(world);
  if (did !== 'nothing') world.log.info('self-check', { did });
  return undefined;
}
