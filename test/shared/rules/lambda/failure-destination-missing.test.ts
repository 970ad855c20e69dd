import { describe, expect, it } from 'vitest';
import { parsePolicyDocument } from '../../../../shared/policy/parse.ts';
import age from '../../../../shared/rules/lambda/async-age-unlimited.ts';
import rule from '../../../../shared/rules/lambda/failure-destination-missing.ts';
import { judgeChanged } from '../judge.ts';

const statement = (Service: string | string[], Effect = 'Allow') => ({
  Effect,
  Principal: { Service },
  Action: 'lambda:InvokeFunction',
  Resource: '*',
});
const policies = (qualifier: string | null, ...Statement: object[]) => ({
  resourcePolicies: [{ qualifier, revisionId: 'r', document: parsePolicyDocument({ Statement }, 'test') }],
});
const findings = (facts: object) => [
  judgeChanged(rule, 'no caller', facts),
  judgeChanged(age, 'an hour', { asyncConfigs: [], ...facts }),
];

describe('asynchronous callers', () => {
  it.each([
    's3',
    'sns',
    'events',
    'ses',
    'iot',
    'config',
    'cloudformation',
    'codecommit',
    'codepipeline',
    'logs',
    'logs.us-east-1',
  ])('%s', (service) => {
    for (const one of findings(policies(null, statement(`${service}.amazonaws.com`)))) expect(one).toBeDefined();
  });

  it.each([
    'apigateway.amazonaws.com',
    'cognito-idp.amazonaws.com',
    'elasticloadbalancing.amazonaws.com',
    'alexa-appkit.amazon.com',
    's3.amazonaws.com.example.com',
    'catalogs3.amazonaws.com',
  ])('%s is none', (service) => {
    for (const one of findings(policies(null, statement(service)))) expect(one).toBeUndefined();
  });

  it('count per qualifier, in lists too, and a Deny is none', () => {
    const [violation] = findings(
      policies('live', statement(['sns.amazonaws.com', 'apigateway.amazonaws.com', 's3.amazonaws.com'])),
    );
    expect(violation?.evidence).toEqual([
      {
        path: 'DestinationConfig.OnFailure of the qualifier live',
        found: 'none, and s3 and sns invoke it asynchronously',
        expected: 'a queue, topic, bus or bucket, or a dead-letter queue',
      },
    ]);
    expect(violation?.remedy).toMatchObject({ instructions: expect.stringContaining('--qualifier live') });
    for (const one of findings(policies(null, statement('s3.amazonaws.com', 'Deny')))) expect(one).toBeUndefined();
  });
});
