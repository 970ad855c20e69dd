import { AID_FACT, aidFor, aidStep } from '../engine/containment.ts';
import { previewStep } from '../engine/preview-step.ts';
import type { Plan } from '../model/plan.ts';
import { isUnknown } from '../model/unknown.ts';
import type { World } from './ports.ts';

/**
 * The plan of first aid for what is there right before it is carried out. Who asked for it could not know that and need not: whatever it
 * is, it is kept, and undo gives it back.
 */
export async function completeAid(
  world: Pick<World, 'reader' | 'ledger'>,
  plan: Plan,
): Promise<{ readonly plan: Plan } | { readonly refusal: string }> {
  const aid = aidFor(plan.resource);
  if (!aid) return { refusal: `there is no first aid for ${plan.resource.kind}s` };
  const fact = AID_FACT[aid];
  const functionsOfRole = (roleArn: string) => world.ledger.functionsOfRole(roleArn);
  const state = await world.reader.readState(plan.resource, [fact], { note: undefined, functionsOfRole });
  if (!state) return { refusal: 'the resource no longer exists' };
  const before = (state as Readonly<Record<string, unknown>>)[fact];
  if (before === undefined || isUnknown(before))
    return { refusal: `what is there before is not known: ${before?.unknown ?? `${fact} was not read`}` };
  const step = aidStep(plan.resource, before as number | string | null);
  if (!step) return { refusal: aid === 'quarantine' ? 'it is quarantined already' : 'it is isolated already' };
  return { plan: { ...plan, steps: [step], previews: [previewStep(step)] } };
}
