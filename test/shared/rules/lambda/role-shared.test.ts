import { describe, expect, it } from 'vitest';
import { functionResource } from '../../../../shared/model/resource.ts';
import rule, { ownRoleName } from '../../../../shared/rules/lambda/role-shared.ts';
import { judgeChanged, stepsOf, violationOf } from '../judge.ts';

const SHARED = 'one other function';

describe('lambda-role-shared', () => {
  it('gives the function a role of its own', () => {
    expect(stepsOf(violationOf(rule, SHARED))).toMatchObject([
      {
        kind: 'give-own-role',
        fromRoleArn: 'arn:aws:iam::222222222222:role/service-role/orders-api-role',
        newRoleName: expect.stringMatching(/^cinch-orders-api-[0-9a-f]{8}$/),
      },
    ]);
  });

  it('names the new role alike each time, apart for each function, and as IAM allows', () => {
    const long = functionResource('222222222222', 'eu-central-1', 'f'.repeat(64));
    expect(ownRoleName(long)).toBe(ownRoleName(structuredClone(long)));
    expect(ownRoleName(long)).toHaveLength(64);
    const names = [
      functionResource('222222222222', 'eu-central-1', 'a'),
      functionResource('222222222222', 'us-east-1', 'a'),
      functionResource('222222222222', 'eu-central-1', 'b'),
      { ...long, arn: `${long.arn}x` },
      long,
    ].map(ownRoleName);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[\w+=,.@-]{1,64}$/);
  });

  it('names ten of the others and counts the rest, in an order of its own', () => {
    const violation = violationOf(rule, 'many others, under a stack');
    expect(violation.summary).toBe('its role orders-api-role is also that of 14 other functions');
    expect(violation.evidence[1]?.found).toMatch(/^worker-0, (worker-\d+, ){8}worker-\d+ and 4 more$/);
    const sharers = ['b', 'a'].map((name) => `arn:aws:lambda:eu-central-1:222222222222:function:${name}`);
    const evidence = (roleSharers: string[]) => judgeChanged(rule, SHARED, { roleSharers })?.evidence;
    expect(evidence(sharers)).toEqual(evidence([...sharers].reverse()));
  });

  it('says in which region another function is', () => {
    expect(violationOf(rule, 'the function of the same name in another region').evidence[1]?.found).toBe(
      'orders-api (us-east-1)',
    );
  });

  it.each([
    ['a role that is linked to a service', 'linked to an AWS service'],
    ['a role of another account', '333333333333'],
    ['at the edge', 'published versions'],
  ])('leaves %s to people', (name, why) => {
    expect(violationOf(rule, name).remedy).toMatchObject({ kind: 'manual', why: expect.stringContaining(why) });
  });
});
