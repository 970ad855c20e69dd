import { MalformedInput } from '../model/errors.ts';

/** Reading unknown JSON. What is missing is undefined; what has the wrong type is malformed. */

export type Fields = Readonly<Record<string, unknown>>;

export const EVENT = 'CloudTrail event';

/** A value as it may stand in a message: short and on one line. */
export const quoted = (value: string): string => JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}...` : value);

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws MalformedInput when it is there and not an object. */
export function optionalFields(source: Fields, key: string, where: string): Fields | undefined {
  const value = own(source, key);
  if (value === undefined || value === null) return undefined;
  if (!isFields(value)) throw new MalformedInput(EVENT, where, 'not an object');
  return value;
}

/** @throws MalformedInput when it is there and not a text. Empty text counts as missing. */
export function optionalText(source: Fields, key: string, where: string): string | undefined {
  const value = own(source, key);
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw new MalformedInput(EVENT, where, 'not a text');
  return value;
}

/** @throws MalformedInput when it is missing or not a text. */
export function requiredText(source: Fields, key: string, where: string): string {
  const value = optionalText(source, key, where);
  if (value === undefined) throw new MalformedInput(EVENT, where, 'missing');
  return value;
}

/** Text or nothing, whatever stands there: for what is nice to know and never decides. */
export function textOrNull(source: Fields | undefined, key: string): string | null {
  const value = source === undefined ? undefined : own(source, key);
  return typeof value === 'string' && value !== '' ? value : null;
}

function own(source: Fields, key: string): unknown {
  return Object.hasOwn(source, key) ? source[key] : undefined;
}
