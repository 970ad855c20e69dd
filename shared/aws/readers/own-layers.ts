import { type LayerVersionsListItem, ListFunctionsCommand, ListLayerVersionsCommand } from '@aws-sdk/client-lambda';
import { OWN_LAYERS } from '../../engine/old-layers.ts';
import type { Page } from '../../flows/ports.ts';
import type { OwnLayerVersion } from '../../model/own-layer.ts';
import { isGone } from '../aws-error.ts';
import type { MemberClients } from '../member.ts';

/** Every version of Cinch's own layers in the clients' account and region. */
export async function readOwnLayers(clients: MemberClients): Promise<OwnLayerVersion[]> {
  const all = await Promise.all(OWN_LAYERS.map((layer) => readVersionsOf(clients, layer)));
  return all.flat();
}

async function readVersionsOf(clients: MemberClients, layer: string): Promise<OwnLayerVersion[]> {
  const found: OwnLayerVersion[] = [];
  try {
    for await (const { LayerVersionArn: arn, Version: version, Description: description = '' } of layerVersions(clients, layer))
      if (arn && version) found.push({ layer, version, arn, description });
  } catch (error) {
    // Never published here.
    if (!isGone(error)) throw error;
  }
  return found;
}

/** The layer versions that a page of functions uses, each once, with those of published versions, which keep theirs for good. */
export async function readLayerUsePage(clients: MemberClients, from: string | null): Promise<Page<string>> {
  const page = await clients.lambda.send(new ListFunctionsCommand({ FunctionVersion: 'ALL', Marker: from ?? undefined }));
  const arns = (page.Functions ?? []).flatMap(({ Layers = [] }) => Layers.flatMap(({ Arn: arn }) => arn ?? []));
  return { items: [...new Set(arns)], next: page.NextMarker || null };
}

/** Newest first. Throws ResourceNotFoundException when the layer was never published in the clients' account and region. */
export async function* layerVersions(clients: MemberClients, layer: string): AsyncGenerator<LayerVersionsListItem> {
  let marker: string | undefined;
  do {
    const page = await clients.lambda.send(new ListLayerVersionsCommand({ LayerName: layer, Marker: marker }));
    yield* page.LayerVersions ?? [];
    marker = page.NextMarker || undefined;
  } while (marker);
}
