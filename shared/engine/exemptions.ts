import type { Exemption } from '../model/finding.ts';
import type { Resource } from '../model/resource.ts';

export type ExemptionVerdict =
  | { readonly kind: 'none' }
  | { readonly kind: 'exempt'; readonly exemption: Exemption }
  /** A tag that can't be read: nothing is written, and people are told. */
  | { readonly kind: 'unreadable'; readonly why: string };

/** `<rule or *> until <date> by <owner>: <reason>` in the tag `cinch:exempt`. */
const TAG_FORM = /^(\S+) until (\d{4}-\d{2}-\d{2}) by ([^\s:]+): (\S.*)$/;

/** Whether a rule is waived for a resource at this moment, by configuration, a Slack button or the resource's own tag. Expired means gone. */
export function judgeExemption(
  ruleId: string,
  resource: Resource,
  known: readonly Exemption[],
  tag: string | undefined,
  now: string,
): ExemptionVerdict {
  const found = known.find((exemption) => covers(exemption, ruleId, resource) && !isExpired(exemption.expires, now));
  if (found) return { kind: 'exempt', exemption: found };
  if (tag === undefined) return { kind: 'none' };
  const [, rule, expires, owner, reason] = TAG_FORM.exec(tag) ?? [];
  if (!rule || !expires || !owner || !reason || Number.isNaN(Date.parse(expires))) {
    return { kind: 'unreadable', why: 'its tag cinch:exempt is not of the form `<rule or *> until <date> by <owner>: <reason>`' };
  }
  const exemption = { rule, resource: resource.arn, owner, reason, expires };
  return covers(exemption, ruleId, resource) && !isExpired(expires, now) ? { kind: 'exempt', exemption } : { kind: 'none' };
}

/** Whether it is about this rule on this resource, whenever it ends. */
export function covers(exemption: Pick<Exemption, 'rule' | 'resource'>, ruleId: string, resource: Resource): boolean {
  if (exemption.rule !== '*' && exemption.rule !== ruleId) return false;
  if (exemption.resource.endsWith('*')) return resource.arn.startsWith(exemption.resource.slice(0, -1));
  return exemption.resource === resource.arn;
}

/** A bare date lasts to the end of its day, UTC. An unreadable date is expired. */
export function isExpired(expires: string, now: string): boolean {
  const end = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(expires) ? `${expires}T23:59:59.999Z` : expires);
  return !(end >= Date.parse(now));
}
