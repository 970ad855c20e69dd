import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WATCHED } from '../../../shared/events/watched.ts';
import { replayEvent, replayUnreadable } from '../../../shared/flows/replay.ts';
import { API_CALLS } from '../../../shared/flows/replay-api-calls.ts';
import { RULE_OF } from '../../../shared/flows/replay-findings.ts';
import { FUNCTION_CALLS } from '../../../shared/flows/replay-function-calls.ts';
import { POLICY_CALLS, ROLE_CALLS } from '../../../shared/flows/replay-role-calls.ts';
import { ASIDE, LEAST } from '../../../shared/flows/replay-rules.ts';
import type { AnyRule } from '../../../shared/model/rule.ts';
import roleTrustForeign from '../../../shared/rules/iam/role-trust-foreign.ts';
import { RULES } from '../../../shared/rules/index.ts';
import { EXAMPLE_SETTINGS, judgeExample } from '../../../shared/rules/parts/example-context.ts';
import { ACCOUNT, called, FUNCTION_ARN, idsOf, replay } from './replay-cases.ts';

const folder = new URL('../events/fixtures/', import.meta.url);
const fixtures = readdirSync(folder).map((file) => {
  const { event, expect: expected } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as {
    event: unknown;
    expect: { kind: 'change' | 'ignored' | 'malformed'; resources?: string[] };
  };
  return { file, event, expected };
});
const one = (id: string): AnyRule => {
  const rule = RULES.find((known) => known.id === id);
  if (!rule) throw new Error(`there is no rule ${id}`);
  return rule;
};
const OUTCOMES = { change: 'relevant', ignored: 'ignored', malformed: 'malformed' };

