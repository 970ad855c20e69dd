import type { InputBlock, ModalView, SectionBlock } from '@slack/types';
import type { ViewName } from '../flows/messages.ts';
import {
  type CardRef,
  DAYS,
  DIALOG_IDS,
  type DialogAction,
  INPUTS,
  type MessageRef,
  NAME_MAX,
  OWNER_MAX,
  REASON_MAX,
  VIEW_IDS,
  viewMetadata,
} from './names.ts';

const plain = (text: string) => ({ type: 'plain_text' as const, text, emoji: false });

interface DialogWords {
  readonly title: string;
  readonly submit: string;
  readonly text: string;
}

const WORDS: { readonly [A in DialogAction]: DialogWords } = {
  deny: {
    title: 'Deny this change',
    submit: 'Deny',
    text: 'Cinch leaves the resource as it is and does not ask again for the same configuration.',
  },
  exempt: {
    title: 'Exempt this resource',
    submit: 'Exempt',
    text: 'Cinch leaves the resource alone for this rule, also when it changes, until the exemption ends.',
  },
  'break-glass': {
    title: 'Break the glass',
    submit: 'Approve alone',
    text:
      'You approve your own change without a second person. Only in an emergency: the whole channel is told at once, with your name ' +
      'and your reason. A change that could not be undone still needs somebody else.',
  },
};

/** The dialog that Deny, Exempt or Break glass opens. It is made without a look at the ledger, so it names no resource. Pure. */
export function dialogFor(action: DialogAction, card: CardRef): ModalView {
  const { title, submit, text } = WORDS[action];
  return {
    type: 'modal',
    callback_id: DIALOG_IDS[action],
    // Lookup keys: the decision is checked against the ledger again.
    private_metadata: JSON.stringify({ planId: card.planId, channel: card.channel, ts: card.ts }),
    title: plain(title),
    submit: plain(submit),
    close: plain('Cancel'),
    blocks: [section(text), reasonInput(), ...MORE_INPUTS[action].map((make) => make())],
  };
}

/** What stands in a modal until notify has read what belongs there: a trigger does not live long enough for that. Pure. */
export function loadingView(view: ViewName, message: MessageRef): ModalView {
  return {
    type: 'modal',
    callback_id: VIEW_IDS[view],
    private_metadata: viewMetadata(message),
    title: plain(VIEW_TITLES[view]),
    close: plain('Close'),
    blocks: [section('One moment …')],
  };
}

export const VIEW_TITLES: { readonly [V in ViewName]: string } = { details: 'Details', review: 'Review' };

const section = (text: string): SectionBlock => ({ type: 'section', text: plain(text) });

function reasonInput(): InputBlock {
  return {
    type: 'input',
    block_id: INPUTS.reason,
    label: plain('Reason'),
    hint: plain('Goes on the card and into the audit trail.'),
    element: { type: 'plain_text_input', action_id: INPUTS.reason, multiline: true, min_length: 1, max_length: REASON_MAX },
  };
}

function daysInput(): InputBlock {
  return {
    type: 'input',
    block_id: INPUTS.days,
    label: plain('For how many days'),
    element: {
      type: 'number_input',
      action_id: INPUTS.days,
      is_decimal_allowed: false,
      min_value: String(DAYS.min),
      max_value: String(DAYS.max),
      initial_value: String(DAYS.proposed),
    },
  };
}

function ownerInput(): InputBlock {
  return {
    type: 'input',
    block_id: INPUTS.owner,
    optional: true,
    label: plain('Who answers for it'),
    hint: plain('A person or a team; you, when left empty.'),
    element: { type: 'plain_text_input', action_id: INPUTS.owner, max_length: OWNER_MAX },
  };
}

/** The second confirmation: it can't be given by a slip of the finger, nor for another card than the one in mind. */
function nameInput(): InputBlock {
  return {
    type: 'input',
    block_id: INPUTS.name,
    label: plain('Type the name of the resource, as it is on the card'),
    element: { type: 'plain_text_input', action_id: INPUTS.name, min_length: 1, max_length: NAME_MAX },
  };
}

const MORE_INPUTS: { readonly [A in DialogAction]: readonly (() => InputBlock)[] } = {
  deny: [],
  exempt: [daysInput, ownerInput],
  'break-glass': [nameInput],
};

export interface Typed {
  readonly reason: string;
  readonly days: string;
  readonly owner: string;
  readonly name: string;
}

export type DialogAnswer =
  | {
      readonly reason: string;
      readonly days: number | null;
      readonly owner: string | null;
      readonly typedName: string | null;
    }
  /** By block id, as `response_action: errors` wants them. */
  | { readonly errors: Readonly<Record<string, string>> };

/** Checks what was typed; Slack's own checks of the inputs run in the client and prove nothing. Pure. */
export function checkDialog(action: DialogAction, typed: Typed): DialogAnswer {
  const [reason, owner, name] = [typed.reason.trim(), typed.owner.trim(), typed.name.trim()];
  const errors: Record<string, string> = {};
  if (reason === '') errors[INPUTS.reason] = 'Say why.';
  else if (isLonger(reason, REASON_MAX)) errors[INPUTS.reason] = `At most ${REASON_MAX} characters.`;
  const days = /^\d{1,3}$/.test(typed.days.trim()) ? Number(typed.days) : Number.NaN;
  const inRange = days >= DAYS.min && days <= DAYS.max;
  if (action === 'exempt' && !inRange) errors[INPUTS.days] = `A whole number from ${DAYS.min} to ${DAYS.max}.`;
  if (action === 'exempt' && isLonger(owner, OWNER_MAX)) errors[INPUTS.owner] = `At most ${OWNER_MAX} characters.`;
  if (action === 'break-glass' && (name === '' || isLonger(name, NAME_MAX)))
    errors[INPUTS.name] = 'Type the name as it is on the card.';
  if (Object.keys(errors).length > 0) return { errors };
  const isExempt = action === 'exempt';
  return {
    reason,
    days: isExempt ? days : null,
    owner: isExempt && owner !== '' ? owner : null,
    typedName: action === 'break-glass' ? name : null,
  };
}

const isLonger = (text: string, max: number): boolean => [...text].length > max;
