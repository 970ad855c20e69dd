import type { ContextBlock, KnownBlock, RichTextBlock } from '@slack/types';
import type { Finding } from '../model/finding.ts';
import type { Plan } from '../model/plan.ts';
import type { ResourceKind } from '../model/resource.ts';
import { STEP_ROWS } from '../model/step.ts';
import { lineDiff } from './line-diff.ts';
import { mrkdwn, slackDate, type Trusted } from './mrkdwn.ts';
import type { CardView, Phase } from './phase.ts';
import { clip, clipList, lines } from './plain.ts';
import { bold, bullets, type Leaf, line, name, preformatted, richText, sentence, stacked, time, words } from './rich-text.ts';

/** The parts of a card, top to bottom. Each has its share of the 8,000 characters a message may have in all; the diff takes what is left. Pure. */

const SHARE = { evidence: 800, advice: 1000, toCopy: 2400, outcome: 700 } as const;

/** Who, when, where. */
export function factsPart(finding: Finding): RichTextBlock {
  const { resource, author } = finding;
  const who: Leaf[] = author
    ? [name(author.session ?? author.arn, 100), words(' as '), name(author.arn, 160), ...fromWhere(finding)]
    : [words('unknown; found by a sweep')];
  const isGlobal = resource.kind === 'role' || resource.kind === 'user';
  const where = [name(resource.account, 20), words(isGlobal ? ' (IAM)' : `, ${resource.region}`)];
  return richText(
    stacked([
      [bold('Changed by '), ...who],
      [bold('When '), time(finding.authoredAt)],
      [bold('Account '), ...where],
      [bold(`${KIND_WORDS[resource.kind]} `), name(resource.name)],
      ...(finding.timesSeen > 1 ? [[bold('Seen '), words(`${finding.timesSeen} times`)]] : []),
    ]),
  );
}

/** The source identity, which nobody can choose freely, where it says something else than the session; and the program. */
function fromWhere({ author, via }: Finding): Leaf[] {
  const identity = author?.sourceIdentity;
  return [
    ...(identity && identity !== author.session ? [words(', source identity '), name(identity, 100)] : []),
    ...(via ? [words(', with '), name(programOf(via), 60)] : []),
  ];
}

