import type { Template } from './parse.ts';
import { isJsonObject, type Json, type JsonObject } from './tree/json.ts';

export interface CdkStack {
  readonly templateFile: string;
  readonly stackName: string;
  /** Null where the app leaves it to who deploys it. */
  readonly account: string | null;
  readonly region: string | null;
  readonly tags: Readonly<Record<string, string>>;
  /** Construct paths by logical id. */
  readonly constructs: ReadonlyMap<string, string>;
}

/**
 * The stacks of a cdk.out folder, as its manifest tells them. Files are named relative to the manifest.
 * @param include another file of the folder: newer ones have their metadata apart.
 */
export function stacksIn({ root }: Template, include: (path: string) => Json | undefined): CdkStack[] {
  const artifacts = isJsonObject(root.artifacts) ? root.artifacts : {};
  return Object.entries(artifacts).flatMap(([id, artifact]) => {
    if (!isJsonObject(artifact) || artifact.type !== 'aws:cloudformation:stack') return [];
    const properties = objectIn(artifact.properties);
    const file = properties.templateFile;
    if (typeof file !== 'string') return [];
    const [account, region] = environmentOf(artifact.environment);
    const { additionalMetadataFile: apart } = artifact;
    const metadata = { ...objectIn(artifact.metadata), ...objectIn(typeof apart === 'string' ? include(apart) : undefined) };
    return [
      {
        templateFile: file,
        stackName: typeof properties.stackName === 'string' ? properties.stackName : id,
        account,
        region,
        tags: textsIn(objectIn(properties.tags)),
        constructs: constructsIn(metadata),
      },
    ];
  });
}

/** `aws://222222222222/eu-central-1`, or `unknown-account` and `unknown-region` in their place. */
function environmentOf(value: unknown): [string | null, string | null] {
  const found = typeof value === 'string' ? /^aws:\/\/([^/]+)\/([^/]+)$/.exec(value) : null;
  const [account = '', region = ''] = found?.slice(1) ?? [];
  return [/^\d{12}$/.test(account) ? account : null, region === '' || region.startsWith('unknown') ? null : region];
}

/** `{"/Stack/Function/Resource": [{"type": "aws:cdk:logicalId", "data": "Function1A2B"}]}` */
function constructsIn(metadata: JsonObject): Map<string, string> {
  const found = new Map<string, string>();
  for (const [path, entries] of Object.entries(metadata)) {
    for (const entry of Array.isArray(entries) ? entries : [])
      if (isJsonObject(entry) && entry.type === 'aws:cdk:logicalId' && typeof entry.data === 'string')
        found.set(entry.data, path.replace(/^\//, ''));
  }
  return found;
}

const objectIn = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});
const textsIn = (map: JsonObject): Record<string, string> =>
  Object.fromEntries(Object.entries(map).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
