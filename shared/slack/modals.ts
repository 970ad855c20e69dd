import type { InputBlock, ModalView, SectionBlock } from '@slack/types';
import { type CardRef, DAYS, DIALOG_IDS, type DialogAction, INPUTS, REASON_MAX } from './names.ts';

const plain = (text: string) => ({ type: 'plain_text' as const, text, emoji: false });

/** The dialog that Deny or Exempt opens. It is made without a look at the ledger, so it names no resource. Pure. */
export function dialogFor(action: DialogAction, card: CardRef): ModalView {
  const isDeny = action === 'deny';
  return {
    type: 'modal',
    callback_id: DIALOG_IDS[action],
    // Lookup keys: the decision is checked against the ledger again.
    private_metadata: JSON.stringify({ planId: card.planId, channel: card.channel, ts: card.ts }),
    title: plain(isDeny ? 'Deny this change' : 'Exempt this resource'),
    submit: plain(isDeny ? 'Deny' : 'Exempt'),
    close: plain('Cancel'),
    blocks: [explanation(action), reasonInput(), ...(isDeny ? [] : [daysInput()])],
  };
}

function explanation(action: DialogAction): SectionBlock {
  return {
    type: 'section',
    text: plain(
      action === 'deny'
        ? 'Cinch leaves the resource as it is and does not ask again for the same configuration.'
        : 'Cinch leaves the resource alone for this rule, also when it changes, until the exemption ends.',
    ),
  };
}

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

export type DialogAnswer =
  | { readonly reason: string; readonly days: number | null }
  /** By block id, as `response_action: errors` wants them. */
  | { readonly errors: Readonly<Record<string, string>> };

/** Checks what was typed; Slack's own checks of the inputs run in the client and prove nothing. Pure. */
export function checkDialog(action: DialogAction, typed: { readonly reason: string; readonly days: string }): DialogAnswer {
  const reason = typed.reason.trim();
  const errors: Record<string, string> = {};
  if (reason === '') errors[INPUTS.reason] = 'Say why.';
  else if ([...reason].length > REASON_MAX) errors[INPUTS.reason] = `At most ${REASON_MAX} characters.`;
  const days = /^\d{1,3}$/.test(typed.days.trim()) ? Number(typed.days) : Number.NaN;
  const inRange = days >= DAYS.min && days <= DAYS.max;
  if (action === 'exempt' && !inRange) errors[INPUTS.days] = `A whole number from ${DAYS.min} to ${DAYS.max}.`;
  if (Object.keys(errors).length > 0) return { errors };
  return { reason, days: action === 'exempt' ? days : null };
}