/** Of a user agent its first product; the rest is of the machine. `Serverless Framework` is a name and stays whole. */
const programOf = (via: string): string => (/^\[?[^\s/]+\/\S/.test(via) ? (via.split(/\s/)[0] ?? via) : via);

const KIND_WORDS: { readonly [K in ResourceKind]: string } = { function: 'Function', role: 'Role', api: 'API', user: 'User' };

/** What was found; never a secret's value, by the contract of evidence. */
export function evidencePart(finding: Finding): RichTextBlock[] {
  const rows = finding.evidence.map(
    ({ path, found, expected }) => `${path}: ${found}${expected === undefined ? '' : ` (expected ${expected})`}`,
  );
  return listPart('Found', rows, { entries: 8, each: 320, total: SHARE.evidence });
}

/** An entry of several lines is there to be copied: it stays as it is, below the others. */
export function advicePart({ advice }: Finding): RichTextBlock[] {
  const [toCopy] = advice.filter(hasLines);
  const said = advice.filter((entry) => !hasLines(entry));
  return [
    ...listPart('What to do besides', said, { entries: 8, each: 400, total: SHARE.advice }),
    ...(toCopy === undefined ? [] : [richText(preformatted(clipLines(lines(toCopy, 20_000), SHARE.toCopy)))]),
  ];
}

const hasLines = (text: string): boolean => text.trim().includes('\n');

export function outcomePart(title: string, outcome: readonly string[]): RichTextBlock[] {
  return listPart(title, outcome, { entries: 6, each: 400, total: SHARE.outcome });
}

function listPart(title: string, rows: readonly string[], limits: Parameters<typeof clipList>[1]): RichTextBlock[] {
  const kept = clipList(rows, limits);
  if (kept.length === 0) return [];
  return [richText(line(bold(title)), bullets(kept.map((row) => line(words(row)))))];
}

/** The exact before and after of every step; for an undo the other way round. A long one is clipped and says so. */
export function changePart(title: string, plan: Plan, isUndo: boolean, budget: number): RichTextBlock[] {
  const shown = plan.previews.slice(0, 4);
  const share = Math.min(2800, Math.floor(budget / Math.max(1, shown.length)) - TITLE_MAX);
  const parts = shown.flatMap((preview) => {
    const heading = plan.previews.length > 1 ? [line(sentence(preview.title, TITLE_MAX))] : [];
    return [
      ...heading,
      preformatted(clipLines(isUndo ? diff(preview.after, preview.before) : diff(preview.before, preview.after), share)),
    ];
  });
  if (parts.length === 0) return [];
  const more = plan.previews.length - shown.length;
  return [richText(line(bold(title)), ...parts, ...(more > 0 ? [line(words(`… and ${more} more changes`))] : []))];
}

const TITLE_MAX = 120;
const diff = (from: string, to: string): string => lineDiff(lines(from, 20_000), lines(to, 20_000));

function clipLines(text: string, max: number): string {
  const rows = text.split('\n');
  const kept: string[] = [];
  let left = max - 60;
  for (const row of rows) {
    const length = row.length + 1;
    if (length > left) {
      if (kept.length === 0) kept.push(clip(row, left));
      const hidden = rows.length - kept.length;
      return `${kept.join('\n')}\n… the rest is too long to show here${hidden > 0 ? ` (${hidden} lines)` : ''}`;
    }
    left -= length;
    kept.push(row);
  }
  return kept.join('\n');
}

export function reasonLine(label: string, reason: string | null): Leaf[][] {
  return reason ? [[bold(`${label} `), sentence(reason)]] : [];
}

/** What might break although all is done right, and what undo gives back: of each kind of step once. */
export function consequencesPart(plan: Plan): RichTextBlock[] {
  const rows = [...new Set(plan.steps.map((step) => step.kind))].map((kind) => STEP_ROWS[kind]);
  const breaks = [...new Set(rows.map((row) => row.mightBreak))];
  const undos = [...new Set(rows.map((row) => (row.irreversible ? `⚠️ This can’t be undone. ${row.undo}` : row.undo)))];
  const limits = { entries: 3, each: 260, total: 500 };
  return [...listPart('What might break', breaks, limits), ...listPart('What undo gives back', undos, limits)];
}

/** Finding id, until when, and who may decide. */
export function footerPart(phase: Phase, { finding, plan, approvers }: CardView): ContextBlock {
  const parts = [mrkdwn`Finding ${finding.id} · ${finding.ruleId}`];
  if (phase === 'asked' && plan?.expiresAt) parts.push(mrkdwn`expires ${slackDate(plan.expiresAt)}`);
  if (phase === 'asked' && isSnoozed(plan)) parts.push(mrkdwn`snoozed until ${slackDate(plan?.snoozedUntil ?? '')}`);
  if (phase === 'asked' || phase === 'done' || phase === 'undo-failed') parts.push(mrkdwn`${whoMayDecide(approvers)}`);
  return { type: 'context', elements: [{ type: 'mrkdwn', text: parts.join(' · '), verbatim: true }] };
}

const isSnoozed = (plan: Plan | undefined): boolean => typeof plan?.snoozedUntil === 'string';

/** Counts and not mentions: to be allowed to decide is not to be called each time. */
function whoMayDecide(approvers: CardView['approvers']): Trusted {
  const people = approvers.users + approvers.emails;
  const named = [
    ...(people > 0 ? [`${people} named ${people === 1 ? 'approver' : 'approvers'}`] : []),
    ...(approvers.hasGroup ? ['the approvers’ user group'] : []),
  ];
  if (named.length === 0) return { mrkdwn: 'nobody may decide: `slack.approvers` is empty' };
  const needed = approvers.needed ?? 1;
  const many = needed > 1 ? `, ${needed} of them together` : '';
  return { mrkdwn: `${named.join(' and ')} may decide${many}, never the author of the change` };
}

export type Part = KnownBlock;
