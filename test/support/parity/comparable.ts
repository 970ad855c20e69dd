import { canonicalJson } from '../../../shared/engine/fingerprint.ts';
import type { PolicyDocument } from '../../../shared/model/policy-document.ts';
import type { ApiFacts, FunctionFacts, QualifiedPolicy } from '../../../shared/model/state.ts';

type Facts = Readonly<Record<string, unknown>>;
type Form = (value: unknown, facts: Facts) => unknown;

/**
 * A fact in words that every side that tells it has in common: documents as JSON, times as such, lists without an order; without what AWS could
 * not have answered to a question that a rule asks in vain.
 */
export function comparable(name: string, value: unknown, facts: Facts): unknown {
  if (value === undefined) return undefined;
  const form = FORMS[name];
  return plain(form ? form(value, facts) : value, ORDERED.includes(name));
}

/** The same without what only AWS chooses when a template is deployed: ids and names that nobody gave. */
export function comparableToTemplate(name: string, value: unknown, facts: Facts): unknown {
  const found = comparable(name, value, facts);
  const form = TEMPLATE_FORMS[name];
  return found === undefined || !form ? found : plain(form(found, facts), ORDERED.includes(name));
}

const FORMS: Readonly<Record<string, Form>> = {
  // Lambda keeps one policy for a qualifier; whoever gives two means their statements.
  resourcePolicies: (value) => {
    const policies = value as readonly QualifiedPolicy[];
    return [...new Set(policies.map(({ qualifier }) => qualifier))].map((qualifier) => ({
      qualifier,
      statements: policies.filter((one) => one.qualifier === qualifier).flatMap(({ document }) => document.statements),
    }));
  },
  // The readers always look back as far as they can.
  lastInvoked: (value) => (value as FunctionFacts['lastInvoked']).at,
  // Only REST stages have a web ACL and tracing; a limit that is off is none.
  stages: (value, { protocol }) =>
    (value as ApiFacts['stages']).map(({ throttling, tracing, webAclArn, ...rest }) => ({
      ...rest,
      throttling: throttling && throttling.rate > 0 && throttling.burst > 0 ? throttling : null,
      ...((protocol ?? 'REST') === 'REST' ? { tracing, webAclArn } : {}),
    })),
};

const without = (...names: readonly string[]): Form => {
  const strip = (one: unknown): unknown =>
    typeof one === 'object' && one !== null
      ? Object.fromEntries(Object.entries(one).filter(([name]) => !names.includes(name)))
      : one;
  return (value) => (Array.isArray(value) ? value.map(strip) : strip(value));
};

interface Written extends Facts {
  readonly Principal?: unknown;
  readonly Condition?: object;
}

/** Of a statement that AddPermission or AddLayerVersionPermission makes: its Sid and resource are theirs. */
function madeStatement({ Sid: _sid, Resource: _resource, Condition = {}, Principal, ...rest }: Written): object {
  const account = (Principal as { readonly AWS?: unknown } | undefined)?.AWS;
  const isNumber = typeof account === 'string' && /^\d{12}$/.test(account);
  const who = isNumber ? { AWS: `arn:aws:iam::${account}:root` } : Principal;
  const conditions = Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys as object).map(([key, value]) => [operator, key.toLowerCase(), String(value)]),
  );
  // In a policy of a resource both mean everybody.
  return { ...rest, Principal: account === '*' ? '*' : who, conditions };
}

interface Topic {
  readonly document: readonly { readonly Sid?: string }[] | null;
}

const TEMPLATE_FORMS: Readonly<Record<string, Form>> = {
  resourcePolicies: (value) =>
    (value as readonly { readonly statements: Written[] }[]).map((policy) => ({
      ...policy,
      statements: policy.statements.map(madeStatement),
    })),
  layerPolicies: (value) =>
    (value as readonly { readonly document: Written[] }[]).map(({ document }) => ({ document: document.map(madeStatement) })),
  // A topic that is given no policy gets one of AWS's own, for its account.
  topics: (value) =>
    (value as readonly Topic[]).map(({ document, ...rest }) => {
      const isDefault = document?.every(({ Sid }) => Sid === '__default_statement_ID');
      return { ...rest, document: isDefault ? null : document };
    }),
  vpc: (value) => {
    const vpc = value as FunctionFacts['vpc'];
    return vpc && { subnets: vpc.subnetIds.length, securityGroups: vpc.securityGroupIds.length };
  },
  mappings: without('id'),
  subnets: without('subnetId'),
  openEgress: without('groupId'),
  codeSigning: without('configArn'),
  // What a template deploys, a stack manages.
  managedBy: () => 'a stack',
  // AWS's own policies have their real documents, not an example's.
  attachedPolicies: (value) =>
    (value as readonly Facts[]).map((policy) =>
      policy.awsManaged ? { ...policy, document: 'of AWS' } : without('arn')(policy, {}),
    ),
};

/** Layers lie over one another. */
const ORDERED = ['layers'];

function plain(value: unknown, ordered: boolean): unknown {
  if (isDocument(value)) return plain(value.statements, true);
  if (isStatement(value)) return value.source;
  if (Array.isArray(value)) {
    const items = value.map((one) => plain(one, false));
    return ordered ? items : items.sort(byText);
  }
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one, false)]));
  return typeof value === 'string' ? timeless(value) : value;
}

const byText = (one: unknown, other: unknown): number => (canonicalJson(one) < canonicalJson(other) ? -1 : 1);
const isDocument = (value: unknown): value is PolicyDocument =>
  typeof value === 'object' && value !== null && 'statements' in value && 'text' in value;
const isStatement = (value: unknown): value is { readonly source: unknown } =>
  typeof value === 'object' && value !== null && 'source' in value && 'effect' in value;
/** Lambda writes the zone as `+0000`. */
const timeless = (text: string): string => text.replace(/^(\d{4}-\d\d-\d\dT[\d:.]+)\+0000$/, '$1Z');
