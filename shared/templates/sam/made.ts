import type { Declared } from '../declared.ts';
import { identityOf, type Where } from '../identity.ts';
import type { ValueObject } from '../values.ts';

export interface SamContext {
  readonly where: Where;
  readonly prefix: string;
  readonly stackName: string;
}

/** A resource that SAM makes of another one. It is written where that is, and is there when that is. */
export function made(
  { where, prefix }: SamContext,
  owner: Declared,
  type: string,
  logicalId: string,
  properties: ValueObject,
  name?: string,
  path?: string,
): Declared {
  return {
    type,
    logicalId,
    identity: identityOf(type, `${prefix}${logicalId}`, name, where, path),
    properties,
    uncertain: owner.uncertain,
    isNameUntold: false,
    source: owner.source,
  };
}

/** Without what is undefined. */
export const without = (properties: Readonly<Record<string, ValueObject[string] | undefined>>): ValueObject =>
  Object.fromEntries(
    Object.entries(properties).filter((entry): entry is [string, ValueObject[string]] => entry[1] !== undefined),
  );
