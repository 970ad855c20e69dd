import type { SourcesStep } from '../../../model/steps/sources.ts';
import type { HandlersOf } from '../handler.ts';
import { encryptQueue, replaceQueuePolicy, setQueueVisibility } from './queue.ts';
import { removeBusStatement } from './remove-bus-statement.ts';
import { replaceStreamPolicy } from './replace-stream-policy.ts';
import { replaceTopicPolicy } from './replace-topic-policy.ts';

export const SOURCES_HANDLERS = {
  'replace-queue-policy': replaceQueuePolicy,
  'replace-topic-policy': replaceTopicPolicy,
  'replace-stream-policy': replaceStreamPolicy,
  'remove-bus-statement': removeBusStatement,
  'set-queue-visibility': setQueueVisibility,
  'encrypt-queue': encryptQueue,
} as const satisfies HandlersOf<SourcesStep>;
