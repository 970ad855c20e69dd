import type { RichTextBlock } from '@slack/types';
import { isWaiting } from '../engine/guard.ts';
import type { Card } from '../flows/ports.ts';
import type { Finding } from '../model/finding.ts';
import type { Approval, Plan } from '../model/plan.ts';
import type { Severity } from '../model/rule.ts';
import { buttonsPart, emergencyPart } from './card-buttons.ts';
import {
  advicePart,
  changePart,
  consequencesPart,
  evidencePart,
  factsPart,
  footerPart,
  outcomePart,
  type Part,
  reasonLine,
} from './card-parts.ts';
import { aidRows, breakGlassRows } from './emergency-words.ts';
import { escapeMrkdwn } from './mrkdwn.ts';
import { type CardView, type Phase, phaseOf } from './phase.ts';
import { clip, oneLine } from './plain.ts';
import { bold, called, type Leaf, name, person, richText, sentence, stacked, time, words } from './rich-text.ts';
import { lowerFirst, wordsOfSteps } from './step-words/index.ts';
import { MESSAGE_BUDGET, textLength } from './validate-blocks.ts';

const SEVERITY: { readonly [S in Severity]: string } = {
  critical: '🔴 Critical',
  high: '🟠 High',
  medium: '🟡 Medium',
  low: '⚪ Low',
};

/** One finding as a Slack message, in whatever state it is. The same view gives the same card. Pure. */
export function renderCard(view: CardView): Card {
  const phase = phaseOf(view);
  const headline = headlineOf(phase, view);
  const above = [headPart(phase, view, headline), factsPart(view.finding)];
  const below = [
    ...listParts(phase, view),
    ...decisionPart(phase, view),
    ...buttonsPart(phase, view),
    ...emergencyPart(phase, view),
    footerPart(phase, view),
  ];
  const free = MESSAGE_BUDGET - textLength([...above, ...below]) - RESERVE;
  const consequences = phase === 'asked' && view.plan ? consequencesPart(view.plan) : [];
  // Where there is no room for all, the exact change comes first; Details has the rest.
  const kept = free - textLength(consequences) < LEAST_DIFF ? [] : consequences;
  const diffs = diffParts(phase, view, free - textLength(kept));
  return { text: fallbackText(view, headline), blocks: [...above, ...diffs, ...kept, ...below] };
}

const LEAST_DIFF = 1500;
/** For headings and notes on what was left out. */
const RESERVE = 200;

/** For notifications and screen readers, where blocks are not shown. It is mrkdwn, so it is escaped. */
function fallbackText(view: CardView, headline: readonly Leaf[]): string {
  const text = `${SEVERITY[view.finding.severity]}: ${headline.map(plainOf).join('')}`;
  return escapeMrkdwn(clip(oneLine(text, 500), 500));
}

const plainOf = (leaf: Leaf): string => (leaf.type === 'text' ? leaf.text : '');

/** Severity and what happened, in one line. */
function headPart(phase: Phase, { finding, plan, mention }: CardView, headline: readonly Leaf[]): RichTextBlock {
  const loud = breakGlassRows(plan);
  const first: Leaf[] = [bold(SEVERITY[finding.severity]), words('  '), ...headline.map(embolden)];
  const question = phase === 'asked' && plan ? [[...wordsOfSteps(plan.steps, 'ask'), words('?')]] : [];
  const why = phase === 'done' || phase === 'undone' || phase === 'undoing' ? reasonLine('Because', finding.summary) : [];
  const because =
    phase === 'asked' || phase === 'reported'
      ? reasonLine(phase === 'asked' ? 'Asked because' : 'Only reported because', finding.reason)
      : [];
  return richText(stacked([...loud, first, ...question, ...why, ...because, ...calledRow(phase, mention)]));
}

/** Slack tells them when the card is posted, and not again when it is brought up to date. */
const calledRow = (phase: Phase, mention: CardView['mention'] = []): Leaf[][] =>
  phase === 'asked' && mention.length > 0
    ? [[words('For '), ...mention.slice(0, 10).flatMap((id) => [called(id), words(' ')])]]
    : [];

const embolden = (leaf: Leaf): Leaf => (leaf.type === 'text' ? { ...leaf, style: { ...leaf.style, bold: true } } : leaf);

function headlineOf(phase: Phase, { finding, plan }: CardView): Leaf[] {
  const subject: Leaf[] = [name(finding.resource.name)];
  const steps = plan?.steps ?? [];
  switch (phase) {
    case 'done':
      return steps.length > 0 ? wordsOfSteps(steps, 'done') : [...subject, words(': fixed')];
    case 'undone':
      return steps.length > 0 ? [words('Undone: '), ...lowerFirst(wordsOfSteps(steps, 'ask'))] : [...subject, words(': undone')];
    case 'undoing':
      return [words('Undoing: '), ...lowerFirst(wordsOfSteps(steps, 'ask'))];
    case 'undo-failed':
      return [words('The undo failed: '), ...lowerFirst(wordsOfSteps(steps, 'ask'))];
    case 'resolved':
      return [...subject, words(': resolved. It was: '), sentence(finding.summary)];
    default:
      return [...subject, words(': '), sentence(finding.summary)];
  }
}

/** The change as it will be or was made. */
function diffParts(phase: Phase, { plan }: CardView, budget: number): Part[] {
  if (!plan || phase === 'resolved' || phase === 'exempt') return [];
  return changePart(changeTitle(phase), plan, isUndo(phase), budget);
}

