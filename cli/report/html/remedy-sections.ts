import { countSeverities } from '../../../shared/engine/posture/observation.ts';
import { SEVERITIES } from '../../../shared/model/rule.ts';
import type { ReportDocument } from '../document.ts';
import { bar, legend } from './bars.ts';
import { agesChart } from './charts.ts';
import { html, type Markup } from './markup.ts';
import type { Section } from './page.ts';
import { severityWords } from './severity-words.ts';
import { table } from './table.ts';
import { day, duration, number } from './words.ts';

type Questions = NonNullable<ReportDocument['questions']>;

/** Bounds in hours; a day is when a question expires unless configured otherwise. */
const AGES = [
  { label: 'under 4 h', below: 4 },
  { label: '4 to 24 h', below: 24 },
  { label: '1 to 3 days', below: 72 },
  { label: 'older', below: Number.POSITIVE_INFINITY },
] as const;
const MOST_QUESTIONS = 20;

export function questionsSection({ questions }: ReportDocument): Section | undefined {
  if (!questions) return undefined;
  const [oldest] = questions;
  return {
    id: 'asked',
    title: 'What is asked',
    about: [
      html`Changes that wait for people to approve them, and since when.`,
      ...(oldest ? [html`The oldest waits for ${duration(oldest.ageHours)}.`] : []),
    ],
    body: oldest
      ? html`${legend(SEVERITIES)}${agesChart(agesOf(questions), ageWords(questions))}${questionTable(questions)}`
      : html`<p class="good">Nothing waits for a decision.</p>`,
  };
}

function agesOf(questions: Questions) {
  return AGES.map(({ label, below }, index) => ({
    label,
    counts: countSeverities(questions.filter(({ ageHours }) => ageHours < below && ageHours >= (AGES[index - 1]?.below ?? 0))),
  }));
}

const ageWords = (questions: Questions): string =>
  agesOf(questions)
    .map(({ label, counts }) => `${label}: ${SEVERITIES.reduce((sum, severity) => sum + counts[severity], 0)}`)
    .join(', ');

function questionTable(questions: Questions): Markup {
  const shown = questions.slice(0, MOST_QUESTIONS);
  return table(
    questions.length > shown.length ? `The ${MOST_QUESTIONS} oldest of ${questions.length}; the JSON has all` : 'Oldest first',
    [
      { label: 'what', kind: 'name' },
      { label: 'severity', kind: 'text' },
      { label: 'age', kind: 'number' },
      { label: 'approved', kind: 'number' },
      { label: 'expires', kind: 'text' },
    ],
    shown.map((one) => [
      html`<b>${one.resource.name}</b><small>${one.summary}</small><small>${one.resource.account} · <code>${one.rule}</code></small>`,
      severityWords(one.severity),
      duration(one.ageHours),
      `${one.approvals} of ${one.approvalsNeeded}`,
      one.expiresAt === null ? '' : html`${day(one.expiresAt)}<small>${one.expiresAt.slice(11, 16)} UTC</small>`,
    ]),
  );
}

export function fixModeSection({ fixMode, period, source }: ReportDocument): Section {
  const { findings, safe, approval, manual, notKnown, steps } = fixMode;
  const since = source === 'scan' ? 'in the newest scan' : `since ${day(period.from)}`;
  return {
    id: 'fix-mode',
    title: 'What “fix” would do',
    about: [
      html`Findings that were open ${since}, and that Cinch did not fix, by what it would have done with <code>mode: fix</code>.`,
      html`At once: the remedy is safe and runs by itself, then is verified, and can be undone. Asked: people approve it first. By hand: there is only an instruction. What a deploy tool owns is asked even where the remedy is safe, unless the rule is set to fix by its name.`,
    ],
    body:
      findings === 0
        ? html`<p class="good">There is nothing that it would do.</p>`
        : html`${bar(
            [
              { name: 'safe', count: safe },
              { name: 'approval', count: approval },
              { name: 'manual', count: manual },
              { name: 'not known', count: notKnown },
            ],
            findings,
          )}
<ul class="tallies outcomes">${(
            [
              ['safe', safe, 'at once'],
              ['approval', approval, 'asked'],
              ['manual', manual, 'by hand'],
              ...(notKnown > 0 ? [['not', notKnown, 'not known'] as const] : []),
            ] as const
          ).map(
            ([fill, count, words]) => html`<li><i class="fill-${fill}"></i><b>${number(count)}</b><span>${words}</span></li>`,
          )}</ul>
${table(
  'Kinds of change, and how many findings each would help to end; a finding may take several',
  [
    { label: 'change', kind: 'name' },
    { label: 'at once', kind: 'number' },
    { label: 'asked', kind: 'number' },
  ],
  steps.map((step) => [step.title, number(step.safe), number(step.approval)]),
)}`,
  };
}

export function exemptionsSection({ exemptions }: ReportDocument): Section {
  return {
    id: 'exemptions',
    title: 'Exemptions',
    about: [html`What somebody waived, by whom, why, and until when. The next to end comes first; an ended one waives nothing.`],
    body:
      exemptions.length === 0
        ? html`<p>There are none.</p>`
        : table(
            'By their end',
            [
              { label: 'what', kind: 'name' },
              { label: 'owner and reason', kind: 'wide' },
              { label: 'ends', kind: 'text' },
              { label: 'findings', kind: 'number' },
            ],
            exemptions.map((one) => [
              html`<code>${one.rule}</code><small>${one.resource}</small>`,
              html`${one.owner ?? ''}<small>${one.reason}</small>`,
              html`${one.expires === null ? '' : day(one.expires)}<small>${endWords(one.daysLeft)}</small>`,
              number(one.findings),
            ]),
          ),
  };
}

function endWords(daysLeft: number | null): string {
  if (daysLeft === null) return 'as the reason says';
  if (daysLeft < 0) return 'has ended';
  return daysLeft === 0 ? 'within a day' : `in ${daysLeft} ${daysLeft === 1 ? 'day' : 'days'}`;
}
