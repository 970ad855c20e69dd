import { type EventSourceMappingConfiguration, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import type { FunctionFacts } from '../../model/state.ts';
import { type Known, unknown } from '../../model/unknown.ts';
import { isGone } from '../aws-error.ts';
import { mapLimited, once } from '../concurrency.ts';
import { endpointOf } from '../endpoints.ts';
import { makeHubClient } from '../hub-client.ts';
import type { FunctionReads } from './function-reads.ts';

const AT_ONCE = 4;

export interface Sources {
  readonly queues: () => Promise<Known<FunctionFacts['queues']>>;
  readonly otherSources: () => Promise<boolean>;
}

/** What feeds the function and its aliases. Disabled mappings count: somebody may enable them. */
export function makeSources(read: FunctionReads): Sources {
  const mappings = once(() => readMappings(read));
  return {
    queues: async () =>
      readQueues(
        read,
        (await mappings()).flatMap((mapping) => queueArnOf(mapping) ?? []),
      ),
    otherSources: async () => (await mappings()).some((mapping) => queueArnOf(mapping) === undefined),
  };
}

const queueArnOf = ({ EventSourceArn: arn }: EventSourceMappingConfiguration): string | undefined =>
  arn?.split(':')[2] === 'sqs' ? arn : undefined;

/** Lambda lists the mappings of exactly the function or alias that is named. */
async function readMappings(read: FunctionReads): Promise<EventSourceMappingConfiguration[]> {
  const ofAliases = async () => {
    const names = (await read.aliases()).flatMap((alias) => alias.Name ?? []);
    return mapLimited(names, AT_ONCE, (alias) => listMappings(read, `${read.resource.name}:${alias}`));
  };
  const [own, others] = await Promise.all([listMappings(read, read.resource.name), ofAliases()]);
  const byId = new Map([own, ...others].flat().map((mapping) => [mapping.UUID, mapping]));
  return [...byId.values()];
}

async function listMappings(read: FunctionReads, name: string): Promise<EventSourceMappingConfiguration[]> {
  const found: EventSourceMappingConfiguration[] = [];
  let marker: string | undefined;
  do {
    const page = await read.clients.lambda.send(new ListEventSourceMappingsCommand({ FunctionName: name, Marker: marker }));
    found.push(...(page.EventSourceMappings ?? []).filter((mapping) => mapping.State !== 'Deleting'));
    marker = page.NextMarker || undefined;
  } while (marker);
  return found;
}

async function readQueues(read: FunctionReads, arns: readonly string[]): Promise<Known<FunctionFacts['queues']>> {
  const found: FunctionFacts['queues'][number][] = [];
  for (const queueArn of new Set(arns)) {
    const seconds = await readVisibilityTimeout(read, queueArn);
    if (seconds === 'gone') continue;
    if (seconds === undefined) return unknown(`SQS named no visibility timeout for ${queueArn}`);
    found.push({ queueArn, visibilityTimeoutSeconds: seconds });
  }
  return found;
}

/**
 * A mapped queue lies in the function's own region, maybe in another account; its URL follows from its ARN. A mapping outlives its queue
 * and then feeds nothing: `gone`.
 */
async function readVisibilityTimeout(read: FunctionReads, queueArn: string): Promise<number | 'gone' | undefined> {
  const [, , , region = read.resource.region, account = '', name = ''] = queueArn.split(':');
  const client =
    region === read.resource.region
      ? read.clients.light
      : makeHubClient({ clock: read.clock, random: read.random, region, credentials: read.clients.credentials });
  const input = {
    QueueUrl: new URL(`/${account}/${name}`, endpointOf('sqs', region)).href,
    AttributeNames: ['VisibilityTimeout'],
  };
  try {
    const answer = await client.call('sqs', 'GetQueueAttributes', input);
    const seconds = Number((answer.Attributes as Record<string, unknown> | undefined)?.VisibilityTimeout ?? Number.NaN);
    return Number.isInteger(seconds) ? seconds : undefined;
  } catch (error) {
    if (isGone(error)) return 'gone';
    throw error;
  }
}
