import { createHash } from 'node:crypto';
import type { Resource } from '../model/resource.ts';
import type { Violation } from '../model/rule.ts';

/** JSON with sorted keys, so that equal data gives equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, v]) => v !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, v]) => `${JSON.stringify(key)}:${canonicalJson(v)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

export const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** The same rule on the same resource is the same finding, however often it is seen. */
export const findingId = (ruleId: string, resource: Resource): string => shortHash(`${ruleId}\n${resource.arn}`);

/**
 * What a plan was made (or approved) for: the evidence and the exact steps. Steps carry what was there before, so an equal fingerprint means
 * that the same writes would still be right. Neither holds a secret's value, so a plain hash gives nothing away.
 */
export function fingerprintOf(ruleId: string, resource: Resource, violation: Violation): string {
  return shortHash(canonicalJson([ruleId, resource.arn, violation.evidence, violation.remedy]));
}

/** One finding at one moment of its life has one plan, so that a retried event makes no second one. */
export const planIdFor = (finding: string, fingerprint: string, findingVersion: number): string =>
  `${finding}-${shortHash(`${fingerprint}\n${findingVersion}`).slice(0, 8)}`;
