import { beginPass, isUnusedLong, noteUsed, oldVersions } from '../engine/old-layers.ts';
import { TryAgain } from '../model/errors.ts';
import type { LayerUse } from '../model/own-layer.ts';
import { placeId } from '../model/place.ts';
import type { World } from './ports.ts';

type SweepLayersWorld = Pick<World, 'clock' | 'log' | 'config' | 'ledger' | 'queues' | 'reader'>;

export interface LayersAt {
  readonly account: string;
  readonly region: string;
}

/**
 * One page of looking through all functions of a place, their published versions too, for old versions of Cinch's own layers. Most places
 * have none, which two calls tell. After the last page, what nobody used for thirty days is to be deleted, or said.
 * Answers where the next page begins.
 */
export async function sweepLayers(world: SweepLayersWorld, at: LayersAt, from: string | null): Promise<string | null> {
  const place = placeId(at);
  const now = world.clock.now().toISOString();
  const before = (await world.ledger.readLayerUse(place)) ?? { id: place, checkedAt: null, lastUsed: {}, version: 0 };
  const use =
    from === null ? beginPass(before, oldVersions(await world.reader.readOwnLayers(at.account, at.region)), now) : before;
  if (Object.keys(use.lastUsed).length === 0) {
    if (before.version > 0) await write(world, { ...use, checkedAt: now });
    return null;
  }
  const page = await world.reader.readLayerUsePage(at.account, at.region, from);
  const noted = noteUsed(use, page.items, now);
  await write(world, page.next === null ? { ...noted, checkedAt: now } : noted);
  if (page.next === null) await endPass(world, at, noted, now);
  return page.next;
}

async function write({ ledger }: SweepLayersWorld, use: LayerUse): Promise<void> {
  if (!(await ledger.writeLayerUse(use))) throw new TryAgain(`the layers of ${use.id} were looked through by another run`);
}

/** Layers are deleted only where the configuration says so: it can't be undone. */
async function endPass(world: SweepLayersWorld, at: LayersAt, use: LayerUse, now: string): Promise<void> {
  const { sweep } = await world.config.read();
  for (const arn of Object.keys(use.lastUsed).filter((each) => isUnusedLong(use, each, now))) {
    if (sweep.cleanLayers) await world.queues.sendCleaning({ kind: 'clean-layer', layerArn: arn }, `layers ${use.id}`);
    else world.log.info('an old layer is unused', { layer: arn, command: deletionOf(arn, at.region) });
  }
}

/** `arn:aws:lambda:<region>:<account>:layer:<name>:<version>` */
function deletionOf(arn: string, region: string): string {
  const [, , , , , , name, version] = arn.split(':');
  return `aws lambda delete-layer-version --region ${region} --layer-name ${name} --version-number ${version}`;
}
