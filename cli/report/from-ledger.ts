import type { LedgerContents } from '../../shared/aws/ledger/everything.ts';
import { observeFinding } from '../../shared/engine/posture/observation.ts';
import type { Waiver } from '../../shared/model/finding.ts';
import { counted } from '../../shared/rules/parts/words.ts';
import { covers, type UnitOf } from './covers.ts';
import type { GivenExemption, ReportSource } from './source.ts';

/** @param configured exemptions of cinch.yaml, which the ledger does not hold */
export function sourceFromLedger(
  contents: LedgerContents,
  configured: readonly Waiver[],
  at: string,
  unitOf: UnitOf = () => undefined,
): ReportSource {
  const { findings, asked } = contents;
  const summaries = new Map(findings.map(({ id, summary }) => [id, summary]));
  const given = [...contents.exemptions, ...configured];
  const older = findings.filter(({ remedy, status }) => remedy === undefined && status === 'reported').length;
  return {
    source: 'ledger',
    at,
    observations: findings.map(observeFinding),
    coverage: null,
    scans: null,
    questions: asked.map((plan) => ({ plan, summary: summaries.get(plan.findingId) ?? '' })),
    exemptions: [...given, ...taggedOf(contents, given, unitOf)],
    notes: [
      'The ledger keeps findings, not passes. A finding that came back counts from its last opening.',
      ...(older > 0
        ? [
            `Of ${counted(older, 'reported finding')} it is not known what Cinch could do: nothing has changed there since it began to write that down.`,
          ]
        : []),
    ],
  };
}

/** Exempt by a tag of the resource itself: the finding's reason tells by whom and until when. */
function taggedOf({ findings }: LedgerContents, given: readonly Waiver[], unitOf: UnitOf): GivenExemption[] {
  return findings
    .filter(({ status, ruleId, resource }) => status === 'exempt' && !given.some((one) => covers(one, ruleId, resource, unitOf)))
    .map(({ ruleId, resource, reason }) => ({
      rule: ruleId,
      resource: resource.arn,
      owner: null,
      reason: reason ?? '',
      expires: null,
    }));
}
