import { isJsonObject, type Json, type JsonObject } from '../tree/json.ts';
import { isList } from '../values.ts';
import { resolve } from './resolve.ts';
import type { Scope } from './scope.ts';

/** Loops of loops multiply. */
const MAX_ROUNDS = 2000;
const PREFIX = 'Fn::ForEach';

/**
 * The entries of a map, its loops written out (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html).
 * A loop over what is not told gives none.
 * @param onGap is told the key of a loop that can't be written out.
 */
export function* spreadLoops(
  map: JsonObject,
  scope: Scope,
  onGap: (key: string) => void = () => {},
): Generator<[string, Json, Scope]> {
  for (const [key, value] of Object.entries(map)) {
    if (!key.startsWith(PREFIX)) yield [key, value, scope];
    else yield* roundsOf(key, value, scope, onGap);
  }
}

function* roundsOf(key: string, value: Json, scope: Scope, onGap: (key: string) => void): Generator<[string, Json, Scope]> {
  const [variable, collection = null, output] = Array.isArray(value) ? value : [];
  const rounds = resolve(collection, scope);
  if (typeof variable !== 'string' || !isJsonObject(output) || !isList(rounds) || rounds.length > MAX_ROUNDS) return onGap(key);
  for (const round of rounds) {
    if (typeof round !== 'string' && typeof round !== 'number') return onGap(key);
    const text = String(round);
    const inner: Scope = { ...scope, loopVariables: new Map([...scope.loopVariables, [variable, text]]) };
    for (const [name, one, deeper] of spreadLoops(output, inner, onGap)) yield [written(name, variable, text), one, deeper];
  }
}

/** `&{Name}` keeps letters and digits only: logical ids have no others. */
const written = (name: string, variable: string, text: string): string =>
  name.replaceAll(`\${${variable}}`, text).replaceAll(`&{${variable}}`, text.replace(/[^A-Za-z0-9]/g, ''));
