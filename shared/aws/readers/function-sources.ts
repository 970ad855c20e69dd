import { type EventSourceMappingConfiguration, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import type { EventSourceMapping, FunctionFacts, QualifiedPolicy } from '../../model/state.ts';
import { allKnown, isUnknown, type Known, unknown } from '../../model/unknown.ts';
import { type AllowedSource, allowedSources, busOfRule } from '../../policy/allowed-sources.ts';
import { mapLimited, once } from '../concurrency.ts';
import { readBucket } from './bucket.ts';
import { callDepsOf, type FunctionReads } from './function-reads.ts';
import { readBus, readQueue, readStream, readTopic, streamOf } from './source-details.ts';

const AT_ONCE = 4;

type SourceFact = 'mappings' | 'queues' | 'otherSources' | 'streams' | 'topics' | 'buses' | 'buckets';
export type Sources = { readonly [F in SourceFact]: () => Promise<Known<FunctionFacts[F]>> };

/** What feeds the function and its aliases. Disabled mappings count: somebody may enable them. */
export function makeSources(read: FunctionReads, policies: () => Promise<readonly QualifiedPolicy[]>): Sources {
  const mappings = once(() => readMappings(read));
  const mapped = async (service: string) =>
    (await mappings()).flatMap(({ EventSourceArn: arn }) => (arn && serviceOf(arn) === service ? arn : []));
  const light = (arn: string) => read.members.clients(read.resource.account, regionOf(arn), 'read').light;
  const deps = (arn: string) => callDepsOf(read, read.resource.account, regionOf(arn) || read.resource.region);
  return {
    mappings: async () => (await mappings()).flatMap(mappingOf),
    otherSources: async () => (await mappings()).some(({ EventSourceArn: arn }) => arn === undefined || serviceOf(arn) !== 'sqs'),
    queues: async () => readOwn(read, named(await mapped('sqs')), (arn) => readQueue(light(arn), arn)),
    streams: async () => readOwn(read, named((await mapped('kinesis')).map(streamOf)), (arn) => readStream(light(arn), arn)),
    topics: async () => readOwn(read, allowedSources(await policies(), 'sns.amazonaws.com'), (arn) => readTopic(deps(arn), arn)),
    buses: async () =>
      readOwn(read, allowedSources(await policies(), 'events.amazonaws.com', busOfRule), (arn) => readBus(light(arn), arn)),
    buckets: async () =>
      readOwn(read, allowedSources(await policies(), 's3.amazonaws.com'), (arn) =>
        readBucket(deps(arn), arn.split(':')[5] ?? ''),
      ),
  };
}

const serviceOf = (arn: string): string => arn.split(':')[2] ?? '';
const regionOf = (arn: string): string => arn.split(':')[3] ?? '';
const named = (arns: readonly string[]): AllowedSource[] => [...new Set(arns)].map((arn) => ({ arn, account: null }));

/** Reads each source once. One in another account can't be read from here: taken for none, its owner's policy would count as harmless. */
async function readOwn<T>(
  read: FunctionReads,
  sources: Known<readonly AllowedSource[]>,
  readOne: (arn: string) => Promise<Known<T> | undefined>,
): Promise<Known<T[]>> {
  if (isUnknown(sources)) return sources;
  const own = read.resource.account;
  const foreign = sources.find(({ arn, account }) => (arn.split(':')[4] || account || own) !== own);
  if (foreign) return unknown(`${foreign.arn} lies in another account, where ${read.clients.roleName} of ${own} can't read`);
  return allKnown(await mapLimited(sources, AT_ONCE, ({ arn }) => readOne(arn)));
}

export function mappingOf(mapping: EventSourceMappingConfiguration): EventSourceMapping[] {
  const { UUID: id, FunctionArn: functionArn = '', State: state = '' } = mapping;
  const qualifier = functionArn.split(':')[7];
  if (!id) return [];
  return [
    {
      id,
      sourceArn: mapping.EventSourceArn ?? null,
      qualifier: qualifier === '$LATEST' ? null : (qualifier ?? null),
      enabled: state !== 'Disabled' && state !== 'Disabling',
      onFailureArn: mapping.DestinationConfig?.OnFailure?.Destination || null,
      maximumRetries: mapping.MaximumRetryAttempts ?? null,
      maximumAgeSeconds: mapping.MaximumRecordAgeInSeconds ?? null,
      // Criteria under a key that Cinch may not use come as an error in their place.
      filtered: (mapping.FilterCriteria?.Filters?.length ?? 0) > 0 || mapping.FilterCriteriaError !== undefined,
    },
  ];
}

/** Lambda lists the mappings of exactly the function or alias that is named. */
export async function readMappings(read: FunctionReads): Promise<EventSourceMappingConfiguration[]> {
  const ofAliases = async () => {
    const names = (await read.aliases()).flatMap((alias) => alias.Name ?? []);
    return mapLimited(names, AT_ONCE, (alias) => listMappings(read, `${read.resource.name}:${alias}`));
  };
  const [own, others] = await Promise.all([listMappings(read, read.resource.name), ofAliases()]);
  const byId = new Map([own, ...others].flat().map((mapping) => [mapping.UUID, mapping]));
  return [...byId.values()];
}

export async function listMappings(read: FunctionReads, name: string): Promise<EventSourceMappingConfiguration[]> {
  const found: EventSourceMappingConfiguration[] = [];
  let marker: string | undefined;
  do {
    const page = await read.clients.lambda.send(new ListEventSourceMappingsCommand({ FunctionName: name, Marker: marker }));
    found.push(...(page.EventSourceMappings ?? []).filter((mapping) => mapping.State !== 'Deleting'));
    marker = page.NextMarker || undefined;
  } while (marker);
  return found;
}
