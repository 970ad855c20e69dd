import { unresolved, type Value } from '../values.ts';
import { type Module, object, type Planned } from './plan.ts';

/** What a reference leads to: an attribute of a planned resource. */
export interface Target {
  readonly planned: Planned;
  readonly attribute: string;
}

const MAX_HOPS = 20;

/**
 * The attributes that an expression refers to. Terraform names each with its parents (`aws_iam_role.a.arn`, `aws_iam_role.a`), and says nothing of
 * what the expression does with them. Undefined when one of them can't be followed.
 */
export function targetsOf(expression: Value | undefined, from: Planned): Target[] | undefined {
  return follow(referencesIn(expression), from.module, from.index, 0);
}

function referencesIn(expression: unknown): string[] {
  const references = (expression as { readonly references?: unknown } | null | undefined)?.references;
  const texts = Array.isArray(references) ? references.filter((one) => typeof one === 'string') : [];
  // The parents follow their attribute.
  return texts.filter(
    (one, index) => !texts.some((other, at) => at !== index && (other.startsWith(`${one}.`) || other.startsWith(`${one}[`))),
  );
}

function follow(references: readonly string[], module: Module, index: string | null, hops: number): Target[] | undefined {
  if (references.length === 0 || hops > MAX_HOPS) return undefined;
  const found: Target[] = [];
  for (const reference of references) {
    const targets = followOne(reference, module, index, hops);
    if (!targets) return undefined;
    found.push(...targets);
  }
  return found;
}

function followOne(reference: string, module: Module, index: string | null, hops: number): Target[] | undefined {
  const variable = /^var\.([\w-]+)/.exec(reference)?.[1];
  if (variable !== undefined) {
    const expression = object(module.call.expressions)[variable];
    return module.parent ? follow(referencesIn(expression), module.parent, index, hops + 1) : undefined;
  }
  const [, child, output] = /^module\.([\w-]+)(?:\[[^\]]*\])?\.([\w-]+)/.exec(reference) ?? [];
  if (child !== undefined && output !== undefined) {
    const inner = module.children.get(child);
    const expression = inner && object(object(inner.config.outputs)[output]).expression;
    return inner && follow(referencesIn(expression), inner, index, hops + 1);
  }
  const [, key = '', own, attribute = ''] = /^((?:data\.)?[\w-]+\.[\w-]+)(\[[^\]]*\])?(?:\.([\w-]+))?/.exec(reference) ?? [];
  const planned = instanceOf(module.resources.get(key) ?? [], own, index);
  return planned && [{ planned, attribute }];
}

/** The instance that an index names, the only one, or the one of the same key: they are made for each other. */
function instanceOf(all: readonly Planned[], own: string | undefined, index: string | null): Planned | undefined {
  if (own !== undefined) {
    const key = own.slice(1, -1).replaceAll('"', '');
    const named = all.find((one) => one.index === key);
    if (named) return named;
  }
  if (all.length === 1) return all[0];
  return index === null ? undefined : all.find((one) => one.index === index);
}

/** The value of an attribute that is known after apply. @param valueAt of the one attribute that it refers to. */
export function referred(expression: Value | undefined, from: Planned, valueAt: (target: Target) => Value): Value {
  const targets = targetsOf(expression, from);
  const [first, ...others] = targets ?? [];
  if (first && others.length === 0) return valueAt(first);
  return unresolved('Terraform tells it after apply');
}
