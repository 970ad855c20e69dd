import type { AnyRule } from '../../shared/model/rule.ts';
import { BadInput } from '../frame/bad-input.ts';
import { nearest } from '../frame/nearest.ts';

/**
 * The rules that these ids name, in the catalogue's order; a trailing star matches a prefix.
 * @throws BadInput for an id that names none, with the one that comes nearest.
 */
export function chooseRules(rules: readonly AnyRule[], ids: readonly string[]): AnyRule[] {
  const chosen = new Set<AnyRule>();
  for (const id of ids) {
    const named = rules.filter((rule) => (id.endsWith('*') ? rule.id.startsWith(id.slice(0, -1)) : rule.id === id));
    if (named.length === 0) throw noRule(id, rules);
    for (const rule of named) chosen.add(rule);
  }
  return rules.filter((rule) => chosen.has(rule));
}

function noRule(id: string, rules: readonly AnyRule[]): BadInput {
  const known = rules.flatMap((rule) => (id.endsWith('*') ? prefixesOf(rule.id) : [rule.id]));
  const meant = nearest(id, known);
  const advice = meant === undefined ? "'cinch rules' lists them all" : `did you mean ${meant}?`;
  return new BadInput(id, `no rule is called that; ${advice}`);
}

/** `lambda-url-cors-open` -> `lambda-*`, `lambda-url-*`, `lambda-url-cors-*`. */
function prefixesOf(id: string): string[] {
  const words = id.split('-');
  return words.slice(1).map((_, index) => `${words.slice(0, index + 1).join('-')}-*`);
}
