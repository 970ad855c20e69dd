import type { Told, Traced } from '../../shared/aws/ledger/story.ts';
import type { AuditEntry, CauseEntry } from '../../shared/flows/ports.ts';
import type { Plan } from '../../shared/model/plan.ts';
import { BOT_FUNCTIONS, botFunctionName } from '../../shared/names.ts';
import type { Story, StoryLine, TraceDocument } from './document.ts';

type Known = Exclude<Traced, { kind: 'unknown' }>;

/** The document of what the ledger told. Pure. */
export function traceOf(id: string, { kind, told }: Known, now: string): TraceDocument {
  const stories = told.map(storyOf);
  return { id, kind, stories, logs: logsOf(id, told, stories, now) };
}

export function storyOf({ finding, causes, plans, audit }: Told): Story {
  const lines = [
    ...(causes.length > 0 ? causes.flatMap(causeLines) : [firstLine({ finding, causes, plans, audit })]),
    ...cardLine(finding.card),
    ...plans.map(planLine),
    ...audit.map(auditLine),
    ...plans.flatMap(outcomeLines),
  ];
  return {
    findingId: finding.id,
    rule: finding.ruleId,
    severity: finding.severity,
    resource: finding.resource.arn,
    status: finding.status,
    summary: finding.summary,
    // Stable: of one moment what leads to something comes before what it leads to.
    lines: lines.sort((one, other) => Date.parse(one.at) - Date.parse(other.at)),
  };
}

const DECIDED: Readonly<Record<string, string>> = {
  fix: 'fix by itself',
  ask: 'ask',
  report: 'report only',
  exempt: 'leave it: exempt',
  same: 'the same thing again',
  resolved: 'nothing is found any more',
};

function causeLines({ at, name, by, cause, decision, planId }: CauseEntry): StoryLine[] {
  const shared = { at, planId };
  return [
    { ...shared, planId: null, step: 'event', what: name, by, detail: cause },
    { ...shared, step: 'decision', what: DECIDED[decision] ?? decision, by: 'cinch', detail: '' },
  ];
}

/** Of a finding that an earlier version has judged: it noted who and when, but not what led to it. */
function firstLine({ finding }: Told): StoryLine {
  const { author, authoredAt, lastChangeId, summary } = finding;
  const by = author ? [author.arn, author.session].filter((part) => part !== null).join('/') : null;
  return { at: authoredAt, step: 'event', what: 'change', by, detail: lastChangeId ?? summary, planId: null };
}

/** Slack's `ts` is the time of the post. */
function cardLine(card: Told['finding']['card']): StoryLine[] {
  const seconds = Number(card?.ts);
  if (!card || !(seconds > 0)) return [];
  const at = new Date(seconds * 1000).toISOString();
  return [{ at, step: 'card', what: 'card posted', by: 'cinch', detail: `${card.channel} ${card.ts}`, planId: null }];
}

const PLANNED = { remedy: 'change planned', undo: 'undo planned', containment: 'first aid planned' } as const;

function planLine({ id, kind, createdAt, steps, expiresAt }: Plan): StoryLine {
  const until = expiresAt === null ? '' : `; asked until ${expiresAt}`;
  const detail = `${steps.map((step) => step.kind).join(', ')}${until}`;
  return { at: createdAt, step: 'plan', what: PLANNED[kind], by: 'cinch', detail, planId: id };
}

const auditLine = ({ at, what, by, detail }: AuditEntry): StoryLine => ({ at, step: 'record', what, by, detail, planId: null });

/** How it ended, in the plan's own words: the check that held, or what went wrong. */
function outcomeLines({ id, updatedAt, appliedAt, outcome, kind }: Plan): StoryLine[] {
  const shared = { step: 'outcome', by: 'cinch', planId: id } as const;
  const held: StoryLine[] =
    appliedAt === null
      ? []
      : [{ ...shared, at: appliedAt, what: kind === 'undo' ? 'put back' : 'read again and verified', detail: '' }];
  const said: StoryLine[] =
    outcome.length === 0 ? [] : [{ ...shared, at: updatedAt, what: 'outcome', detail: outcome.join(' ') }];
  return [...held, ...said];
}

/** Every line that names the id, a finding, a plan or what led to them. */
function logsOf(id: string, told: readonly Told[], stories: readonly Story[], now: string): TraceDocument['logs'] {
  const ids = [
    id,
    ...told.flatMap(({ finding, plans, causes }) => [
      finding.id,
      ...plans.map((plan) => plan.id),
      ...causes.map(({ cause }) => cause),
    ]),
  ];
  const list = [...new Set(ids)].map((one) => JSON.stringify(one)).join(', ');
  const query = `fields @timestamp, @log, @message | filter cause in [${list}] or finding in [${list}] or plan in [${list}] | sort @timestamp`;
  const times = stories.flatMap(({ lines }) => lines.map(({ at }) => at)).sort();
  return {
    from: times[0] ?? new Date(Date.parse(now) - 7 * 86_400_000).toISOString(),
    groups: BOT_FUNCTIONS.map((name) => `/aws/lambda/${botFunctionName(name)}`),
    query,
  };
}
