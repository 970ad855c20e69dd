import { attributeOf, type Identity, identityOf, type Where } from '../identity.ts';
import { isJsonObject, type Json } from '../tree/json.ts';
import { isUnresolved, unresolved, type Value } from '../values.ts';
import { list, type Planned } from './plan.ts';
import { policyDocumentOf } from './policy-document.ts';
import { referred, type Target, targetsOf } from './references.ts';
import { ROWS } from './rows.ts';

/** Values of planned resources, what is known after apply told by what it refers to. */
export interface Attributes {
  /** An attribute or a member of its blocks, undefined when nobody gave it. */
  readonly valueAt: (planned: Planned, ...path: readonly (string | number)[]) => Value | undefined;
  readonly identityOf: (planned: Planned) => Identity;
}

/** Attributes that hold a whole JSON text: what they refer to is only a part of it. */
const JSON_TEXTS: ReadonlySet<string> = new Set([
  'policy',
  'assume_role_policy',
  'body',
  'redrive_policy',
  'policy_document',
  'inline_policy',
]);

export function makeAttributes(where: Where): Attributes {
  const identities = new Map<Planned, Identity>();

  const identity = (planned: Planned): Identity => {
    const known = identities.get(planned);
    if (known) return known;
    const row = ROWS[planned.type];
    const written = row?.named === undefined ? undefined : planned.values[row.named];
    const path = planned.values.path;
    const made = planned.address.replace(/[^A-Za-z0-9]+/g, '-').replace(/-$/, '');
    const found = identityOf(
      row?.type ?? `AWS::${planned.type}`,
      made,
      typeof written === 'string' ? written : undefined,
      where,
      typeof path === 'string' ? path : '/',
    );
    const whole = wholeIdentity(planned, found);
    identities.set(planned, whole);
    return whole;
  };

  /** Of those whose ARN hangs on another resource's name. */
  const wholeIdentity = (planned: Planned, found: Identity): Identity => {
    if (planned.type === 'aws_lambda_alias') return aliasIdentity(planned, found);
    return planned.type === 'aws_cloudwatch_event_rule' ? ruleIdentity(planned, found) : found;
  };

  /** `rule/<bus>/<name>`, without the bus on the default one. */
  const ruleIdentity = (planned: Planned, found: Identity): Identity => {
    const bus = valueAt(planned, 'event_bus_name');
    const busName = typeof bus === 'string' ? bus.slice(bus.lastIndexOf('/') + 1) : 'default';
    return busName === 'default' ? found : { ...found, arn: found.arn.replace(':rule/', `:rule/${busName}/`) };
  };

  const aliasIdentity = (planned: Planned, found: Identity): Identity => {
    const functionName = valueAt(planned, 'function_name');
    if (typeof functionName !== 'string') return found;
    const arn = functionName.startsWith('arn:') ? functionName : identityOf('AWS::Lambda::Function', '', functionName, where).arn;
    return { name: found.name, arn: `${arn}:${found.name}`, ref: `${arn}:${found.name}` };
  };

  const attribute = ({ planned, attribute: name }: Target): Value => {
    if (planned.isData && planned.type === 'aws_iam_policy_document' && name === 'json')
      return policyDocumentOf(planned, valueAt);
    const own = planned.values[name];
    if (own !== undefined && own !== null) return own;
    if (planned.isData || !planned.type.startsWith('aws_')) return unresolved(`${planned.address} is told after apply`);
    const found = identity(planned);
    return named(planned.type, name, found, where) ?? attributeOf(`AWS::${planned.type}`, found, pascal(name));
  };

  const valueAt = (planned: Planned, ...path: readonly (string | number)[]): Value | undefined => {
    let value: Json | undefined = planned.values;
    let unknown: Json | undefined = planned.unknown;
    let expression: Json | undefined = planned.expressions;
    for (const key of path) {
      // One mark may stand for a whole block.
      unknown = unknown === true ? true : memberOf(unknown, key);
      value = memberOf(value, key);
      expression = isJsonObject(expression) && 'references' in expression ? expression : memberOf(expression, key);
    }
    return merged(planned, value, unknown, expression, String(path.at(-1) ?? ''));
  };

  const merged = (
    planned: Planned,
    value: Json | undefined,
    unknown: Json | undefined,
    expression: Json | undefined,
    key: string,
  ): Value | undefined => {
    if (unknown === true) return later(planned, expression, key);
    if (isJsonObject(unknown)) {
      const known = isJsonObject(value) ? value : {};
      const names = new Set([...Object.keys(known), ...Object.keys(unknown)]);
      const found: Record<string, Value> = {};
      for (const name of names) {
        const inner = isJsonObject(expression) && !('references' in expression) ? expression[name] : expression;
        const one = merged(planned, memberOf(known, name), memberOf(unknown, name), inner, name);
        if (one !== undefined) found[name] = one;
      }
      return found;
    }
    if (Array.isArray(unknown) && unknown.length > 0) {
      const known = list(value);
      return Array.from({ length: Math.max(known.length, unknown.length) }, (_, index) => {
        const inner = Array.isArray(expression) ? expression[index] : expression;
        return merged(planned, known[index], unknown[index], inner, key) ?? null;
      });
    }
    return value === null ? undefined : value;
  };

  const later = (planned: Planned, expression: Json | undefined, key: string): Value | undefined => {
    // Nobody gave it: AWS chooses.
    if (expression === undefined) return undefined;
    const targets = targetsOf(expression, planned);
    if (JSON_TEXTS.has(key)) {
      const isDocument = targets?.length === 1 && targets[0]?.attribute === 'json';
      if (key === 'redrive_policy' && targets?.length === 1 && targets[0]) return { deadLetterTargetArn: attribute(targets[0]) };
      return isDocument ? referred(expression, planned, attribute) : unresolved(`Terraform tells the ${key} after apply`);
    }
    const values = (targets ?? []).map(attribute);
    const [first] = values;
    // Which of several a variable holds does not matter as long as each is a name or an ARN.
    if (first === undefined || values.some(isUnresolved))
      return values.find(isUnresolved) ?? unresolved('Terraform tells it after apply');
    return LISTS.has(key) ? values : first;
  };

  return { valueAt, identityOf: identity };
}

/** Attributes that are lists: known after apply as a whole, they hold all that they refer to. */
const LISTS: ReadonlySet<string> = new Set([
  'layers',
  'subnet_ids',
  'security_group_ids',
  'managed_policy_arns',
  'roles',
  'users',
  'groups',
]);

/** What Terraform calls otherwise than CloudFormation. */
function named(
  type: string,
  attribute: string,
  { arn, name, ref }: Identity,
  { partition, region, account }: Where,
): Value | undefined {
  switch (attribute) {
    case 'arn':
      return arn;
    case 'id':
      // Of most resources an id is what `Ref` gives; of these it is the name.
      return ref;
    case 'name':
    case 'function_name':
    case 'bucket':
    case 'stage_name':
    case 'domain_name':
      return name;
    case 'url':
      return ref;
    case 'invoke_arn':
      return `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
    case 'qualified_arn':
      return type === 'aws_lambda_function' ? `${arn}:1` : arn;
    case 'execution_arn':
      return `arn:${partition}:execute-api:${region}:${account}:${name}`;
    case 'root_resource_id':
      return `${name}-rootresourceid`;
    default:
      return undefined;
  }
}

const pascal = (name: string): string => name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

function memberOf(value: Json | undefined, key: string | number): Json | undefined {
  if (Array.isArray(value)) return value[Number(key)];
  return isJsonObject(value) && Object.hasOwn(value, String(key)) ? value[String(key)] : undefined;
}
