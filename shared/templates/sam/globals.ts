import { isJsonObject, type Json, type JsonObject } from '../tree/json.ts';

const SECTIONS: Readonly<Record<string, string>> = {
  'AWS::Serverless::Function': 'Function',
  'AWS::Serverless::Api': 'Api',
  'AWS::Serverless::HttpApi': 'HttpApi',
  'AWS::Serverless::WebSocketApi': 'WebSocketApi',
  'AWS::Serverless::SimpleTable': 'SimpleTable',
  'AWS::Serverless::LayerVersion': 'LayerVersion',
};

/**
 * The template with its Globals written into every resource that takes them: maps are joined, lists put one after another, and else the
 * resource's own value counts (https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html).
 */
export function withGlobals(root: JsonObject): JsonObject {
  const { Globals: globals, Resources: resources } = root;
  if (!isJsonObject(globals) || !isJsonObject(resources)) return root;
  const joined = Object.entries(resources).map(([id, resource]) => [id, withSection(resource, globals)] as const);
  return { ...root, Resources: Object.fromEntries(joined) };
}

function withSection(resource: Json, globals: JsonObject): Json {
  if (!isJsonObject(resource) || typeof resource.Type !== 'string') return resource;
  const section = globals[SECTIONS[resource.Type] ?? ''];
  if (!isJsonObject(section)) return resource;
  return { ...resource, Properties: isJsonObject(resource.Properties) ? joinMaps(section, resource.Properties) : section };
}

function joinMaps(general: JsonObject, own: JsonObject): JsonObject {
  const found: Record<string, Json> = { ...general };
  for (const [key, value] of Object.entries(own)) {
    const other = Object.hasOwn(general, key) ? general[key] : undefined;
    found[key] = other === undefined ? value : joined(other, value);
  }
  return found;
}

function joined(general: Json, own: Json): Json {
  if (Array.isArray(general) && Array.isArray(own)) return [...general, ...own];
  return isPlainMap(general) && isPlainMap(own) ? joinMaps(general, own) : own;
}

/** An intrinsic is a value as a whole. */
const isPlainMap = (value: Json): value is JsonObject => {
  if (!isJsonObject(value)) return false;
  const [key, ...others] = Object.keys(value);
  return key === undefined || others.length > 0 || !(key === 'Ref' || key.startsWith('Fn::'));
};
