import { MalformedInput } from '../model/errors.ts';
import type { PolicyDocument, Principals, Statement } from '../model/policy-document.ts';

type Json = Record<string, unknown>;

/**
 * An IAM policy of any kind as one shape: identity policy, trust policy or resource policy.
 * @param input JSON text, URL-encoded JSON text (as IAM's Get calls answer) or the parsed object. `text` is the decoded JSON text.
 * @param where what the policy belongs to, for the message.
 * @throws MalformedInput naming the place inside the document.
 */
export function parsePolicyDocument(input: string | object, where: string): PolicyDocument {
  const text = typeof input === 'string' ? decodedText(input, where) : JSON.stringify(input);
  const document = typeof input === 'string' ? parsedText(text, where) : input;
  if (!isObject(document)) throw malformed(where, 'a policy is a JSON object');
  const statements = document.Statement;
  if (statements === undefined) throw malformed(where, 'there is no Statement');
  const list = Array.isArray(statements) ? statements : [statements];
  return { text, statements: list.map((one, index) => parseStatement(one, `${where}: Statement[${index}]`)) };
}

function decodedText(input: string, where: string): string {
  const text = input.trimStart();
  if (!text.startsWith('%')) return input;
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'));
  } catch (error) {
    throw new MalformedInput('policy', where, `not URL-encoded text: ${(error as Error).message}`);
  }
}

function parsedText(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text; a policy may hold what nobody should see in a log.
    throw malformed(where, 'not JSON');
  }
}

function parseStatement(source: unknown, where: string): Statement {
  if (!isObject(source)) throw malformed(where, 'a statement is a JSON object');
  const { Effect: effect, Sid: sid } = source;
  if (effect !== 'Allow' && effect !== 'Deny') throw malformed(where, 'Effect is neither Allow nor Deny');
  if (sid !== undefined && typeof sid !== 'string') throw malformed(where, 'Sid is not a text');
  refuseBoth(source, 'Action', where);
  refuseBoth(source, 'Resource', where);
  refuseBoth(source, 'Principal', where);
  if (source.Action === undefined && source.NotAction === undefined)
    throw malformed(where, 'there is neither Action nor NotAction');
  return {
    sid: sid === undefined || sid === '' ? null : sid,
    effect,
    actions: texts(source.Action, `${where}.Action`),
    notActions: texts(source.NotAction, `${where}.NotAction`),
    resources: texts(source.Resource, `${where}.Resource`),
    notResources: texts(source.NotResource, `${where}.NotResource`),
    principals: parsePrincipals(source.Principal, `${where}.Principal`),
    notPrincipals: parsePrincipals(source.NotPrincipal, `${where}.NotPrincipal`),
    conditions: parseConditions(source.Condition, `${where}.Condition`),
    source,
  };
}

function refuseBoth(source: Json, key: string, where: string): void {
  if (source[key] !== undefined && source[`Not${key}`] !== undefined)
    throw malformed(where, `${key} and Not${key} exclude each other`);
}

function parsePrincipals(value: unknown, where: string): Principals[] {
  if (value === undefined) return [];
  if (value === '*') return [{ type: '*', values: ['*'] }];
  if (!isObject(value)) throw malformed(where, 'neither "*" nor a JSON object');
  return Object.entries(value).map(([type, values]) => ({ type, values: texts(values, `${where}.${type}`) }));
}

function parseConditions(value: unknown, where: string): Statement['conditions'] {
  if (value === undefined) return {};
  if (!isObject(value)) throw malformed(where, 'not a JSON object');
  const operators = Object.entries(value).map(([operator, keys]) => {
    if (!isObject(keys)) throw malformed(`${where}.${operator}`, 'not a JSON object');
    const parsed = Object.entries(keys).map(([key, values]) => [key, scalars(values, `${where}.${operator}.${key}`)]);
    return [operator, Object.fromEntries(parsed)];
  });
  return Object.fromEntries(operators);
}

function texts(value: unknown, where: string): string[] {
  if (value === undefined) return [];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((one) => {
    if (typeof one !== 'string') throw malformed(where, 'neither a text nor a list of texts');
    return one;
  });
}

/** Conditions may hold booleans and numbers without quotes. */
function scalars(value: unknown, where: string): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((one) => {
    if (typeof one !== 'string' && typeof one !== 'boolean' && typeof one !== 'number')
      throw malformed(where, 'neither a text, a number, true or false, nor a list of those');
    return String(one);
  });
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const malformed = (where: string, why: string) => new MalformedInput('policy', where, why);
