import { type Unknown, unknown } from '../model/unknown.ts';
import type { Json } from './tree/json.ts';

/** A value of a template with its intrinsics resolved, as far as they can be. */
export type Value = string | number | boolean | null | Unresolved | readonly Value[] | ValueObject;
export interface ValueObject {
  readonly [key: string]: Value;
}
/** Why a value is not known before it is deployed. */
export type Unresolved = Unknown;

/** A template may well hold `{"unknown": "x"}` itself, so what was made here is told by identity. */
const MADE = new WeakMap<object, readonly Value[]>();

/** @param candidates what it is one of, where that much is told. */
export function unresolved(why: string, candidates: readonly Value[] = []): Unresolved {
  const made: Unresolved = unknown(why);
  MADE.set(made, candidates);
  return made;
}
export const candidatesOf = (value: Unresolved): readonly Value[] => MADE.get(value) ?? [];
export const isUnresolved = (value: unknown): value is Unresolved =>
  typeof value === 'object' && value !== null && MADE.has(value);
export const isObject = (value: unknown): value is ValueObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !MADE.has(value);
export const isList = (value: unknown): value is readonly Value[] => Array.isArray(value);

/** Leaves the making of a fact at once: something that it needs is not told. The fact is then unknown, for this reason. */
export class NotTold extends Error {}

/** The value, once it is told. @throws NotTold */
export function told<T extends Value | undefined>(value: T): Exclude<T, Unresolved> {
  if (isUnresolved(value)) throw new NotTold(value.unknown);
  return value as Exclude<T, Unresolved>;
}

/** Undefined where there is none. Each of these throws NotTold when the value is unresolved or of another type. */
export function textOf(value: Value | undefined): string | undefined {
  const found = told(value);
  if (found === undefined || found === null) return undefined;
  if (typeof found === 'string') return found;
  if (typeof found === 'number' || typeof found === 'boolean') return String(found);
  throw new NotTold('the template has a list or a map where a text belongs');
}

/** Texts that hold a number count: CloudFormation takes both. */
export function numberOf(value: Value | undefined): number | undefined {
  const text = textOf(value);
  if (text === undefined || text === '') return undefined;
  const number = Number(text);
  if (Number.isNaN(number)) throw new NotTold('the template has a text where a number belongs');
  return number;
}

export function flagOf(value: Value | undefined): boolean | undefined {
  const text = textOf(value)?.toLowerCase();
  if (text === undefined || text === '') return undefined;
  if (text === 'true' || text === 'yes' || text === 'on' || text === '1') return true;
  if (text === 'false' || text === 'no' || text === 'off' || text === '0') return false;
  throw new NotTold('the template has something else where true or false belongs');
}

/** One value counts as a list of it. */
export function listOf(value: Value | undefined): readonly Value[] {
  const found = told(value);
  if (found === undefined || found === null) return [];
  return isList(found) ? found : [found];
}

export function objectOf(value: Value | undefined): ValueObject {
  const found = told(value);
  if (found === undefined || found === null) return {};
  if (!isObject(found)) throw new NotTold('the template has something else where a map belongs');
  return found;
}

export const textsOf = (value: Value | undefined): string[] => listOf(value).flatMap((one) => textOf(one) ?? []);

/** The member of a path, undefined where there is none. */
export function at(value: Value | undefined, ...path: readonly string[]): Value | undefined {
  let found = value;
  for (const key of path) {
    if (isUnresolved(found)) return found;
    found = isObject(found) && Object.hasOwn(found, key) ? found[key] : undefined;
  }
  return found;
}

/** The whole of a value, told to the last member. @throws NotTold */
export function toldWhole(value: Value): Json {
  const found = told(value);
  if (isList(found)) return found.map(toldWhole);
  if (isObject(found)) return Object.fromEntries(Object.entries(found).map(([key, one]) => [key, toldWhole(one)]));
  return found as Json;
}

/** The first reason why a value is not told as a whole; undefined when it is. */
export function gapIn(value: Value | undefined): Unresolved | undefined {
  if (isUnresolved(value)) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const one of isList(value) ? value : Object.values(value)) {
    const gap = gapIn(one);
    if (gap) return gap;
  }
  return undefined;
}
