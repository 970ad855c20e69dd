import type { Resource, ResourceKind } from '../model/resource.ts';
import { functionResource } from '../model/resource.ts';
import type { State } from '../model/state.ts';
import type { Declared, World } from './declared.ts';
import { API_TYPES, apiResourceOf, apiState } from './facts/api.ts';
import { functionState } from './facts/function.ts';
import { propertiesOfFact } from './facts/places.ts';
import { roleResourceOf, roleState } from './facts/role.ts';
import { userResourceOf, userState } from './facts/user.ts';
import { type FileKind, parseFiles, type TemplateFile } from './files.ts';
import { DEFAULT_OPTIONS, type TemplateOptions } from './options.ts';
import type { Problem } from './stack.ts';
import type { Place } from './tree/places.ts';
import { makeWorlds } from './worlds.ts';

/** Where a template declares a resource. */
export interface DeclaredAt extends Place {
  readonly file: string;
  /** Terraform's address in a plan. */
  readonly logicalId: string;
  /** The construct's path in a CDK app, without its leading slash. */
  readonly constructPath: string | null;
  /** The place of what tells a fact, or the resource's own. */
  readonly placeOfFact: (fact: string) => Place;
}

export interface TemplateResource<K extends ResourceKind = ResourceKind> {
  readonly resource: Resource<K>;
  readonly state: State<K>;
  readonly at: DeclaredAt;
}

export interface ReadTemplates {
  readonly files: readonly FileKind[];
  readonly resources: readonly TemplateResource[];
  readonly problems: readonly Problem[];
}

/**
 * The functions, roles, users and APIs of templates of any kind, each with the state that a live reader would give. Pure: texts are passed in.
 * Files that are no templates are told by their kind, those that can't be read as problems. A cdk.out folder is given whole.
 */
export function readTemplates(files: readonly TemplateFile[], options: Partial<TemplateOptions> = {}): ReadTemplates {
  const parsed = parseFiles(files);
  const { kinds, problems } = parsed;
  const { worlds, problems: more } = makeWorlds(parsed, { ...DEFAULT_OPTIONS, ...options });
  return {
    files: kinds,
    resources: worlds.flatMap((world) => world.all.flatMap((declared) => stateIn(world, declared))),
    problems: [...problems, ...more],
  };
}

function stateIn(world: World, declared: Declared): TemplateResource[] {
  const at = placeOf(declared);
  if (declared.type === 'AWS::Lambda::Function') {
    const resource = functionResource(world.account, world.region, declared.identity.name);
    return [{ resource, state: functionState(world, declared), at } satisfies TemplateResource<'function'>];
  }
  if (declared.type === 'AWS::IAM::Role')
    return [
      { resource: roleResourceOf(world, declared), state: roleState(world, declared), at } satisfies TemplateResource<'role'>,
    ];
  if (declared.type === 'AWS::IAM::User')
    return [
      { resource: userResourceOf(world, declared), state: userState(world, declared), at } satisfies TemplateResource<'user'>,
    ];
  if (API_TYPES.some((type) => type === declared.type))
    return [{ resource: apiResourceOf(world, declared), state: apiState(world, declared), at } satisfies TemplateResource<'api'>];
  return [];
}

function placeOf({ source, type }: Declared): DeclaredAt {
  const { file, logicalId, constructPath } = source;
  const { line, column } = source.place;
  const placeOfFact = (fact: string): Place => {
    const otherwise = source.placeOf();
    const places = propertiesOfFact(type, fact).map((property) => source.placeOf(...property));
    return places.find((place) => place.line !== otherwise.line || place.column !== otherwise.column) ?? { line, column };
  };
  return { file, line, column, logicalId, constructPath, placeOfFact };
}
