import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ListLayerVersionsCommand, PublishLayerVersionCommand } from '@aws-sdk/client-lambda';
import { Refused } from '../../../model/errors.ts';
import { LAYER_NAME } from '../../../secrets/resolver-contract.ts';
import { isGone } from '../../aws-error.ts';
import type { MemberClients } from '../../member.ts';

export type Architecture = 'x86_64' | 'arm64';

/**
 * The ARN of the resolver's layer in the clients' account and region: published once for each content, which its description names.
 * @throws Refused when this installation has no layer for the architecture.
 */
export async function applyLayer(clients: MemberClients, folder: string, architecture: Architecture): Promise<string> {
  const zip = await readZip(join(folder, `secret-resolver-${architecture}.zip`), architecture);
  const description = `Cinch secret resolver ${architecture} sha256:${createHash('sha256').update(zip).digest('hex')}`;
  const found = await findLayer(clients, description);
  if (found) return found;
  const published = await clients.lambda.send(
    new PublishLayerVersionCommand({
      LayerName: LAYER_NAME,
      Description: description,
      CompatibleArchitectures: [architecture],
      Content: { ZipFile: zip },
      LicenseInfo: 'Apache-2.0',
    }),
  );
  if (!published.LayerVersionArn) throw new Error('Lambda answered without the ARN of the layer it published');
  return published.LayerVersionArn;
}

async function readZip(path: string, architecture: Architecture): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch {
    throw new Refused(`this installation of Cinch has no secret resolver for ${architecture}`);
  }
}

async function findLayer(clients: MemberClients, description: string): Promise<string | undefined> {
  let marker: string | undefined;
  try {
    do {
      const page = await clients.lambda.send(new ListLayerVersionsCommand({ LayerName: LAYER_NAME, Marker: marker }));
      const found = page.LayerVersions?.find((version) => version.Description === description);
      if (found?.LayerVersionArn) return found.LayerVersionArn;
      marker = page.NextMarker || undefined;
    } while (marker);
  } catch (error) {
    // Never published here.
    if (!isGone(error)) throw error;
  }
  return undefined;
}
