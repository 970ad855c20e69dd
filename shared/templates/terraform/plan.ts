import type { Template } from '../parse.ts';
import { isJsonObject, type Json, type JsonObject, scalarText } from '../tree/json.ts';

/** A planned resource with what its configuration says of it. */
export interface Planned {
  readonly address: string;
  /** `aws_iam_policy_document` with mode `data`. */
  readonly type: string;
  readonly isData: boolean;
  /** `count` or `for_each` key, null without. */
  readonly index: string | null;
  readonly values: JsonObject;
  /** Attributes that are known after apply: true where one is. */
  readonly unknown: Json;
  readonly expressions: JsonObject;
  readonly module: Module;
  /** Of the plan's JSON. */
  readonly path: readonly (string | number)[];
}

/** A module of the configuration; calls of the same module from several places are several. */
export interface Module {
  readonly config: JsonObject;
  /** Its resources by address, as the configuration has them. */
  readonly configured: ReadonlyMap<string, JsonObject>;
  readonly parent: Module | null;
  /** The call in the parent, whose expressions give its variables. */
  readonly call: JsonObject;
  readonly children: ReadonlyMap<string, Module>;
  /** By address without indexes, e.g. `aws_lambda_function.orders` and `data.aws_iam_policy_document.trust`. */
  readonly resources: Map<string, Planned[]>;
}

const MAX_DEPTH = 30;

/** `terraform show -json` of a plan. @returns every resource that is there after apply, and those data sources that are read only then. */
export function plannedIn({ root }: Template): Planned[] {
  const unknowns = unknownsIn(root);
  const found: Planned[] = [];
  const visit = (planned: Json | undefined, module: Module, path: readonly (string | number)[], depth: number): void => {
    if (!isJsonObject(planned) || depth > MAX_DEPTH) return;
    list(planned.resources).forEach((resource, index) => {
      const one = plannedOf(resource, module, unknowns, [...path, 'resources', index]);
      if (one) found.push(one);
    });
    list(planned.child_modules).forEach((child, index) => {
      const name = isJsonObject(child) ? moduleName(child.address) : undefined;
      const inner = name === undefined ? undefined : module.children.get(name);
      visit(child, inner ?? emptyModule(module), [...path, 'child_modules', index], depth + 1);
    });
  };
  const configuration = object(object(root.configuration).root_module);
  visit(object(root.planned_values).root_module, moduleOf(configuration, null, {}, 0), ['planned_values', 'root_module'], 0);
  return found;
}

function plannedOf(
  resource: Json,
  module: Module,
  unknowns: ReadonlyMap<string, Json>,
  path: Planned['path'],
): Planned | undefined {
  if (!isJsonObject(resource)) return undefined;
  const { address, type, mode, name } = resource;
  if (typeof address !== 'string' || typeof type !== 'string') return undefined;
  const isData = mode === 'data';
  const key = `${isData ? 'data.' : ''}${type}.${scalarText(name)}`;
  const config = module.configured.get(key);
  const planned: Planned = {
    address,
    type,
    isData,
    index: resource.index === undefined || resource.index === null ? null : scalarText(resource.index),
    values: object(resource.values),
    unknown: unknowns.get(address) ?? {},
    expressions: object(config?.expressions),
    module,
    path,
  };
  const others = module.resources.get(key);
  if (others) others.push(planned);
  else module.resources.set(key, [planned]);
  return planned;
}

function unknownsIn(root: JsonObject): Map<string, Json> {
  const found = new Map<string, Json>();
  for (const change of list(root.resource_changes))
    if (isJsonObject(change) && typeof change.address === 'string')
      found.set(change.address, object(change.change).after_unknown ?? {});
  return found;
}

function moduleOf(config: JsonObject, parent: Module | null, call: JsonObject, depth: number): Module {
  const children = new Map<string, Module>();
  const module: Module = { config, configured: configuredIn(config), parent, call, children, resources: new Map() };
  if (depth < MAX_DEPTH)
    for (const [name, inner] of Object.entries(object(config.module_calls)))
      children.set(name, moduleOf(object(object(inner).module), module, object(inner), depth + 1));
  return module;
}

const emptyModule = (parent: Module): Module => ({
  config: {},
  configured: new Map(),
  parent,
  call: {},
  children: new Map(),
  resources: new Map(),
});

/** `module.orders["eu"].module.api` is called `api`. */
const moduleName = (address: Json | undefined): string | undefined =>
  typeof address === 'string' ? /\bmodule\.([\w-]+)(?:\[[^\]]*\])?$/.exec(address)?.[1] : undefined;

export const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
export const object = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});

const configuredIn = (config: JsonObject): Map<string, JsonObject> =>
  new Map(
    list(config.resources).flatMap((one) =>
      isJsonObject(one) && typeof one.address === 'string' ? [[one.address, one] as const] : [],
    ),
  );
