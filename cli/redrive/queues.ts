import type { DeadQueue } from '../../shared/aws/dead-letters.ts';
import { QUEUE_VARIABLES, siblingOf } from '../../shared/flows/doctor/check-hub.ts';
import type { HubInspector } from '../../shared/flows/doctor/hub-facts.ts';
import { BUS_NAME, type HubQueue } from '../../shared/names.ts';

export const DEAD_QUEUES = [...(Object.keys(QUEUE_VARIABLES) as HubQueue[]), 'undelivered'] as const;
export type DeadQueueName = (typeof DEAD_QUEUES)[number];

/** The dead-letter queue of that name; undefined when this installation has none, as where nothing is exported. */
export async function findDead(inspector: HubInspector, name: DeadQueueName): Promise<DeadQueue | undefined> {
  const [namer, variable] = QUEUE_VARIABLES[name === 'undelivered' ? 'changes' : name];
  const sourceUrl = (await inspector.readFunction(namer))?.environment[variable];
  const source = sourceUrl === undefined ? null : await inspector.readQueue(sourceUrl);
  if (sourceUrl === undefined || source === null) return undefined;
  const arn = name === 'undelivered' ? await undeliveredOf(inspector, source.arn) : source.deadArn;
  // What EventBridge could not deliver was on no queue that SQS knows of.
  return arn === null
    ? undefined
    : { url: siblingOf(sourceUrl, arn), arn, sourceUrl, sourceArn: name === 'undelivered' ? null : source.arn };
}

/** The rule that fills the changes queue names where it puts what it could not. */
async function undeliveredOf(inspector: HubInspector, changesArn: string): Promise<string | null> {
  const rules = await inspector.readRulesTo(changesArn, BUS_NAME);
  return rules.flatMap(({ targets }) => targets).find(({ deadArn }) => deadArn !== null)?.deadArn ?? null;
}
