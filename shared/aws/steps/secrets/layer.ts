import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ListLayerVersionsCommand, PublishLayerVersionCommand } from '@aws-sdk/client-lambda';
import { Refused } from '../../../model/errors.ts';
import { LAYER_NAME } from '../../../secrets/resolver-contract.ts';
import { isGone } from '../../aws-error.ts';
import type { MemberClients } from '../../member.ts';

export type Architecture = 'x86_64' | 'arm64';

/** One of Cinch's programs that are published as layers. */
export interface LayerProgram {
  readonly layer: string;
  /** Of its zips: `<file>-<architecture>.zip`. */
  readonly file: string;
  readonly words: string;
}
const RESOLVER: LayerProgram = { layer: LAYER_NAME, file: 'secret-resolver', words: 'secret resolver' };

/**
 * The ARN of a program's layer in the clients' account and region: published once for each content, which its description names.
 * @throws Refused when this installation has no layer for the architecture.
 */
export async function applyLayer(
  clients: MemberClients,
  folder: string,
  architecture: Architecture,
  program: LayerProgram = RESOLVER,
): Promise<string> {
  const zip = await readZip(join(folder, `${program.file}-${architecture}.zip`), program.words, architecture);
  const description = `Cinch ${program.words} ${architecture} sha256:${createHash('sha256').update(zip).digest('hex')}`;
  const found = await findLayer(clients, program.layer, description);
  if (found) return found;
  const published = await clients.lambda.send(
    new PublishLayerVersionCommand({
      LayerName: program.layer,
      Description: description,
      CompatibleArchitectures: [architecture],
      Content: { ZipFile: zip },
      LicenseInfo: 'Apache-2.0',
    }),
  );
  if (!published.LayerVersionArn) throw new Error('Lambda answered without the ARN of the layer it published');
  return published.LayerVersionArn;
}

async function readZip(path: string, words: string, architecture: Architecture): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch {
    throw new Refused(`this installation of Cinch has no ${words} for ${architecture}`);
  }
}

async function findLayer(clients: MemberClients, layer: string, description: string): Promise<string | undefined> {
  let marker: string | undefined;
  try {
    do {
      const page = await clients.lambda.send(new ListLayerVersionsCommand({ LayerName: layer, Marker: marker }));
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
