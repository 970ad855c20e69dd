import { isJsonObject, type Json, type JsonObject } from '../tree/json.ts';

const TYPES: ReadonlySet<Json | undefined> = new Set(['AWS::Serverless::Api', 'AWS::Serverless::HttpApi']);

/** A definition in a file beside the template is one that stands in it. */
export function withLocalDefinitions(root: JsonObject): JsonObject {
  const resources = root.Resources;
  if (!isJsonObject(resources)) return root;
  return { ...root, Resources: Object.fromEntries(Object.entries(resources).map(([id, one]) => [id, withBody(one)])) };
}

function withBody(resource: Json): Json {
  if (!isJsonObject(resource) || !TYPES.has(resource.Type) || !isJsonObject(resource.Properties)) return resource;
  const { DefinitionUri: path, ...properties } = resource.Properties;
  if (typeof path !== 'string' || path.includes('://')) return resource;
  const body = { 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: path } } };
  return { ...resource, Properties: { ...properties, DefinitionBody: body } };
}
