import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grantsAction } from '../../../../shared/policy/grants.ts';
import { EXAMPLE_NOW, EXAMPLE_SETTINGS } from '../../../../shared/rules/parts/example-context.ts';
import {
  EXAMPLE_LAMBDA_ROLE,
  EXAMPLE_LOGS,
  exampleAllow,
  exampleInline,
  exampleManaged,
} from '../../../../shared/rules/parts/example-role.ts';
import { needlessPolicies } from '../../../../shared/rules/parts/needless-policies.ts';

const ASKED = { settings: EXAMPLE_SETTINGS, now: EXAMPLE_NOW };
const managed = (name: string, ...statements: object[]) => exampleManaged(`arn:aws:iam::aws:policy/${name}`, ...statements);
const needless = (change: object) =>
  needlessPolicies({ ...EXAMPLE_LAMBDA_ROLE, ...change }, ASKED).map(({ policy, because }) => `${policy.name}: ${because}`);

describe('needlessPolicies', () => {
  it('keeps one of two that are the same', () => {
    expect(
      needless({ attachedPolicies: [EXAMPLE_LOGS, { ...EXAMPLE_LOGS, name: 'Twin', arn: `${EXAMPLE_LOGS.arn}Twin` }] }),
    ).toHaveLength(1);
  });

  it('keeps what a condition, another resource or a Deny makes different', () => {
    const read = exampleAllow('s3:GetObject', 'arn:aws:s3:::uploads/*');
    const only = (...statements: object[]) =>
      needless({ attachedPolicies: [managed('Read', read)], inlinePolicies: [exampleInline('mine', ...statements)] });
    expect(only(exampleAllow('s3:Get*', 'arn:aws:s3:::uploads/*'))).toEqual(['Read: covered']);
    expect(only(exampleAllow('s3:Get*', 'arn:aws:s3:::other/*'))).toEqual([]);
    expect(only({ ...read, Condition: { Bool: { 'aws:SecureTransport': 'true' } } })).toEqual([]);
    expect(only({ ...read, Effect: 'Deny' })).toEqual([]);
  });

  it("says nothing of a customer's own policy", () => {
    expect(
      needless({
        attachedPolicies: [EXAMPLE_LOGS, { ...EXAMPLE_LOGS, arn: 'arn:aws:iam::222222222222:policy/logs', awsManaged: false }],
      }),
    ).toEqual(['AWSLambdaBasicExecutionRole: covered']);
  });

  it('wants the word of access advisor for every service of a policy', () => {
    const policy = managed('AmazonSNSAndSQS', exampleAllow(['sns:Publish', 'sqs:SendMessage']));
    const access = (...serviceAccess: object[]) => needless({ attachedPolicies: [policy], serviceAccess });
    expect(access({ service: 'sns', lastUsed: null }, { service: 'sqs', lastUsed: null })).toEqual(['AmazonSNSAndSQS: unused']);
    expect(access({ service: 'sns', lastUsed: null })).toEqual([]);
    expect(access({ service: 'sns', lastUsed: null }, { service: 'sqs', lastUsed: '2025-01-30T00:00:00.000Z' })).toEqual([]);
  });

  it('never takes a right away that another policy must have had', () => {
    const ACTIONS = ['s3:GetObject', 's3:PutObject', 's3:ListBucket', 'sqs:SendMessage'];
    const statement = fc.record({
      Effect: fc.constant('Allow'),
      Action: fc.uniqueArray(fc.constantFrom(...ACTIONS, 's3:*', 's3:Get*'), { minLength: 1, maxLength: 3 }),
      Resource: fc.constantFrom('*', 'arn:aws:s3:::uploads/*'),
    });
    fc.assert(
      fc.property(fc.array(fc.array(statement, { minLength: 1, maxLength: 2 }), { maxLength: 4 }), (policies) => {
        const attachedPolicies = policies.map((statements, index) => managed(`P${index}`, ...statements));
        const state = { ...EXAMPLE_LAMBDA_ROLE, attachedPolicies, serviceAccess: [] };
        const gone = needlessPolicies(state, ASKED).map(({ policy }) => policy);
        const left = [...state.inlinePolicies, ...attachedPolicies.filter((policy) => !gone.includes(policy))];
        for (const action of ACTIONS)
          for (const resource of ['arn:aws:s3:::uploads/a', 'arn:aws:s3:::other/a'])
            expect(grantsAction(left, action, { resource })).toBe(
              grantsAction([...state.inlinePolicies, ...attachedPolicies], action, { resource }),
            );
      }),
    );
  });
});
