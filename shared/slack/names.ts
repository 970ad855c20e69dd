import type { ClickAction, ViewName } from '../flows/messages.ts';

/** What cards and dialogs write and requests read back. Values and metadata are lookup keys and never instructions. */
export const ACTION_IDS: { readonly [A in ButtonName]: string } = {
  approve: 'cinch-approve',
  deny: 'cinch-deny',
  exempt: 'cinch-exempt',
  undo: 'cinch-undo',
  snooze: 'cinch-snooze',
  discard: 'cinch-discard',
  quarantine: 'cinch-quarantine',
  isolate: 'cinch-isolate',
  'break-glass': 'cinch-break-glass',
  /** Value: the finding's id. */
  details: 'cinch-details',
  /** Value: the digest's id. */
  review: 'cinch-review',
  /** In a modal; value: {@link pageValue}. */
  back: 'cinch-back',
  next: 'cinch-next',
  /** The menu beside the buttons; its options' values: {@link moreValue}. */
  more: 'cinch-more',
};
export type ButtonName = ClickAction | ViewName | PageAction | 'more';

export const PAGE_ACTIONS = ['back', 'next'] as const;
export type PageAction = (typeof PAGE_ACTIONS)[number];

/** The id of what a modal shows, and the page to turn to. */
export const pageValue = (id: string, page: number): string => `${id} ${page}`;
/** A snooze's hours, or 0 for the other choices. */
export const moreValue = (action: 'snooze' | 'discard', hours: number, planId: string): string => `${action} ${hours} ${planId}`;

export const DIALOG_IDS = {
  deny: 'cinch-deny-dialog',
  exempt: 'cinch-exempt-dialog',
  'break-glass': 'cinch-break-glass-dialog',
} as const;
export type DialogAction = keyof typeof DIALOG_IDS;

/** The modals that notify fills; their `private_metadata` is {@link viewMetadata}. */
export const VIEW_IDS: { readonly [V in ViewName]: string } = { details: 'cinch-details-view', review: 'cinch-review-view' };

/** Block id and action id of a dialog's input are the same. */
export const INPUTS = { reason: 'cinch-reason', days: 'cinch-days', owner: 'cinch-owner', name: 'cinch-name' } as const;

export const REASON_MAX = 500;
export const OWNER_MAX = 100;
export const NAME_MAX = 200;
export const DAYS = { min: 1, max: 365, proposed: 30 } as const;

/** The message that a modal was opened from: the buttons in it speak for that message. */
export interface MessageRef {
  readonly channel: string;
  readonly ts: string;
}

/** Where a dialog was opened from. */
export interface CardRef extends MessageRef {
  readonly planId: string;
}

export const viewMetadata = ({ channel, ts }: MessageRef): string => JSON.stringify({ channel, ts });
