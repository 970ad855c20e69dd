import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findRules } from '../../../scripts/generate/find-rules.ts';
import { evaluateRules } from '../../../shared/engine/evaluate.ts';
import type { Resource, ResourceKind } from '../../../shared/model/resource.ts';
import type { AnyRule } from '../../../shared/model/rule.ts';
import { isUnknown } from '../../../shared/model/unknown.ts';
import { EXAMPLE_NOW, exampleContext, judgeExample } from '../../../shared/rules/parts/example-context.ts';
import { comparable, comparableToTemplate } from '../../support/parity/comparable.ts';
import { type LiveAws, startLiveAws } from '../../support/parity/replies.ts';
import { NoTemplate } from '../../support/parity/template.ts';
import { readFromTemplate } from '../../support/parity/template-state.ts';
import {
  BARE_API,
  BARE_FUNCTION,
  BARE_ROLE,
  BARE_USER,
  FULL_FUNCTION,
  FULL_ROLE,
  FULL_USER,
  HTTP_API,
  REST_API,
  WEBSOCKET_API,
} from '../../support/parity/wholes.ts';

/** The same resource as a template and as replies of AWS gives the same outcomes: every rule, every example. */
const ROOT = new URL('../../..', import.meta.url).pathname;
const rules = await findRules(ROOT);

/** Facts that a template may not tell, of which kind and why. Every other one it tells, or the example has no template. */
const NOT_IN_TEMPLATES: Readonly<Record<string, string>> = {
  'function createdAt': 'it is made later',
  'function durations': 'it has not run yet',
  'function lastInvoked': 'it has not run yet',
  'function lastModified': 'it is made later',
  'function movedSecrets': 'whether it was rotated since',
  'function roleSharers': 'whoever else has a role that is made elsewhere',
  'function taggedPrincipals': 'principals of the account, which are made elsewhere',
  'function versions': 'those that were published before',
  'function versionUses': 'those that were published before',
  'role attachedPolicies': "AWS's own policies of which no document is kept",
  'role codeCalls': 'the package lies beside it',
  'role createdAt': 'it is made later',
  'role serviceAccess': 'it has not been used yet',
  'user canSignIn': 'keys and passwords that are made by hand',
  'user createdAt': 'it is made later',
  'user lastActive': 'it has not been used yet',
};

const EDGE = 'a replica at the edge, which CloudFront makes';
const STATEMENT = 'a statement that AddPermission does not make';

/** Examples that nothing deployed by CloudFormation looks like. */
const OTHER_PLACE = 'a queue of another account or region is in another template';
const NO_TEMPLATE: Readonly<Record<string, string>> = {
  'apigateway-authorizer-audience-missing: one that no route uses': 'a route names an authorizer that is not there',
  "event-source-queue-unencrypted: another account's queue": OTHER_PLACE,
  "event-source-queue-visibility-short: another region's queue": OTHER_PLACE,
  'lambda-environment-plaintext-secret: at the edge': EDGE,
  'lambda-policy-cross-account: a Deny for another account': STATEMENT,
  'lambda-policy-public: a Deny for everybody': STATEMENT,
  'lambda-policy-public: a condition that nobody can judge': STATEMENT,
  'lambda-policy-public: everybody, with a wildcard for the organization': STATEMENT,
  'lambda-role-shared: at the edge': EDGE,
  'lambda-role-shared: the function of the same name in another region': 'functions of several regions or accounts',
  'lambda-tracing-off: at the edge': EDGE,
  'lambda-unused: at the edge': EDGE,
  'lambda-url-statements-dangling: a Deny for URLs to come': STATEMENT,
  'lambda-vpc-missing: at the edge': EDGE,
};

/** How many examples of a rule a template leaves unknown, for want of a fact of NOT_IN_TEMPLATES. */
const UNKNOWN_EXAMPLES: Readonly<Record<string, number>> = {
  'iam-role-beyond-code': 15,
  'iam-role-managed-policy-broad': 3,
  'iam-role-managed-policy-needless': 11,
  'iam-role-overbroad': 1,
  'iam-role-service-unused': 12,
  'iam-user-dormant-deployer': 8,
  'lambda-environment-plaintext-secret': 3,
  'lambda-owner-gone': 4,
  'lambda-role-shared': 2,
  'lambda-secret-unrotated': 7,
  'lambda-timeout-excessive': 19,
  'lambda-unused': 6,
  'lambda-version-idle': 9,
  'lambda-version-stale': 9,
};

