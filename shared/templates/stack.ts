import type { Declared, Source } from './declared.ts';
import { attributeOf, type Identity, identityOf, namingProperty, type Where } from './identity.ts';
import { conditionOf } from './intrinsics/conditions.ts';
import { spreadLoops } from './intrinsics/loops.ts';
import { resolve } from './intrinsics/resolve.ts';
import type { Scope } from './intrinsics/scope.ts';
import type { Template } from './parse.ts';
import { generatedByServerless } from './sam/generated.ts';
import { withGlobals } from './sam/globals.ts';
import { withEmbeddedConnectors, withImplicitApis } from './sam/implicit.ts';
import { withLocalDefinitions } from './sam/local-definitions.ts';
import { isJsonObject, type Json, type JsonObject } from './tree/json.ts';
import type { Place } from './tree/places.ts';
import { isObject, isUnresolved, unresolved, type Value, type ValueObject } from './values.ts';

export interface StackInput {
  readonly template: Template;
  readonly where: Where;
  readonly stackName: string;
  /** What logical ids are told apart by when several stacks are read together. */
  readonly prefix: string;
  readonly given: ReadonlyMap<string, Value>;
  readonly importOf: Scope['importOf'];
  readonly includeOf: Scope['includeOf'];
  /** Outputs of a nested stack of this template. */
  readonly nestedOutput: (logicalId: string, output: string) => Value | undefined;
  /** The construct that a logical id belongs to, where the app's manifest says so. */
  readonly constructOf: (logicalId: string) => string | undefined;
}

export interface Problem extends Place {
  readonly file: string;
  readonly message: string;
}

export interface Stack {
  readonly input: StackInput;
  /** Of CloudFormation and SAM types as they are written. */
  readonly declared: readonly Declared[];
  readonly problems: readonly Problem[];
  readonly outputOf: (name: string) => Value | undefined;
  /** Exported names with their values. */
  readonly exports: () => ReadonlyMap<string, Value>;
}

interface Entry {
  readonly node: JsonObject;
  readonly type: string;
  readonly scope: Scope;
}

/** The resources that a template declares, false conditions left out, each with its properties resolved. */
export function readStack(input: StackInput): Stack {
  const { template } = input;
  const root =
    template.kind === 'sam'
      ? withLocalDefinitions(withGlobals(withImplicitApis(withEmbeddedConnectors(template.root))))
      : template.root;
  const problems: Problem[] = [];
  const entries = new Map<string, Entry>();
  const identities = new Map<string, Identity | null>();
  const section = (name: string): JsonObject => {
    const found = root[name];
    return isJsonObject(found) ? found : {};
  };

  const identityIn = (logicalId: string): Identity | undefined => {
    const known = identities.get(logicalId);
    if (known !== undefined) return known ?? undefined;
    const entry = entries.get(logicalId);
    if (!entry) return generatedByServerless(logicalId, (id) => typed(id), input);
    // Names that refer to each other end here.
    identities.set(logicalId, null);
    const properties = isJsonObject(entry.node.Properties) ? entry.node.Properties : {};
    const found = identityOfEntry(logicalId, entry, properties, input);
    identities.set(logicalId, found);
    return found;
  };
  const typed = (logicalId: string) => {
    const entry = entries.get(logicalId);
    const identity = entry && identityIn(logicalId);
    return entry && identity ? { type: entry.type, identity, properties: entry.node.Properties, scope: entry.scope } : undefined;
  };

  const scope: Scope = {
    account: input.where.account,
    region: input.where.region,
    partition: input.where.partition,
    stackName: input.stackName,
    parameters: section('Parameters'),
    given: input.given,
    mappings: section('Mappings'),
    conditions: section('Conditions'),
    refOf: (id) => refOf(id),
    attributeOf: (id, attribute) => attributeIn(id, attribute),
    importOf: input.importOf,
    includeOf: input.includeOf,
    evaluated: new Map(),
    loopVariables: new Map(),
  };

  const refOf = (id: string): Value | undefined => {
    const entry = entries.get(id);
    if (entry && isMadeElsewhere(entry.type)) return unresolved(`what ${id} gives is told when it is deployed`);
    const identity = identityIn(id);
    return entry && identities.get(id) === null ? unresolved(`the name of ${id} refers to itself`) : identity?.ref;
  };
  const attributeIn = (id: string, attribute: string): Value | undefined => {
    const entry = entries.get(id);
    if (entry && isNestedStack(entry.type) && attribute.startsWith('Outputs.'))
      return (
        input.nestedOutput(id, attribute.slice('Outputs.'.length)) ??
        unresolved(`what the nested stack ${id} gives is not in its template`)
      );
    if (entry?.type === 'AWS::SSM::Parameter' && attribute === 'Value') {
      const properties = entry.node.Properties;
      return resolve((isJsonObject(properties) ? properties.Value : null) ?? null, entry.scope);
    }
    // SAM's own attributes of what it makes: `MyFunction.Alias`, `MyApi.Stage`.
    const made = identityIn(`${id}.${attribute}`);
    if (made) return made.ref;
    const identity = identityIn(id);
    return identity && attributeOf(entry?.type ?? 'AWS::Serverless::Made', identity, attribute);
  };

  for (const [logicalId, node, inner] of spreadLoops(section('Resources'), scope, (key) => {
    const place = template.placeOf(['Resources', key]);
    problems.push({
      ...place,
      file: template.file,
      message: 'what this loop goes over is not told, so its resources are not looked at',
    });
  }))
    if (isJsonObject(node) && typeof node.Type === 'string') entries.set(logicalId, { node, type: node.Type, scope: inner });

  const declared = [...entries].flatMap(([logicalId, entry]) => {
    const condition = entry.node.Condition;
    const holds = typeof condition === 'string' ? conditionOf(condition, scope) : true;
    const identity = holds === false ? undefined : identityIn(logicalId);
    if (!identity) return [];
    const uncertain = isUnresolved(holds) ? holds.unknown : null;
    return [declaredOf(logicalId, entry, identity, uncertain, input)];
  });

  const outputs = section('Outputs');
  const outputOf = (name: string): Value | undefined => {
    const output = Object.hasOwn(outputs, name) ? outputs[name] : undefined;
    return isJsonObject(output) ? resolve(output.Value ?? null, scope) : undefined;
  };
  return {
    input,
    declared,
    problems,
    outputOf,
    exports: () => exportsOf(outputs, scope),
  };
}

