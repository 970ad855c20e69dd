import type { Plan } from '../model/plan.ts';
import type { World } from './ports.ts';

type VaultWorld = Pick<World, 'vault'>;

/** A ciphertext of one plan's step can't be passed off as another's. */
const context = (plan: Pick<Plan, 'id'>, index: number) => ({ plan: plan.id, step: String(index) });

/** Seals what belongs to the step at `index` of the plan. */
export const sealOne = (world: VaultWorld, plan: Plan, value: unknown, index: number): Promise<string> =>
  world.vault.seal(value, context(plan, index));

export const sealAll = (world: VaultWorld, plan: Plan, values: readonly unknown[]): Promise<string[]> =>
  Promise.all(values.map((value, index) => sealOne(world, plan, value, index)));

/** The snapshots or receipts of a plan, in order of its steps. */
export const openAll = (world: VaultWorld, plan: Plan, sealed: readonly string[]): Promise<unknown[]> =>
  Promise.all(sealed.map((text, index) => world.vault.open(text, context(plan, index))));