describe('replayEvent', () => {
  it.each(fixtures.map((fixture) => [fixture.file, fixture] as const))(
    '%s: says what the bot would do',
    (_file, { event, expected }) => {
      const answer = replay(event);
      expect(answer.outcome).toBe(OUTCOMES[expected.kind]);
      expect(answer.reason).toMatch(/^[^\n]{3,}[^.\n]$/);
      expect(answer.change === null).toBe(expected.kind !== 'change');
      if (expected.kind === 'change') expect(answer.change?.resources).toEqual(expected.resources);
      else expect([answer.findings, answer.lookup, answer.unknown]).toEqual([[], [], []]);
      expect(new Set(answer.lookup).size).toBe(answer.lookup.length);
    },
  );

  it('tells the change', () => {
    const answer = replay(called('lambda', 'UpdateFunctionCode20150331v2', { functionName: 'orders:live' }));
    expect(answer.change).toEqual({
      name: 'UpdateFunctionCode',
      kind: 'function',
      resource: FUNCTION_ARN,
      resources: [FUNCTION_ARN],
      account: ACCOUNT,
      region: 'eu-central-1',
      principal: `arn:aws:iam::${ACCOUNT}:user/dana`,
    });
  });

  it('has a row for every call that is watched, and no other', () => {
    const watched = (...concerns: string[]): string[] =>
      WATCHED.flatMap(({ names }) => Object.keys(names).filter((name) => concerns.includes(names[name] ?? ''))).sort();
    expect([...FUNCTION_CALLS].sort()).toEqual(watched('function', 'mapping', 'tags'));
    expect([...ROLE_CALLS].sort()).toEqual(watched('role'));
    expect([...POLICY_CALLS].sort()).toEqual(watched('policy'));
    expect([...API_CALLS].sort()).toEqual(watched('api', 'new-api', 'integration', 'api-arn'));
  });

  it('ignores what the bot did itself', () => {
    const arn = `arn:aws:iam::${ACCOUNT}:role/cinch-write`;
    const identity = { type: 'AssumedRole', accountId: ACCOUNT, sessionContext: { sessionIssuer: { arn } } };
    const event = called('lambda', 'DeleteFunction20150331', { functionName: 'orders' }, null, { userIdentity: identity });
    expect(replay(event)).toMatchObject({ outcome: 'ignored', reason: "the bot's own change" });
    const other = { type: 'AssumedRole', principalId: 'AROAEXAMPLE:fixer' };
    const its = called('lambda', 'DeleteFunction20150331', { functionName: 'orders' }, null, { userIdentity: other });
    expect(replay(its).outcome).toBe('relevant');
    expect(replay(its, { self: ['fixer'] }).outcome).toBe('ignored');
  });

  it('judges as of the event, not of today', () => {
    const seen: string[] = [];
    const spy = RULES.map((rule) => ({
      ...rule,
      evaluate: (_state: never, context: { now: string }) => {
        seen.push(context.now);
        return undefined;
      },
    }));
    const event = called('lambda', 'CreateFunctionUrlConfig', { functionName: 'orders', authType: 'NONE' });
    const state = { [FUNCTION_ARN]: { resourcePolicies: [] } };
    replay(event, { rules: spy, state });
    expect(new Set(seen)).toEqual(new Set(['2026-02-03T10:11:12.000Z']));
  });

  it('names the rules that need more, and judges them when the state tells it', () => {
    const event = called('lambda', 'AddPermission20150331v2', {
      functionName: 'orders',
      principal: ACCOUNT,
      action: 'lambda:InvokeFunction',
    });
    expect(replay(event).unknown).toContain('lambda-policy-public');
    expect(replay(event, { state: { [FUNCTION_ARN]: { urls: [] } } }).unknown).not.toContain('lambda-policy-public');
  });

  it('finds what the record proves, whatever the rest is like', () => {
    expect(idsOf(replay(called('lambda', 'CreateFunctionUrlConfig', { functionName: 'orders', authType: 'NONE' })))).toContain(
      'lambda-url-unauthenticated',
    );
    expect(idsOf(replay(called('lambda', 'CreateFunctionUrlConfig', { functionName: 'orders', authType: 'AWS_IAM' })))).toEqual(
      [],
    );
  });

  it('says what decides whether what the record tells is wrong', () => {
    const decider = { ...one('lambda-url-unauthenticated'), id: 'spy', needs: ['urls', 'resourcePolicies'] };
    const open = called('lambda', 'CreateFunctionUrlConfig', { functionName: 'orders', authType: 'NONE' });
    expect(replay(open, { rules: [decider] })).toMatchObject({ findings: [], lookup: ['resourcePolicies'], unknown: ['spy'] });
    const closed = called('lambda', 'CreateFunctionUrlConfig', { functionName: 'orders', authType: 'AWS_IAM' });
    expect(replay(closed, { rules: [decider] })).toMatchObject({ findings: [], lookup: [], unknown: ['spy'] });
  });

  it('cites rules that there are', () => {
    for (const [id, rule] of RULE_OF)
      expect(existsSync(new URL(`../../../shared/rules/${rule.replace('-', '/')}.ts`, import.meta.url)), id).toBe(true);
  });

  it('assumes the least only where more makes no violation less', () => {
    const roleRules = RULES.filter(({ resource, needs }) => resource === 'role' && needs.some((need) => need in LEAST));
    expect(roleRules.length).toBeGreaterThan(0);
    for (const rule of roleRules) {
      for (const example of [...rule.examples.passes, ...rule.examples.violates]) {
        if ((example.state as { path?: string }).path?.startsWith('/aws-service-role/')) continue;
        const least = judgeExample(rule, { ...example, state: { ...example.state, ...LEAST } });
        if (least) expect(judgeExample(rule, example), `${rule.id}: ${example.name}`).toBeDefined();
      }
    }
  });

  it('proves a violation of a role that Lambda may assume without knowing who uses it', () => {
    const policyDocument = JSON.stringify({
      Statement: [
        { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
        { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: 'arn:aws:iam::333333333333:root' } },
      ],
    });
    const event = called('iam', 'UpdateAssumeRolePolicy', { roleName: 'orders', policyDocument });
    const rules = [roleTrustForeign];
    expect(replay(event, { rules })).toMatchObject({
      findings: [{ id: 'trust:cross-account', rule: 'iam-role-trust-foreign' }],
      unknown: [],
    });
    // Whether a function uses it nobody knows, so the pass is not sure.
    const ownOnly = policyDocument.replace('lambda.amazonaws.com', 'ec2.amazonaws.com').replace('333333333333', ACCOUNT);
    const other = called('iam', 'UpdateAssumeRolePolicy', { roleName: 'orders', policyDocument: ownOnly });
    expect(replay(other, { rules })).toMatchObject({ findings: [], unknown: ['iam-role-trust-foreign'] });
  });

  it('lets a fact stand aside only where it changes no verdict', () => {
    for (const [id, facts] of Object.entries(ASIDE)) {
      const rule = one(id);
      for (const example of [...rule.examples.passes, ...rule.examples.violates]) {
        const verdict = (state: object): boolean => judgeExample(rule, { ...example, state }) !== undefined;
        expect(verdict({ ...example.state, ...facts }), `${id}: ${example.name}`).toBe(verdict(example.state));
      }
    }
  });

  it('answers a file that is no JSON', () => {
    expect(replayUnreadable('not JSON')).toMatchObject({ outcome: 'malformed', reason: 'not JSON', change: null, findings: [] });
  });
});

