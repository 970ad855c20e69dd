import type { SourcesStep } from '../../model/steps/sources.ts';
import { name } from '../rich-text.ts';
import { of, say, type WordsOf } from './say.ts';

const lastPart = (arn: string) => name(arn.slice(Math.max(arn.lastIndexOf(':'), arn.lastIndexOf('/')) + 1), 80);
const narrow = (noun: string, arn: string, step: SourcesStep) =>
  say({ ask: 'Narrow', done: 'Narrowed' }, `the policy of the ${noun} `, lastPart(arn), ', which feeds ', of(step.target));

export const SOURCES_WORDS: WordsOf<SourcesStep> = {
  'replace-queue-policy': (step) => narrow('queue', step.queueArn, step),
  'replace-topic-policy': (step) => narrow('topic', step.topicArn, step),
  'replace-stream-policy': (step) => narrow('stream', step.streamArn, step),
  'remove-bus-statement': (step) =>
    say(
      { ask: 'Remove', done: 'Removed' },
      'the statement ',
      name(step.statement.sid, 60),
      ' from the policy of the event bus ',
      lastPart(step.busArn),
      ', which feeds ',
      of(step.target),
    ),
  'set-queue-visibility': (step) =>
    say(
      { ask: 'Raise', done: 'Raised' },
      'the visibility timeout of the queue ',
      lastPart(step.queueArn),
      ` from ${step.fromSeconds} s to ${step.toSeconds} s, for `,
      of(step.target),
    ),
  'encrypt-queue': (step) =>
    say({ ask: 'Encrypt', done: 'Encrypted' }, 'the queue ', lastPart(step.queueArn), ', which feeds ', of(step.target)),
};
