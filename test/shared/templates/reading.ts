import type { ResourceKind } from '../../../shared/model/resource.ts';
import type { FactsByKind } from '../../../shared/model/state.ts';
import { isUnknown } from '../../../shared/model/unknown.ts';
import type { TemplateOptions } from '../../../shared/templates/options.ts';
import { type ReadTemplates, readTemplates, type TemplateResource } from '../../../shared/templates/read-templates.ts';

export const ACCOUNT = '222222222222';
export const REGION = 'eu-central-1';
const OPTIONS: Partial<TemplateOptions> = { account: ACCOUNT, region: REGION };

export const readOne = (text: string, path = 'orders.yaml', options: Partial<TemplateOptions> = {}): ReadTemplates =>
  readTemplates([{ path, text }], { ...OPTIONS, ...options });

export const readAll = (files: Readonly<Record<string, string>>): ReadTemplates =>
  readTemplates(
    Object.entries(files).map(([path, text]) => ({ path, text })),
    OPTIONS,
  );

/** The one resource of a kind, or the one that is called so. */
export function only(read: ReadTemplates, kind: ResourceKind, logicalId?: string): TemplateResource {
  const found = read.resources.filter(
    ({ resource, at }) => resource.kind === kind && (logicalId ?? at.logicalId) === at.logicalId,
  );
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} resources of kind ${kind}`);
  return found[0];
}

/** A fact as it is known; the reason of one that is not, behind a mark. */
export function fact<K extends ResourceKind>(
  read: ReadTemplates,
  kind: K,
  name: keyof FactsByKind[K] & string,
  logicalId?: string,
): unknown {
  const state = only(read, kind, logicalId).state as Readonly<Record<string, unknown>>;
  const value = state[name];
  return isUnknown(value) ? `unknown: ${value.unknown}` : value;
}

/** The statements' sources of a document. */
export const sourcesOf = (document: unknown): unknown[] =>
  ((document as { readonly statements?: readonly { readonly source: unknown }[] }).statements ?? []).map(({ source }) => source);