/** What was found, what else to do, how it went. */
function listParts(phase: Phase, { finding, plan, undo }: CardView): Part[] {
  const outcome = phase === 'undone' || phase === 'undo-failed' ? (undo?.outcome ?? []) : (plan?.outcome ?? []);
  const evidence = phase === 'asked' || phase === 'reported' || phase === 'failed' ? evidencePart(finding) : [];
  const advice = phase === 'resolved' || phase === 'exempt' || phase === 'undone' ? [] : advicePart(finding);
  return [...evidence, ...advice, ...outcomePart('How it went', outcome)];
}

const isUndo = (phase: Phase): boolean => phase === 'undoing' || phase === 'undone' || phase === 'undo-failed';

const CHANGE_TITLES: Partial<{ readonly [P in Phase]: string }> = {
  asked: 'What would change',
  working: 'What changes',
  done: 'What changed',
  undoing: 'What is put back',
  undone: 'What was put back',
  'undo-failed': 'What was to be put back',
};
const changeTitle = (phase: Phase): string => CHANGE_TITLES[phase] ?? 'The change that was proposed';

/** Who decided what, when and why, and where it stands. */
function decisionPart(phase: Phase, { finding, plan, undo, aid }: CardView): RichTextBlock[] {
  const rows = [
    ...approvalRows(phase, plan),
    ...decisionRows(phase, plan, undo),
    ...snoozeRows(phase, plan),
    ...standingRows(phase, unsaid(finding.reason, plan)),
    ...(isOnlyLimited(phase, finding) ? reasonLine('What was found is still there', finding.reason) : []),
    ...aidRows(finding, aid),
  ];
  return rows.length > 0 ? [richText(stacked(rows))] : [];
}

const by = (verb: string, decision: Approval): Leaf[] => [
  bold(`${verb} by `),
  person(decision.userId),
  words(', '),
  time(decision.at),
];

function approvalRows(phase: Phase, plan: Plan | undefined): Leaf[][] {
  if (!plan || phase === 'denied' || phase === 'exempt') return [];
  const rows = plan.approvals.map((approval) => by('Approved', approval));
  if (phase !== 'asked') return rows;
  const missing = plan.approvalsNeeded - plan.approvals.length;
  if (plan.approvalsNeeded < 2 || missing < 1) return rows;
  return [...rows, [words(`${missing} of ${plan.approvalsNeeded} approvals ${missing === 1 ? 'is' : 'are'} still missing.`)]];
}

function snoozeRows(phase: Phase, plan: Plan | undefined): Leaf[][] {
  if (phase !== 'asked' || !plan?.snoozedUntil) return [];
  const who: Leaf[] = plan.snoozedBy ? [words(' by '), person(plan.snoozedBy.userId)] : [];
  return [[words('💤 '), bold('Snoozed until '), time(plan.snoozedUntil), ...who, words('. It may be decided meanwhile.')]];
}

function decisionRows(phase: Phase, plan: Plan | undefined, undo: Plan | undefined): Leaf[][] {
  const undone = undo?.decidedBy ? [by(phase === 'undone' ? 'Undone' : 'Undo asked for', undo.decidedBy)] : [];
  if (isUndo(phase)) return undo && !undo.decidedBy ? reasonLine('Taken back by Cinch itself:', undo.decisionReason) : undone;
  const verb = DECIDED[phase];
  if (!plan?.decidedBy || !verb) return [];
  return [by(verb, plan.decidedBy), ...reasonLine('Reason', plan.decisionReason)];
}

const DECIDED: Partial<{ readonly [P in Phase]: string }> = { denied: 'Denied', exempt: 'Exempted', discarded: 'Withdrawn' };

/** A finding's reason without what the card says already: a decision's own reason, or how it went. */
function unsaid(reason: string | null, plan: Plan | undefined): string | null {
  if (reason === null || (plan?.outcome ?? []).join(' ').includes(reason)) return null;
  const said = plan?.decisionReason ? `: ${plan.decisionReason}` : '';
  return said !== '' && reason.endsWith(said) ? reason.slice(0, -said.length) : reason;
}

/** After a stopgap. */
const isOnlyLimited = (phase: Phase, { status }: Finding): boolean => phase === 'done' && status === 'reported';

function standingRows(phase: Phase, reason: string | null): Leaf[][] {
  switch (phase) {
    case 'working':
      return isWaiting(reason) ? reasonLine('⏸️', reason) : [[words('⏳ Working on it …')]];
    case 'undoing':
      return isWaiting(reason) ? reasonLine('⏸️', reason) : [[words('⏳ Putting it back …')]];
    case 'done':
      return [[words('✅ Done and checked.')]];
    case 'undone':
      return [[words('↩️ Undone.')]];
    case 'undo-failed':
      return [[words('⚠️ Not everything was put back.')], ...reasonLine('Why', reason)];
    case 'denied':
      return [[words('🚫 Nothing was changed.')]];
    case 'exempt':
      return [[words('Nothing was changed'), ...(reason ? [words(': '), sentence(reason)] : [words('.')])]];
    case 'discarded':
      return [[words('Nothing was decided or changed. It is asked again when the resource changes.')]];
    case 'expired':
      return [[words('⌛ Expired: nobody decided in time. Nothing was changed.')]];
    case 'stale':
      return [[words('Nothing was changed: it is no longer what this was proposed for.')], ...reasonLine('Why', reason)];
    case 'failed':
      return [[words('⚠️ It could not be done.')]];
    case 'resolved':
      return [[words('Resolved without Cinch.')], ...reasonLine('Why', reason)];
    case 'asked':
    case 'reported':
      return [];
  }
}
