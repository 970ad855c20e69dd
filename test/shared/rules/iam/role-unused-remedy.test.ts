import { describe, expect, it } from 'vitest';
import { dropUnused } from '../../../../shared/policy/drop-unused.ts';
import { parsePolicyDocument } from '../../../../shared/policy/parse.ts';
import needless from '../../../../shared/rules/iam/role-managed-policy-needless.ts';
import unused from '../../../../shared/rules/iam/role-service-unused.ts';
import { judgeExample } from '../../../../shared/rules/parts/example-context.ts';
import { EXAMPLE_LAMBDA_ROLE, exampleAllow, exampleInline, exampleManaged } from '../../../../shared/rules/parts/example-role.ts';

const TABLE = 'arn:aws:dynamodb:eu-central-1:222222222222:table/orders';
const NEVER = [...EXAMPLE_LAMBDA_ROLE.serviceAccess, { service: 'sqs', lastUsed: null }];
const QUEUES = { services: new Set(['sqs']), actions: new Set<string>() };
const remedyOf = (rule: Parameters<typeof judgeExample>[0], change: object) =>
  judgeExample(rule, { name: 'changed', state: { ...EXAMPLE_LAMBDA_ROLE, serviceAccess: NEVER, ...change } as never })?.remedy;

describe('dropUnused', () => {
  const dropped = (...statements: object[]) => dropUnused(exampleInline('p', ...statements).document, QUEUES);

  it('takes out the actions of a service and leaves resources, conditions and Deny as they stood', () => {
    const Condition = { Bool: { 'aws:SecureTransport': 'true' } };
    const deny = { Effect: 'Deny', Action: 'sqs:*', Resource: '*' };
    const left = dropped(
      { Sid: 'Both', ...exampleAllow(['SQS:Send*', 'dynamodb:GetItem'], TABLE), Condition },
      exampleAllow('sqs:*'),
      deny,
    );
    expect(JSON.parse(left ?? '')).toEqual({
      Version: '2012-10-17',
      Statement: [{ Sid: 'Both', ...exampleAllow(['dynamodb:GetItem'], TABLE), Condition }, deny],
    });
  });

  it('keeps the very text when nothing is concerned, answers null when nothing is left', () => {
    const policy = exampleInline('p', exampleAllow('dynamodb:GetItem'));
    expect(dropUnused(policy.document, QUEUES)).toBe(policy.document.text);
    expect(dropped(exampleAllow('sqs:SendMessage'))).toBeNull();
  });

  it('does not guess at stars and NotAction', () => {
    expect(dropped(exampleAllow('*', TABLE))).toBeUndefined();
    expect(dropped(exampleAllow('s*:Get*'))).toBeUndefined();
    expect(dropped({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' })).toBeUndefined();
  });
});

describe('single actions', () => {
  const unused = { services: new Set<string>(), actions: new Set(['dynamodb:deletetable']) };
  const left = (...statements: object[]) => dropUnused(exampleInline('p', ...statements).document, unused);

  it('go where they are named whole, whatever their case', () => {
    expect(JSON.parse(left(exampleAllow(['DynamoDB:DeleteTable', 'dynamodb:GetItem'], TABLE)) ?? '').Statement).toEqual([
      exampleAllow(['dynamodb:GetItem'], TABLE),
    ]);
  });

  it('stay where a wildcard or NotAction gives them', () => {
    const wide = exampleInline('p', exampleAllow(['dynamodb:Delete*', '*:Get*']), {
      Effect: 'Allow',
      NotAction: 'iam:*',
      Resource: '*',
    });
    expect(dropUnused(wide.document, unused)).toBe(wide.document.text);
  });
});

describe('the remedy for what nobody uses', () => {
  it.each(unused.examples.violates)('leaves nothing to find, or is asked of people: $name', ({ name, state }) => {
    const remedy = judgeExample(unused, { name, state })?.remedy;
    if (remedy?.kind !== 'steps') {
      expect(name).toBe('a statement that allows all services on named resources');
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
    expect(judgeExample(unused, { name, state: { ...state, attachedPolicies, inlinePolicies } })).toBeUndefined();
  });

  it('puts what stays of a managed policy inline before it is detached', () => {
    const arn = 'arn:aws:iam::222222222222:policy/both';
    const both = exampleManaged(arn, exampleAllow(['sqs:SendMessage', 'dynamodb:Query']));
    expect(remedyOf(unused, { attachedPolicies: [both] })).toMatchObject({
      kind: 'steps',
      steps: [
        { kind: 'replace-role-policy', fromText: null, toText: expect.stringContaining('dynamodb:Query') },
        { kind: 'detach-role-policy', policyArn: arn },
      ],
    });
  });

  it('detaches a needless policy, but no deprecated one: AWS would not take it back', () => {
    const queues = exampleManaged('arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess', exampleAllow('sqs:Get*'));
    expect(remedyOf(needless, { attachedPolicies: [queues] })).toMatchObject({
      steps: [{ kind: 'detach-role-policy', policyArn: queues.arn }],
    });
    const old = exampleManaged('arn:aws:iam::aws:policy/AWSConfigRole', exampleAllow('sqs:Get*'));
    expect(remedyOf(needless, { attachedPolicies: [old] })).toMatchObject({ kind: 'manual' });
  });
});