/** Examples that AWS would never answer so. */
const NO_REPLY: Readonly<Record<string, string>> = {
  "event-source-queue-unencrypted: another account's queue": 'the replies are of one account',
  'lambda-unused: not looked back far enough': 'the reader looks back 400 days, farther than any setting asks for',
};

type Example = AnyRule['examples']['passes'][number];
type Facts = Readonly<Record<string, unknown>>;

const WORDINGS_OF_FUNCTIONS = ['yaml', 'parameters', 'intrinsics', 'sam', 'terraform'] as const;
/** SAM marks what it deploys with a tag. */
function withoutMark(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('lambda:createdBy' in value)) return value;
  const { 'lambda:createdBy': _mark, ...rest } = value;
  return rest;
}

const WHOLES: readonly { readonly name: string; readonly kind: ResourceKind; readonly facts: Facts }[] = [
  { name: 'a function with everything', kind: 'function', facts: { ...FULL_FUNCTION } },
  { name: 'a bare function', kind: 'function', facts: { ...BARE_FUNCTION } },
  { name: 'a role with everything', kind: 'role', facts: { ...FULL_ROLE } },
  { name: 'a bare role', kind: 'role', facts: { ...BARE_ROLE } },
  { name: 'a user with everything', kind: 'user', facts: { ...FULL_USER } },
  { name: 'a bare user', kind: 'user', facts: { ...BARE_USER } },
  { name: 'a REST API', kind: 'api', facts: { ...REST_API } },
  { name: 'an HTTP API', kind: 'api', facts: { ...HTTP_API } },
  { name: 'a WebSocket API', kind: 'api', facts: { ...WEBSOCKET_API } },
  { name: 'a bare API', kind: 'api', facts: { ...BARE_API } },
];

const examplesOf = (rule: AnyRule): Example[] => [...rule.examples.passes, ...rule.examples.violates];
const idOf = (rule: AnyRule, { name }: Example): string => `${rule.id}: ${name}`;

/** What the engine says of a state; when it is unknown, why. */
function resultOf(rule: AnyRule, resource: Resource, state: object, { settings }: Example): string | undefined {
  const [outcome] = evaluateRules([rule], resource, state, exampleContext(rule.resource, settings));
  return outcome?.result === 'unknown' ? `unknown: ${outcome.why.join('; ')}` : outcome?.result;
}
const expectedOf = (rule: AnyRule, example: Example): string => (judgeExample(rule, example) ? 'violation' : 'pass');

describe('as replies of AWS, read by the real readers', () => {
  let aws: LiveAws;
  beforeAll(async () => {
    aws = await startLiveAws(EXAMPLE_NOW);
  });
  afterAll(() => aws?.stop());

  describe.each(rules)('$path', ({ rule }) => {
    const examples = examplesOf(rule).filter((example) => NO_REPLY[idOf(rule, example)] === undefined);
    it.each(examples)('$name', async (example) => {
      const { resource } = exampleContext(rule.resource);
      const state = ((await aws.read(example.state, resource, rule.needs)) ?? {}) as Facts;
      const facts = example.state as Facts;
      expect(aws.unanswered).toEqual([]);
      for (const need of rule.needs)
        expect(comparable(need, state[need], state), need).toEqual(comparable(need, facts[need], facts));
      expect(resultOf(rule, resource, state, example)).toBe(expectedOf(rule, example));
    });
  });

  it('leaves no example out that is not there', () => {
    const ids = rules.flatMap(({ rule }) => examplesOf(rule).map((example) => idOf(rule, example)));
    expect(Object.keys(NO_REPLY).filter((id) => !ids.includes(id))).toEqual([]);
  });
});

