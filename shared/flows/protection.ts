import { protectionOf } from '../engine/protection.ts';
import type { Plan } from '../model/plan.ts';
import { type Resource, resourceFromArn } from '../model/resource.ts';
import { isChange, STEP_ROWS, type Step } from '../model/step.ts';
import { isUnknown } from '../model/unknown.ts';
import type { World } from './ports.ts';

type ProtectionWorld = Pick<World, 'reader' | 'ledger'>;

/**
 * Why these steps may not be carried out on a plan's resource, asked right before a write: its owner has protected it by a tag, or the role that
 * the steps change with it; or whether that is so can't be read. Undefined when they may. What is gone is left to the steps.
 */
export async function whyProtected(
  world: ProtectionWorld,
  { resource }: Pick<Plan, 'resource'>,
  steps: readonly Step[],
): Promise<string | undefined> {
  const withRole = resource.kind === 'function' && steps.some(changesRole);
  const state = await readTags(world, resource, withRole ? ['roleArn'] : []);
  if (!state) return undefined;
  const own = judgeTags(resource, state.tags);
  if (own !== undefined || !withRole) return own;
  const role = typeof state.roleArn === 'string' ? resourceFromArn(state.roleArn) : undefined;
  if (!role) return `${resource.name} is left as it is: its role could not be read, and may be protected`;
  const ofRole = await readTags(world, role, []);
  return ofRole && judgeTags(role, ofRole.tags);
}

async function readTags(
  { reader, ledger }: ProtectionWorld,
  resource: Resource,
  more: readonly string[],
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const functionsOfRole = (roleArn: string) => ledger.functionsOfRole(roleArn);
  return reader.readState(resource, ['tags', ...more], { note: undefined, functionsOfRole });
}

function judgeTags(resource: Resource, tags: unknown): string | undefined {
  const read =
    typeof tags === 'object' && tags !== null && !isUnknown(tags) ? (tags as Readonly<Record<string, string>>) : undefined;
  const why = protectionOf(resource, read);
  return why && `${resource.name} is left as it is: ${why}`;
}

/** By its rows: what it may call on roles beside reading them. */
const changesRole = (step: Step): boolean =>
  STEP_ROWS[step.kind].permissions.some(({ on, actions }) => on === 'role' && actions.some(isChange));
