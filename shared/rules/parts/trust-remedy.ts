import type { PolicyDocument, Principals, Statement } from '../../model/policy-document.ts';
import type { Resource } from '../../model/resource.ts';
import type { Remedy } from '../../model/rule.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';
import type { Trusted } from './trust.ts';

/** A trust policy's quota, blanks left out (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html). */
const TRUST_LIMIT = 2048;
const LAMBDA = 'lambda.amazonaws.com';
const SOURCE_ACCOUNT = 'aws:SourceAccount';

/** The trust without these principals, if that can be told from the policy alone: none stands under a condition and Lambda stays trusted. */
export function dropTrusted(target: Resource<'role'>, document: PolicyDocument, dropped: readonly Trusted[]): Remedy | undefined {
  if (dropped.some(({ statement }) => Object.keys(statement.conditions).length > 0)) return undefined;
  return remedyOf(
    target,
    document,
    document.statements.flatMap((statement, index) => {
      const here = dropped.filter((one) => one.index === index);
      return here.length === 0 ? [statement.source] : withoutPrincipals(statement, here);
    }),
  );
}

/** The trust with a condition on the source's account in these statements, if each is for services alone that tell their source. */
export function limitToAccount(
  target: Resource<'role'>,
  document: PolicyDocument,
  deputies: readonly Trusted[],
): Remedy | undefined {
  const indexes = new Set(deputies.map(({ index }) => index));
  const isMixed = ({ principals }: Statement, index: number): boolean =>
    principals.flatMap(({ values }) => values).length !== deputies.filter((one) => one.index === index).length;
  const limited = document.statements.filter((_, index) => indexes.has(index));
  if (document.statements.some((statement, index) => indexes.has(index) && (isMixed(statement, index) || namesSource(statement))))
    return undefined;
  if (limited.length === 0) return undefined;
  return remedyOf(
    target,
    document,
    document.statements.map((statement, index) =>
      indexes.has(index) ? withSourceAccount(statement, target.account) : statement.source,
    ),
  );
}

/** A condition on the account that stands there already limits nothing: what was meant by it, a person must say. */
const namesSource = ({ conditions }: Statement): boolean =>
  Object.values(conditions).some((keys) => Object.keys(keys).some((key) => key.toLowerCase() === SOURCE_ACCOUNT.toLowerCase()));

function withSourceAccount(statement: Statement, account: string): object {
  const operator = Object.keys(statement.conditions).find((name) => name.toLowerCase() === 'stringequals') ?? 'StringEquals';
  const source = statement.source as { Condition?: Record<string, object> };
  return {
    ...source,
    Condition: { ...source.Condition, [operator]: { ...source.Condition?.[operator], [SOURCE_ACCOUNT]: account } },
  };
}

function withoutPrincipals(statement: Statement, dropped: readonly Trusted[]): object[] {
  const left = statement.principals
    .map(({ type, values }) => ({ type, values: values.filter((value) => !isAmong(dropped, type, value)) }))
    .filter(({ values }) => values.length > 0);
  if (statement.notPrincipals.length > 0 || left.length === 0) return [];
  return [{ ...(statement.source as object), Principal: Object.fromEntries(left.map(written)) }];
}

const isAmong = (dropped: readonly Trusted[], type: string, value: string): boolean =>
  dropped.some((one) => one.type === type && one.value === value);
const written = ({ type, values }: Principals): [string, string | readonly string[]] => [
  type,
  values.length === 1 ? (values[0] ?? '') : values,
];

function remedyOf(target: Resource<'role'>, document: PolicyDocument, statements: readonly unknown[]): Remedy | undefined {
  const source = JSON.parse(document.text) as object;
  const toText = JSON.stringify({ ...source, Statement: statements }, null, 2);
  if (toText.replace(/\s/g, '').length > TRUST_LIMIT || !trustsLambda(parsePolicyDocument(toText, 'narrowed trust')))
    return undefined;
  return { kind: 'steps', steps: [{ kind: 'replace-trust-policy', target, fromText: document.text, toText }] };
}

/** Functions go on assuming it: a statement for Lambda under no condition. Deny statements stay as they were. */
function trustsLambda({ statements }: PolicyDocument): boolean {
  const isForLambda = ({ effect, principals, conditions, actions }: Statement): boolean =>
    effect === 'Allow' &&
    Object.keys(conditions).length === 0 &&
    principals.some(({ type, values }) => type === 'Service' && values.includes(LAMBDA)) &&
    actions.some((action) => /^(\*|sts:(\*|assumerole))$/i.test(action));
  return statements.some(isForLambda);
}
