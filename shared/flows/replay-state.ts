import { type Fields, isFields } from '../events/fields.ts';
import { MalformedInput } from '../model/errors.ts';
import { resourceFromArn } from '../model/resource.ts';
import { isUnknown } from '../model/unknown.ts';
import { parsePolicyDocument } from '../policy/parse.ts';

/** Facts of resources by ARN, for what a record does not tell. */
export type ReplayState = ReadonlyMap<string, Fields>;

/** Facts, and fields of facts, that are IAM documents. */
const DOCUMENTS: ReadonlySet<string> = new Set(['document', 'trustPolicy', 'boundary', 'policy']);
const MAX_DEPTH = 8;

/**
 * `{"<resource ARN>": {"<fact>": value}}`, facts as in the model of state. Policy documents may be given as IAM has them, as JSON or as text.
 * @throws MalformedInput naming the resource or the place inside its document.
 */
export function parseReplayState(json: unknown): ReplayState {
  if (!isFields(json)) throw new MalformedInput('state', 'file', 'not a JSON object of facts by resource ARN');
  return new Map(
    Object.entries(json).map(([arn, facts]) => {
      const resource = resourceFromArn(arn);
      if (!resource)
        throw new MalformedInput('state', JSON.stringify(arn.slice(0, 80)), 'not the ARN of a function, role or API');
      if (!isFields(facts)) throw new MalformedInput('state', resource.arn, 'not a JSON object of facts');
      return [resource.arn, withDocuments(facts, resource.arn, 0)];
    }),
  );
}

function withDocuments(fields: Fields, where: string, depth: number): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, withDocument(key, value, `${where}: ${key}`, depth)]),
  );
}

function withDocument(key: string, value: unknown, where: string, depth: number): unknown {
  if (DOCUMENTS.has(key) && (typeof value === 'string' || (isFields(value) && !isUnknown(value))))
    return parsePolicyDocument(value, where);
  if (depth >= MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((one) => (isFields(one) ? withDocuments(one, where, depth + 1) : one));
  // What a variable or tag is called says nothing about its value.
  return value;
}

/** Lists of which a record tells one item, and by what the item is known. */
const ITEMS: ReadonlyMap<string, string> = new Map([
  ['resourcePolicies', 'qualifier'],
  ['urls', 'qualifier'],
  ['asyncConfigs', 'qualifier'],
  ['mappings', 'id'],
  ['inlinePolicies', 'name'],
  ['routes', 'key'],
  ['authorizers', 'id'],
  ['stages', 'name'],
]);

/** What is given, with what the record tells in its place: whole facts replace, an item of a list joins the others. */
export function joinFacts(given: Fields, told: Fields): Fields {
  const joined = Object.entries(told).map(([fact, value]) => {
    const by = ITEMS.get(fact);
    const others = given[fact];
    if (by === undefined || !Array.isArray(value) || !Array.isArray(others)) return [fact, value];
    const isTold = (other: unknown): boolean => value.some((one) => isFields(one) && isFields(other) && one[by] === other[by]);
    // A given policy is the whole one, as it stands after the call.
    if (fact === 'resourcePolicies') return [fact, others.some(isTold) ? others : [...others, ...value]];
    return [fact, [...others.filter((other) => !isTold(other)), ...value]];
  });
  return { ...given, ...Object.fromEntries(joined) };
}
