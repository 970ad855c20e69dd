import { MalformedInput } from '../model/errors.ts';

type Json = Record<string, unknown>;

const DOCUMENT = ['Version', 'Id', 'Statement'];
const STATEMENT = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Principal', 'NotPrincipal', 'Condition'];
const PRINCIPALS = ['AWS', 'Service', 'Federated', 'CanonicalUser'];
const VERSIONS = ['2012-10-17', '2008-10-17'];

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const OPERATOR =
  /^(forallvalues:|foranyvalue:)?((string(not)?equals(ignorecase)?|string(not)?like|numeric(not)?equals|numeric(less|greater)than(equals)?|date(not)?equals|date(less|greater)than(equals)?|bool|binaryequals|(not)?ipaddress|arn(not)?(equals|like))(ifexists)?|null)$/i;

/**
 * Refuses what IAM would refuse on writing and what `parsePolicyDocument` reads all the same, because AWS's answers never hold it: unknown
 * elements and operators, a statement for nobody without a resource, an action without a service.
 * @param document parsed JSON.
 * @throws MalformedInput naming the place inside the document.
 */
export function checkStructure(document: unknown, where: string): void {
  if (!isObject(document)) throw malformed(where, 'a policy is a JSON object');
  onlyThese(document, DOCUMENT, where);
  const { Statement: statements, Version: version } = document;
  if (version !== undefined && !VERSIONS.includes(String(version)))
    throw malformed(`${where}: Version`, `neither ${VERSIONS.join(' nor ')}`);
  const list: unknown[] = Array.isArray(statements) ? statements : [statements];
  list.forEach((statement, index) => {
    if (isObject(statement)) checkStatement(statement, `${where}: Statement[${index}]`);
  });
}

function checkStatement(statement: Json, where: string): void {
  onlyThese(statement, STATEMENT, where);
  const { Action, Condition, NotAction, NotPrincipal, NotResource, Principal, Resource } = statement;
  const isForSomebody = Principal !== undefined || NotPrincipal !== undefined;
  if (!isForSomebody && Resource === undefined && NotResource === undefined)
    throw malformed(where, 'there is neither Resource nor NotResource, and no Principal');
  checkActions(Action, `${where}.Action`);
  checkActions(NotAction, `${where}.NotAction`);
  checkPrincipals(Principal, `${where}.Principal`);
  checkPrincipals(NotPrincipal, `${where}.NotPrincipal`);
  if (!isObject(Condition)) return;
  for (const operator of Object.keys(Condition))
    if (!OPERATOR.test(operator)) throw malformed(`${where}.Condition.${shown(operator)}`, 'an operator that IAM does not know');
}

function checkActions(value: unknown, where: string): void {
  if (value === undefined) return;
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw malformed(where, 'an empty list');
  if (list.some((one) => typeof one === 'string' && !/^(\*+|[^:\s]+:\S+)$/.test(one)))
    throw malformed(where, 'an action is "*" or a service and a name with a colon between');
}

function checkPrincipals(value: unknown, where: string): void {
  if (isObject(value)) onlyThese(value, PRINCIPALS, where);
}

function onlyThese(value: Json, known: readonly string[], where: string): void {
  const wrong = Object.keys(value).find((key) => !known.includes(key));
  if (wrong !== undefined) throw malformed(`${where}.${shown(wrong)}`, `none of ${known.join(', ')}`);
}

/** Names may be shown, but not a page of them. */
const shown = (name: string): string => name.slice(0, 40);

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const malformed = (where: string, why: string) => new MalformedInput('policy', where, why);
