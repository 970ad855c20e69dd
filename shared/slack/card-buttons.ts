import type { ActionsBlock, Button, Overflow } from '@slack/types';
import { isIrreversible } from '../config/approval-rules.ts';
import { aidFor, nextAidId, offersAid } from '../engine/containment.ts';
import { type ClickAction, SNOOZE_HOURS } from '../flows/messages.ts';
import type { Plan } from '../model/plan.ts';
import { ACTION_IDS, type ButtonName, moreValue } from './names.ts';
import { aidPhase, type CardView, type Phase } from './phase.ts';

/** What can be clicked on a card. Pure. */

const plain = (text: string) => ({ type: 'plain_text' as const, text, emoji: false });

interface ButtonWords {
  readonly text: string;
  readonly style?: 'primary';
  /** `danger` is for the question: two red buttons on every card would outshout Approve. */
  readonly confirm?: { readonly title: string; readonly text: string; readonly style?: 'danger' };
}

const BUTTONS: { readonly [A in Exclude<ButtonName, 'more' | 'snooze' | 'discard'>]: ButtonWords } = {
  approve: {
    text: 'Approve',
    style: 'primary',
    confirm: {
      title: 'Approve this change?',
      text: 'Cinch reads the resource again, makes exactly the change shown, and checks it. It can be undone from here.',
    },
  },
  deny: { text: 'Deny' },
  exempt: { text: 'Exempt' },
  details: { text: 'Details' },
  review: { text: 'Review' },
  back: { text: 'Back' },
  next: { text: 'Next' },
  undo: {
    text: 'Undo',
    confirm: { title: 'Undo this change?', text: 'Cinch puts back what it changed, unless somebody has changed it since.' },
  },
  quarantine: {
    text: 'Quarantine',
    confirm: {
      style: 'danger',
      title: 'Quarantine this function?',
      text: 'Every call of it is refused from now on, until it is undone from here. Its code and its settings stay as they are.',
    },
  },
  isolate: {
    text: 'Isolate',
    confirm: {
      style: 'danger',
      title: 'Isolate this role?',
      text: 'From now on it may do nothing, in every function that uses it and in every session that runs, until it is undone from here. Its policies stay as they are.',
    },
  },
  'break-glass': { text: 'Break glass …' },
};

const IRREVERSIBLE = {
  title: 'Approve what can’t be undone?',
  text: 'Cinch reads the resource again, makes exactly the change shown, and checks it. Nothing can give back what is lost by it.',
};

/** A button of a card or a modal. `confirm` replaces its own question. */
export function button(action: keyof typeof BUTTONS, value: string, confirm = BUTTONS[action].confirm): Button {
  const { text, style } = BUTTONS[action];
  return {
    type: 'button',
    action_id: ACTION_IDS[action],
    text: plain(text),
    value,
    ...(style ? { style } : {}),
    ...(confirm
      ? {
          confirm: {
            title: plain(confirm.title),
            text: plain(confirm.text),
            confirm: plain(text),
            deny: plain('Cancel'),
            ...(confirm.style ? { style: confirm.style } : {}),
          },
        }
      : {}),
  };
}

/** What is seldom wanted, out of the way of a hasty finger. */
function moreMenu(planId: string): Overflow {
  const option = (text: string, value: string) => ({ text: plain(text), value });
  return {
    type: 'overflow',
    action_id: ACTION_IDS.more,
    options: [
      ...SNOOZE_HOURS.map((hours) => option(`Snooze for ${spanOf(hours)}`, moreValue('snooze', hours, planId))),
      option('Withdraw the question', moreValue('discard', 0, planId)),
    ],
  };
}

const spanOf = (hours: number): string => (hours <= 24 ? `${hours} hours` : `${hours / 24} days`);

type Decision = Extract<ClickAction, 'approve' | 'deny' | 'exempt' | 'undo'>;
const DECISIONS: Partial<{ readonly [P in Phase]: readonly Decision[] }> = {
  asked: ['approve', 'deny', 'exempt'],
  done: ['undo'],
  'undo-failed': ['undo'],
};
/** Where there is still something to read or to do. */
const WITH_DETAILS: ReadonlySet<Phase> = new Set(['asked', 'done', 'undo-failed', 'reported', 'failed']);

/** The buttons of a phase; none once it is decided. */
export function buttonsPart(phase: Phase, { plan, finding }: CardView): ActionsBlock[] {
  if (!plan && phase !== 'reported') return [];
  const [decisions] = decisionsPart(phase, plan);
  const [first, menu] = parted(decisions?.elements ?? []);
  const details = WITH_DETAILS.has(phase) ? [button('details', finding.id)] : [];
  const elements = [...first, ...details, ...menu];
  return elements.length > 0 ? [{ type: 'actions', elements }] : [];
}

type Elements = ActionsBlock['elements'];
const parted = (elements: Elements): [Elements, Elements] => [
  elements.filter(({ type }) => type !== 'overflow'),
  elements.filter(({ type }) => type === 'overflow'),
];

/** What decides, without the card's other buttons. */
export function decisionsPart(phase: Phase, plan: Plan | undefined): ActionsBlock[] {
  const actions = plan ? (DECISIONS[phase] ?? []) : [];
  if (!plan || actions.length === 0) return [];
  const confirm = isIrreversible(plan.steps) ? IRREVERSIBLE : BUTTONS.approve.confirm;
  const decisions = actions.map((action) => button(action, plan.id, action === 'approve' ? confirm : BUTTONS[action].confirm));
  return [{ type: 'actions', elements: [...decisions, ...(phase === 'asked' ? [moreMenu(plan.id)] : [])] }];
}

/** Where what was found is still there, and nobody has said that it shall stay. */
const STILL_HARM: ReadonlySet<Phase> = new Set(['reported', 'asked', 'failed', 'expired', 'discarded', 'undone', 'undo-failed']);

/** A row of its own: what is loud. To lift first aid is offered as long as it lasts. */
export function emergencyPart(phase: Phase, view: CardView): ActionsBlock[] {
  const glass = phase === 'asked' && view.plan && view.breakGlass ? [button('break-glass', view.plan.id)] : [];
  const elements = [...aidButtons(phase, view), ...glass];
  return elements.length > 0 ? [{ type: 'actions', block_id: 'cinch-emergency', elements }] : [];
}

function aidButtons(phase: Phase, { finding, aid }: CardView): Button[] {
  const state = aid && aidPhase(aid);
  if (aid && (state === 'on' || state === 'lift-failed'))
    return [
      { ...button('undo', aid.plan.id), text: plain(finding.resource.kind === 'role' ? 'Undo isolation' : 'Undo quarantine') },
    ];
  const kind = aidFor(finding.resource);
  if (!kind || !STILL_HARM.has(phase) || !offersAid(finding) || state === 'working' || state === 'lifting') return [];
  return [button(kind, nextAidId(finding, { plan: aid?.plan, undo: aid?.undo }))];
}
