import { canonicalJson } from '../../shared/engine/fingerprint.ts';
import { glanceAt } from '../../shared/engine/remedy-glance.ts';
import type { AnyRule, Remedy } from '../../shared/model/rule.ts';
import type { FindingEntry } from './document.ts';

/** What the bot would do, or what a person must. */
export function remedyOf(remedy: Remedy): FindingEntry['remedy'] {
  if (remedy.kind === 'manual') return { ...remedy };
  const { risk, steps } = glanceAt(remedy);
  const why = remedy.approvalBecause;
  return { kind: 'steps', steps: [...steps], risk: risk === 'safe' ? 'safe' : 'approval', ...(why === undefined ? {} : { why }) };
}

/** What the bot would do where it depends on what is not known: the more careful of what it may be. */
export function commonRemedy(
  rule: AnyRule,
  unknown: readonly string[],
  remedies: readonly FindingEntry['remedy'][],
): FindingEntry['remedy'] {
  const [first] = remedies;
  if (first && remedies.every((one) => canonicalJson(one) === canonicalJson(first))) return first;
  const because = `it depends on ${unknown.join(', ')}`;
  const kinds = remedies.map((one) => (one.kind === 'steps' ? one.steps.join() : ''));
  if (first?.kind === 'steps' && kinds.every((kind) => kind === kinds[0])) return { ...first, risk: 'approval', why: because };
  return {
    kind: 'manual',
    why: `What puts it right is not known here: ${because}.`,
    instructions: `Change its definition so that this holds: ${rule.title}.`,
  };
}
