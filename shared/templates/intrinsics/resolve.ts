import { isJsonObject, type Json, type JsonObject, scalarText } from '../tree/json.ts';
import { at, isList, isUnresolved, unresolved, type Value } from '../values.ts';
import { conditionOf, isEqual } from './conditions.ts';
import { FUNCTIONS } from './functions.ts';
import { spreadLoops } from './loops.ts';
import { nothingNamed, parameterOf } from './parameters.ts';
import { isNoValue, NO_VALUE, type NoValue, type Scope } from './scope.ts';
import { substitute } from './substitute.ts';

/** A value with its intrinsics resolved; `NO_VALUE` when it takes itself away. */
export type Resolved = Value | NoValue;

/** What stands in for AWS::NoValue where something must stand. */
export function resolve(node: Json, scope: Scope): Value {
  const found = resolveAny(node, scope);
  return isNoValue(found) ? null : found;
}

export function resolveAny(node: Json, scope: Scope): Resolved {
  if (typeof node !== 'object' || node === null) return node;
  if (!isJsonObject(node)) return node.flatMap((one) => kept(resolveAny(one, scope)));
  const keys = Object.keys(node);
  const [key = ''] = keys;
  if (keys.length === 1 && (key === 'Ref' || key.startsWith('Fn::'))) {
    if (!key.startsWith('Fn::ForEach')) return intrinsic(key, node[key] ?? null, scope);
  }
  const found: Record<string, Value> = {};
  for (const [name, one, inner] of spreadLoops(node, scope)) {
    const value = resolveAny(one, inner);
    if (!isNoValue(value)) found[name] = value;
  }
  return found;
}

const kept = (value: Resolved): Value[] => (isNoValue(value) ? [] : [value]);

/** @param name `Ref` or `Fn::..` */
function intrinsic(name: string, argument: Json, scope: Scope): Resolved {
  if (name === 'Ref') return typeof argument === 'string' ? refOf(argument, scope) : unresolved('a Ref that names nothing');
  if (name === 'Fn::GetAtt') return attributeOf(argument, scope);
  if (name === 'Fn::If') return branchOf(argument, scope);
  if (name === 'Fn::Sub') return substituted(argument, scope);
  if (name === 'Fn::Transform') return included(argument, scope);
  const own = FUNCTIONS.get(name);
  if (!own) return unresolved(`Cinch does not know ${name.slice(0, 60)}`);
  return own(resolve(argument, scope), scope);
}

export function refOf(name: string, scope: Scope): Resolved {
  const looped = scope.loopVariables.get(name);
  if (looped !== undefined) return resolve(looped, scope);
  return parameterOf(name, scope) ?? scope.refOf(name) ?? nothingNamed(name);
}

/** `[id, attribute]` or `id.attribute`, whose attribute may have dots itself. */
function attributeOf(argument: Json, scope: Scope): Value {
  const whole = resolve(argument, scope);
  if (isUnresolved(whole)) return whole;
  const [id, ...rest] = typeof whole === 'string' ? whole.split('.') : isList(whole) ? whole : [];
  const gap = [id, ...rest].find(isUnresolved);
  if (gap) return gap;
  if (typeof id !== 'string') return unresolved('a GetAtt that names nothing');
  return scope.attributeOf(id, rest.map(scalarText).join('.')) ?? nothingNamed(id);
}

/** Of an unknown condition both ways count: where they agree, it does not matter which. */
function branchOf(argument: Json, scope: Scope): Resolved {
  const [name, yes = null, no = null] = Array.isArray(argument) ? argument : [];
  if (typeof name !== 'string') return unresolved('an If that names no condition');
  const holds = conditionOf(name, scope);
  if (holds === true) return resolveAny(yes, scope);
  if (holds === false) return resolveAny(no, scope);
  const [one, other] = [resolveAny(yes, scope), resolveAny(no, scope)];
  if (isNoValue(one) && isNoValue(other)) return NO_VALUE;
  const both = [...kept(one), ...kept(other)];
  const [first, second] = both;
  if (first !== undefined && second !== undefined && isEqual(first, second) === true) return first;
  return unresolved(holds.unknown, both);
}

function substituted(argument: Json, scope: Scope): Value {
  const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const written = resolve(text ?? null, scope);
  if (isUnresolved(written)) return written;
  if (typeof written !== 'string') return unresolved('a Sub without a text');
  const own: JsonObject = isJsonObject(variables) ? variables : {};
  return substitute(written, (name) => {
    if (Object.hasOwn(own, name)) return resolve(own[name] ?? null, scope);
    const dot = name.indexOf('.');
    const looped = scope.loopVariables.get(name);
    if (looped !== undefined) return resolve(looped, scope);
    if (dot > 0) return scope.attributeOf(name.slice(0, dot), name.slice(dot + 1)) ?? nothingNamed(name.slice(0, dot));
    const found = refOf(name, scope);
    return isNoValue(found) ? '' : found;
  });
}

/** `AWS::Include` of a file beside the template: `sam package` puts those in place of their paths. Other macros are somebody's code. */
function included(argument: Json, scope: Scope): Value {
  const macro = resolve(argument, scope);
  const location = at(macro, 'Parameters', 'Location');
  if (at(macro, 'Name') !== 'AWS::Include' || typeof location !== 'string')
    return unresolved('a macro makes this value when it is deployed');
  const found = scope.includeOf(location);
  if (found === undefined) return unresolved(`${location.slice(0, 120)} is not among the files`);
  // One that includes itself would never end.
  return resolve(found, { ...scope, includeOf: () => undefined });
}
