import type { PolicyDocument, Statement } from '../../model/policy-document.ts';
import type { Resource } from '../../model/resource.ts';
import type { Evidence } from '../../model/rule.ts';
import { type Home, narrowest, type Reach, reachOf } from '../../policy/caller-reach.ts';
import { conditionTests } from '../../policy/condition-operators.ts';
import { arnParts } from '../../policy/wildcards.ts';
import { placeIn } from './permission-statement.ts';

/** One principal that a trust policy lets assume the role. */
export interface Trusted {
  readonly index: number;
  readonly statement: Statement;
  readonly type: string;
  readonly value: string;
}

/** Every principal of the statements that allow, one by one. `NotPrincipal` trusts everybody else. */
export const trusted = ({ statements }: PolicyDocument): Trusted[] =>
  statements.flatMap((statement, index) => {
    if (statement.effect === 'Deny') return [];
    if (statement.notPrincipals.length > 0) return [{ index, statement, type: '*', value: '*' }];
    return statement.principals.flatMap(({ type, values }) => values.map((value) => ({ index, statement, type, value })));
  });

export const serviceOf = ({ type, value }: Trusted): string | undefined => (type === 'Service' ? value : undefined);

/** A star, as `"Principal": "*"` or `{"AWS": "*"}`. */
export const isEverybody = ({ type, value }: Trusted): boolean => type === '*' || (type === 'AWS' && value.includes('*'));

/** The account of a person or machine of AWS's; undefined for a star and for the id of a principal that is gone. */
export function accountOf({ type, value }: Trusted): string | undefined {
  const account = /^\d{12}$/.test(value) ? value : (arnParts(value)[4] ?? '');
  return type === 'AWS' && /^\d{12}$/.test(account) ? account : undefined;
}

/** Whether the statement wants an agreed external id. It is no secret, so that it limits a partner, not the world. */
export const wantsExternalId = (statement: Statement): boolean =>
  conditionTests(statement).some(
    ({ key, negated, holdsWhenMissing, values }) =>
      key === 'sts:externalid' && !negated && !holdsWhenMissing && !values.some((value) => /^\*+$/.test(value)),
  );

/** Where those who meet the statement's conditions may come from; external ids, tags and session names say nothing of it. */
export const trustReach = (statement: Statement, home: Home): Reach =>
  narrowest(
    conditionTests(statement)
      .filter(({ key }) => !key.startsWith('sts:'))
      .map((test) => reachOf(test, home)),
  );

export const trustEvidence = ({ index, statement, value }: Trusted, expected: string): Evidence => ({
  path: `trust policy: ${placeIn(statement, index)}`,
  found: `${value} may assume it`,
  expected,
});

export const trustCommand = ({ name }: Resource<'role'>): string =>
  `aws iam update-assume-role-policy --role-name ${name} --policy-document file://trust.json`;
