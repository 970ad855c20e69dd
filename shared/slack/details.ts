import type { ActionsBlock, KnownBlock, ModalView, RichTextBlock } from '@slack/types';
import type { ApprovalRule } from '../config/approval-rules.ts';
import type { AuditEntry } from '../flows/ports.ts';
import type { Plan } from '../model/plan.ts';
import { type Permission, STEP_ROWS } from '../model/step.ts';
import { button } from './card-buttons.ts';
import { evidencePart, factsPart } from './card-parts.ts';
import { lineDiff } from './line-diff.ts';
import { type MessageRef, pageValue, VIEW_IDS, viewMetadata } from './names.ts';
import type { CardView } from './phase.ts';
import { lines } from './plain.ts';
import {
  bold,
  bullets,
  called,
  type Leaf,
  line,
  name,
  person,
  preformatted,
  richText,
  sentence,
  time,
  words,
} from './rich-text.ts';
import { wordsOf } from './step-words/index.ts';
import { textLength } from './validate-blocks.ts';

/** Everything that is known of a finding and its plan, without the card's limits: where it is too long, it is paged. Pure. */

export interface Details {
  readonly view: CardView;
  readonly rule: ApprovalRule;
  /** The Slack users that the author of the change may be. */
  readonly authors: readonly string[];
  readonly history: readonly AuditEntry[];
}

/** Slack's limit for a modal is not documented for its text; the card's own budget twice went through where it was tried. */
const PAGE_TEXT = 12_000;
const PAGE_BLOCKS = 90;
/** One block of preformatted text. */
const CHUNK = 2800;
const HISTORY = 60;

export function detailsView(details: Details, at: MessageRef & { readonly id: string; readonly page: number }): ModalView {
  const pages = paged(allBlocks(details));
  const page = Math.min(at.page, pages.length - 1);
  return {
    type: 'modal',
    callback_id: VIEW_IDS.details,
    private_metadata: viewMetadata(at),
    title: { type: 'plain_text', text: 'Details', emoji: false },
    close: { type: 'plain_text', text: 'Close', emoji: false },
    blocks: [...(pages[page] ?? []), ...turning(at.id, page, pages.length)],
  };
}

function paged(blocks: readonly KnownBlock[]): KnownBlock[][] {
  const pages: KnownBlock[][] = [[]];
  let length = 0;
  for (const block of blocks) {
    const size = textLength(block);
    const current = pages.at(-1) ?? [];
    if (current.length > 0 && (current.length >= PAGE_BLOCKS || length + size > PAGE_TEXT)) {
      pages.push([block]);
      length = size;
    } else {
      current.push(block);
      length += size;
    }
  }
  return pages;
}

function turning(id: string, page: number, pages: number): KnownBlock[] {
  if (pages < 2) return [];
  const elements = [
    ...(page > 0 ? [button('back', pageValue(id, page - 1))] : []),
    ...(page < pages - 1 ? [button('next', pageValue(id, page + 1))] : []),
  ];
  const where: RichTextBlock = richText(line(words(`Page ${page + 1} of ${pages}`)));
  const turn: ActionsBlock = { type: 'actions', elements };
  return [where, turn];
}

function allBlocks({ view, rule, authors, history }: Details): KnownBlock[] {
  const { finding, plan } = view;
  return [
    richText(line(words('Because '), sentence(finding.summary, 1000))),
    factsPart(finding),
    ...evidencePart(finding),
    ...(plan ? planBlocks(plan) : [richText(line(words('There is no change that Cinch would make; the card says what to do.')))]),
    ...deciders(rule, authors),
    ...historyBlocks(history),
    // What the log lines and the messages between have, for whoever looks further.
    richText(
      line(
        words(`Finding ${finding.id}${finding.cause ? `, event ${finding.cause}` : ''}. All of it: cinch trace ${finding.id}`),
      ),
    ),
  ];
}

const heading = (text: string): KnownBlock => ({ type: 'header', text: { type: 'plain_text', text, emoji: false } });
const list = (rows: readonly (readonly Leaf[])[]): RichTextBlock => richText(bullets(rows.map((row) => line(...row))));

