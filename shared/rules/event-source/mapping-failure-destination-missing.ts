import type { Remedy, RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { EventSourceMapping, FunctionFacts } from '../../model/state.ts';
import { byHand } from '../parts/by-hand.ts';
import { EXAMPLE_SETTINGS } from '../parts/example-context.ts';
import { failureDestination, NAME_DESTINATION } from '../parts/failure-destination.ts';
import { counted } from '../parts/words.ts';

type Seen = Pick<FunctionFacts, 'mappings'>;

/**
 * Streams and Kafka can name where failed batches go; queues have their redrive policy, and Amazon MQ and DocumentDB know no destination
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html). Self-managed Kafka has no ARN.
 */
const KNOWS_DESTINATIONS = /^arn:[^:]+:(kinesis|dynamodb|kafka):/;

const losesRecords = ({ enabled, sourceArn, onFailureArn }: EventSourceMapping): boolean =>
  enabled && onFailureArn === null && (sourceArn === null || KNOWS_DESTINATIONS.test(sourceArn));

function evaluate({ mappings }: Seen, context: RuleContext<'function'>): Violation | undefined {
  const losing = mappings.filter(losesRecords);
  if (losing.length === 0) return undefined;
  const endless = losing.some(({ maximumRetries, maximumAgeSeconds }) => maximumRetries === -1 && maximumAgeSeconds === -1);
  return {
    summary: `records that it fails to handle are lost (${counted(losing.length, 'event source mapping')} without a failure destination)`,
    evidence: losing.map(({ id, sourceArn }) => ({
      path: `mapping ${id} of ${sourceArn ?? 'self-managed Kafka'}: OnFailure`,
      found: 'none',
      expected: 'a queue, topic or bucket',
    })),
    remedy: remedyFor(losing, context),
    ...(endless
      ? {
          advice: [
            'It retries for ever, so that one bad record blocks its shard until the stream drops it: set MaximumRetryAttempts too.',
          ],
        }
      : {}),
  };
}

function remedyFor(losing: readonly EventSourceMapping[], context: RuleContext<'function'>): Remedy {
  const { resource: target } = context;
  const destination = failureDestination(context);
  if (destination === undefined)
    return byHand(
      "The destination must be made first, and the function's role must be allowed to write to it.",
      `Name one: aws lambda update-event-source-mapping --uuid ${losing[0]?.id} --region ${target.region} --destination-config '{"OnFailure":{"Destination":"<arn>"}}', ${NAME_DESTINATION}.`,
    );
  const { arn: to, grant } = destination;
  const isKafka = losing.some(({ sourceArn }) => sourceArn === null || sourceArn.includes(':kafka:'));
  return {
    kind: 'steps',
    steps: losing.map(({ id: mappingId }) => ({ kind: 'set-mapping-destination', target, mappingId, from: null, to, grant })),
    // https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure-destination.html
    approvalBecause: `somebody must look into what arrives at ${to}${isKafka ? ', and with a destination Kafka is retried ten times at most, no longer for ever' : ''}`,
  };
}

const MAPPING: EventSourceMapping = {
  id: '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0',
  sourceArn: 'arn:aws:kinesis:eu-central-1:222222222222:stream/clicks',
  qualifier: null,
  enabled: true,
  onFailureArn: null,
  maximumRetries: -1,
  maximumAgeSeconds: -1,
  filtered: false,
};

export default defineRule({
  id: 'event-source-mapping-failure-destination-missing',
  title: 'Records of a stream that a function fails to handle go somewhere',
  severity: 'medium',
  resource: 'function',
  checklist: ['wa-REL05-BP04'],
  needs: ['mappings'],
  evaluate,
  examples: {
    passes: [
      {
        name: 'a destination',
        state: { mappings: [{ ...MAPPING, onFailureArn: 'arn:aws:sqs:eu-central-1:222222222222:failed' }] },
      },
      { name: 'a queue', state: { mappings: [{ ...MAPPING, sourceArn: 'arn:aws:sqs:eu-central-1:222222222222:orders' }] } },
      {
        name: 'a broker that knows none',
        state: { mappings: [{ ...MAPPING, sourceArn: 'arn:aws:mq:eu-central-1:222222222222:broker:orders:b-1' }] },
      },
      { name: 'a mapping that is off', state: { mappings: [{ ...MAPPING, enabled: false }] } },
    ],
    violates: [
      { name: 'a stream that is retried for ever', state: { mappings: [MAPPING] } },
      {
        name: 'a stream and Kafka, where a queue is configured',
        state: { mappings: [MAPPING, { ...MAPPING, id: '9a8b7c6d-0000-4000-8000-000000000000', sourceArn: null }] },
        settings: {
          remedies: { ...EXAMPLE_SETTINGS.remedies, failureDestination: 'arn:aws:sqs:{region}:{account}:lost-records' },
        },
      },
      {
        name: 'the stream of a table',
        state: {
          mappings: [
            {
              ...MAPPING,
              sourceArn: 'arn:aws:dynamodb:eu-central-1:222222222222:table/orders/stream/2026-01-01T00:00:00.000',
              maximumRetries: 3,
            },
          ],
        },
      },
      {
        name: 'self-managed Kafka',
        state: { mappings: [{ ...MAPPING, sourceArn: null, maximumRetries: null, maximumAgeSeconds: null }] },
      },
    ],
  },
});
