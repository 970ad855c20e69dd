import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findRules } from '../../../../scripts/generate/find-rules.ts';
import type { AnyRule } from '../../../../shared/model/rule.ts';
import { analyzeGrants } from '../../../../shared/policy/analyze-grants.ts';
import { exampleContext, judgeExample } from '../../../../shared/rules/parts/example-context.ts';
import {
  EXAMPLE_ADMINISTRATOR,
  EXAMPLE_LAMBDA_ROLE,
  EXAMPLE_SERVICE_PATH,
  exampleAllow,
  exampleInline,
  exampleManaged,
} from '../../../../shared/rules/parts/example-role.ts';
import { roleDocuments } from '../../../../shared/rules/parts/lambda-role.ts';

const ROLE_RULES: readonly AnyRule[] = (await findRules(new URL('../../../..', import.meta.url).pathname))
  .map(({ rule }) => rule)
  // What must be opted into finds the same again, by the code.
  .filter((rule) => rule.resource === 'role' && !rule.optIn);
const found = (change: object): string[] =>
  ROLE_RULES.filter((rule) => judgeExample(rule, { name: 'changed', state: { ...EXAMPLE_LAMBDA_ROLE, ...change } })).map(
    ({ id }) => id,
  );
const inline = (...statements: object[]) => ({ inlinePolicies: [exampleInline('orders', ...statements)] });

describe('the rules on what a role may do', () => {
  it('find nothing wrong with a role for one table', () => {
    expect(ROLE_RULES.length).toBeGreaterThan(15);
    expect(found({})).toEqual([]);
  });

  it('find an administrator once', () => {
    expect(found({ attachedPolicies: [EXAMPLE_ADMINISTRATOR] })).toEqual(['iam-role-overbroad']);
    expect(found(inline(exampleAllow('*')))).toEqual(['iam-role-overbroad']);
    expect(found(inline({ Effect: 'Allow', NotAction: 'organizations:*', Resource: '*' }))).toEqual([
      'iam-role-not-action',
      'iam-role-overbroad',
    ]);
  });

  it('still judge what stands beside the administrator, but for ways to become one', () => {
    const beside = inline(exampleAllow(['s3:GetObject', 'iam:CreatePolicyVersion']));
    expect(found(beside)).toContain('iam-role-privilege-escalation');
    expect(found({ attachedPolicies: [EXAMPLE_ADMINISTRATOR], ...beside })).toEqual(
      ['iam-role-overbroad', ...found(beside).filter((id) => id !== 'iam-role-privilege-escalation')].sort(),
    );
  });

  it('say of a whole service that it is one, and what lies in it', () => {
    expect(found(inline(exampleAllow('dynamodb:*')))).not.toContain('iam-role-wildcard-resource');
    expect(found(inline(exampleAllow(['dynamodb:*', 'sqs:SendMessage'])))).toContain('iam-role-wildcard-resource');
  });

  it('agree with what cinch policy finds', () => {
    const ids = {
      'iam-role-privilege-escalation': ['privilege-escalation'],
      'iam-role-data-exfiltration': ['data-exfiltration'],
      'iam-role-credentials-exposure': ['credentials-exposure', 'wildcard-assume-role'],
      'iam-role-resource-exposure': ['resource-exposure'],
      'iam-role-not-action': ['notaction'],
      'iam-role-not-resource': ['notresource'],
    } as const;
    const action = fc.constantFrom(
      's3:GetObject',
      's3:Get*',
      'iam:PassRole',
      'lambda:*',
      'sts:AssumeRole',
      'iam:*',
      'ec2:RunInstances',
    );
    const statement = fc.record({
      Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
      Action: fc.uniqueArray(action, { minLength: 1, maxLength: 3 }),
      Resource: fc.constantFrom('*', 'arn:aws:s3:::uploads/*', 'arn:aws:iam::222222222222:role/*'),
    });
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 3 }), fc.array(statement, { maxLength: 3 }), (one, other) => {
        const state = {
          ...inline(...one),
          attachedPolicies: [exampleManaged('arn:aws:iam::222222222222:policy/more', ...other)],
        };
        const analyzed = new Set<string>(analyzeGrants(roleDocuments(state)).map(({ id }) => id));
        const rules = found(state);
        for (const [rule, names] of Object.entries(ids))
          expect(rules.includes(rule), rule).toBe(names.some((name) => analyzed.has(name)));
      }),
      { numRuns: 60 },
    );
  });

  it('find nothing more by one more Deny', () => {
    const actions = fc.constantFrom(
      's3:*',
      's3:GetObject',
      'iam:PassRole',
      'lambda:CreateFunction',
      'lambda:InvokeFunction',
      'sts:*',
      '*',
    );
    const resources = fc.constantFrom('*', 'arn:aws:s3:::uploads/*');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(actions, resources), { minLength: 1, maxLength: 4 }),
        actions,
        resources,
        (allows, action, resource) => {
          const statements = allows.map(([Action, Resource]) => exampleAllow(Action, Resource));
          const before = found(inline(...statements));
          const after = found(inline(...statements, { Effect: 'Deny', Action: action, Resource: resource }));
          // An administrator hides lesser findings until a Deny makes it less than one.
          if (!before.includes('iam-role-overbroad')) expect(before).toEqual(expect.arrayContaining(after));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("leave the roles alone that are AWS's own", () => {
    let judged = 0;
    for (const rule of ROLE_RULES) {
      for (const example of rule.examples.violates) {
        judged += 1;
        expect(
          judgeExample(rule, { ...example, state: { ...example.state, path: EXAMPLE_SERVICE_PATH } }),
          example.name,
        ).toBeUndefined();
      }
    }
    expect(judged).toBeGreaterThan(40);
  });

  it('give a command for the policy that is to change', () => {
    const [rule] = ROLE_RULES.filter(({ id }) => id === 'iam-role-data-exfiltration');
    const judge = (change: object) =>
      rule?.evaluate({ ...EXAMPLE_LAMBDA_ROLE, ...change } as never, exampleContext('role') as never);
    const instructions = (change: object) => JSON.stringify(judge(change)?.remedy);
    const read = exampleAllow('s3:GetObject');
    expect(instructions(inline(read))).toContain('put-role-policy --role-name orders-api-role --policy-name orders ');
    expect(instructions({ attachedPolicies: [exampleManaged('arn:aws:iam::222222222222:policy/teams/read', read)] })).toContain(
      'create-policy-version --policy-arn arn:aws:iam::222222222222:policy/teams/read ',
    );
    expect(
      instructions({ attachedPolicies: [exampleManaged('arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess', read)] }),
    ).toContain('detach-role-policy --role-name orders-api-role --policy-arn arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess,');
  });
});
