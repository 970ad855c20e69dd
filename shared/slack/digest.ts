import type { ActionsBlock, ContextBlock, RichTextBlock, SectionBlock } from '@slack/types';
import type { Card } from '../flows/ports.ts';
import type { Digest } from '../model/digest.ts';
import type { Finding } from '../model/finding.ts';
import type { Plan } from '../model/plan.ts';
import type { ResourceKind } from '../model/resource.ts';
import { SEVERITIES, type Severity } from '../model/rule.ts';
import { escapeMrkdwn, mrkdwn, type Trusted } from './mrkdwn.ts';
import { ACTION_IDS } from './names.ts';
import { type Phase, phaseOf, undoIdOf } from './phase.ts';
import { clip, oneLine } from './plain.ts';
import { bold, bullets, type Leaf, line, name, richText, sentence, stacked, words } from './rich-text.ts';

/** What a digest shows. */
export interface DigestView {
  readonly digest: Digest;
  /** In the order in which they came. */
  readonly findings: readonly Finding[];
  /** Of those findings, and their undos, by id. */
  readonly plans: ReadonlyMap<string, Plan>;
  /** Names of accounts. */
  readonly accounts: ReadonlyMap<string, string>;
  /** Slack ids of those who are told of questions. */
  readonly mention: readonly string[];
}

export const SEVERITY_WORDS: { readonly [S in Severity]: string } = {
  critical: '🔴 Critical',
  high: '🟠 High',
  medium: '🟡 Medium',
  low: '⚪ Low',
};

const FIRST = 6;
const ACCOUNTS = 8;

/** Many findings as one Slack message. The same view gives the same message. Pure. */
export function renderDigest(view: DigestView): Card {
  const { digest, findings } = view;
  const severity = worst(findings);
  const headline = headlineOf(view);
  const first: Leaf[] = [bold(SEVERITY_WORDS[severity]), words('  '), ...headline.map(embolden)];
  const rows: Leaf[][] = [first, [words('For example: '), sentence(findings[0]?.summary ?? digest.ruleId)]];
  const head = richText(stacked([...rows, ...countRows(view), [words(standingLine(view))]]));
  const text = escapeMrkdwn(clip(`${SEVERITY_WORDS[severity]}: ${headline.map(plainOf).join('')}`, 500));
  return { text, blocks: [head, ...listPart(view), ...mentionPart(view), reviewButton(digest), footer(view)] };
}

const plainOf = (leaf: Leaf): string => (leaf.type === 'text' ? leaf.text : '');
const embolden = (leaf: Leaf): Leaf => (leaf.type === 'text' ? { ...leaf, style: { ...leaf.style, bold: true } } : leaf);

const worst = (findings: readonly Finding[]): Severity =>
  SEVERITIES.find((severity) => findings.some((finding) => finding.severity === severity)) ?? 'low';

const KINDS: { readonly [K in ResourceKind]: readonly [string, string] } = {
  function: ['function', 'functions'],
  role: ['role', 'roles'],
  api: ['API', 'APIs'],
  user: ['user', 'users'],
};

/** "37 functions against lambda-policy-public, by deploy-role (build-77)". */
function headlineOf({ digest, findings }: DigestView): Leaf[] {
  const kinds = KINDS[findings[0]?.resource.kind ?? 'function'];
  const count = findings.length;
  const { author } = digest;
  const role = author?.arn.split('/').at(-1);
  const by = role
    ? [words(' by '), name(role, 80), ...(author?.session ? [words(' as '), name(author.session, 80)] : [])]
    : [words(', found by a sweep')];
  return [words(`${count} ${count === 1 ? kinds[0] : kinds[1]} against `), name(digest.ruleId, 80), ...by];
}

/** By account, and by severity where there is more than one. */
function countRows({ findings, accounts }: DigestView): Leaf[][] {
  const perAccount = countBy(findings, ({ resource }) => resource.account);
  const shown = perAccount.slice(0, ACCOUNTS).map(([account, count]) => {
    const known = accounts.get(account);
    return `${count} in ${known ? `${oneLine(known, 40)} (${account})` : account}`;
  });
  const more = perAccount.length - ACCOUNTS;
  const perSeverity = countBy(findings, ({ severity }) => severity);
  return [
    [bold('Accounts '), words([...shown, ...(more > 0 ? [`and ${more} more accounts`] : [])].join(', ') || 'none')],
    ...(perSeverity.length > 1
      ? [[bold('Severity '), words(perSeverity.map(([severity, count]) => `${count} ${severity}`).join(', '))]]
      : []),
  ];
}

