type Json = Record<string, unknown>;

/** Elements in which a template may put a reference where IAM wants text. */
const ELEMENTS = ['Action', 'NotAction', 'Resource', 'NotResource', 'Principal', 'NotPrincipal', 'Condition'];

/**
 * A policy out of a CloudFormation template, with text in place of its references, so that the rest of it can be read: `Fn::Sub` keeps its text,
 * `Fn::Join` joins, anything else becomes `${reference}`, which is no wildcard. A policy without references comes back as it is.
 */
export function resolveReferences(document: unknown): unknown {
  if (!isObject(document) || document.Statement === undefined) return document;
  const { Statement } = document;
  const resolved = Array.isArray(Statement) ? mapped(Statement, resolveStatement) : resolveStatement(Statement);
  return resolved === Statement ? document : { ...document, Statement: resolved };
}

function resolveStatement(statement: unknown): unknown {
  if (!isObject(statement)) return statement;
  let resolved = statement;
  for (const element of ELEMENTS) {
    const value = statement[element];
    const text = resolveValue(value);
    if (text !== value) resolved = { ...resolved, [element]: text };
  }
  return resolved;
}

/** The value itself where it holds no reference. */
function resolveValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return mapped(value, resolveValue);
  const entries = Object.entries(value);
  const [first, ...more] = entries;
  if (first && more.length === 0 && isReference(first[0])) return textOf(...first);
  const resolved = entries.map(([key, one]) => [key, resolveValue(one)] as const);
  return resolved.every(([, one], index) => one === entries[index]?.[1]) ? value : Object.fromEntries(resolved);
}

/** The list itself where nothing changes. */
function mapped(list: readonly unknown[], change: (one: unknown) => unknown): readonly unknown[] {
  const changed = list.map(change);
  return changed.every((one, index) => one === list[index]) ? list : changed;
}

const isReference = (key: string): boolean => key === 'Ref' || key.startsWith('Fn::');

function textOf(key: string, argument: unknown): string {
  if (key === 'Fn::Sub') {
    const template: unknown = Array.isArray(argument) ? argument[0] : argument;
    if (typeof template === 'string') return template;
  }
  if (key === 'Fn::Join' && Array.isArray(argument)) {
    const [delimiter, parts] = argument as unknown[];
    if (typeof delimiter === 'string' && Array.isArray(parts)) return parts.map(partOf).join(delimiter);
  }
  return '${reference}';
}

function partOf(part: unknown): string {
  const resolved = resolveValue(part);
  return typeof resolved === 'string' ? resolved : '${reference}';
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
