import { scalarText } from '../tree/json.ts';
import { at, isList, isObject, isUnresolved, listOf, unresolved, type Value } from '../values.ts';
import type { Planned } from './plan.ts';

type ValueOf = (planned: Planned, ...path: readonly (string | number)[]) => Value | undefined;

/** An `aws_iam_policy_document` that is read only after apply, made of its own statements as Terraform would make it. */
export function policyDocumentOf(planned: Planned, valueAt: ValueOf): Value {
  for (const joined of ['source_policy_documents', 'override_policy_documents'])
    if (valueAt(planned, joined) !== undefined) return unresolved(`${planned.address} is joined with others after apply`);
  const statements = valueAt(planned, 'statement');
  if (isUnresolved(statements)) return statements;
  return { Version: '2012-10-17', Statement: (isList(statements) ? statements : []).map(statementOf) };
}

const LISTS: readonly (readonly [string, string])[] = [
  ['Action', 'actions'],
  ['NotAction', 'not_actions'],
  ['Resource', 'resources'],
  ['NotResource', 'not_resources'],
];

function statementOf(statement: Value): Value {
  const found: Record<string, Value> = { Effect: at(statement, 'effect') ?? 'Allow' };
  const sid = at(statement, 'sid');
  if (typeof sid === 'string' && sid !== '') found.Sid = sid;
  for (const [name, attribute] of LISTS) {
    const value = at(statement, attribute);
    if (value !== undefined && value !== null) found[name] = value;
  }
  for (const [name, attribute] of [
    ['Principal', 'principals'],
    ['NotPrincipal', 'not_principals'],
  ] as const) {
    const value = at(statement, attribute);
    if (isUnresolved(value)) found[name] = value;
    else if (isList(value) && value.length > 0) found[name] = principalsOf(value);
  }
  const conditions = at(statement, 'condition');
  if (isUnresolved(conditions)) found.Condition = conditions;
  else if (isList(conditions) && conditions.length > 0) found.Condition = conditionsOf(conditions);
  return found;
}

function principalsOf(principals: readonly Value[]): Value {
  const found: Record<string, Value> = {};
  for (const one of principals) {
    const type = at(one, 'type');
    const identifiers = at(one, 'identifiers');
    if (isUnresolved(type)) return type;
    if (type === '*') return '*';
    const all = isUnresolved(identifiers) ? [identifiers] : listOf(identifiers);
    const kind = scalarText(type);
    const others = found[kind];
    found[kind] = [...(isList(others) ? others : []), ...all];
  }
  return found;
}

function conditionsOf(conditions: readonly Value[]): Value {
  const found: Record<string, Record<string, Value>> = {};
  for (const one of conditions) {
    const [test, variable, values] = [at(one, 'test'), at(one, 'variable'), at(one, 'values')];
    if (!isObject(one) || typeof test !== 'string' || typeof variable !== 'string')
      return unresolved('a condition that is told after apply');
    found[test] = { ...found[test], [variable]: values ?? [] };
  }
  return found;
}
