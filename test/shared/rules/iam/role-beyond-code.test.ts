import { describe, expect, it } from 'vitest';
import { decide } from '../../../../shared/engine/decide.ts';
import { parsePolicyDocument } from '../../../../shared/policy/parse.ts';
import rule from '../../../../shared/rules/iam/role-beyond-code.ts';
import { judgeExample } from '../../../../shared/rules/parts/example-context.ts';
import { EXAMPLE_LOGS, exampleAllow, exampleInline, exampleManaged } from '../../../../shared/rules/parts/example-role.ts';
import { approvalOf, judgeChanged, stepsOf, violationOf } from '../judge.ts';

const actionsOf = (text: string | null | undefined): string[] =>
  parsePolicyDocument(text ?? '{"Statement":[]}', 'narrowed').statements.flatMap(({ actions }) => actions);

describe('the narrowed policies', () => {
  it.each(rule.examples.violates)('leave nothing to find, or are asked of people: $name', ({ name, state }) => {
    const remedy = judgeExample(rule, { name, state })?.remedy;
    if (remedy?.kind !== 'steps') {
      expect(['everything but some of what access advisor saw', 'a deprecated policy, which AWS would not take back']).toContain(
        name,
      );
      return;
    }
    const inline = new Map(state.inlinePolicies.map((policy) => [policy.name, policy.document]));
    let { attachedPolicies } = state;
    for (const step of remedy.steps) {
      if (step.kind === 'detach-role-policy') attachedPolicies = attachedPolicies.filter(({ arn }) => arn !== step.policyArn);
      if (step.kind !== 'replace-role-policy') continue;
      expect(inline.get(step.policyName)?.text ?? null).toBe(step.fromText);
      inline.delete(step.policyName);
      if (step.toText !== null) inline.set(step.policyName, parsePolicyDocument(step.toText, 'after'));
    }
    const inlinePolicies = [...inline].map(([key, document]) => ({ name: key, document }));
    expect(judgeExample(rule, { name, state: { ...state, attachedPolicies, inlinePolicies } })).toBeUndefined();
  });

  it('give an administrator what is called, what Lambda does, and keys', () => {
    const [narrowed, detached] = stepsOf(violationOf(rule, 'an administrator'));
    expect(detached).toMatchObject({ kind: 'detach-role-policy', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
    const actions = actionsOf(narrowed?.kind === 'replace-role-policy' ? narrowed.toText : null);
    expect(actions).toEqual(expect.arrayContaining(['dynamodb:GetItem', 'dynamodb:PutItem', 'logs:PutLogEvents', 'kms:Decrypt']));
    expect(actions.filter((action) => !/^(dynamodb|logs|kms):/.test(action))).toEqual([]);
    expect(actions).not.toContain('dynamodb:DeleteItem');
  });

  it('keep the resource and the condition', () => {
    const [step] = stepsOf(violationOf(rule, 'an action that nothing calls, under a condition'));
    if (step?.kind !== 'replace-role-policy') throw new Error('no policy is replaced');
    const before = JSON.parse(step.fromText ?? '') as { Statement: object[] };
    expect(JSON.parse(step.toText ?? '')).toEqual({
      ...before,
      Statement: before.Statement.map((one) => ({ ...one, Action: ['dynamodb:GetItem'] })),
    });
  });

  it('leave alone what Lambda and Cinch themselves brought', () => {
    const change = {
      inlinePolicies: [exampleInline('cinch-secrets', exampleAllow('ssm:GetParameter'))],
      attachedPolicies: [
        EXAMPLE_LOGS,
        exampleManaged('arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole', exampleAllow('sqs:ReceiveMessage')),
      ],
    };
    expect(judgeChanged(rule, 'what the code calls and no more', change)).toBeUndefined();
  });
});

describe('the rule', () => {
  it('is always asked, never fixed, whatever the mode', () => {
    const violation = violationOf(rule, 'every action of a service');
    expect(approvalOf(violation)).toContain('not everything that a call may need');
    const decision = decide({
      mode: 'fix',
      violation,
      fingerprint: 'f',
      exemption: { kind: 'none' },
      previous: undefined,
      isNamed: true,
    });
    expect(decision.action).toBe('ask');
  });

  it('names the functions, their calls and its sources', () => {
    const advice = violationOf(rule, 'every action of a service').advice?.join('\n') ?? '';
    expect(advice).toContain('orders-api calls dynamodb GetItem and dynamodb PutItem.');
    expect(advice).toMatch(/Source: the calls in the code/);
    expect(violationOf(rule, 'a policy of which nothing is called, in a stack').advice?.join(' ')).toContain(
      'The stack orders owns the role',
    );
  });

  it('needs every function of a role: what one calls, all keep', () => {
    const other = {
      functionArn: 'arn:aws:lambda:eu-central-1:222222222222:function:other',
      calls: ['dynamodb DeleteItem'],
      lambda: [],
    };
    const [mine] = rule.examples.violates[0]?.state.codeCalls ?? [];
    const [step] = stepsOf(judgeChanged(rule, 'every action of a service', { codeCalls: [mine, other] }));
    expect(actionsOf(step?.kind === 'replace-role-policy' ? step.toText : null)).toEqual(
      expect.arrayContaining(['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem']),
    );
  });

  it('finds nothing where a call is none that it understands', () => {
    const strange = {
      functionArn: 'arn:aws:lambda:eu-central-1:222222222222:function:x',
      calls: ['athena StartQueryExecution'],
      lambda: [],
    };
    expect(judgeChanged(rule, 'every action of a service', { codeCalls: [strange] })).toBeUndefined();
  });
});