const OPTIONS = { rules: RULES, settings: EXAMPLE_SETTINGS };
const CALLS = WATCHED.flatMap((watched) =>
  Object.keys(watched.names).map((eventName) => ({ eventName, eventSource: watched.eventSource, source: watched.source })),
);
const texts = fc.oneof(
  fc.string(),
  fc.constantFrom(
    'orders',
    'a1b2c3',
    '*',
    '-',
    '222222222222',
    'arn:aws:iam::aws:policy/AdministratorAccess',
    '{"Statement":{}}',
    'NONE',
    'Active',
  ),
  fc.constant(
    '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"StringLike":{"a":"*"}}}]}',
  ),
);
const KEYS =
  'functionName roleName restApiId apiId id policyArn policyDocument assumeRolePolicyDocument statement principal action sourceArn qualifier authType cors layers vpcConfig tracingConfig environment role timeout routeKey httpMethod authorizationType putMethodInput createRestApiInput resourceArn destinationConfig filterCriteria uUID eventSourceArn setAsDefault stageName 0 __proto__ constructor';
const half = fc.oneof(
  fc.dictionary(
    fc.constantFrom(...KEYS.split(' ')),
    fc.oneof(texts, fc.anything(), fc.dictionary(fc.constantFrom(...KEYS.split(' ')), texts)),
  ),
  fc.anything(),
);
const anyEvent = fc
  .record({
    call: fc.constantFrom(...CALLS),
    account: fc.constantFrom(ACCOUNT, '-', 'x'),
    requestParameters: half,
    responseElements: half,
  })
  .map(({ call: { source, ...call }, account, ...halves }) => {
    const event = called('lambda', call.eventName, null);
    const detail: Record<string, unknown> = { ...event.detail, ...call, recipientAccountId: account, ...halves };
    return { ...event, source, account, detail };
  });

describe('replayEvent, whatever comes', () => {
  it('throws nothing, and says the same twice', () => {
    fc.assert(
      fc.property(fc.oneof({ arbitrary: anyEvent, weight: 4 }, { arbitrary: fc.anything(), weight: 1 }), (event) => {
        const once = replayEvent(event, OPTIONS);
        expect(replayEvent(event, OPTIONS)).toEqual(once);
        expect(['relevant', 'ignored', 'malformed']).toContain(once.outcome);
      }),
      { numRuns: 1500 },
    );
  });

  it('throws nothing on any policy that IAM would take, or would not', () => {
    const list = fc.oneof(
      fc.constantFrom('*', 's3:*', 'iam:PassRole', 'sts:AssumeRole', 'arn:aws:s3:::a/*', ACCOUNT, 'x'),
      fc.string(),
      fc.array(fc.string()),
    );
    const principal = fc.oneof(fc.constant('*'), fc.dictionary(fc.constantFrom('AWS', 'Service', 'Federated', 'x'), list));
    const condition = fc.dictionary(
      fc.constantFrom('StringEquals', 'ArnLike', 'Bool', 'x'),
      fc.dictionary(fc.constantFrom('sts:ExternalId', 'aws:PrincipalOrgID', 'x'), list),
    );
    const statement = fc.record(
      {
        Effect: fc.constantFrom('Allow', 'Deny'),
        Action: list,
        NotAction: list,
        Resource: list,
        NotResource: list,
        Principal: principal,
        NotPrincipal: principal,
        Condition: condition,
      },
      { requiredKeys: ['Effect'] },
    );
    const carried = fc.constantFrom(
      ['PutRolePolicy', 'policyDocument'],
      ['UpdateAssumeRolePolicy', 'policyDocument'],
      ['CreateRole', 'assumeRolePolicyDocument'],
    );
    fc.assert(
      fc.property(carried, fc.oneof(statement, fc.array(statement, { maxLength: 3 })), ([name = '', key = ''], Statement) => {
        const event = called('iam', name, { roleName: 'orders', [key]: JSON.stringify({ Statement }) });
        expect(replayEvent(event, OPTIONS).outcome).toBe('relevant');
        const permission = called(
          'lambda',
          'AddPermission20150331v2',
          { functionName: 'orders' },
          { statement: JSON.stringify(Statement) },
        );
        expect(replayEvent(permission, OPTIONS).outcome).toBe('relevant');
      }),
      { numRuns: 500 },
    );
  });

  it('never takes a failed or read-only call for relevant', () => {
    const failing = fc.constantFrom({ errorCode: 'AccessDenied' }, { errorCode: '' }, { readOnly: true });
    fc.assert(
      fc.property(anyEvent, failing, (event, failure) => {
        const failed = { ...event, detail: { ...event.detail, ...failure } };
        expect(replayEvent(failed, OPTIONS).outcome).not.toBe('relevant');
      }),
      { numRuns: 500 },
    );
  });
});
