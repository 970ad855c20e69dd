import type { Declared, World } from '../declared.ts';
import { at, isUnresolved } from '../values.ts';

/** The role of a function as an ARN, undefined when that is not told. A bare name is taken for the template's role of that name. */
export function roleArnOf(world: World, declared: Declared): string | undefined {
  const role = at(declared.properties, 'Role');
  if (isUnresolved(role) || typeof role !== 'string') return undefined;
  return world.find(role, 'AWS::IAM::Role')?.identity.arn ?? role;
}

/** The declared role of a function; undefined when it is made elsewhere. */
export function roleOf(world: World, declared: Declared): Declared | undefined {
  const arn = roleArnOf(world, declared);
  return arn === undefined ? undefined : world.find(arn, 'AWS::IAM::Role');
}
