import { describe, expect, it } from 'vitest';
import { previewStep } from '../../../shared/engine/preview-step.ts';
import { functionResource } from '../../../shared/model/resource.ts';
import type { RuntimeStep } from '../../../shared/model/steps/runtime.ts';
import type { Leaf } from '../../../shared/slack/rich-text.ts';
import { wordsOf } from '../../../shared/slack/step-words/index.ts';

const target = functionResource('222222222222', 'eu-central-1', 'orders');
const QUEUE = 'arn:aws:sqs:eu-central-1:222222222222:lost-events';
const KEY = 'arn:aws:kms:eu-central-1:222222222222:key/0f3c1d52';
const grant = { actions: ['sqs:SendMessage'], resource: QUEUE };
const choice = { onFailureArn: null, maximumAgeSeconds: 21_600, maximumRetries: 2 };

const text = (leaves: readonly Leaf[]): string =>
  leaves
    .map((leaf) => ('text' in leaf ? leaf.text : ''))
    .join('')
    .trim();

describe.each<[RuntimeStep, ask: string, done: string, after: RegExp]>([
  [
    { kind: 'remove-variables', target, variables: ['LD_PRELOAD'] },
    'Remove the variable LD_PRELOAD of orders',
    'Removed the variable LD_PRELOAD of orders',
    /^$/,
  ],
  [
    { kind: 'remove-variables', target, variables: ['A', 'B', 'C', 'D', 'E'] },
    'Remove 5 variables A, B, C and 2 more of orders',
    'Removed 5 variables A, B, C and 2 more of orders',
    /^$/,
  ],
  [
    { kind: 'set-concurrency', target, from: 20, to: 0 },
    'Quarantine orders so that it no longer runs (reserved concurrency 0)',
    'Quarantined orders so that it no longer runs (reserved concurrency 0)',
    /does not run/,
  ],
  [
    { kind: 'set-concurrency', target, from: 20, to: 50 },
    'Reserve a concurrency of 50 in place of 20 for orders',
    'Reserved a concurrency of 50 in place of 20 for orders',
    /^50 at a time$/,
  ],
  [
    { kind: 'set-concurrency', target, from: 20, to: null },
    'Remove the reserved concurrency of orders',
    'Removed the reserved concurrency of orders',
    /^none reserved$/,
  ],
  [
    { kind: 'set-tracing', target, grant },
    'Trace the invocations of orders with X-Ray',
    'Now tracing the invocations of orders with X-Ray',
    /^Active\nan inline policy lets its execution role call sqs:SendMessage on arn:/,
  ],
  [
    { kind: 'set-async-config', target, qualifier: 'live', from: null, to: { ...choice, onFailureArn: QUEUE }, grant },
    'Send events that orders, alias or version live fails on to lost-events',
    'Now sending events that orders, alias or version live fails on to lost-events',
    /on failure: arn:aws:sqs.*\nlongest age: 21600 s\nretries: 2\nan inline policy/,
  ],
  [
    {
      kind: 'set-async-config',
      target,
      qualifier: null,
      from: { ...choice, onFailureArn: QUEUE },
      to: { ...choice, onFailureArn: QUEUE, maximumAgeSeconds: 3600 },
      grant: null,
    },
    'Limit the age of events for orders to 3600 s',
    'Limited the age of events for orders to 3600 s',
    /longest age: 3600 s\nretries: 2$/,
  ],
  [
    { kind: 'set-mapping-destination', target, mappingId: '0f1e', from: null, to: QUEUE, grant },
    'Send records that orders fails on to lost-events, by its mapping 0f1e',
    'Now sending records that orders fails on to lost-events, by its mapping 0f1e',
    /^arn:aws:sqs/,
  ],
  [
    { kind: 'set-log-retention', target, logGroupName: '/aws/lambda/orders', toDays: 365 },
    'Keep the logs in /aws/lambda/orders for 365 days',
    'Now keeping the logs in /aws/lambda/orders for 365 days',
    /older logs are deleted/,
  ],
  [
    { kind: 'set-log-key', target, logGroupName: '/aws/lambda/orders', keyArn: KEY },
    'Encrypt the logs in /aws/lambda/orders under 0f3c1d52',
    'Now encrypting the logs in /aws/lambda/orders under 0f3c1d52',
    /^arn:aws:kms/,
  ],
  [
    { kind: 'attach-vpc', target, subnetIds: ['subnet-1', 'subnet-2'], securityGroupIds: ['sg-1'], grant },
    'Attach orders to 2 subnets of a VPC with sg-1',
    'Attached orders to 2 subnets of a VPC with sg-1',
    /subnet-1, subnet-2\nsecurity groups sg-1\nan inline policy/,
  ],
  [
    { kind: 'upgrade-runtime', target, from: 'nodejs18.x', to: 'nodejs24.x', undoableUntil: '2027-02-01' },
    'Move orders from nodejs18.x to nodejs24.x',
    'Moved orders from nodejs18.x to nodejs24.x',
    /^nodejs24\.x$/,
  ],
])('$kind', (step, ask, done, after) => {
  it('is put to people in words', () => {
    expect(text(wordsOf(step, 'ask'))).toBe(ask);
    expect(text(wordsOf(step, 'done'))).toBe(done);
  });

  it('shows before and after', () => {
    const preview = previewStep(step);
    expect(preview.title).not.toBe('');
    expect(preview.before).not.toBe('');
    expect(preview.after).toMatch(after);
  });
});
