import type { Observation } from '../../shared/engine/posture/observation.ts';
import { covers, scopeText, type UnitOf } from './covers.ts';
import type { ReportDocument } from './document.ts';
import type { GivenExemption } from './source.ts';

const DAY_MS = 86_400_000;

/** The next to end first; without an end last. Pure. */
export function exemptionsOf(
  given: readonly GivenExemption[],
  observations: readonly Observation[],
  at: string,
  unitOf: UnitOf,
): ReportDocument['exemptions'] {
  const waived = observations.filter(({ standing }) => standing === 'exempt');
  const seen = new Map(given.map((one) => [JSON.stringify([one.rule, scopeText(one), one.expires, one.owner]), one]));
  return [...seen.values()]
    .map((one) => ({
      rule: one.rule,
      resource: scopeText(one),
      owner: one.owner,
      reason: one.reason,
      expires: one.expires,
      daysLeft: one.expires === null ? null : daysLeft(one.expires, at),
      findings: waived.filter(({ ruleId, resource }) => covers(one, ruleId, resource, unitOf)).length,
    }))
    .sort(
      (one, other) =>
        (one.daysLeft ?? Number.POSITIVE_INFINITY) - (other.daysLeft ?? Number.POSITIVE_INFINITY) ||
        (one.resource < other.resource ? -1 : 1),
    );
}

/** A bare date lasts to the end of its day, UTC. Null for what is no date. */
function daysLeft(expires: string, at: string): number | null {
  const end = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(expires) ? `${expires}T23:59:59.999Z` : expires);
  return Number.isNaN(end) ? null : Math.floor((end - Date.parse(at)) / DAY_MS);
}
