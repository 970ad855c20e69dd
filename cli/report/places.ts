import type { SaidAccount } from '../../shared/config/members.ts';
import { countSeverities, isOpen, type Observation } from '../../shared/engine/posture/observation.ts';
import type { PlacePosture, ReportDocument } from './document.ts';
import type { Coverage, ReportSource } from './source.ts';

type Members = readonly SaidAccount[];

/** The figures of these accounts together; of all without a list. Pure. */
export function postureOf({ observations, coverage }: ReportSource, accounts?: ReadonlySet<string>): PlacePosture {
  const here = accounts ? observations.filter(({ resource }) => accounts.has(resource.account)) : observations;
  const resources = coverage === null ? null : judgedIn(coverage, accounts);
  const blemished = new Set(here.flatMap(({ standing, resource }) => (BLEMISHES.has(standing) ? [resource.arn] : [])));
  return {
    open: countSeverities(here.filter(isOpen)),
    exempt: here.filter(({ standing }) => standing === 'exempt').length,
    unknown: here.filter(({ standing }) => standing === 'unknown').length,
    resources,
    clean: resources === null ? null : resources - blemished.size,
  };
}

const BLEMISHES: ReadonlySet<Observation['standing']> = new Set(['open', 'unknown']);

function judgedIn({ accounts }: Coverage, named: ReadonlySet<string> | undefined): number {
  const counted = named ? accounts.filter(({ account }) => named.has(account)) : accounts;
  return counted.reduce((sum, { resources }) => sum + resources.function + resources.role + resources.api + resources.user, 0);
}

/** Most open critical findings first, then high and so on. */
const gravest = (one: PlacePosture, other: PlacePosture): number =>
  other.open.critical - one.open.critical ||
  other.open.high - one.open.high ||
  other.open.medium - one.open.medium ||
  other.open.low - one.open.low;

export function accountsOf(source: ReportSource, members: Members): ReportDocument['accounts'] {
  const byAccount = groupBy(source.observations, ({ resource }) => resource.account);
  const known = new Set([...(source.coverage?.accounts ?? []).map(({ account }) => account), ...byAccount.keys()]);
  return [...known]
    .sort()
    .map((account) => {
      const member = members.find((one) => one.account === account);
      const own = { ...source, observations: byAccount.get(account) ?? [] };
      const only = new Set([account]);
      return { account, name: member?.name ?? null, unit: member?.unit ?? null, ...postureOf(own, only) };
    })
    .sort(gravest);
}

/** None without a configuration that names units. */
export function unitsOf(source: ReportSource, accounts: ReportDocument['accounts']): ReportDocument['units'] {
  if (accounts.every(({ unit }) => unit === null)) return [];
  return [...groupBy(accounts, ({ unit }) => unit)]
    .map(([unit, own]) => ({
      unit,
      accounts: own.length,
      ...postureOf(source, new Set(own.map(({ account }) => account))),
    }))
    .sort(gravest);
}

export function groupBy<T, K>(all: readonly T[], keyOf: (one: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}
