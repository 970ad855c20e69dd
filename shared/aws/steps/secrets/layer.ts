import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PublishLayerVersionCommand } from '@aws-sdk/client-lambda';
import { Refused } from '../../../model/errors.ts';
import { TMP_CLEANER_LAYER } from '../../../names.ts';
import { LAYER_NAME } from '../../../secrets/resolver-contract.ts';
import { isGone } from '../../aws-error.ts';
import type { MemberClients } from '../../member.ts';
import { layerVersions } from '../../readers/own-layers.ts';

export type Architecture = 'x86_64' | 'arm64';

/** One of Cinch's programs that are published as layers. */
export interface LayerProgram {
  readonly layer: string;
  /** Of its zips: `<file>-<architecture>.zip`. */
  readonly file: string;
  readonly words: string;
}
const RESOLVER: LayerProgram = { layer: LAYER_NAME, file: 'secret-resolver', words: 'secret resolver' };
export const TMP_CLEANER: LayerProgram = { layer: TMP_CLEANER_LAYER, file: 'tmp-cleaner', words: 'tmp cleaner' };
const ARCHITECTURES: readonly Architecture[] = ['x86_64', 'arm64'];

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
  const { zip, description } = await readProgram(folder, program, architecture);
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

/** The descriptions of everything that this installation publishes. @throws Refused when a layer is missing. */
export const readDescriptions = (folder: string): Promise<string[]> =>
  Promise.all(
    [RESOLVER, TMP_CLEANER].flatMap((program) =>
      ARCHITECTURES.map(async (architecture) => (await readProgram(folder, program, architecture)).description),
    ),
  );

async function readProgram(
  folder: string,
  program: LayerProgram,
  architecture: Architecture,
): Promise<{ readonly zip: Buffer; readonly description: string }> {
  const zip = await readZip(join(folder, `${program.file}-${architecture}.zip`), program.words, architecture);
  const hash = createHash('sha256').update(zip).digest('hex');
  return { zip, description: `Cinch ${program.words} ${architecture} sha256:${hash}` };
}

async function readZip(path: string, words: string, architecture: Architecture): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch {
    throw new Refused(`this installation of Cinch has no ${words} for ${architecture}`);
  }
}

async function findLayer(clients: MemberClients, layer: string, description: string): Promise<string | undefined> {
  try {
    for await (const version of layerVersions(clients, layer))
      if (version.Description === description && version.LayerVersionArn) return version.LayerVersionArn;
  } catch (error) {
    // Never published here.
    if (!isGone(error)) throw error;
  }
  return undefined;
}
