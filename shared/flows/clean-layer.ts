import { isMember } from '../config/resolve.ts';
import { isUnusedLong, oldVersions } from '../engine/old-layers.ts';
import { MalformedInput } from '../model/errors.ts';
import type { OwnLayerVersion } from '../model/own-layer.ts';
import { placeId } from '../model/place.ts';
import { whyAsk } from './guard.ts';
import type { CleanLayerMessage } from './messages.ts';
import type { World } from './ports.ts';

export type CleanLayerWorld = Pick<World, 'clock' | 'log' | 'config' | 'ledger' | 'reader' | 'layers'>;

interface Where {
  readonly account: string;
  readonly region: string;
}

/**
 * Deletes one old version of one of Cinch's own layers. It can't be undone, so everything is read again: the configuration wants it, Cinch is
 * not stopped, nobody was seen to use it for thirty days, it is neither the newest nor what this installation would publish, and no function
 * and no published version has it now. Whatever still had it would keep running: a copy stays as long as a function refers to it
 * (https://docs.aws.amazon.com/lambda/latest/api/API_DeleteLayerVersion.html), and no undo of Cinch's puts one of its layers back.
 * Answers what came of it.
 */
export async function cleanLayer(world: CleanLayerWorld, { layerArn }: CleanLayerMessage): Promise<'deleted' | 'gone' | string> {
  const where = whereOf(layerArn);
  const refusal = (await whyNotAllowed(world, where)) ?? (await whyNotUnused(world, where, layerArn));
  if (refusal !== undefined) return tell(world, layerArn, refusal);
  const own = await world.reader.readOwnLayers(where.account, where.region);
  const found = own.find(({ arn }) => arn === layerArn);
  if (!found) return tell(world, layerArn, await endCutOff(world, where, layerArn));
  const why = (await whyNeeded(world, own, found)) ?? (await whoUses(world, where, layerArn));
  if (why !== undefined) return tell(world, layerArn, why);
  const detail = `${layerArn} (${found.description})`;
  await audit(world, where, detail, TO_BE_DELETED);
  await world.layers.applyDeletion(where.account, where.region, found);
  await audit(world, where, detail, DELETED);
  return tell(world, layerArn, 'deleted');
}

function whereOf(layerArn: string): Where {
  const [, , , region, account] = layerArn.split(':');
  if (!region || !account) throw new MalformedInput('work message', 'layerArn', 'not the ARN of a layer version');
  return { account, region };
}

async function whyNotAllowed(world: CleanLayerWorld, where: Where): Promise<string | undefined> {
  const config = await world.config.read();
  if (!config.sweep.cleanLayers) return 'the configuration does not want layers deleted';
  if (!isMember(config, where.account)) return 'it is in no member';
  return whyAsk(world, where.account);
}

async function whyNotUnused(world: CleanLayerWorld, where: Where, arn: string): Promise<string | undefined> {
  const use = await world.ledger.readLayerUse(placeId(where));
  return use && isUnusedLong(use, arn, world.clock.now().toISOString()) ? undefined : 'it was used of late';
}

async function whyNeeded(
  world: CleanLayerWorld,
  own: readonly OwnLayerVersion[],
  found: OwnLayerVersion,
): Promise<string | undefined> {
  if (!oldVersions(own).some(({ arn }) => arn === found.arn)) return 'it is the newest of its kind';
  const current = await world.layers.readCurrent();
  return current.includes(found.description) ? 'it is what this installation publishes' : undefined;
}

async function whoUses(world: CleanLayerWorld, { account, region }: Where, layerArn: string): Promise<string | undefined> {
  let from: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof world.reader.readLayerUsePage>> = await world.reader.readLayerUsePage(
      account,
      region,
      from,
    );
    if (page.items.includes(layerArn)) return 'a function has it again';
    from = page.next;
  } while (from !== null);
  return undefined;
}

const TO_BE_DELETED = 'layer version to be deleted';
const DELETED = 'layer version deleted';

/** There is no finding: the entries lie under the place's layers. */
const recordOf = (where: Where): string => `layers-${placeId(where)}`;

async function audit(world: CleanLayerWorld, where: Where, detail: string, what: string): Promise<void> {
  const at = world.clock.now().toISOString();
  await world.ledger.audit({ findingId: recordOf(where), at, what, by: 'cinch', detail });
}

/** A run that was cut off right after the deletion has not recorded it. */
async function endCutOff(world: CleanLayerWorld, where: Where, layerArn: string): Promise<'deleted' | 'gone'> {
  const entries = await world.ledger.readAudit(recordOf(where));
  const last = entries.findLast(({ detail }) => detail.startsWith(`${layerArn} `));
  if (last?.what !== TO_BE_DELETED) return 'gone';
  await audit(world, where, last.detail, DELETED);
  return 'deleted';
}

function tell(world: CleanLayerWorld, layer: string, outcome: string): string {
  world.log.info('old layer', { layer, outcome });
  return outcome;
}
