import { partitionOf } from '../model/resource.ts';
import { stacksIn } from './cdk-manifest.ts';
import { type Declared, makeWorld, type World } from './declared.ts';
import { beside, normalized, type ParsedFiles } from './files.ts';
import type { Where } from './identity.ts';
import { includeIn } from './include.ts';
import type { TemplateOptions } from './options.ts';
import type { Template } from './parse.ts';
import { expandServerless } from './sam/expand.ts';
import { type Problem, readStack, type Stack, type StackInput } from './stack.ts';
import { regionOfPlan, terraformWorld } from './terraform/world.ts';
import { isJsonObject } from './tree/json.ts';
import { isObject, isUnresolved, type Value } from './values.ts';

export interface Worlds {
  readonly worlds: readonly World[];
  readonly problems: readonly Problem[];
}

/** Nested stacks of nested stacks: a template that names itself would never end. */
const MAX_NESTING = 8;
const MAX_STACKS = 500;

/** What is deployed together: each CDK app, each template with the nested ones that lie beside it, each Terraform plan. */
export function makeWorlds({ templates, texts }: ParsedFiles, options: TemplateOptions): Worlds {
  const problems: Problem[] = [];
  const worlds: World[] = [];
  const used = new Set<string>();
  const given = new Map<string, Value>(Object.entries(options.parameters));
  const all = [...templates];
  const groups: Group[] = [];

  for (const [path, template] of all) {
    if (template.kind === 'terraform') worlds.push(terraformWorld(template, whereOf(options, null, regionOfPlan(template))));
    if (template.kind !== 'cdk-manifest') continue;
    const stacks = stacksIn(template, includeIn(template.file, texts)).flatMap((stack) => {
      const file = beside(path, stack.templateFile);
      const found = templates.get(file);
      if (!found || used.has(file)) return [];
      used.add(file);
      return [{ stack, found, file }];
    });
    const isAlone = stacks.length === 1;
    const roots = stacks.map(({ stack, found, file }): Root => {
      const where = whereOf(options, stack.account, stack.region);
      const prefix = isAlone ? '' : `${stack.stackName}-`;
      return {
        template: found,
        file,
        where,
        stackName: stack.stackName,
        prefix,
        tags: stack.tags,
        constructOf: (id) => stack.constructs.get(id),
      };
    });
    groups.push({ tool: 'CDK', roots });
  }

  const nested = nestedFiles(templates);
  for (const [path, template] of all) {
    if (used.has(path) || nested.has(path) || (template.kind !== 'cloudformation' && template.kind !== 'sam')) continue;
    const stackName = stackNameOf(path);
    const root: Root = {
      template,
      file: path,
      where: whereOf(options, null, null),
      stackName,
      prefix: '',
      tags: {},
      constructOf: () => undefined,
    };
    groups.push({ tool: isCdk(template) ? 'CDK' : template.kind === 'sam' ? 'SAM' : 'CloudFormation', roots: [root] });
  }

  for (const group of groups) worlds.push(...worldsOf(group, { templates, texts }, given, problems));
  return { worlds, problems };
}

interface Root {
  readonly template: Template;
  readonly file: string;
  readonly where: Where;
  readonly stackName: string;
  readonly prefix: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly constructOf: StackInput['constructOf'];
}

interface Group {
  readonly tool: World['tool'];
  readonly roots: readonly Root[];
}

const whereOf = (options: TemplateOptions, account: string | null, region: string | null): Where => {
  const own = region ?? options.region;
  return { account: account ?? options.account, region: own, partition: partitionOf(own) };
};

/** A stack has no name before it is deployed: its file's stands in. */
const stackNameOf = (path: string): string =>
  (path.split('/').at(-1) ?? '').replace(/\.(?:template\.)?(?:json|ya?ml|template)$/i, '').replace(/[^A-Za-z0-9-]/g, '-') ||
  'stack';

/** Synthesized by the CDK, whose manifest was not among the files. */
const isCdk = ({ root }: Template): boolean =>
  isJsonObject(root.Resources) &&
  Object.values(root.Resources).some((one) => isJsonObject(one) && isJsonObject(one.Metadata) && 'aws:cdk:path' in one.Metadata);

