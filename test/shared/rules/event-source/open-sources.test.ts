import { describe, expect, it } from 'vitest';
import bucket from '../../../../shared/rules/event-source/bucket-writable.ts';
import queue from '../../../../shared/rules/event-source/queue-open.ts';
import { exampleContext } from '../../../../shared/rules/parts/example-context.ts';
import { examplePolicy, judgeOpenSources, sourceCommand, sourceName } from '../../../../shared/rules/parts/sources.ts';
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
