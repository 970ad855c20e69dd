import type { SourcesStep } from '../../model/steps/sources.ts';
import { type Previews, policyShown, shownJson } from './words.ts';

const replaced = (what: string, arn: string, { fromText, toText }: { fromText: string; toText: string | null }) => ({
  title: `Policy of the ${what} ${arn}`,
  before: policyShown(fromText, '(there is none)'),
  after: policyShown(toText, '(it is deleted)'),
});

export const SOURCES_PREVIEWS: Previews<SourcesStep> = {
  'replace-queue-policy': (step) => replaced('queue', step.queueArn, step),
  'replace-topic-policy': (step) => replaced('topic', step.topicArn, step),
  'replace-stream-policy': (step) => replaced('stream', step.streamArn, step),
  'remove-bus-statement': (step) => ({
    title: `Policy of the event bus ${step.busArn}`,
    before: shownJson(step.statement.text),
    after: '',
  }),
  'set-queue-visibility': (step) => ({
    title: `Visibility timeout of the queue ${step.queueArn}`,
    before: `${step.fromSeconds} s`,
    after: `${step.toSeconds} s`,
  }),
  'encrypt-queue': (step) => ({
    title: `Encryption of the queue ${step.queueArn}`,
    before: 'none',
    after: 'SSE-SQS: under a key that SQS manages, at no cost',
  }),
};
