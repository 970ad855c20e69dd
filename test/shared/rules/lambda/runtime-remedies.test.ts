import { describe, expect, it } from 'vitest';
import type { AnyRule, RemedySettings } from '../../../../shared/model/rule.ts';
import mapping from '../../../../shared/rules/event-source/mapping-failure-destination-missing.ts';
import asyncAge from '../../../../shared/rules/lambda/async-age-unlimited.ts';
import concurrency from '../../../../shared/rules/lambda/concurrency-unreserved.ts';
import injection from '../../../../shared/rules/lambda/environment-code-injection.ts';
import destination from '../../../../shared/rules/lambda/failure-destination-missing.ts';
import logKey from '../../../../shared/rules/lambda/log-group-key-missing.ts';
import retention from '../../../../shared/rules/lambda/log-group-unretained.ts';
import deprecated from '../../../../shared/rules/lambda/runtime-deprecated.ts';
import tracing from '../../../../shared/rules/lambda/tracing-off.ts';
import vpc from '../../../../shared/rules/lambda/vpc-missing.ts';
import { EXAMPLE_FUNCTION, EXAMPLE_SETTINGS } from '../../../../shared/rules/parts/example-context.ts';
import { lastDayOf, RUNTIMES, toSuccessor } from '../../../../shared/rules/parts/runtimes.ts';
import { approvalOf, judgeChanged, stepsOf, violationOf } from '../judge.ts';

const asked = {
  require: { ...EXAMPLE_SETTINGS.require, reservedConcurrency: true, logKey: true },
};
const remedyOf = (rule: AnyRule, example: string, remedies: Partial<RemedySettings> = {}) =>
  judgeChanged(rule, example, {}, { ...asked, remedies: { ...EXAMPLE_SETTINGS.remedies, ...remedies } });

const KEY = 'arn:aws:kms:eu-central-1:222222222222:key/0f3c1d52-6a7b-4c8d-9e0f-112233445566';
const QUEUE = 'arn:aws:sqs:{region}:{account}:lost-events';
const NETWORK = { subnets: ['subnet-0a', 'subnet-0b'], securityGroups: ['sg-0c'] };

describe('a remedy that depends on the configuration', () => {
  it.each<[setting: string, AnyRule, example: string, Partial<RemedySettings>, step: object]>([
    [
      'reservedConcurrency',
      concurrency,
      'nothing reserved',
      { reservedConcurrency: 50 },
      { kind: 'set-concurrency', from: null, to: 50 },
    ],
    [
      'failureDestination',
      destination,
      'a bucket',
      { failureDestination: QUEUE },
      {
        kind: 'set-async-config',
        qualifier: null,
        from: null,
        to: {
          onFailureArn: 'arn:aws:sqs:eu-central-1:222222222222:lost-events',
          maximumAgeSeconds: 21_600,
          maximumRetries: 2,
        },
        grant: { actions: ['sqs:SendMessage'], resource: 'arn:aws:sqs:eu-central-1:222222222222:lost-events' },
      },
    ],
    [
      'failureDestination',
      mapping,
      'a stream that is retried for ever',
      { failureDestination: 'arn:aws:sns:eu-central-1:222222222222:lost-records' },
      {
        kind: 'set-mapping-destination',
        from: null,
        to: 'arn:aws:sns:eu-central-1:222222222222:lost-records',
        grant: { actions: ['sns:Publish'], resource: 'arn:aws:sns:eu-central-1:222222222222:lost-records' },
      },
    ],
    ['logRetentionDays', retention, 'for ever', { logRetentionDays: 400 }, { kind: 'set-log-retention', toDays: 400 }],
    ['logKey', logKey, "AWS's key", { logKey: KEY }, { kind: 'set-log-key', keyArn: KEY }],
    [
      'vpc',
      vpc,
      'outside any VPC',
      { vpc: [{ account: '222222222222', region: 'eu-central-1', ...NETWORK }] },
      { kind: 'attach-vpc', subnetIds: NETWORK.subnets, securityGroupIds: NETWORK.securityGroups },
    ],
  ])('remedies.%s of %#', (setting, rule, example, remedies, step) => {
    const configured = remedyOf(rule, example, remedies);
    expect(stepsOf(configured)).toEqual([expect.objectContaining(step)]);
    expect(approvalOf(configured)).toEqual(expect.any(String));
    expect(remedyOf(rule, example)?.remedy).toMatchObject({
      kind: 'manual',
      instructions: expect.stringContaining(`remedies.${setting} in cinch.yaml`),
    });
  });

  it.each<[string, AnyRule, string, Partial<RemedySettings>]>([
    ['a queue of another region', destination, 'a bucket', { failureDestination: 'arn:aws:sqs:us-east-1:222222222222:q' }],
    ['a FIFO queue', destination, 'a bucket', { failureDestination: 'arn:aws:sqs:{region}:{account}:q.fifo' }],
    ['a bus', mapping, 'the stream of a table', { failureDestination: 'arn:aws:events:{region}:{account}:event-bus/b' }],
    ['a key of another region', logKey, "AWS's key", { logKey: KEY.replace('eu-central-1', 'us-east-1') }],
    ['an alias', logKey, "AWS's key", { logKey: 'arn:aws:kms:{region}:{account}:alias/logs' }],
    [
      'the network of another region',
      vpc,
      'outside any VPC',
      { vpc: [{ account: '222222222222', region: 'us-east-1', ...NETWORK }] },
    ],
    ['no failure destination for events that get too old', asyncAge, 'no configuration', { failureDestination: QUEUE }],
  ])('stays an instruction with %s', (_name, rule, example, remedies) => {
    expect(remedyOf(rule, example, remedies)?.remedy.kind).toBe('manual');
  });
});

