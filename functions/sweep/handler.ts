import type { Check } from '../../shared/flows/doctor/check.ts';
import { checkMembers } from '../../shared/flows/doctor/check-members.ts';
import { isCheckRequest } from '../../shared/flows/doctor/request.ts';
import { sweep } from '../../shared/flows/sweep.ts';
import { wireSweep } from '../../shared/wire.ts';

const world = wireSweep();

/** Each minute by a schedule; `cinch doctor` asks it how the member accounts are. */
export async function handler(event: unknown): Promise<Check[] | undefined> {
  if (isCheckRequest(event)) return checkMembers(world);
  world.log.info('swept', await sweep(world));
  return undefined;
}
