import { MalformedInput } from '../model/errors.ts';
import type { PolicyDocument, Principals, Statement } from '../model/policy-document.ts';

type Json = Record<string, unknown>;

/**
 * What IAM takes, white space included (https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html); no service's resource
 * policy may be longer. Statements are judged against each other, so that what is longer could take minutes.
 */
export const MOST_CHARACTERS = 131_072;

/**
 * An IAM policy of any kind as one shape: identity policy, trust policy or resource policy.
 * @param input JSON text, URL-encoded JSON text (as IAM's Get calls answer) or the parsed object. `text` is the decoded JSON text.
 * @param where what the policy belongs to, for the message.
 * @throws MalformedInput naming the place inside the document.
 */
export function parsePolicyDocument(input: string | object, where: string): PolicyDocument {
  const text = typeof input === 'string' ? decodedText(input, where) : JSON.stringify(input);
  return parsePolicyObject(typeof input === 'string' ? parsedText(text, where) : input, text, where);
}

/**
 * The same from JSON that is parsed already.
 * @param text the JSON text that it came from.
 * @throws MalformedInput
 */
export function parsePolicyObject(document: unknown, text: string, where: string): PolicyDocument {
  if (text.length > MOST_CHARACTERS)
    throw malformed(where, `longer than the ${MOST_CHARACTERS} characters of the longest policy`);
  if (!isObject(document)) throw malformed(where, 'a policy is a JSON object');
  const statements = document.Statement;
  if (statements === undefined) throw malformed(where, 'there is no Statement');
  const list = Array.isArray(statements) ? statements : [statements];
  return { text, statements: list.map((one, index) => parseStatement(one, { where, index })) };
}

/** Where something stands. It is put into words only when it is wrong: most policies are read without an error. */
interface Place {
  readonly where: string;
  readonly index: number;
}
const inWords = ({ where, index }: Place, path = ''): string => `${where}: Statement[${index}]${path}`;

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

function parseStatement(source: unknown, place: Place): Statement {
  if (!isObject(source)) throw malformed(inWords(place), 'a statement is a JSON object');
  const { Effect: effect, Sid: sid } = source;
  if (effect !== 'Allow' && effect !== 'Deny') throw malformed(inWords(place), 'Effect is neither Allow nor Deny');
  if (sid !== undefined && typeof sid !== 'string') throw malformed(inWords(place), 'Sid is not a text');
  refuseBoth(source, 'Action', 'NotAction', place);
  refuseBoth(source, 'Resource', 'NotResource', place);
  refuseBoth(source, 'Principal', 'NotPrincipal', place);
  if (source.Action === undefined && source.NotAction === undefined)
    throw malformed(inWords(place), 'there is neither Action nor NotAction');
  return {
    sid: sid === undefined || sid === '' ? null : sid,
    effect,
    actions: texts(source.Action, place, '.Action'),
    notActions: texts(source.NotAction, place, '.NotAction'),
    resources: texts(source.Resource, place, '.Resource'),
    notResources: texts(source.NotResource, place, '.NotResource'),
    principals: parsePrincipals(source.Principal, place, '.Principal'),
    notPrincipals: parsePrincipals(source.NotPrincipal, place, '.NotPrincipal'),
    conditions: parseConditions(source.Condition, place),
    source,
  };
}

function refuseBoth(source: Json, key: string, notKey: string, place: Place): void {
  if (source[key] !== undefined && source[notKey] !== undefined)
    throw malformed(inWords(place), `${key} and ${notKey} exclude each other`);
}

const NO_PRINCIPALS: readonly Principals[] = [];
const EVERYBODY: readonly Principals[] = [{ type: '*', values: ['*'] }];

function parsePrincipals(value: unknown, place: Place, path: string): readonly Principals[] {
  if (value === undefined) return NO_PRINCIPALS;
  if (value === '*') return EVERYBODY;
  if (!isObject(value)) throw malformed(inWords(place, path), 'neither "*" nor a JSON object');
  return Object.keys(value).map((type) => ({ type, values: texts(value[type], place, `${path}.${type}`) }));
}

const NO_CONDITIONS: Statement['conditions'] = {};

function parseConditions(value: unknown, place: Place): Statement['conditions'] {
  if (value === undefined) return NO_CONDITIONS;
  if (!isObject(value)) throw malformed(inWords(place, '.Condition'), 'not a JSON object');
  const operators = Object.entries(value).map(([operator, keys]) => {
    const path = `.Condition.${operator}`;
    if (!isObject(keys)) throw malformed(inWords(place, path), 'not a JSON object');
    return [operator, Object.fromEntries(Object.keys(keys).map((key) => [key, scalars(keys[key], place, `${path}.${key}`)]))];
  });
  return Object.fromEntries(operators);
}

const NO_TEXTS: readonly string[] = [];

function texts(value: unknown, place: Place, path: string): readonly string[] {
  if (value === undefined) return NO_TEXTS;
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value) || !value.every(isText)) throw malformed(inWords(place, path), 'neither a text nor a list of texts');
  return value;
}

/** Conditions may hold booleans and numbers without quotes. */
function scalars(value: unknown, place: Place, path: string): readonly string[] {
  if (typeof value === 'string') return [value];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((one) => {
    if (typeof one !== 'string' && typeof one !== 'boolean' && typeof one !== 'number')
      throw malformed(inWords(place, path), 'neither a text, a number, true or false, nor a list of those');
    return String(one);
  });
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const malformed = (where: string, why: string) => new MalformedInput('policy', where, why);
