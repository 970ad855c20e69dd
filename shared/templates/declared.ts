import type { DeployTool } from '../model/state.ts';
import type { Identity, Where } from './identity.ts';
import type { Place } from './tree/places.ts';
import { NotTold, type ValueObject } from './values.ts';

/** A resource as CloudFormation would see it: SAM's are written out, and Terraform's are told in CloudFormation's words. */
export interface Declared {
  readonly type: string;
  readonly logicalId: string;
  readonly identity: Identity;
  readonly properties: ValueObject;
  /** Why it may not be there after all: its condition is not told. Null when it is there. */
  readonly uncertain: string | null;
  /** Its name is given, but not told: what names it in the same way can't be followed. */
  readonly isNameUntold: boolean;
  readonly source: Source;
}

/** Where it is written down. What SAM makes of a resource is written where that is. */
export interface Source {
  readonly file: string;
  readonly logicalId: string;
  readonly constructPath: string | null;
  readonly place: Place;
  /** The place of one of its properties, or its own when it has none of that name. */
  readonly placeOf: (...property: readonly string[]) => Place;
}

/** Everything that is deployed together: a template with its nested stacks, a CDK app, a Terraform plan. */
export interface World extends Where {
  readonly tool: DeployTool;
  readonly all: readonly Declared[];
  readonly ofType: (type: string) => readonly Declared[];
  /** A resource of these types by its name, ARN or whatever else refers to it; undefined when it is not declared here. */
  readonly find: (reference: string, ...types: readonly string[]) => Declared | undefined;
  readonly stackOf: (declared: Declared) => string | null;
  /** Tags of its whole stack, which it gets too. */
  readonly stackTagsOf: (declared: Declared) => Readonly<Record<string, string>>;
}

export function makeWorld(world: Omit<World, 'ofType' | 'find'>): World {
  const byType = grouped(world.all);
  const byReference = new Map<string, Declared>();
  for (const one of world.all)
    for (const reference of [one.identity.name, one.identity.ref, one.identity.arn])
      byReference.set(`${one.type} ${reference}`, one);
  return {
    ...world,
    ofType: (type) => byType.get(type) ?? [],
    find: (reference, ...types) => {
      for (const type of types) {
        const found = byReference.get(`${type} ${reference}`);
        if (found) return found;
      }
      return undefined;
    },
  };
}

function grouped(all: readonly Declared[]): Map<string, Declared[]> {
  const byType = new Map<string, Declared[]>();
  for (const one of all) {
    const others = byType.get(one.type);
    if (others) others.push(one);
    else byType.set(one.type, [one]);
  }
  return byType;
}

/** @throws NotTold when it may not be there. */
export function certain(declared: Declared): Declared {
  if (declared.uncertain !== null) throw new NotTold(`${declared.logicalId} may not be there: ${declared.uncertain}`);
  return declared;
}