function countBy<K>(findings: readonly Finding[], keyOf: (finding: Finding) => K): (readonly [K, number])[] {
  const counts = new Map<K, number>();
  for (const finding of findings) counts.set(keyOf(finding), (counts.get(keyOf(finding)) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}

const PHASE_WORDS: { readonly [P in Phase]: string } = {
  asked: 'waiting',
  reported: 'only reported',
  working: 'in work',
  done: 'done',
  undoing: 'being undone',
  undone: 'undone',
  'undo-failed': 'not undone',
  denied: 'denied',
  exempt: 'exempt',
  discarded: 'withdrawn',
  expired: 'expired',
  stale: 'no longer fits',
  failed: 'failed',
  resolved: 'resolved',
};

export const phaseIn = ({ plans }: Pick<DigestView, 'plans'>, finding: Finding): Phase => {
  const plan = finding.planId ? plans.get(finding.planId) : undefined;
  return phaseOf({ finding, plan, undo: plan ? plans.get(undoIdOf(plan.id)) : undefined });
};

export const phaseWords = (phase: Phase): string => PHASE_WORDS[phase];

/** "12 of 37 decided: 10 done and checked, 2 denied." */
function standingLine(view: DigestView): string {
  const { findings, plans } = view;
  const questions = findings.filter(({ planId }) => planId !== null && (plans.get(planId)?.expiresAt ?? null) !== null);
  const decided = questions.filter((finding) => phaseIn(view, finding) !== 'asked');
  const states = countBy(findings, (finding) => phaseIn(view, finding)).map(([phase, count]) => `${count} ${PHASE_WORDS[phase]}`);
  const lead = questions.length > 0 ? `${decided.length} of ${questions.length} decided` : `${findings.length} in all`;
  return `${lead}: ${states.join(', ') || 'nothing left'}.`;
}

function listPart(view: DigestView): RichTextBlock[] {
  const shown = view.findings.slice(0, FIRST);
  if (shown.length === 0) return [];
  const rows = shown.map((finding) => line(name(finding.resource.name, 100), words(` · ${PHASE_WORDS[phaseIn(view, finding)]}`)));
  const more = view.findings.length - shown.length;
  return [richText(bullets(rows), ...(more > 0 ? [line(words(`… and ${more} more`))] : []))];
}

/** Who is told of questions. An update of a message calls nobody again. */
function mentionPart(view: DigestView): SectionBlock[] {
  const isAsked = view.findings.some((finding) => phaseIn(view, finding) === 'asked');
  const text = mentions(view.mention).mrkdwn;
  return isAsked && text !== '' ? [{ type: 'section', text: { type: 'mrkdwn', text } }] : [];
}

/** Users by `<@…>`, user groups by `<!subteam^…>`; what has the form of neither is left out. */
export const mentions = (ids: readonly string[]): Trusted => ({
  mrkdwn: ids
    .flatMap((id) => {
      if (/^S[A-Z0-9]{2,30}$/.test(id)) return [`<!subteam^${id}>`];
      return /^[UW][A-Z0-9]{2,30}$/.test(id) ? [`<@${id}>`] : [];
    })
    .join(' '),
});

/** Opens the list. There is no button for all of them: each is decided by itself. */
const reviewButton = (digest: Digest): ActionsBlock => ({
  type: 'actions',
  elements: [
    {
      type: 'button',
      action_id: ACTION_IDS.review,
      text: { type: 'plain_text', text: 'Review', emoji: false },
      value: digest.id,
    },
  ],
});

function footer({ digest, findings }: DigestView): ContextBlock {
  const parts = [mrkdwn`Digest ${digest.id}`];
  if (digest.before > 0)
    parts.push(
      mrkdwn`the first ${digest.before} of the same kind ${digest.before === 1 ? 'has a card' : 'have cards'} of their own`,
    );
  const gone = digest.members.length - findings.length;
  if (gone > 0) parts.push(mrkdwn`${gone} that came back since ${gone === 1 ? 'is' : 'are'} shown elsewhere`);
  return { type: 'context', elements: [{ type: 'mrkdwn', text: parts.join(' · '), verbatim: true }] };
}
