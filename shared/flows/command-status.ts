import type { Config } from '../config/schema.ts';
import type { FindingStatus } from '../model/finding.ts';
import type { Plan } from '../model/plan.ts';
import { SEVERITIES } from '../model/rule.ts';
import { mention, mrkdwn, slackDate } from '../slack/mrkdwn.ts';
import type { ClickWorld } from './click-context.ts';
import type { Halts } from './halts.ts';

/** After every time that a record can have. */
const ALL = '9999';
const NAMED = 5;
const OPEN = ['asked', 'fixing', 'failed', 'reported'] as const satisfies readonly FindingStatus[];
const WORDS: { readonly [S in (typeof OPEN)[number]]: string } = {
  asked: 'waiting for a decision',
  fixing: 'being fixed',
  failed: 'could not be fixed',
  reported: 'only reported',
};

/** What is open, what is asked and since when, and what is stopped. mrkdwn. */
export async function describeStatus(world: ClickWorld, config: Config, halted: Halts): Promise<string> {
  const [asked, ...found] = await Promise.all([
    world.ledger.plansByStatus('asked', ALL),
    ...OPEN.map((status) => world.ledger.findingsByStatus(status, ALL)),
  ]);
  const counts = OPEN.flatMap((status, index) => {
    const findings = found[index] ?? [];
    if (findings.length === 0) return [];
    const bySeverity = SEVERITIES.flatMap((severity) => {
      const count = findings.filter((finding) => finding.severity === severity).length;
      return count > 0 ? [`${count} ${severity}`] : [];
    });
    return [`• ${findings.length} ${WORDS[status]}${bySeverity.length > 0 ? ` (${bySeverity.join(', ')})` : ''}`];
  });
  return [...haltRows(config, halted), ...counts, ...waitingRows(asked)].join('\n');
}

function haltRows(config: Config, { stopped, accounts }: Halts): string[] {
  const rows = [
    ...(config.guard.stopped ? ['🛑 *Stopped* by the configuration (`guard.stopped`).'] : []),
    ...(stopped ? [mrkdwn`🛑 *Stopped* by ${mention(stopped.by)} since ${slackDate(stopped.at)}: ${stopped.why}`] : []),
  ];
  const breakers = accounts.map(
    ({ account, why, since }) => mrkdwn`⚠️ In ${account} Cinch asks in place of fixing since ${slackDate(since)}: ${why}`,
  );
  return [...(rows.length > 0 ? rows : ['▶️ Cinch is running.']), ...breakers];
}

/** Those that end first. */
function waitingRows(asked: readonly Plan[]): string[] {
  if (asked.length === 0) return [];
  const ends = (plan: Plan): string => plan.expiresAt ?? ALL;
  const first = [...asked].sort((a, b) => (ends(a) < ends(b) ? -1 : 1)).slice(0, NAMED);
  const rows = first.map((plan) => {
    const { resource, ruleId, expiresAt, snoozedUntil } = plan;
    const end = snoozedUntil ? mrkdwn`snoozed until ${slackDate(snoozedUntil)}` : mrkdwn`expires ${slackDate(expiresAt ?? '')}`;
    return `• ${mrkdwn`${resource.name} in ${resource.account} · ${ruleId}`} · ${end}`;
  });
  return [asked.length > first.length ? `Next of ${asked.length} questions to end:` : 'Questions:', ...rows];
}
