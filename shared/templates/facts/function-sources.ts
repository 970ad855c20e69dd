import type { FunctionFacts, QualifiedPolicy } from '../../model/state.ts';
import { isUnknown } from '../../model/unknown.ts';
import { allowedSources, busOfRule } from '../../policy/allowed-sources.ts';
import type { Declared, World } from '../declared.ts';
import { functionNamed } from '../references.ts';
import { at, flagOf, listOf, NotTold, numberOf, textOf } from '../values.ts';
import type { FactMakers } from './fact.ts';
import { mappingsAt } from './function-qualifiers.ts';
import { bucketOf, busOf, queueOf, streamOf, topicOf } from './source-details.ts';

type SourceFact = 'mappings' | 'queues' | 'otherSources' | 'streams' | 'topics' | 'buses' | 'buckets';

/** What feeds the function, as far as the template itself has it. */
export function sourcesOf(
  world: World,
  declared: Declared,
  policies: () => readonly QualifiedPolicy[],
): Pick<FactMakers<'function'>, SourceFact> {
  const mappings = () => mappingsAt(world, declared);
  const sources = () => mappings().map(({ properties }) => sourceOf(properties));
  const mapped = (service: string) => [
    ...new Set(sources().flatMap((arn) => (arn !== null && serviceOf(arn) === service ? arn : []))),
  ];
  return {
    mappings: () => mappings().map(mappingOf),
    otherSources: () => sources().some((arn) => arn === null || serviceOf(arn) !== 'sqs'),
    queues: () => mapped('sqs').map((arn) => queueOf(world, arn)),
    streams: () => [...new Set(mapped('kinesis').map(withoutConsumer))].map((arn) => streamOf(world, arn)),
    topics: () => allowedArns(policies(), 'sns.amazonaws.com').map((arn) => topicOf(world, arn)),
    buses: () => allowedArns(policies(), 'events.amazonaws.com', busOfRule).map((arn) => busOf(world, arn)),
    buckets: () => allowedArns(policies(), 's3.amazonaws.com').map((arn) => bucketOf(world, arn)),
  };
}

/** @throws NotTold when a statement names none, or one that could be many. */
function allowedArns(policies: readonly QualifiedPolicy[], service: string, narrow?: typeof busOfRule): string[] {
  const sources = allowedSources(policies, service, narrow);
  if (isUnknown(sources)) throw new NotTold(sources.unknown);
  return sources.map(({ arn }) => arn);
}

const serviceOf = (arn: string): string => arn.split(':')[2] ?? '';
const withoutConsumer = (arn: string): string => arn.replace(/\/consumer\/.*$/, '');
const sourceOf = (properties: Declared['properties']): string | null => textOf(properties.EventSourceArn) ?? null;

const STREAMS: ReadonlySet<string> = new Set(['kinesis', 'dynamodb']);

function mappingOf({ properties, logicalId }: Declared): FunctionFacts['mappings'][number] {
  const sourceArn = sourceOf(properties);
  const isStream = sourceArn !== null && STREAMS.has(serviceOf(sourceArn));
  // Streams are tried for ever unless somebody says otherwise, and Lambda answers -1 then.
  const unlimited = isStream ? -1 : null;
  return {
    id: logicalId,
    sourceArn,
    qualifier: functionNamed(textOf(properties.FunctionName) ?? '').qualifier,
    enabled: flagOf(properties.Enabled) ?? true,
    onFailureArn: textOf(at(properties, 'DestinationConfig', 'OnFailure', 'Destination')) || null,
    maximumRetries: numberOf(properties.MaximumRetryAttempts) ?? unlimited,
    maximumAgeSeconds: numberOf(properties.MaximumRecordAgeInSeconds) ?? unlimited,
    filtered: listOf(at(properties, 'FilterCriteria', 'Filters')).length > 0,
  };
}
