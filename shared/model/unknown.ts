/** A value that could not be read or resolved. It is carried as a value, so that a rule's outcome can be `unknown` and never `pass`. */
export interface Unknown {
  /** Why it is unknown, in words a person can act on. Never holds a value that was read. */
  readonly unknown: string;
}

export type Known<T> = T | Unknown;

export const unknown = (why: string): Unknown => ({ unknown: why });

export function isUnknown(value: unknown): value is Unknown {
  return (
    typeof value === 'object' &&
    value !== null &&
    // Few values get past this, so what it costs to count keys is paid seldom.
    typeof (value as Unknown).unknown === 'string' &&
    Object.keys(value).length === 1
  );
}

/** Of known and unknown parts, all of them, or the first reason why not. */
export function allKnown<T>(parts: readonly Known<T | undefined>[]): Known<T[]> {
  const found: T[] = [];
  for (const part of parts) {
    if (isUnknown(part)) return part;
    if (part !== undefined) found.push(part);
  }
  return found;
}

/** Both, or the first that is unknown. */
export function bothKnown<A, B>(one: Known<A>, other: Known<B>): Known<readonly [A, B]> {
  if (isUnknown(one)) return one;
  return isUnknown(other) ? other : [one, other];
}