describe('as the template that would deploy it', () => {
  const read = (rule: AnyRule, example: Example) => readFromTemplate(example.state, exampleContext(rule.resource).resource);
  const unknownsOf = (rule: AnyRule, state: Facts): string[] => rule.needs.filter((need) => isUnknown(state[need]));

  describe.each(rules)('$path', ({ rule }) => {
    const examples = examplesOf(rule).filter((example) => NO_TEMPLATE[idOf(rule, example)] === undefined);
    it.each(examples)('$name', (example) => {
      const { resource, state } = read(rule, example);
      const found = state as Facts;
      const facts = example.state as Facts;
      const unknowns = unknownsOf(rule, found);
      for (const need of rule.needs.filter((one) => !unknowns.includes(one)))
        expect(comparableToTemplate(need, found[need], found), need).toEqual(comparableToTemplate(need, facts[need], facts));
      const result = resultOf(rule, resource, state, example);
      if (unknowns.length > 0) expect(result).toMatch(/^unknown: /);
      else expect(result).toBe(expectedOf(rule, example));
    });
  });

  const ofFunctions = rules.filter(({ rule }) => rule.resource === 'function');
  it.each(ofFunctions)('in other words: the functions of $path', ({ rule }) => {
    const { resource } = exampleContext(rule.resource);
    for (const example of examplesOf(rule).filter((one) => NO_TEMPLATE[idOf(rule, one)] === undefined)) {
      const written = read(rule, example).state as Facts;
      for (const wording of WORDINGS_OF_FUNCTIONS) {
        const found = readFromTemplate(example.state, resource, wording).state as Facts;
        for (const need of rule.needs)
          expect(comparableToTemplate(need, withoutMark(found[need]), found), `${example.name}: ${need}, ${wording}`).toEqual(
            comparableToTemplate(need, written[need], written),
          );
      }
    }
  });

  it('leaves out just the facts and the examples that are listed', () => {
    const untold = new Set<string>();
    const unsaid: Record<string, string> = {};
    const unknown: Record<string, number> = {};
    for (const { rule } of rules) {
      for (const example of examplesOf(rule)) {
        try {
          const unknowns = unknownsOf(rule, read(rule, example).state as Facts);
          for (const need of unknowns) untold.add(`${rule.resource} ${need}`);
          if (unknowns.length > 0) unknown[rule.id] = (unknown[rule.id] ?? 0) + 1;
        } catch (error) {
          if (!(error instanceof NoTemplate)) throw error;
          unsaid[idOf(rule, example)] = error.message;
        }
      }
    }
    expect([...untold].sort()).toEqual(Object.keys(NOT_IN_TEMPLATES).sort());
    expect(unsaid).toEqual(NO_TEMPLATE);
    expect(unknown).toEqual(UNKNOWN_EXAMPLES);
  });
});

describe('every fact of a whole resource', () => {
  let aws: LiveAws;
  beforeAll(async () => {
    aws = await startLiveAws(EXAMPLE_NOW);
  });
  afterAll(() => aws?.stop());

  it.each(WHOLES)('$name', async ({ kind, facts }) => {
    const { resource } = exampleContext(kind);
    const live = (await aws.read(facts, resource, Object.keys(facts))) as Facts;
    expect(aws.unanswered).toEqual([]);
    const template = readFromTemplate(facts, resource).state as Facts;
    expect(Object.keys(template).sort()).toEqual(Object.keys(facts).sort());
    for (const [name, value] of Object.entries(facts)) {
      expect(comparable(name, live[name], live), `${name}, live`).toEqual(comparable(name, value, facts));
      if (NOT_IN_TEMPLATES[`${kind} ${name}`] !== undefined && isUnknown(template[name])) continue;
      const expected = comparableToTemplate(name, value, facts);
      expect(comparableToTemplate(name, template[name], template), `${name}, of a template`).toEqual(expected);
    }
  });

  it.each(WHOLES)('$name, its template in other words', ({ kind, facts }) => {
    const { resource } = exampleContext(kind);
    const { state } = readFromTemplate(facts, resource);
    for (const wording of ['yaml', 'parameters', 'intrinsics'] as const)
      expect(readFromTemplate(facts, resource, wording).state, wording).toEqual(state);
  });

  it.each(WHOLES.filter(({ kind }) => kind === 'function'))('$name, as a serverless one', ({ kind, facts }) => {
    const { resource } = exampleContext(kind);
    const { state } = readFromTemplate(facts, resource);
    const tags = { ...(facts.tags as object), 'lambda:createdBy': 'SAM' };
    const managedBy = { tool: 'SAM', stack: 'orders' };
    expect(readFromTemplate(facts, resource, 'sam').state).toEqual({ ...state, tags, managedBy });
  });

  it.each(WHOLES.filter(({ kind }) => kind === 'function'))('$name, as a plan of Terraform', ({ kind, facts }) => {
    const { resource } = exampleContext(kind);
    const state = readFromTemplate(facts, resource).state as Facts;
    const planned = readFromTemplate(facts, resource, 'terraform').state as Facts;
    for (const name of Object.keys(facts))
      expect(comparableToTemplate(name, planned[name], planned), name).toEqual(comparableToTemplate(name, state[name], state));
  });
});
