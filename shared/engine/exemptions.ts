import { type Fit, fitOf, matches, type Place } from '../config/place.ts';
import type { Waiver } from '../model/finding.ts';
import type { Resource } from '../model/resource.ts';

export type ExemptionVerdict =
  | { readonly kind: 'none' }
  | { readonly kind: 'exempt'; readonly exemption: Waiver }
  /** A tag that can't be read, or tags that it depends on: nothing is written, and people are told. */
  | { readonly kind: 'unreadable'; readonly why: string };

/** `<rule or *> until <date> by <owner>: <reason>` in the tag `cinch:exempt`. */
const TAG_FORM = /^(\S+) until (\d{4}-\d{2}-\d{2}) by ([^\s:]+): (\S.*)$/;

/**
 * Whether a rule is waived for a resource at this moment, by configuration, a Slack button or the resource's own tag. Expired means gone.
 * @param place of the resource; without one no waiver for accounts, units or tags applies
 */
export function judgeExemption(
  ruleId: string,
  resource: Resource,
  known: readonly Waiver[],
  tag: string | undefined,
  now: string,
  place?: Place,
): ExemptionVerdict {
  const standing = known
    .filter(({ expires }) => !isExpired(expires, now))
    .map((waiver) => ({ waiver, fit: fitOfWaiver(waiver, ruleId, resource, place) }));
  const found = standing.find(({ fit }) => fit === 'yes');
  if (found) return { kind: 'exempt', exemption: found.waiver };
  if (standing.some(({ fit }) => fit === 'maybe'))
    return { kind: 'unreadable', why: 'its tags could not be read, and an exemption in cinch.yaml goes by them' };
  if (tag === undefined) return { kind: 'none' };
  const [, rule, expires, owner, reason] = TAG_FORM.exec(tag) ?? [];
  if (!rule || !expires || !owner || !reason || Number.isNaN(Date.parse(expires))) {
    return { kind: 'unreadable', why: 'its tag cinch:exempt is not of the form `<rule or *> until <date> by <owner>: <reason>`' };
  }
  const exemption = { rule, resource: resource.arn, owner, reason, expires };
  return fitOfWaiver(exemption, ruleId, resource) === 'yes' && !isExpired(expires, now)
    ? { kind: 'exempt', exemption }
    : { kind: 'none' };
}

/** Everything that it names must fit, and it must name something. */
export function fitOfWaiver(
  waiver: Pick<Waiver, 'rule' | 'resource' | 'accounts' | 'units' | 'tags'>,
  ruleId: string,
  resource: Pick<Resource, 'arn'>,
  place?: Place,
): Fit {
  if (waiver.rule !== '*' && waiver.rule !== ruleId) return 'no';
  if (waiver.resource !== undefined && !matches(waiver.resource, resource.arn)) return 'no';
  const { accounts, units, tags } = waiver;
  if (!accounts && !units && !tags) return waiver.resource === undefined ? 'no' : 'yes';
  return place ? fitOf({ accounts, units, tags }, place) : 'no';
}

/** A bare date lasts to the end of its day, UTC. An unreadable date is expired. */
export function isExpired(expires: string, now: string): boolean {
  const end = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(expires) ? `${expires}T23:59:59.999Z` : expires);
  return !(end >= Date.parse(now));
}
