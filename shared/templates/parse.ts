import { isJsonObject, type JsonObject } from './tree/json.ts';
import { parseJsonTree } from './tree/parse-json.ts';
import { parseYamlTree } from './tree/parse-yaml.ts';
import type { Tree } from './tree/places.ts';

export type TemplateKind = 'cloudformation' | 'sam' | 'terraform' | 'cdk-manifest';

export interface Template {
  readonly kind: TemplateKind;
  readonly file: string;
  readonly root: JsonObject;
  readonly placeOf: Tree['placeOf'];
}

/** What each kind can't be without. A file that has none of them is not looked into: most files of a folder are no templates. */
const HINTS = /["']?(?:Resources|planned_values|artifacts)["']?\s*:/;

/**
 * A template from its text, JSON or YAML. Undefined for a file that is none.
 * @param file its path, for messages.
 * @throws MalformedTemplate with line and column.
 */
export function parseTemplate(text: string, file: string): Template | undefined {
  if (!HINTS.test(text)) return undefined;
  // Every JSON text is YAML too, but a hundred times slower to read as such.
  const isJson = /^\uFEFF?\s*[[{]/.test(text) && !/\.ya?ml$/i.test(file);
  const tree = isJson || /^\uFEFF?\s*\{\s*(?:"|\})/.test(text) ? parseJsonTree(text, file) : parseYamlTree(text, file);
  const { root } = tree;
  const kind = isJsonObject(root) ? kindOf(root) : undefined;
  return kind && isJsonObject(root) ? { kind, file, root, placeOf: tree.placeOf } : undefined;
}

function kindOf(root: JsonObject): TemplateKind | undefined {
  if (isJsonObject(root.planned_values) && typeof root.format_version === 'string') return 'terraform';
  if (isJsonObject(root.artifacts) && typeof root.version === 'string') return 'cdk-manifest';
  if (!isJsonObject(root.Resources)) return undefined;
  const transforms = Array.isArray(root.Transform) ? root.Transform : [root.Transform];
  const types = Object.values(root.Resources).map((one) => (isJsonObject(one) ? one.Type : undefined));
  const isServerless = [...transforms, ...types].some((one) => typeof one === 'string' && one.startsWith('AWS::Serverless'));
  if (isServerless) return 'sam';
  const isTemplate =
    'AWSTemplateFormatVersion' in root ||
    types.some((type) => typeof type === 'string') ||
    Object.keys(root.Resources).some((id) => id.startsWith('Fn::ForEach'));
  return isTemplate ? 'cloudformation' : undefined;
}
