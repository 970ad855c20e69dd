import { certain, type Declared, type World } from './declared.ts';
import { candidatesOf, isList, isUnresolved, NotTold, type Unresolved, type Value } from './values.ts';

/** How a property names a resource: as it stands, or as Lambda takes functions, with a qualifier that does not count here. */
export type Naming = 'exact' | 'function';

/** What refers to what by one property of one type. */
interface Index {
  readonly told: ReadonlyMap<string, readonly Declared[]>;
  /** Those of which some reference is not told. */
  readonly untold: readonly { readonly from: Declared; readonly gaps: readonly Unresolved[] }[];
  readonly order: ReadonlyMap<Declared, number>;
}

/** Made when a world is first asked: looking through all resources for each would take hours in a large plan. */
const INDEXES = new WeakMap<World, Map<string, Index>>();

/**
 * Those of a type that refer to this resource with a property, or one of its list, all of them there for certain.
 * @throws NotTold when one may not be there, or may mean it.
 */
export function referring(world: World, type: string, property: string, target: Declared, naming: Naming = 'exact'): Declared[] {
  const { told, untold, order } = indexOf(world, type, property, naming);
  const found = new Set<Declared>();
  for (const key of keysOf(target)) for (const one of told.get(key) ?? []) found.add(certain(one));
  for (const { from, gaps } of untold) {
    const gap = gaps.find((one) => mayMean(one, target, naming));
    if (gap) throw new NotTold(`${from.logicalId} may mean it: ${gap.unknown}`);
  }
  return [...found].sort((one, other) => (order.get(one) ?? 0) - (order.get(other) ?? 0));
}

/** What is not told means what is deployed elsewhere: the template's own resources have names here, unless theirs is not told either. */
function mayMean(gap: Unresolved, target: Declared, naming: Naming): boolean {
  const candidates = referencesIn(candidatesOf(gap));
  return target.isNameUntold || candidates.told.some((one) => keysOf(target).includes(keyOf(one, naming)));
}

const keysOf = ({ identity }: Declared): string[] => [identity.name, identity.arn, identity.ref];

function indexOf(world: World, type: string, property: string, naming: Naming): Index {
  const indexes = INDEXES.get(world) ?? new Map<string, Index>();
  INDEXES.set(world, indexes);
  const name = `${type} ${property} ${naming}`;
  const index = indexes.get(name) ?? makeIndex(world.ofType(type), property, naming);
  indexes.set(name, index);
  return index;
}

function makeIndex(all: readonly Declared[], property: string, naming: Naming): Index {
  const told = new Map<string, Declared[]>();
  const untold: { from: Declared; gaps: readonly Unresolved[] }[] = [];
  for (const from of all) {
    const references = referencesIn(from.properties[property]);
    for (const reference of references.told) {
      const key = keyOf(reference, naming);
      const others = told.get(key);
      if (others) others.push(from);
      else told.set(key, [from]);
    }
    if (references.gaps.length > 0) untold.push({ from, gaps: references.gaps });
  }
  return { told, untold, order: new Map(all.map((one, index) => [one, index])) };
}

function referencesIn(value: Value | undefined): { readonly told: string[]; readonly gaps: Unresolved[] } {
  const told: string[] = [];
  const gaps: Unresolved[] = [];
  const visit = (one: Value | undefined): void => {
    if (isUnresolved(one)) gaps.push(one);
    else if (isList(one)) one.forEach(visit);
    else if (typeof one === 'string') told.push(one);
  };
  visit(value);
  return { told, gaps };
}

function keyOf(reference: string, naming: Naming): string {
  if (naming === 'exact') return reference;
  return reference.startsWith('arn:') ? reference.split(':').slice(0, 7).join(':') : functionNamed(reference).name;
}

/** `name`, `name:qualifier`, `account:function:name`, an ARN: the name and the qualifier, null without one. */
export function functionNamed(reference: string): { readonly name: string; readonly qualifier: string | null } {
  const at = reference.indexOf('function:');
  const [name = '', qualifier = null] = (at < 0 ? reference : reference.slice(at + 'function:'.length)).split(':');
  return { name, qualifier: qualifier === '$LATEST' ? null : qualifier };
}
