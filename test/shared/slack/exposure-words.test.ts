import { describe, expect, it } from 'vitest';
import { previewStep } from '../../../shared/engine/preview-step.ts';
import { functionResource } from '../../../shared/model/resource.ts';
import type { ExposureStep } from '../../../shared/model/steps/exposure.ts';
import type { SourcesStep } from '../../../shared/model/steps/sources.ts';
import type { Leaf } from '../../../shared/slack/rich-text.ts';
import { wordsOf } from '../../../shared/slack/step-words/index.ts';

const target = functionResource('222222222222', 'eu-central-1', 'orders');
const arn = (service: string, resource: string) => `arn:aws:${service}:eu-central-1:222222222222:${resource}`;
const statement = { sid: 'open', text: '{"Sid":"open","Principal":"*"}' };
const [fromText, toText] = ['{"Statement":[{"Sid":"open"}]}', '{"Statement":[]}'];
const from = { allowOrigins: ['https://a.example.com', '*'], allowCredentials: true };

const text = (leaves: readonly Leaf[]): string =>
  leaves
    .map((leaf) => ('text' in leaf ? leaf.text : ''))
    .join('')
    .trim();

describe.each<[ExposureStep | SourcesStep, ask: string, before: RegExp, after: RegExp]>([
  [
    { kind: 'narrow-url-cors', target, qualifier: 'live', from, to: { ...from, allowOrigins: ['https://a.example.com'] } },
    'Narrow the CORS settings of the function URL of orders alias live to https://a.example.com',
    /^origins: https:\/\/a\.example\.com, \*\n.*yes$/,
    /^origins: https:\/\/a\.example\.com\n.*yes$/,
  ],
  [
    { kind: 'narrow-url-cors', target, qualifier: null, from, to: { ...from, allowCredentials: false } },
    'Narrow the CORS settings of the function URL of orders, so that no web site calls it with the visitor’s credentials',
    /yes$/,
    /no$/,
  ],
  [
    { kind: 'remove-layer-permission', target, layerArn: arn('lambda', 'layer:shared:7'), statement },
    'Remove the statement open from the policy of the layer shared:7, which orders uses',
    /"Principal": "\*"/,
    /^$/,
  ],
  [
    { kind: 'replace-queue-policy', target, queueArn: arn('sqs', 'lines'), fromText, toText: null },
    'Narrow the policy of the queue lines, which feeds orders',
    /"Sid": "open"/,
    /^\(it is deleted\)$/,
  ],
  [
    { kind: 'replace-topic-policy', target, topicArn: arn('sns', 'lines'), fromText, toText },
    'Narrow the policy of the topic lines, which feeds orders',
    /"Sid": "open"/,
    /"Statement": \[\]/,
  ],
  [
    { kind: 'replace-stream-policy', target, streamArn: arn('kinesis', 'stream/clicks'), fromText, toText },
    'Narrow the policy of the stream clicks, which feeds orders',
    /"Sid": "open"/,
    /"Statement": \[\]/,
  ],
  [
    { kind: 'remove-bus-statement', target, busArn: arn('events', 'event-bus/shop'), statement },
    'Remove the statement open from the policy of the event bus shop, which feeds orders',
    /"Principal": "\*"/,
    /^$/,
  ],
  [
    { kind: 'set-queue-visibility', target, queueArn: arn('sqs', 'lines'), fromSeconds: 60, toSeconds: 180 },
    'Raise the visibility timeout of the queue lines from 60 s to 180 s, for orders',
    /^60 s$/,
    /^180 s$/,
  ],
  [
    { kind: 'encrypt-queue', target, queueArn: arn('sqs', 'lines') },
    'Encrypt the queue lines, which feeds orders',
    /^none$/,
    /SSE-SQS/,
  ],
])('$kind', (step, ask, before, after) => {
  it('is put to people in words', () => {
    expect(text(wordsOf(step, 'ask'))).toBe(ask);
    expect(text(wordsOf(step, 'done'))).toMatch(/^\S+ed /);
  });

  it('shows before and after', () => {
    expect(previewStep(step).before).toMatch(before);
    expect(previewStep(step).after).toMatch(after);
  });
});
