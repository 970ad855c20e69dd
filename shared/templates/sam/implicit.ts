import { isJsonObject, type Json, type JsonObject } from '../tree/json.ts';
import { IMPLICIT } from './generated.ts';

/** Adds the APIs that SAM makes for the events that name none, as if they were written: with no properties but those of Globals. */
export function withImplicitApis(root: JsonObject): JsonObject {
  const resources = root.Resources;
  if (!isJsonObject(resources)) return root;
  const events = Object.values(resources).flatMap(eventsOf);
  const isOpen = (type: string, property: string): boolean =>
    events.some((event) => event.Type === type && !(isJsonObject(event.Properties) && event.Properties[property] !== undefined));
  const made: Record<string, Json> = {};
  if (isOpen('Api', 'RestApiId')) made[IMPLICIT.rest] = { Type: 'AWS::Serverless::Api', Properties: { StageName: 'Prod' } };
  if (isOpen('HttpApi', 'ApiId')) made[IMPLICIT.http] = { Type: 'AWS::Serverless::HttpApi', Properties: {} };
  return Object.keys(made).length === 0 ? root : { ...root, Resources: { ...made, ...resources } };
}

function eventsOf(resource: Json): JsonObject[] {
  if (!isJsonObject(resource) || resource.Type !== 'AWS::Serverless::Function' || !isJsonObject(resource.Properties)) return [];
  const events = resource.Properties.Events;
  return isJsonObject(events) ? Object.values(events).filter(isJsonObject) : [];
}

/** Connectors that stand in their source, as resources of their own. */
export function withEmbeddedConnectors(root: JsonObject): JsonObject {
  const resources = root.Resources;
  if (!isJsonObject(resources)) return root;
  const made: Record<string, Json> = {};
  for (const [id, resource] of Object.entries(resources)) {
    const connectors = isJsonObject(resource) ? resource.Connectors : undefined;
    if (!isJsonObject(connectors)) continue;
    for (const [name, connector] of Object.entries(connectors)) {
      const properties = isJsonObject(connector) && isJsonObject(connector.Properties) ? connector.Properties : {};
      made[`${id}${name}`] = { Type: 'AWS::Serverless::Connector', Properties: { ...properties, Source: { Id: id } } };
    }
  }
  return Object.keys(made).length === 0 ? root : { ...root, Resources: { ...resources, ...made } };
}
