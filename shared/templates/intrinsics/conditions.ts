import { isJsonObject, type Json } from '../tree/json.ts';
import { gapIn, isUnresolved, type Unresolved, unresolved, type Value } from '../values.ts';
import { resolve } from './resolve.ts';
import type { Scope } from './scope.ts';

export type Truth = boolean | Unresolved;

/** A condition of the template by its name. */
export function conditionOf(name: string, scope: Scope): Truth {
  const known = scope.evaluated.get(name);
  if (known === null) return unresolved(`the condition ${name} holds itself`);
  if (known !== undefined) return known;
  if (!Object.hasOwn(scope.conditions, name)) return unresolved(`the template has no condition ${name.slice(0, 80)}`);
  scope.evaluated.set(name, null);
  const found = truthOf(scope.conditions[name] ?? null, scope);
  const truth = isUnresolved(found) ? unresolved(`whether ${name} holds is not told: ${found.unknown}`) : found;
  scope.evaluated.set(name, truth);
  return truth;
}

function truthOf(node: Json, scope: Scope): Truth {
  if (typeof node === 'boolean') return node;
  if (node === 'true' || node === 'false') return node === 'true';
  if (!isJsonObject(node)) return unresolved('a condition that is none');
  const [[name, argument] = ['', null]] = Object.entries(node);
  const parts = Array.isArray(argument) ? argument : [argument];
  if (name === 'Condition' && typeof argument === 'string') return conditionOf(argument, scope);
  if (name === 'Fn::Equals') return equalOf(parts, scope);
  if (name === 'Fn::Not') return negated(truthOf(parts[0] ?? null, scope));
  if (name === 'Fn::And') return joined(parts, scope, false);
  if (name === 'Fn::Or') return joined(parts, scope, true);
  if (name === 'Fn::Contains') return containsOf(parts, scope);
  return unresolved('a condition that Cinch does not know');
}

const negated = (truth: Truth): Truth => (isUnresolved(truth) ? truth : !truth);

/** One that decides is enough, whatever is unknown besides. */
function joined(parts: readonly Json[], scope: Scope, deciding: boolean): Truth {
  let gap: Unresolved | undefined;
  for (const part of parts) {
    const truth = truthOf(part, scope);
    if (isUnresolved(truth)) gap ??= truth;
    else if (truth === deciding) return deciding;
  }
  return gap ?? !deciding;
}

const equalOf = ([one = null, other = null]: readonly Json[], scope: Scope): Truth =>
  isEqual(resolve(one, scope), resolve(other, scope));

function containsOf([list = null, one = null]: readonly Json[], scope: Scope): Truth {
  const values = resolve(list, scope);
  const sought = resolve(one, scope);
  if (!Array.isArray(values)) return isUnresolved(values) ? values : false;
  const truths = values.map((value: Value) => isEqual(value, sought));
  return truths.includes(true) ? true : (truths.find(isUnresolved) ?? false);
}

/** CloudFormation compares texts: `true` equals `"true"`. */
export function isEqual(one: Value, other: Value): Truth {
  const gap = gapIn(one) ?? gapIn(other);
  if (gap) return gap;
  if (typeof one === 'object' || typeof other === 'object') return JSON.stringify(one) === JSON.stringify(other);
  return String(one) === String(other);
}
