import { describe, expect, it } from 'vitest';
import { parsePolicyDocument } from '../../../../shared/policy/parse.ts';
import rule from '../../../../shared/rules/iam/role-pass-role-unconditioned.ts';
import { exampleContext } from '../../../../shared/rules/parts/example-context.ts';
import {
  EXAMPLE_LAMBDA_ROLE,
  exampleAllow,
  exampleInline,
  exampleManaged,
  exampleRoleWith,
} from '../../../../shared/rules/parts/example-role.ts';
import { approvalOf, stepsOf } from '../judge.ts';

const ROLES = 'arn:aws:iam::222222222222:role/workers/*';
const PASS = exampleAllow('iam:PassRole', ROLES);
const TABLE = exampleAllow('dynamodb:GetItem', 'arn:aws:dynamodb:eu-central-1:222222222222:table/orders');
type State = typeof EXAMPLE_LAMBDA_ROLE;
const judged = (state: State, arn?: string) => {
  const context = exampleContext('role');
  return rule.evaluate(state, arn === undefined ? context : { ...context, resource: { ...context.resource, arn } });
};
const judgedWith = (...statements: object[]) => judged(exampleRoleWith(...statements));
const afterOf = (state: State) => {
  const [step] = stepsOf(judged(state));
  if (step?.kind !== 'replace-role-policy' || step.toText === null) throw new Error('the first step writes no policy');
  return step;
};
const statementsAfter = (...statements: object[]) => JSON.parse(afterOf(exampleRoleWith(...statements)).toText ?? '').Statement;
const to = (...services: string[]) => ({
  Condition: { StringEquals: { 'iam:PassedToService': services.length === 1 ? services[0] : services } },
});