/** One world for each account and region: names mean something else elsewhere. */
function worldsOf(
  { tool, roots }: Group,
  { templates, texts }: Pick<ParsedFiles, 'templates' | 'texts'>,
  given: ReadonlyMap<string, Value>,
  problems: Problem[],
): World[] {
  const stacks: { readonly stack: Stack; readonly root: Root; readonly declared: readonly Declared[] }[] = [];
  const exported = new Map<string, Value>();
  const found: Problem[] = [];
  let remaining = MAX_STACKS;

  const read = (root: Root, template: Template, prefix: string, values: ReadonlyMap<string, Value>, depth: number): Stack => {
    const children = new Map<string, Stack | null>();
    const input: StackInput = {
      template,
      where: root.where,
      stackName: depth === 0 ? root.stackName : `${root.stackName}-${prefix.replace(/-$/, '')}`,
      prefix,
      given: values,
      importOf: (name) => exported.get(name),
      includeOf: includeIn(template.file, texts),
      nestedOutput: (id, output) => children.get(id)?.outputOf(output),
      constructOf: root.constructOf,
    };
    const stack = readStack(input);
    found.push(...stack.problems);
    let declared = stack.declared;
    for (const one of declared) {
      const file = nestedFileOf(template, one.logicalId);
      const child = file === undefined ? undefined : templates.get(file);
      if (!child || depth >= MAX_NESTING || remaining-- <= 0) continue;
      const parameters = isObject(one.properties.Parameters) ? one.properties.Parameters : {};
      children.set(
        one.logicalId,
        read(root, child, `${prefix}${one.logicalId}-`, new Map(Object.entries(parameters)), depth + 1),
      );
    }
    // What a nested stack gives is known now.
    if (children.size > 0) declared = readStack(input).declared;
    stacks.push({ stack, root, declared: expandServerless(declared, input) });
    return stack;
  };

  const readRoots = (): void => {
    stacks.length = 0;
    found.length = 0;
    for (const root of roots) {
      const stack = read(root, root.template, root.prefix, given, 0);
      for (const [name, value] of stack.exports()) if (!isUnresolved(value)) exported.set(name, value);
    }
  };
  readRoots();
  // A stack that imports may stand before the one that exports: the second time their order does not matter.
  if (roots.length > 1) readRoots();

  problems.push(...found);
  const byWhere = new Map<string, typeof stacks>();
  for (const one of stacks) {
    const key = `${one.root.where.account} ${one.root.where.region}`;
    byWhere.set(key, [...(byWhere.get(key) ?? []), one]);
  }
  return [...byWhere.values()].flatMap((there) => {
    const [first] = there;
    if (!first) return [];
    const rootOf = new Map(there.flatMap(({ declared, root }) => declared.map((one) => [one, root] as const)));
    const all = there.flatMap(({ declared }) => declared);
    const stackOf: World['stackOf'] = (one) => rootOf.get(one)?.stackName ?? null;
    const stackTagsOf: World['stackTagsOf'] = (one) => rootOf.get(one)?.tags ?? {};
    return [makeWorld({ ...first.root.where, tool, all, stackOf, stackTagsOf })];
  });
}

/** The file that a nested stack names: a path, or the asset that the CDK writes beside it. Undefined for an address. */
function nestedFileOf({ root, file }: Template, logicalId: string): string | undefined {
  const resource = isJsonObject(root.Resources) ? root.Resources[logicalId] : undefined;
  if (
    !isJsonObject(resource) ||
    (resource.Type !== 'AWS::CloudFormation::Stack' && resource.Type !== 'AWS::Serverless::Application')
  )
    return undefined;
  const properties = isJsonObject(resource.Properties) ? resource.Properties : {};
  const asset = isJsonObject(resource.Metadata) ? resource.Metadata['aws:asset:path'] : undefined;
  const path = asset ?? properties.TemplateURL ?? properties.Location;
  if (typeof path !== 'string' || /^[a-z0-9+.-]+:\/\//i.test(path)) return undefined;
  return beside(normalized(file), path);
}

/** Templates that another one nests: they are read there, with the parameters that it gives. */
function nestedFiles(templates: ReadonlyMap<string, Template>): Set<string> {
  const found = new Set<string>();
  for (const [path, template] of templates) {
    const resources = template.root.Resources;
    if (!isJsonObject(resources)) continue;
    for (const id of Object.keys(resources)) {
      const file = nestedFileOf(template, id);
      if (file !== undefined && file !== path && templates.has(file)) found.add(file);
    }
  }
  return found;
}
