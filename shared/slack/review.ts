import type { ActionsBlock, KnownBlock, ModalView, RichTextBlock } from '@slack/types';
import type { Finding } from '../model/finding.ts';
import { button, buttonsPart } from './card-buttons.ts';
import { type DigestView, phaseIn, phaseWords, SEVERITY_WORDS } from './digest.ts';
import { ACTION_IDS, type MessageRef, pageValue, VIEW_IDS, viewMetadata } from './names.ts';
import { undoIdOf } from './phase.ts';
import { bold, line, name, richText, sentence, stacked, words } from './rich-text.ts';

/** A modal has a hundred blocks at most, and a finding takes up to three. */
const PER_PAGE = 25;

/** The list behind a digest: each finding with its state, and its buttons where it may be decided. None is for all of them. Pure. */
export function renderReview(
  view: DigestView | undefined,
  at: MessageRef & { readonly id: string; readonly page: number },
): ModalView {
  const frame = {
    type: 'modal' as const,
    callback_id: VIEW_IDS.review,
    private_metadata: viewMetadata(at),
    title: plain('Review'),
    close: plain('Close'),
  };
  if (!view || view.findings.length === 0)
    return { ...frame, blocks: [richText(line(words('There is nothing left in this digest.')))] };
  const pages = Math.ceil(view.findings.length / PER_PAGE);
  const page = Math.min(Math.max(0, at.page), pages - 1);
  const shown = view.findings.slice(page * PER_PAGE, (page + 1) * PER_PAGE);
  const first = page * PER_PAGE + 1;
  const of = `${first} to ${first + shown.length - 1} of ${view.findings.length}`;
  return {
    ...frame,
    blocks: [
      richText(
        line(bold(of), words(' · each is decided by itself; turn the page or open the list again to see what became of it')),
      ),
      ...shown.flatMap((finding) => findingBlocks(view, finding)),
      ...turning(view.digest.id, page, pages),
    ],
  };
}

const plain = (text: string) => ({ type: 'plain_text' as const, text, emoji: false });

function findingBlocks(view: DigestView, finding: Finding): KnownBlock[] {
  const { resource } = finding;
  const phase = phaseIn(view, finding);
  const account = view.accounts.get(resource.account);
  const where = `${account ? `${account} ` : ''}${resource.account}${resource.kind === 'role' || resource.kind === 'user' ? '' : `, ${resource.region}`}`;
  const text: RichTextBlock = richText(
    stacked([
      [words(`${SEVERITY_WORDS[finding.severity]}  `), name(resource.name, 120), words(' · '), bold(phaseWords(phase))],
      [sentence(finding.summary, 300)],
      [words('Account '), sentence(where, 100)],
    ]),
  );
  return [text, buttonsFor(view, finding)];
}

const NO_ONE = { users: 0, emails: 0, hasGroup: false };

/** The card's own buttons without its menu, and Details. Block ids keep the same action of two findings apart. */
function buttonsFor(view: DigestView, finding: Finding): ActionsBlock {
  const plan = finding.planId ? view.plans.get(finding.planId) : undefined;
  const undo = plan && view.plans.get(undoIdOf(plan.id));
  const card = { finding, plan, undo, approvers: NO_ONE };
  const [first] = buttonsPart(phaseIn(view, finding), card);
  const own = (first?.elements ?? []).filter(
    ({ action_id }) => action_id !== ACTION_IDS.details && action_id !== ACTION_IDS.more,
  );
  return { type: 'actions', block_id: `cinch-review-${finding.id}`, elements: [...own, button('details', finding.id)] };
}

function turning(id: string, page: number, pages: number): ActionsBlock[] {
  const elements = [
    ...(page > 0 ? [button('back', pageValue(id, page - 1))] : []),
    ...(page < pages - 1 ? [button('next', pageValue(id, page + 1))] : []),
  ];
  return elements.length > 0 ? [{ type: 'actions', elements }] : [];
}
