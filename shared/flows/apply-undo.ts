import type { Plan } from '../model/plan.ts';
import { finishPlan, keepPlan } from './finish-plan.ts';
import type { World } from './ports.ts';
import { whyProtected } from './protection.ts';
import { openAll } from './sealed.ts';

/** Takes an applied plan back, newest step first. What somebody changed since is left alone and told. */
export async function applyUndo(
  world: Pick<World, 'clock' | 'log' | 'ledger' | 'queues' | 'bus' | 'reader' | 'steps' | 'vault'>,
  undo: Plan,
): Promise<Plan['status']> {
  const original = undo.undoes ? await world.ledger.readPlan(undo.undoes) : undefined;
  if (original?.status !== 'applied') return finishPlan(world, undo, 'failed', ['the plan to take back was not applied']);
  if (await isOvertaken(world, original))
    return finishPlan(world, undo, 'failed', ['a later fix has taken its place: undo that one']);
  const protectedBy = await whyProtected(world, original, original.steps);
  if (protectedBy) return finishPlan(world, undo, 'failed', [protectedBy]);
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

/**
 * A later plan for the same finding has written since: what is there now may look like the work of this one and is that one's, and what was
 * there before this one somebody has replaced long ago.
 */
async function isOvertaken(world: Pick<World, 'ledger'>, original: Plan): Promise<boolean> {
  const finding = original.kind === 'remedy' ? await world.ledger.readFinding(original.findingId) : undefined;
  if (!finding?.planId || finding.planId === original.id) return false;
  const latest = await world.ledger.readPlan(finding.planId);
  return latest?.status === 'applied' || latest?.status === 'applying';
}
