import type { Plan } from '../model/plan.ts';
import { finishPlan, keepPlan } from './finish-plan.ts';
import type { World } from './ports.ts';
import { openAll } from './sealed.ts';

/** Takes an applied plan back, newest step first. What somebody changed since is left alone and told. */
export async function applyUndo(
  world: Pick<World, 'clock' | 'log' | 'ledger' | 'queues' | 'bus' | 'steps' | 'vault'>,
  undo: Plan,
): Promise<Plan['status']> {
  const original = undo.undoes ? await world.ledger.readPlan(undo.undoes) : undefined;
  if (original?.status !== 'applied') return finishPlan(world, undo, 'failed', ['the plan to take back was not applied']);
  const captured = await openAll(world, original, original.snapshots);
  const receipts = await openAll(world, original, original.receipts);
  const plan = undo.status === 'applying' ? undo : await keepPlan(world, { ...undo, status: 'applying' });
  const leftovers: string[] = [];
  for (let index = original.steps.length - 1; index >= 0; index--) {
    const step = original.steps[index];
    if (step) leftovers.push(...(await world.steps.undo(step, captured[index], receipts[index])));
  }
  return finishPlan(
    world,
    plan,
    'applied',
    leftovers.length > 0 ? leftovers.map((line) => `Left as it is: ${line}`) : ['It is as it was before.'],
  );
}