function planBlocks(plan: Plan): KnownBlock[] {
  const rows = kindsOf(plan).map((kind) => STEP_ROWS[kind]);
  const unique = (texts: readonly string[]): Leaf[][] => [...new Set(texts)].map((text) => [sentence(text, 600)]);
  return [
    heading('What the click does'),
    list([
      [words('Reads the resource again, and does nothing if it is no longer as shown')],
      [words('Writes down what is there, encrypted, for undo')],
      ...plan.steps.slice(0, 40).map((step) => wordsOf(step, 'ask')),
      [words('Checks that it holds, and takes it back if it does not')],
    ]),
    heading('Before and after'),
    ...plan.previews.flatMap((preview) => previewBlocks(preview, plan.kind === 'undo')),
    heading('What might break'),
    list(unique(rows.map((row) => row.mightBreak))),
    heading('How undo works'),
    ...(rows.some((row) => row.irreversible) ? [richText(line(bold('⚠️ Part of it can’t be undone.')))] : []),
    list(unique(rows.map((row) => row.undo))),
    heading('Permissions it uses'),
    list(permissionRows(rows.flatMap((row) => row.permissions))),
  ];
}

const kindsOf = (plan: Plan): (keyof typeof STEP_ROWS)[] => [...new Set(plan.steps.map((step) => step.kind))];

/** The whole of it, in as many blocks as it needs. */
function previewBlocks({ title, before, after }: Plan['previews'][number], isUndo: boolean): RichTextBlock[] {
  const [from, to] = isUndo ? [after, before] : [before, after];
  const diff = lineDiff(lines(from, WHOLE), lines(to, WHOLE));
  const chunks = chunksOf(diff);
  return [richText(line(bold(title))), ...chunks.map((chunk) => richText(preformatted(chunk)))];
}

/** The largest policy that IAM takes has 10,240 characters; printed, a few times that. */
const WHOLE = 120_000;

/** Cut at line ends where it can be. */
function chunksOf(text: string): string[] {
  const chunks: string[] = [];
  let rest = text;
  while (rest.length > CHUNK) {
    const end = rest.lastIndexOf('\n', CHUNK);
    const cut = end > 0 ? end : CHUNK;
    chunks.push(rest.slice(0, cut));
    rest = rest.slice(end > 0 ? cut + 1 : cut);
  }
  return [...chunks, rest];
}

function permissionRows(permissions: readonly Permission[]): Leaf[][] {
  const byScope = new Map<string, Set<string>>();
  for (const { actions, on } of permissions) {
    const known = byScope.get(on) ?? new Set();
    for (const action of actions) known.add(action);
    byScope.set(on, known);
  }
  return [...byScope].map(([on, actions]) => [words(`on ${on}: `), sentence([...actions].sort().join(', '), 1500)]);
}

function deciders({ circles, needed }: ApprovalRule, authors: readonly string[]): KnownBlock[] {
  const people = circles.flatMap(({ users, emails, group }) => [
    ...users.map((id) => [person(id)]),
    ...emails.map((email) => [name(email, 100)]),
    ...(group ? [[words('everybody in '), called(group)]] : []),
  ]);
  const many = needed === 1 ? 'One of them decides.' : `${needed} of them must approve.`;
  const author: Leaf[] =
    authors.length > 0
      ? [words('Never the author of the change: '), ...authors.map(person)]
      : [words('Nobody knows in Slack who made the change, so it takes two to approve.')];
  return [
    heading('Who may decide'),
    ...(people.length > 0 ? [list(people.slice(0, 60))] : [richText(line(words('Nobody: no approvers are configured.')))]),
    richText(line(words(`${many} `), ...author)),
  ];
}

function historyBlocks(history: readonly AuditEntry[]): KnownBlock[] {
  if (history.length === 0) return [];
  const rows = history
    .slice(-HISTORY)
    .map(({ at, what, by, detail }) => [
      time(at),
      words(' · '),
      person(by),
      words(' · '),
      sentence(what, 200),
      ...(detail ? [words(': '), sentence(detail, 300)] : []),
    ]);
  const older = history.length - rows.length;
  // In lists of ten, so that none is more than a page.
  const lists: KnownBlock[] = [];
  for (let from = 0; from < rows.length; from += 10) lists.push(list(rows.slice(from, from + 10)));
  return [
    heading('What has happened'),
    ...(older > 0 ? [richText(line(words(`${older} older entries are left out.`)))] : []),
    ...lists,
  ];
}