it('asynchronous events keep their age and retries when they get a destination, each qualifier its own', () => {
  const steps = stepsOf(violationOf(destination, 'a bucket and an alias with a configuration, where a topic is configured'));
  expect(steps).toMatchObject([
    { qualifier: null, from: null, to: { maximumAgeSeconds: 21_600 } },
    {
      qualifier: 'live',
      from: { onFailureArn: null, maximumAgeSeconds: 3600, maximumRetries: 2 },
      to: { maximumAgeSeconds: 3600 },
    },
  ]);
});

it('tracing asks for the two rights it needs, and always a person', () => {
  const violation = violationOf(tracing, 'not traced');
  expect(stepsOf(violation)).toMatchObject([
    { kind: 'set-tracing', grant: { actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resource: '*' } },
  ]);
  expect(approvalOf(violation)).toContain('cost money');
});

describe('a newer runtime', () => {
  it('is offered while the old one can be put back', () => {
    expect(stepsOf(violationOf(deprecated, 'deprecated'))).toMatchObject([
      { kind: 'upgrade-runtime', from: 'nodejs16.x', to: 'nodejs24.x', undoableUntil: '2027-02-01' },
    ]);
  });

  it.each(['python2.7', 'go1.x', 'provided'])('is an instruction for %s', (runtime) => {
    expect(judgeChanged(deprecated, 'deprecated', { runtime })?.remedy.kind).toBe('manual');
  });

  it('is an instruction from the day on which undo would fail', () => {
    const kindOn = (day: string): string => {
      const dates = RUNTIMES['nodejs18.x'];
      if (!dates) throw new Error('no such runtime');
      return toSuccessor(EXAMPLE_FUNCTION, 'nodejs18.x', dates, `${day}T00:00:00.000Z`).kind;
    };
    expect(kindOn('2027-01-31')).toBe('steps');
    expect(kindOn('2027-02-01')).toBe('manual');
  });

  it('takes the earlier of the two days', () => {
    expect(lastDayOf({ deprecated: null, blockCreate: '2027-02-01', blockUpdate: '2027-03-03' })).toBe('2027-02-01');
    expect(lastDayOf({ deprecated: null, blockCreate: null, blockUpdate: '2027-03-03' })).toBe('2027-03-03');
    expect(lastDayOf({ deprecated: null, blockCreate: null, blockUpdate: null })).toBeNull();
  });
});

describe('variables that load code', () => {
  const judge = (environment: Record<string, string>, layers: string[] = []) =>
    judgeChanged(injection, 'no such variable', { environment, layers });

  it.each<[Record<string, string>]>([
    [{ LD_PRELOAD: '/tmp/x.so' }],
    [{ NODE_OPTIONS: '--require /tmp/x.js' }],
    [{ NODE_OPTIONS: '-r ./a.js --import=./b.mjs', BASH_ENV: '/tmp/rc' }],
    [{ PYTHONPATH: '/tmp/a:/mnt/b' }],
    [{ AWS_LAMBDA_EXEC_WRAPPER: '/tmp/wrapper' }],
    [{ JAVA_TOOL_OPTIONS: '-javaagent:agent.jar' }],
  ])('%o is taken away, after a person said so', (environment) => {
    const violation = judge({ ...environment, TABLE: 'orders' });
    expect(stepsOf(violation)).toMatchObject([{ kind: 'remove-variables', variables: Object.keys(environment) }]);
    expect(approvalOf(violation)).toEqual(expect.any(String));
  });

  it.each<[string, Record<string, string>]>([
    ['other options', { NODE_OPTIONS: '--enable-source-maps --require /tmp/x.js' }],
    ['other options behind', { JAVA_TOOL_OPTIONS: '-javaagent:/tmp/agent.jar -Xmx512m' }],
    ["the package's folder", { PYTHONPATH: '/var/task/vendor:/tmp/a' }],
    ["a layer's library", { LD_PRELOAD: '/opt/lib/libjemalloc.so' }],
    ["a layer's wrapper", { AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrapper' }],
    ["Cinch's resolver without its layer", { AWS_LAMBDA_EXEC_WRAPPER: '/opt/cinch/secret-resolver' }],
    ['one of both kinds', { LD_AUDIT: '/tmp/x.so', NODE_OPTIONS: '--no-warnings -r ./x.js' }],
  ])('stays an instruction with %s', (_name, environment) => {
    expect(judge(environment)?.remedy.kind).toBe('manual');
  });
});
