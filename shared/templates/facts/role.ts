import { type Resource, roleResource } from '../../model/resource.ts';
import type { State } from '../../model/state.ts';
import type { Declared, World } from '../declared.ts';
import { textOf } from '../values.ts';
import { documentOf, notInTemplates, stateOf } from './fact.ts';
import { attachedPoliciesOf, inlinePoliciesOf, managedDocument, tagsOf } from './iam-policies.ts';
import { roleArnOf } from './role-of.ts';

/** @param role an AWS::IAM::Role. */
export function roleState(world: World, role: Declared): State<'role'> {
  const { properties, logicalId } = role;
  const boundaryArn = () => textOf(properties.PermissionsBoundary) ?? null;
  return stateOf<'role'>({
    path: () => textOf(properties.Path) ?? '/',
    trustPolicy: () => documentOf(properties.AssumeRolePolicyDocument, `trust of ${logicalId}`),
    permissionsBoundaryArn: boundaryArn,
    boundary: () => {
      const arn = boundaryArn();
      return arn === null ? null : managedDocument(world, arn);
    },
    tags: () => tagsOf(world, role),
    createdAt: notInTemplates('when a role was made'),
    inlinePolicies: () => inlinePoliciesOf(world, role, 'Roles'),
    attachedPolicies: () => attachedPoliciesOf(world, role, 'Roles'),
    usedBy: () => functionsWith(world, role.identity.arn),
    serviceAccess: notInTemplates('when a service was last used'),
    codeCalls: notInTemplates('what the code calls'),
  });
}

/** ARNs of the functions that have this execution role. A role of the template is its functions' alone. */
export function functionsWith(world: World, roleArn: string): readonly string[] {
  const known = FUNCTIONS_BY_ROLE.get(world) ?? byRole(world);
  FUNCTIONS_BY_ROLE.set(world, known);
  return known.get(roleArn) ?? [];
}

const FUNCTIONS_BY_ROLE = new WeakMap<World, ReadonlyMap<string, readonly string[]>>();

function byRole(world: World): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const one of world.ofType('AWS::Lambda::Function')) {
    const arn = roleArnOf(world, one) ?? '';
    found.set(arn, [...(found.get(arn) ?? []), one.identity.arn]);
  }
  return found;
}

export function roleResourceOf(world: World, { identity }: Declared): Resource<'role'> {
  const pathAndName = identity.arn.slice(identity.arn.indexOf(':role/') + ':role/'.length);
  return roleResource(world.account, pathAndName, world.partition);
}
