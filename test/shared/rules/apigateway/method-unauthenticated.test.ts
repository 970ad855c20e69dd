import { describe, expect, it } from 'vitest';
import { parsePolicyDocument } from '../../../../shared/policy/parse.ts';
import rule from '../../../../shared/rules/apigateway/method-unauthenticated.ts';
import { exampleRoute } from '../../../../shared/rules/parts/api.ts';
import { judgeChanged, violationOf } from '../judge.ts';

const OPEN = 'a proxy to a function for everybody';
const allow = (Resource: string | string[]) =>
  parsePolicyDocument({ Statement: { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource } }, 'test');
const judge = (key: string, Resource: string | string[]) =>
  judgeChanged(rule, OPEN, { policy: allow(Resource), routes: [exampleRoute(key, 'NONE')] });

describe('apigateway-method-unauthenticated', () => {
  it.each([
    ['GET /orders', '*'],
    ['GET /orders', 'execute-api:/*'],
    ['GET /orders', 'execute-api:/prod/*'],
    ['GET /orders', 'execute-api:/*/GET/orders'],
    ['ANY /orders', 'execute-api:/*/POST/orders'],
    ['GET /orders/{id}', 'execute-api:/*/GET/orders/*'],
    ['GET /orders/{id}', 'execute-api:/*/GET/orders/7'],
    ['GET /orders/{id}/lines', 'execute-api:/prod/*/orders/7/lines'],
    ['ANY /{proxy+}', 'arn:aws:execute-api:eu-central-1:222222222222:a1b2c3d4e5/*/GET/deep/down'],
    ['GET /orders', ['execute-api:/*/GET/health', 'arn:aws:execute-api:*:*:*/*/GET/*']],
  ])('finds %s open under %s', (key, resource) => {
    expect(judge(key, resource)).toMatchObject({ evidence: [{ path: `${key}: authorizationType` }] });
  });

  it.each([
    ['GET /orders', 'execute-api:/*/POST/orders'],
    ['GET /orders', 'execute-api:/*/GET/health'],
    ['GET /orders/{id}', 'execute-api:/*/GET/orders'],
    ['ANY /orders', 'arn:aws:execute-api:eu-central-1:222222222222:a1b2c3d4e5/prod/GET/health'],
  ])('finds %s closed under %s', (key, resource) => {
    expect(judge(key, resource)).toBeUndefined();
  });

  it('takes a policy that allows nobody or one account for closed: an unsigned request needs an Allow', () => {
    const policy = (Statement: object) => parsePolicyDocument({ Statement }, 'test');
    const call = { Action: 'execute-api:Invoke', Resource: 'execute-api:/*' };
    expect(judgeChanged(rule, OPEN, { policy: policy({ Effect: 'Deny', Principal: '*', ...call }) })).toBeUndefined();
    expect(
      judgeChanged(rule, OPEN, { policy: policy({ Effect: 'Allow', Principal: { AWS: '333333333333' }, ...call }) }),
    ).toBeUndefined();
  });

  it('names five of many methods, and tells what an API key is', () => {
    expect(violationOf(rule, 'six methods').summary).toBe(
      'it answers everybody on 6 methods: GET /a, GET /b, GET /c, GET /d, GET /e and 1 more',
    );
    expect(violationOf(rule, 'nothing but an API key').advice?.join(' ')).toMatch(/API key .*stack orders/s);
  });
});
