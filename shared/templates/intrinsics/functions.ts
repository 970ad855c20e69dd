import { isJsonObject, scalarText } from '../tree/json.ts';
import { gapIn, isList, isObject, isUnresolved, unresolved, type Value } from '../values.ts';
import { cidrBlocks } from './cidr.ts';
import type { Scope } from './scope.ts';

/** Takes the argument with its own intrinsics resolved. */
type Intrinsic = (argument: Value, scope: Scope) => Value;

const MAX_LENGTH = 1_000_000;

/** Those that need nothing but their argument and the scope. */
export const FUNCTIONS: ReadonlyMap<string, Intrinsic> = new Map<string, Intrinsic>([
  ['Fn::Join', join],
  ['Fn::Split', split],
  ['Fn::Select', select],
  ['Fn::FindInMap', findInMap],
  ['Fn::Base64', (text) => wordOf(text, 'Base64', (word) => Buffer.from(word).toString('base64'))],
  ['Fn::Cidr', cidr],
  ['Fn::GetAZs', zones],
  ['Fn::ImportValue', importValue],
  ['Fn::Length', (list) => (isUnresolved(list) ? list : isList(list) ? list.length : unresolved('a Length of no list'))],
  ['Fn::ToJsonString', (value) => gapIn(value) ?? JSON.stringify(value)],
]);

function wordOf(value: Value | undefined, what: string, of: (word: string) => Value): Value {
  if (isUnresolved(value)) return value;
  if (typeof value === 'string') return of(value);
  return typeof value === 'number' || typeof value === 'boolean' ? of(String(value)) : unresolved(`a ${what} of no text`);
}

function partsOf(argument: Value, what: string, of: (parts: readonly Value[]) => Value): Value {
  if (isUnresolved(argument)) return argument;
  return isList(argument) ? of(argument) : unresolved(`a ${what} without its list`);
}

function join(argument: Value): Value {
  return partsOf(argument, 'Join', ([separator, list]) => {
    if (isUnresolved(list)) return list;
    if (typeof separator !== 'string' || !isList(list)) return unresolved('a Join without its list');
    const gap = gapIn(list);
    if (gap) return gap;
    if (list.some((one) => typeof one === 'object')) return unresolved('a Join of no texts');
    const text = list.map(scalarText).join(separator);
    return text.length > MAX_LENGTH ? unresolved('a text of more than a million characters') : text;
  });
}

function split(argument: Value): Value {
  return partsOf(argument, 'Split', ([separator, text]) =>
    wordOf(text, 'Split', (word) =>
      typeof separator === 'string' && separator !== '' ? word.split(separator) : unresolved('a Split without a separator'),
    ),
  );
}

function select(argument: Value): Value {
  return partsOf(argument, 'Select', ([index, list]) => {
    const gap = [index, list].find(isUnresolved);
    if (gap) return gap;
    const found = isList(list) ? list[Number(scalarText(index))] : undefined;
    return found ?? unresolved('a Select of what the list does not have');
  });
}

function findInMap(argument: Value, scope: Scope): Value {
  return partsOf(argument, 'FindInMap', ([map, first, second, options]) => {
    const gap = [map, first, second].find(isUnresolved);
    let found = scope.mappings[''];
    if (!gap) {
      found = scope.mappings;
      for (const key of [map, first, second]) {
        const name = scalarText(key);
        found = isJsonObject(found) && Object.hasOwn(found, name) ? found[name] : undefined;
      }
    }
    if (found !== undefined) return found;
    if (isObject(options) && options.DefaultValue !== undefined && !gap) return options.DefaultValue;
    return gap ?? unresolved(`the mapping ${scalarText(map).slice(0, 60)} has no such entry`);
  });
}

function cidr(argument: Value): Value {
  return partsOf(argument, 'Cidr', (parts) => {
    const gap = parts.find(isUnresolved);
    if (gap) return gap;
    return (
      cidrBlocks(scalarText(parts[0]), Number(scalarText(parts[1])), Number(scalarText(parts[2]))) ??
      unresolved('a Cidr that Cinch can not divide')
    );
  });
}

/** Which zones an account sees is its own; their letters begin with `a` in nearly every one. */
function zones(argument: Value, scope: Scope): Value {
  return wordOf(argument ?? '', 'GetAZs', (region) => ['a', 'b', 'c'].map((letter) => `${region || scope.region}${letter}`));
}

function importValue(argument: Value, scope: Scope): Value {
  return wordOf(
    argument,
    'ImportValue',
    (name) => scope.importOf(name) ?? unresolved(`${name.slice(0, 120)} comes from another stack`),
  );
}
