import { sweep } from '../../shared/flows/sweep.ts';
import { wireSweep } from '../../shared/wire.ts';

const world = wireSweep();

export async function handler(): Promise<void> {
  world.log.info('swept', await sweep(world));
}
