import { describe, expect, it } from 'vitest';
import { parsePolicyDocument } from '../../../../shared/policy/parse.ts';
import bucket from '../../../../shared/rules/event-source/bucket-writable.ts';
import bus from '../../../../shared/rules/event-source/bus-open.ts';
import queue from '../../../../shared/rules/event-source/queue-open.ts';
import { exampleContext } from '../../../../shared/rules/parts/example-context.ts';
import {
  EXAMPLE_QUEUE,
  examplePolicy,
  judgeOpenSources,
  sourceCommand,
  sourceName,
} from '../../../../shared/rules/parts/sources.ts';
import { judgeChanged, violationOf } from '../judge.ts';

const source = (name: string, Principal: unknown) => ({
  arn: `arn:aws:sqs:eu-west-1:222222222222:${name}`,
  document: examplePolicy({ Effect: 'Allow', Principal, Action: 'sqs:SendMessage', Resource: '*' }),
});

describe('judgeOpenSources', () => {
  const judge = (sources: ReturnType<typeof source>[], noun = 'queue', actions = ['sqs:SendMessage']) =>
    judgeOpenSources(sources, exampleContext('function'), {
      noun,
      actions,
      may: 'in',
      why: 'Because.',
      instructions: (arn) => `Close ${arn}`,
      close: () => undefined,
    });

  it('names those that are open, one piece of evidence a statement, and the widest caller', () => {
    const sources = [source('b', { AWS: '222222222222' }), source('a', { AWS: '333333333333' }), source('c', '*')];
    expect(judge(sources)).toMatchObject({
      summary: 'the policy of its queues a and c lets everybody in',
      evidence: [{ path: 'policy of queue a: statement 1' }, { path: 'policy of queue c: statement 1' }],
      remedy: { kind: 'manual', why: 'Because.', instructions: 'Close arn:aws:sqs:eu-west-1:222222222222:a.' },
    });
    expect(judge(sources.slice(0, 2), 'event bus')?.summary).toBe('the policy of its event bus a lets another account in');
    expect(judge(sources, 'event bus')?.summary).toContain('event buses a and c');
    expect(judge(sources, 'queue', ['sqs:DeleteMessage'])).toBeUndefined();
  });

  it('gives commands for the region of the source', () => {
    expect(sourceCommand(source('a', '*').arn, 'sqs get-queue-attributes')).toBe(
      'aws sqs get-queue-attributes --region eu-west-1',
    );
    expect(sourceName('arn:aws:kinesis:eu-west-1:222222222222:stream/clicks')).toBe('clicks');
  });
});

describe('event-source-queue-open', () => {
  it('takes a condition that it can not judge, and an organization that nobody configured, for a limit', () => {
    const queues = (Condition: object) => [
      {
        queueArn: source('a', '*').arn,
        visibilityTimeoutSeconds: 30,
        deadLetterArn: null,
        document: examplePolicy({ Effect: 'Allow', Principal: '*', Action: 'sqs:*', Resource: '*', Condition }),
        encrypted: true,
      },
    ];
    const judge = (Condition: object) => judgeChanged(queue, 'everybody may send', { queues: queues(Condition) });
    expect(judge({ StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorg' } })).toBeUndefined();
    expect(judge({ StringEquals: { 'vendor:key': 'x' } })).toBeUndefined();
    expect(judge({ StringLike: { 'aws:PrincipalOrgID': 'o-*' } })).toBeDefined();
  });
});

describe('event-source-bucket-writable', () => {
  const judge = (change: object, ...statements: object[]) =>
    judgeChanged(bucket, 'no policy', {
      buckets: [
        {
          name: 'uploads',
          document: examplePolicy(...statements),
          blocksPublicPolicy: false,
          ignoresPublicAcls: false,
          publicWriteAcl: false,
          ...change,
        },
      ],
    });
  const PUT = { Effect: 'Allow', Principal: '*', Action: 's3:Put*', Resource: 'arn:aws:s3:::uploads/*' };
  const PARTNER = { ...PUT, Principal: { AWS: '333333333333' } };

  it('knows that a blocked public policy lets no other account in either, and one without a star does', () => {
    expect(judge({ blocksPublicPolicy: true }, PUT, PARTNER)).toBeUndefined();
    expect(judge({ blocksPublicPolicy: true }, PARTNER)).toBeDefined();
    expect(judge({}, PUT)).toBeDefined();
  });

  it('is closed by a Deny outside the organization or the network', () => {
    const deny = { ...PUT, Effect: 'Deny', Action: 's3:*', Condition: { StringNotEquals: { 'aws:SourceVpc': 'vpc-1a2b' } } };
    expect(judge({}, PUT, deny)).toBeUndefined();
  });

  it('tells the ACL and the policy apart', () => {
    expect(judge({ publicWriteAcl: true }, PUT)?.evidence.map(({ path }) => path)).toEqual([
      'policy of bucket uploads: statement 1',
      'bucket uploads: ACL',
    ]);
    expect(violationOf(bucket, 'an ACL for everybody').evidence).toHaveLength(1);
  });
});

describe('what closes a source', () => {
  const ARN = 'arn:aws:sqs:eu-central-1:222222222222:orders';
  const open = (queueArn: string) => ({
    ...EXAMPLE_QUEUE,
    queueArn,
    document: examplePolicy({ Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: queueArn }),
  });
  const judge = (...queueArns: string[]) => judgeChanged(queue, 'no policy', { queues: queueArns.map(open) });

  it('is a step, whose result passes', () => {
    const remedy = judge(ARN)?.remedy;
    expect(remedy).toMatchObject({ kind: 'steps', steps: [{ kind: 'replace-queue-policy', queueArn: ARN }] });
    const [step] = remedy?.kind === 'steps' ? remedy.steps : [];
    const toText = step?.kind === 'replace-queue-policy' ? (step.toText ?? '') : '';
    const document = parsePolicyDocument(toText, 'test');
    expect(judgeChanged(queue, 'no policy', { queues: [{ ...open(ARN), document }] })).toBeUndefined();
  });

  it('is an instruction in another account or region, and a line beside the step for one of several', () => {
    const elsewhere = [ARN.replace('222222222222', '333333333333'), ARN.replace('central', 'west')];
    for (const arn of elsewhere) expect(judge(arn)?.remedy).toMatchObject({ kind: 'manual' });
    const both = judge(ARN, elsewhere[1] ?? '');
    expect(both?.remedy).toMatchObject({ kind: 'steps', steps: [{ queueArn: ARN }] });
    expect(both?.advice?.join()).toContain('--region eu-west-1');
  });
});

describe('event-source-bus-open', () => {
  const stepsOfExample = (name: string) => {
    const { remedy } = violationOf(bus, name);
    return remedy.kind === 'steps' ? remedy.steps.map(({ kind }) => kind) : [];
  };

  it('takes open statements away, but none that also lets an allowed account in or has no Sid', () => {
    expect(stepsOfExample('two buses for another account')).toEqual(['remove-bus-statement', 'remove-bus-statement']);
    expect(stepsOfExample('another account beside an allowed one')).toEqual([]);
    expect(stepsOfExample('everybody, by a statement without Sid')).toEqual([]);
  });

  it('says how the organization keeps its way in', () => {
    const advice = violationOf(bus, 'another organization').advice?.join();
    expect(advice).toContain('--event-bus-name orders');
    expect(advice).toContain('Value=o-mine000000');
  });
});
