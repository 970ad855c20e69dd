import type { Finding } from '../../shared/model/finding.ts';
import type { Plan } from '../../shared/model/plan.ts';
import { renderCard } from '../../shared/slack/card.ts';
import type { CardView } from '../../shared/slack/phase.ts';
import { aFinding, aPlan } from './slack-samples.ts';

/** Cards of the sample finding, and what people read on them. */

export const view = (finding: Partial<Finding> = {}, plan: Partial<Plan> | undefined = {}, undo?: Partial<Plan>): CardView => ({
  finding: aFinding(finding),
  plan: plan && aPlan(plan),
  undo: undo && aPlan({ id: 'f1-p1-undo', kind: 'undo', undoes: 'f1-p1', ...undo }),
  approvers: { users: 2, emails: 0, hasGroup: false },
});
export const BOB = { userId: 'U0BOB', userName: 'bob', at: '2026-11-22T12:05:00.000Z' };

/** Everything a person reads, in order. */
export function read(value: unknown): string {
  if (Array.isArray(value)) return value.map(read).join('');
  if (typeof value !== 'object' || value === null) return '';
  const { type, text, user_id, fallback, elements } = value as Record<string, unknown>;
  if (type === 'actions')
    return `\n[${(elements as { text?: { text: string } }[]).map((one) => one.text?.text ?? '…').join('|')}]\n`;
  const end = type === 'rich_text_section' || type === 'rich_text_preformatted' || type === 'context' ? '\n' : '';
  if (typeof text === 'string') return text + end;
  if (typeof user_id === 'string') return `@${user_id}`;
  if (typeof fallback === 'string') return fallback;
  return read(text) + read(elements) + end;
}
export const lines = (shown: CardView) => read(renderCard(shown).blocks).split('\n').filter(Boolean);
export const text = (shown: CardView) => lines(shown).join('\n');
