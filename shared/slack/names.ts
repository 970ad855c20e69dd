import type { ClickAction } from '../flows/messages.ts';

/** What cards and dialogs write and requests read back. Values and metadata are lookup keys and never instructions. */
export const ACTION_IDS: { readonly [A in ClickAction]: string } = {
  approve: 'cinch-approve',
  deny: 'cinch-deny',
  exempt: 'cinch-exempt',
  undo: 'cinch-undo',
};

export const DIALOG_IDS = { deny: 'cinch-deny-dialog', exempt: 'cinch-exempt-dialog' } as const;
export type DialogAction = keyof typeof DIALOG_IDS;

/** Block id and action id of a dialog's input are the same. */
export const INPUTS = { reason: 'cinch-reason', days: 'cinch-days' } as const;

export const REASON_MAX = 500;
export const DAYS = { min: 1, max: 365, proposed: 30 } as const;

/** Where a dialog was opened from. */
export interface CardRef {
  readonly planId: string;
  readonly channel: string;
  readonly ts: string;
}