describe('the remedy of a role that passes roles to any service', () => {
  it('limits the statement to the services of the actions that take a role, and leaves every other as it stood', () => {
    const run = exampleAllow(['lambda:CreateFunction', 'states:CreateStateMachine'], '*');
    expect(statementsAfter(TABLE, { Sid: 'Pass', ...PASS }, run)).toEqual([
      TABLE,
      { Sid: 'Pass', ...PASS, ...to('lambda.amazonaws.com', 'states.amazonaws.com') },
      run,
    ]);
  });

  it('splits a statement that grants more, under a Sid that is free', () => {
    const both = { Sid: 'Run', ...exampleAllow(['scheduler:CreateSchedule', 'iam:passrole', 'scheduler:GetSchedule'], ROLES) };
    const taken = { Sid: 'Run2', ...TABLE };
    expect(statementsAfter(both, taken)).toEqual([
      { ...both, Action: ['scheduler:CreateSchedule', 'scheduler:GetSchedule'] },
      { ...both, Sid: 'Run3', Action: 'iam:PassRole', ...to('scheduler.amazonaws.com') },
      taken,
    ]);
  });

  it('keeps the conditions that the statement has', () => {
    const Condition = { StringEquals: { 'aws:ResourceTag/team': 'orders' }, Bool: { 'aws:SecureTransport': 'true' } };
    expect(statementsAfter({ ...PASS, Condition }, exampleAllow('pipes:CreatePipe'))[0].Condition).toEqual({
      StringEquals: { 'aws:ResourceTag/team': 'orders', 'iam:PassedToService': 'pipes.amazonaws.com' },
      Bool: { 'aws:SecureTransport': 'true' },
    });
  });

  it.each(rule.examples.violates)('leaves nothing to find where it has steps: $name', ({ name, state }) => {
    const full = { ...EXAMPLE_LAMBDA_ROLE, ...state };
    const violation = judged(full);
    if (violation?.remedy.kind !== 'steps') {
      expect(['two roles, to whatever service', 'beside an action that may take a role of any service']).toContain(name);
      return;
    }
    const inline = new Map(full.inlinePolicies.map((policy) => [policy.name, policy.document]));
    let { attachedPolicies } = full;
    for (const step of violation.remedy.steps) {
      if (step.kind === 'detach-role-policy') attachedPolicies = attachedPolicies.filter(({ arn }) => arn !== step.policyArn);
      if (step.kind !== 'replace-role-policy' || step.toText === null) continue;
      expect(inline.get(step.policyName)?.text ?? null).toBe(step.fromText);
      inline.set(step.policyName, parsePolicyDocument(step.toText, 'after'));
    }
    const inlinePolicies = [...inline].map(([key, document]) => ({ name: key, document }));
    expect(judged({ ...full, inlinePolicies, attachedPolicies })).toBeUndefined();
    expect(approvalOf(violation)).toContain('amazonaws.com');
  });

  it('puts what a managed policy says inline, limited, before it is detached', () => {
    const arn = 'arn:aws:iam::222222222222:policy/passing';
    const state = { ...exampleRoleWith(exampleAllow('ecs:RunTask')), attachedPolicies: [exampleManaged(arn, TABLE, PASS)] };
    const steps = stepsOf(judged(state));
    expect(steps).toMatchObject([
      { kind: 'replace-role-policy', policyName: 'cinch-narrowed-passing', fromText: null },
      { kind: 'detach-role-policy', policyArn: arn },
    ]);
    expect(JSON.parse(afterOf(state).toText ?? '').Statement).toEqual([
      TABLE,
      { ...PASS, ...to('ecs-tasks.amazonaws.com', 'ecs.amazonaws.com') },
    ]);
  });

  it.each([
    ['no action takes a role', [TABLE]],
    ['one may take a role of whatever service', [exampleAllow(['lambda:CreateFunction', 'appsync:CreateDataSource'])]],
    ['an action is newer than the table', [exampleAllow(['lambda:CreateFunction', 'lambda:CreateFunctionFleet'])]],
    ['a service is', [exampleAllow(['lambda:CreateFunction', 'brandnew:*', 'brandnew:Create'])]],
    ['everything but some', [{ Effect: 'Allow', NotAction: 'iam:*', Resource: 'arn:aws:s3:::uploads/*' }]],
  ])('is an instruction when %s', (_, others) => {
    expect(judgedWith(PASS, ...others)?.remedy.kind).toBe('manual');
  });

  it('is an instruction where a wildcard passes roles, or the statement tests the key already', () => {
    const run = exampleAllow('lambda:CreateFunction');
    expect(judgedWith({ ...PASS, Action: 'iam:P*' }, run)?.remedy.kind).toBe('manual');
    expect(judgedWith({ ...PASS, ...to('*') }, run)?.remedy.kind).toBe('manual');
    expect(judgedWith({ ...PASS, Action: 'iam:PassRol?' }, run)?.remedy.kind).toBe('steps');
  });

  it('is an instruction in China, where services have other names', () => {
    const state = exampleRoleWith(PASS, exampleAllow('lambda:CreateFunction'));
    expect(judged(state, 'arn:aws-cn:iam::222222222222:role/orders-api-role')?.remedy.kind).toBe('manual');
  });

  it('counts what a Deny and the boundary leave', () => {
    const run = exampleAllow(['lambda:CreateFunction', 'ecs:RunTask', 'appsync:CreateDataSource']);
    const deny = { Effect: 'Deny', Action: ['ecs:*', 'appsync:*'], Resource: '*' };
    expect(statementsAfter(PASS, run, deny)[0]).toEqual({ ...PASS, ...to('lambda.amazonaws.com') });
    const boundary = exampleInline('functions', exampleAllow(['iam:PassRole', 'ecs:*'])).document;
    const [passes] = JSON.parse(afterOf({ ...exampleRoleWith(PASS, run), boundary }).toText ?? '').Statement;
    expect(passes).toEqual({ ...PASS, ...to('ecs-tasks.amazonaws.com', 'ecs.amazonaws.com') });
  });
});
