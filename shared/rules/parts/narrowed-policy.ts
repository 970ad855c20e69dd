import type { PolicyDocument, Principals, Statement } from '../../model/policy-document.ts';
import { isUnknown } from '../../model/unknown.ts';
import type { Home } from '../../policy/caller-reach.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';
import { type Exposure, judgeStatement } from '../../policy/public-access.ts';
import { type ExposedStatement, exposedStatements } from './exposed-statements.ts';
import { indentOf, type Json, type Limit, limited, withOwnSids } from './limit-statement.ts';

/**
 * A resource policy whose open statements are limited to the own accounts, as JSON text: principals of others go, and what everybody or a
 * service on behalf of anybody may do gets a condition. Every other statement stays as it stood. Null when no statement is left; undefined
 * when it can't be said so that nobody but the own accounts gets in: then a person must write it.
 */
export function narrowedPolicy(
  document: PolicyDocument,
  exposed: readonly ExposedStatement[],
  home: Home,
  actions: readonly string[],
): string | null | undefined {
  const sids = new Set(document.statements.flatMap(({ sid }) => sid ?? []));
  const statements: unknown[] = [];
  for (const [index, statement] of document.statements.entries()) {
    const isOpen = exposed.some((one) => one.index === index);
    const narrowed = isOpen ? narrowStatement(statement, home) : [statement.source as Json];
    if (narrowed === undefined) return undefined;
    statements.push(...(isOpen ? withOwnSids(narrowed, statement.sid, sids) : narrowed));
  }
  if (statements.length === 0) return null;
  const text = JSON.stringify({ ...(JSON.parse(document.text) as Json), Statement: statements }, null, indentOf(document.text));
  // The same reader that found it open has the last word.
  const left = exposedStatements(parsePolicyDocument(text, 'a narrowed policy'), home, actions);
  return left.length === 0 ? text : undefined;
}

/** What takes a statement's place: nothing, or the statement for those of its principals that stay, with and without a limit. */
function narrowStatement(statement: Statement, home: Home): Json[] | undefined {
  if (statement.notPrincipals.length > 0) return undefined;
  const judged = statement.principals.flatMap(({ type, values }) =>
    values.map((value) => ({ type, value, exposure: alone(statement, { type, values: [value] }, home) })),
  );
  if (judged.some(({ exposure }) => isUnknown(exposure))) return undefined;
  // To take it away would cut off the own accounts that its condition names beside others.
  if (judged.some(({ exposure }) => exposure === 'cross-account') && namesOwn(statement, home)) return undefined;
  const source = statement.source as Json;
  const kept = judged.filter(({ exposure }) => exposure === 'private');
  const open = judged.filter(({ exposure }) => exposure === 'public' || exposure === 'service-without-source');
  const services = open.filter(({ type }) => type === 'Service');
  const everybody = open.filter(({ type }) => type !== 'Service');
  const limits = [
    ...(services.length > 0
      ? serviceLimits(home).map((limit) => limited({ ...source, Principal: principalOf(services) }, limit))
      : []),
    ...(everybody.length > 0
      ? everybodyLimits(statement, home).map((limit) => limited({ ...source, Principal: principalOf(everybody) }, limit))
      : []),
  ];
  if (limits.includes(undefined)) return undefined;
  const first = kept.length === 0 ? [] : [{ ...source, Principal: principalOf(kept) }];
  return [...first, ...(limits as Json[])];
}

const alone = (statement: Statement, principals: Principals, home: Home): Exposure =>
  judgeStatement({ ...statement, principals: [principals] }, home);

/** Whether an open statement lets the own accounts in too, by a principal or a value that it lists beside others': to take it away would cut them off. */
export const letsOwnIn = (statement: Statement, home: Home): boolean =>
  namesOwn(statement, home) ||
  statement.principals.some((principals) =>
    principals.values.some((value) => alone(statement, { type: principals.type, values: [value] }, home) === 'private'),
  );

/** Whether a condition lists what would be fine alone: `aws:SourceAccount: [own, partner]`. */
function namesOwn(statement: Statement, home: Home): boolean {
  return Object.entries(statement.conditions).some(([operator, tests]) =>
    Object.entries(tests).some(
      ([key, values]) =>
        values.length > 1 &&
        values.some((value) => {
          const conditions = { ...statement.conditions, [operator]: { ...tests, [key]: [value] } };
          return judgeStatement({ ...statement, conditions }, home) === 'private';
        }),
    ),
  );
}

function principalOf(principals: readonly { readonly type: string; readonly value: string }[]): unknown {
  if (principals.some(({ type }) => type === '*')) return '*';
  const types = [...new Set(principals.map(({ type }) => type))];
  return Object.fromEntries(
    types.map((type) => {
      const values = principals.filter((one) => one.type === type).map(({ value }) => value);
      return [type, values.length === 1 ? values[0] : values];
    }),
  );
}

/** Limits are alternatives: each makes a statement of its own. */
const serviceLimits = ({ account, allowedAccounts, organizationId }: Home): Limit[] => [
  ['aws:SourceAccount', [account, ...allowedAccounts]],
  ...(organizationId === null ? [] : [['aws:SourceOrgID', [organizationId]] as const]),
];

const callerLimits = ({ account, allowedAccounts, organizationId }: Home): Limit[] =>
  organizationId === null
    ? [['aws:PrincipalAccount', [account, ...allowedAccounts]]]
    : [
        ['aws:PrincipalOrgID', [organizationId]],
        // An account may stand outside every organization that is configured.
        ...(allowedAccounts.length === 0 ? [] : [['aws:PrincipalAccount', allowedAccounts] as const]),
      ];

/** A star is callers and services alike; with a source in its condition, or a service's name, it is services only. */
function everybodyLimits(statement: Statement, home: Home): Limit[] {
  const keys = Object.values(statement.conditions).flatMap((tests) => Object.keys(tests));
  const isServices = keys.some((key) => /^aws:(source(arn|account|owner|org.*)|principalservicename.*)$/i.test(key));
  return isServices ? serviceLimits(home) : [...callerLimits(home), ...serviceLimits(home)];
}