const isNestedStack = (type: string): boolean => type === 'AWS::CloudFormation::Stack' || type === 'AWS::Serverless::Application';
/** What a custom resource's `Ref` gives, its function decides. */
const isMadeElsewhere = (type: string): boolean => type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';

function identityOfEntry(logicalId: string, { type, scope }: Entry, properties: JsonObject, input: StackInput): Identity {
  const property = namingProperty(type);
  const text = (node: Json | undefined): string | undefined => {
    const found = node === undefined ? undefined : resolve(node, scope);
    return typeof found === 'string' ? found : undefined;
  };
  const written = property === undefined ? undefined : text(properties[property]);
  const made = `${input.prefix}${logicalId}`;
  const path = text(properties.Path) ?? '/';
  // These have no ARN of their own, but one that hangs on their function's.
  if (type === 'AWS::Lambda::Alias' || type === 'AWS::Lambda::Version') {
    const functionText = text(properties.FunctionName) ?? made;
    const isArn = functionText.startsWith('arn:');
    const functionArn = isArn ? functionText : identityOf('AWS::Lambda::Function', functionText, functionText, input.where).arn;
    const qualifier = type === 'AWS::Lambda::Version' ? '1' : (text(properties.Name) ?? made);
    const arn = `${functionArn}:${qualifier}`;
    return { name: qualifier, ref: arn, arn };
  }
  if (type === 'AWS::Events::Rule') {
    const bus = text(properties.EventBusName);
    const busName = bus?.slice(bus.lastIndexOf('/') + 1);
    const name = written ?? made;
    const found = identityOf(type, made, busName && busName !== 'default' ? `${busName}/${name}` : name, input.where);
    return { ...found, name, ref: name };
  }
  return identityOf(type, made, written, input.where, path.startsWith('/') ? path : '/');
}

function declaredOf(logicalId: string, entry: Entry, identity: Identity, uncertain: string | null, input: StackInput): Declared {
  const { template } = input;
  const resolved = resolve(entry.node.Properties ?? {}, entry.scope);
  const properties: ValueObject = isObject(resolved) ? resolved : {};
  const property = namingProperty(entry.type);
  const metadata = isJsonObject(entry.node.Metadata) ? entry.node.Metadata : {};
  const path = metadata['aws:cdk:path'];
  const source: Source = {
    file: template.file,
    logicalId,
    constructPath: (typeof path === 'string' ? path : input.constructOf(logicalId)) ?? null,
    get place() {
      return template.placeOf(['Resources', logicalId]);
    },
    placeOf: (...names) => template.placeOf(['Resources', logicalId, 'Properties', ...names]),
  };
  const isNameUntold = property !== undefined && isUnresolved(properties[property]);
  return { type: entry.type, logicalId, identity, properties, uncertain, isNameUntold, source };
}

function exportsOf(outputs: JsonObject, scope: Scope): Map<string, Value> {
  const found = new Map<string, Value>();
  for (const output of Object.values(outputs)) {
    const exported = isJsonObject(output) && isJsonObject(output.Export) ? output.Export.Name : undefined;
    const name = exported === undefined ? undefined : resolve(exported, scope);
    if (typeof name === 'string' && isJsonObject(output)) found.set(name, resolve(output.Value ?? null, scope));
  }
  return found;
}
