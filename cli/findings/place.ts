import type { AnyRule } from '../../shared/model/rule.ts';
import type { Subject } from './judge.ts';

/** Where the fact is written down that the evidence speaks of, else where the resource is. */
export function closestPlace(
  subject: Subject,
  rule: AnyRule,
  evidence: readonly { readonly path: string }[],
): { line?: number; column?: number } {
  const fact = factOf(rule.needs, evidence[0]?.path ?? '');
  const place = fact === undefined ? undefined : subject.placeOfFact?.(fact);
  return place === undefined ? {} : { line: place.line, column: place.column };
}

/**
 * The fact that evidence speaks of: its path begins as AWS calls what the fact is named for (`Timeout` and timeoutSeconds, `VpcConfig.SubnetIds`
 * and vpc). A rule with one need leaves no doubt.
 */
export function factOf(needs: readonly string[], evidencePath: string): string | undefined {
  if (needs.length === 1) return needs[0];
  const letters = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, '');
  const head = letters(/^[\w ]*/.exec(evidencePath)?.[0] ?? '');
  if (head === '') return undefined;
  return needs.find((fact) => letters(fact).startsWith(head) || head.startsWith(letters(fact)));
}
