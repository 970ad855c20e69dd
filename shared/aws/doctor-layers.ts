import { GetLayerVersionCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { OWN_LAYERS } from '../engine/old-layers.ts';
import type { LayerFacts, UsedLayer } from '../flows/doctor/member-facts.ts';
import { isGone } from './aws-error.ts';
import type { MemberClients } from './member.ts';

/** Fifty functions each: more would keep others from the account's fifteen calls a second for too long. */
const MOST_PAGES = 40;

/** Cinch's own layers that functions have, in the clients' account and region, and what was published under those ARNs. */
export async function readUsedLayers(clients: MemberClients): Promise<LayerFacts> {
  const users = new Map<string, string>();
  let functions = 0;
  let marker: string | undefined;
  let pages = 0;
  do {
    const page = await clients.lambda.send(new ListFunctionsCommand({ Marker: marker }));
    for (const { FunctionName: name = '', Layers = [] } of page.Functions ?? []) {
      functions += 1;
      for (const { Arn: arn = '' } of Layers) if (isOwn(arn) && !users.has(arn)) users.set(arn, name);
    }
    marker = page.NextMarker || undefined;
    pages += 1;
  } while (marker && pages < MOST_PAGES);
  const used: UsedLayer[] = [];
  for (const [arn, functionName] of users) used.push({ arn, functionName, published: await readPublished(clients, arn) });
  return { functions, isWhole: marker === undefined, used };
}

/** `arn:aws:lambda:<region>:<account>:layer:<name>:<version>` */
const isOwn = (arn: string): boolean => OWN_LAYERS.includes(arn.split(':')[6] ?? '');

async function readPublished(clients: MemberClients, arn: string): Promise<UsedLayer['published']> {
  const [, , , , , , LayerName, version] = arn.split(':');
  try {
    const found = await clients.lambda.send(new GetLayerVersionCommand({ LayerName, VersionNumber: Number(version) }));
    const sha256 = Buffer.from(found.Content?.CodeSha256 ?? '', 'base64').toString('hex');
    return { description: found.Description ?? '', sha256 };
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}
