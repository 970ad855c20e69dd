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
  const withRole = changesRoleOf(resource, steps);
  const state = await readTags(world, resource, withRole ? ['roleArn'] : []);
  if (!state) return undefined;
  const own = judgeTags(resource, state.tags);
  if (own !== undefined || !withRole) return own;
  const role = roleIn(state);
  if (!role) return `${resource.name} is left as it is: its role could not be read, and may be protected`;
  const ofRole = await readTags(world, role, []);
  return ofRole && judgeTags(role, ofRole.tags);
}

/**
 * Why nobody need be asked about these steps: the role that they would change with the function is protected by its tag. Undefined when it is
 * not, and when that can't be read: it may be readable by the time that somebody approves, and then it is asked again.
 */
export async function roleProtection(
  world: ProtectionWorld,
  resource: Resource,
  steps: readonly Step[],
): Promise<string | undefined> {
  if (!changesRoleOf(resource, steps)) return undefined;
  const role = roleIn(await world.reader.readState(resource, ['roleArn'], factsOf(world)));
  const tags = role && (await readTags(world, role, []))?.tags;
  return role && isRead(tags) ? judgeTags(role, tags) : undefined;
}

const changesRoleOf = (resource: Resource, steps: readonly Step[]): boolean =>
  resource.kind === 'function' && steps.some(changesRole);

const roleIn = (state: Readonly<Record<string, unknown>> | undefined): Resource | undefined =>
  typeof state?.roleArn === 'string' ? resourceFromArn(state.roleArn) : undefined;

const factsOf = ({ ledger }: ProtectionWorld) => ({
  note: undefined,
  functionsOfRole: (roleArn: string) => ledger.functionsOfRole(roleArn),
});

async function readTags(
  world: ProtectionWorld,
  resource: Resource,
  more: readonly string[],
): Promise<Readonly<Record<string, unknown>> | undefined> {
  return world.reader.readState(resource, ['tags', ...more], factsOf(world));
}

function judgeTags(resource: Resource, tags: unknown): string | undefined {
  const why = protectionOf(resource, isRead(tags) ? tags : undefined);
  return why && `${resource.name} is left as it is: ${why}`;
}

const isRead = (tags: unknown): tags is Readonly<Record<string, string>> =>
  typeof tags === 'object' && tags !== null && !isUnknown(tags);

/** By its rows: what it may call on roles beside reading them. */
const changesRole = (step: Step): boolean =>
  STEP_ROWS[step.kind].permissions.some(({ on, actions }) => on === 'role' && actions.some(isChange));
