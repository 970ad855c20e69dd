import type { Resource, ResourceKind } from '../../model/resource.ts';
import type { Severity } from '../../model/rule.ts';
import { bySeverity, isOpen, type Observation } from './observation.ts';

/** What an open finding weighs. One critical outweighs any heap of low ones that a function has in practice; the report says them. */
export const WEIGHTS: { readonly [S in Severity]: number } = { critical: 100, high: 30, medium: 10, low: 1 };

export interface Worst {
  readonly resource: Resource;
  readonly weight: number;
  /** The worst first. */
  readonly findings: readonly Observation[];
}

/** The resources of a kind whose open findings weigh most, the heaviest first. Pure. */
export function worstOf(all: readonly Observation[], kind: ResourceKind, most: number): Worst[] {
  const byArn = new Map<string, Observation[]>();
  for (const one of all) {
    if (!isOpen(one) || one.resource.kind !== kind) continue;
    const others = byArn.get(one.resource.arn);
    if (others) others.push(one);
    else byArn.set(one.resource.arn, [one]);
  }
  return [...byArn.values()]
    .flatMap((found) => {
      const [first] = found;
      const weight = found.reduce((sum, { severity }) => sum + WEIGHTS[severity], 0);
      return first ? [{ resource: first.resource, weight, findings: found.sort(bySeverity) }] : [];
    })
    .sort((one, other) => other.weight - one.weight || (one.resource.arn < other.resource.arn ? -1 : 1))
    .slice(0, most);
}
