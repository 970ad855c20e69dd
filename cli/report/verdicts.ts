import { WHITE_PAPER } from '../../shared/checklists/white-paper.ts';
import { type Observation, severityRank } from '../../shared/engine/posture/observation.ts';
import type { AnyRule } from '../../shared/model/rule.ts';
import type { ReportDocument, Verdicts } from './document.ts';
import { groupBy } from './places.ts';
import type { Coverage, ReportSource } from './source.ts';

type Asked = Pick<AnyRule, 'id' | 'title' | 'severity' | 'resource' | 'checklist'>;

/** Gravest first: a resource that violates one rule of an item violates the item, whatever else is unknown of it. */
const GRAVEST: readonly Observation['standing'][] = ['open', 'unknown', 'exempt'];

/** Each resource that these rules look at counts once. What was judged and has nothing to say passes. Pure. */
export function verdictsOf(rules: readonly Asked[], observations: readonly Observation[], coverage: Coverage | null): Verdicts {
  const standings = [...groupBy(observations, ({ resource }) => resource.arn).values()].map((own) =>
    GRAVEST.find((standing) => own.some((one) => one.standing === standing)),
  );
  const count = (standing: Observation['standing']): number => standings.filter((one) => one === standing).length;
  const counts = { violation: count('open'), unknown: count('unknown'), exempt: count('exempt') };
  const judged = coverage === null ? null : judgedBy(rules, coverage);
  return { pass: judged === null ? null : judged - counts.violation - counts.unknown - counts.exempt, ...counts };
}

function judgedBy(rules: readonly Asked[], { accounts, rules: asked }: Coverage): number {
  return accounts.reduce((sum, { resources, off }) => {
    const on = rules.filter(({ id }) => asked.includes(id) && !off.includes(id));
    const kinds = [...new Set(on.map(({ resource }) => resource))];
    return sum + kinds.reduce((own, kind) => own + resources[kind], 0);
  }, 0);
}

/** The rules that have anything to say. A rule that this version does not know is told by its id. */
export function rulesOf(source: ReportSource, catalogue: readonly Asked[]): ReportDocument['rules'] {
  const known = new Map(catalogue.map((rule) => [rule.id, rule]));
  return [...groupBy(source.observations, ({ ruleId }) => ruleId)]
    .flatMap(([id, own]) => {
      const [first] = own;
      if (!first || own.every(({ standing }) => standing === 'ended')) return [];
      const rule = known.get(id) ?? { id, title: id, severity: first.severity, resource: first.resource.kind, checklist: [] };
      const { title, severity, resource } = rule;
      return [{ id, title, severity, resource, ...verdictsOf([rule], own, source.coverage) }];
    })
    .sort(
      (one, other) => severityRank(one) - severityRank(other) || other.violation - one.violation || (one.id < other.id ? -1 : 1),
    );
}

export function checklistOf(source: ReportSource, catalogue: readonly Asked[]): ReportDocument['checklist'] {
  return Object.entries(WHITE_PAPER.items).map(([id, title]) => {
    const rules = catalogue.filter(({ checklist }) => checklist.some((item) => item === id));
    const ids = new Set(rules.map((rule) => rule.id));
    const own = source.observations.filter(({ ruleId }) => ids.has(ruleId));
    return { id, title, rules: [...ids].sort(), ...verdictsOf(rules, own, source.coverage) };
  });
}
