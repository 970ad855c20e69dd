import { MalformedInput } from '../../model/errors.ts';
import type { PolicyDocument } from '../../model/policy-document.ts';
import type { ResourceKind } from '../../model/resource.ts';
import type { FactName, Facts, State } from '../../model/state.ts';
import { type Known, unknown } from '../../model/unknown.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';
import { NotTold, told, toldWhole, type Value } from '../values.ts';

/** How each fact of a kind is made; one that is not told throws NotTold. */
export type FactMakers<K extends ResourceKind> = { readonly [F in FactName<K>]: () => Known<Facts<K>[F]> };

/** Every fact, or why it is not known. */
export function stateOf<K extends ResourceKind>(makers: FactMakers<K>): State<K> {
  const names = Object.keys(makers) as FactName<K>[];
  return Object.fromEntries(names.map((name) => [name, knownOf(makers[name])])) as State<K>;
}

function knownOf<T>(make: () => Known<T>): Known<T> {
  try {
    return make();
  } catch (error) {
    if (error instanceof NotTold || error instanceof MalformedInput) return unknown(error.message);
    throw error;
  }
}

/** What only the account knows. */
export const notInTemplates = (what: string) => () => unknown(`a template does not tell ${what}`);

/** A policy, which is told as a whole or not at all: a resource that is not told could be every one. @throws NotTold or MalformedInput */
export function documentOf(value: Value | undefined, where: string): PolicyDocument {
  const found = told(value);
  if (typeof found === 'string') return parsePolicyDocument(found, where);
  if (found === undefined || found === null || typeof found !== 'object') throw new NotTold(`${where} has no policy document`);
  return parsePolicyDocument(toldWhole(found) as object, where);
}
