import type { ManagedBy } from '../../model/state.ts';

/** `A, B and C`. */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** `the Terraform configuration`, `the stack billing (CloudFormation)`. */
export function ownerOf({ tool, stack }: ManagedBy): string {
  return stack === null ? `its ${tool} definition` : `its ${tool} stack ${stack}`;
}

/** Says that the next deploy takes the change back, and where to make it last; nothing when no tool owns the resource. */
export function lastingAdvice(managedBy: ManagedBy | null, change: string): string[] {
  if (managedBy === null) return [];
  return [`${capitalized(ownerOf(managedBy))} would put the old value back with the next deploy: ${change} there too.`];
}

/** `the function` or `the alias live`. */
export const qualified = (qualifier: string | null): string =>
  qualifier === null ? 'the function' : `the qualifier ${qualifier}`;

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
