import type { SaidAccount } from '../../shared/config/members.ts';
import { WEIGHTS, worstOf } from '../../shared/engine/posture/worst.ts';
import type { AnyRule } from '../../shared/model/rule.ts';
import { STEP_ROWS } from '../../shared/model/step.ts';
import type { ReportDocument } from './document.ts';
import { exemptionsOf } from './exemptions.ts';
import { accountsOf, postureOf, unitsOf } from './places.ts';
import type { ReportSource } from './source.ts';
import { fixModeOf, movementOf, periodOf, questionsOf, timeToFixOf, trendOf } from './times.ts';
import { checklistOf, rulesOf } from './verdicts.ts';

export interface ReportSettings {
  /** How far back it looks in the ledger. */
  readonly days: number;
  /** For the accounts' names and units. */
  readonly members: readonly SaidAccount[];
  readonly catalogue: readonly AnyRule[];
}

const WORST = 10;

/** Every figure of a report. Pure. */
export function buildReport(source: ReportSource, { days, members, catalogue }: ReportSettings): ReportDocument {
  const period = periodOf(source, days);
  const accounts = accountsOf(source, members);
  const questions = source.questions && questionsOf(source.questions, source.at);
  return {
    at: source.at,
    source: source.source,
    period,
    notes: [...source.notes],
    summary: { ...postureOf(source), ...movementOf(source, period), asked: questions?.length ?? null },
    accounts,
    units: unitsOf(source, accounts),
    rules: rulesOf(source, catalogue),
    checklist: checklistOf(source, catalogue),
    trend: trendOf(source, period),
    timeToFix: timeToFixOf(source, period),
    questions,
    fixMode: fixModeOf(source, period, titleOf),
    weights: { ...WEIGHTS },
    worst: worstOf(source.observations, 'function', WORST).map(({ resource, weight, findings }) => ({
      resource: { ...resource },
      weight,
      findings: findings.map(({ ruleId, severity, summary }) => ({ rule: ruleId, severity, summary })),
    })),
    exemptions: exemptionsOf(
      source.exemptions,
      source.observations,
      source.at,
      (account) => accounts.find((one) => one.account === account)?.unit ?? undefined,
    ),
  };
}

/** A step that this version does not know is told by its kind. */
const titleOf = (kind: string): string =>
  (STEP_ROWS as Readonly<Record<string, { readonly title: string }>>)[kind]?.title ?? kind;
