import { describe, expect, it } from 'vitest';
import { checkView } from '../../../local/slack/block-limits.ts';
import { dialogFor } from '../../../shared/slack/modals.ts';
import { degrade, presentable, validateBlocks, validateView } from '../../../shared/slack/validate-blocks.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const section = (text: string) => ({ type: 'section', text: plain(text) });
const button = (changes: object = {}) => ({ type: 'button', action_id: 'a', text: plain('A'), value: 'v', ...changes });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const rich = (...elements: object[]) => ({ type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] });

describe('validateBlocks points at what Slack would refuse', () => {
  it.each([
    ['a text that is too long', [section('x'.repeat(3001))], '/blocks/0/text/text'],
    ['an empty text', [section('')], '/blocks/0/text/text'],
    ['too many blocks', Array.from({ length: 51 }, () => section('x')), '/blocks'],
    ['no blocks', [], '/blocks'],
    ['a block that Slack does not know', [section('x'), { type: 'nope' }], '/blocks/1/type'],
    ['a type named like a built-in', [{ type: 'constructor' }], '/blocks/0/type'],
    ['a long button', [actions(button({ text: plain('x'.repeat(76)) }))], '/blocks/0/elements/0/text/text'],
    ['a long value', [actions(button({ value: 'x'.repeat(2001) }))], '/blocks/0/elements/0/value'],
    ['a long action id', [actions(button({ action_id: 'x'.repeat(256) }))], '/blocks/0/elements/0/action_id'],
    ['mrkdwn on a button', [actions(button({ text: { type: 'mrkdwn', text: 'x' } }))], '/blocks/0/elements/0/text/type'],
    ['two buttons of one id', [actions(button(), button())], '/blocks/0/elements'],
    [
      '26 buttons',
      [actions(...Array.from({ length: 26 }, (_, index) => button({ action_id: `a${index}` })))],
      '/blocks/0/elements',
    ],
    [
      'a long confirm text',
      [actions(button({ confirm: { title: plain('t'), text: plain('x'.repeat(301)), confirm: plain('c'), deny: plain('d') } }))],
      '/blocks/0/elements/0/confirm/text/text',
    ],
    [
      'eleven context elements',
      [{ type: 'context', elements: Array.from({ length: 11 }, () => plain('x')) }],
      '/blocks/0/elements',
    ],
    ['an unknown leaf', [rich({ type: 'blink', text: 'x' })], '/blocks/0/elements/0/elements/0/type'],
    [
      'a date without a time',
      [rich({ type: 'date', timestamp: 1.5, format: 'f', fallback: 'x' })],
      '/blocks/0/elements/0/elements/0/timestamp',
    ],
    ['more than the budget in all', Array.from({ length: 3 }, () => section('x'.repeat(2700))), '/blocks'],
  ])('%s', (_, blocks, pointer) => {
    expect(validateBlocks(blocks).map((problem) => problem.pointer)).toContain(pointer);
  });

  it('lets what is within the limits pass', () => {
    expect(
      validateBlocks([
        section('x'.repeat(3000)),
        actions(button({ value: 'x'.repeat(2000) })),
        rich({ type: 'text', text: 'x' }),
      ]),
    ).toEqual([]);
  });
});

describe('a card that Slack would refuse', () => {
  const bad = { text: 'High: anybody may invoke it', blocks: [{ type: 'nope' }, actions(button())] };

  it('is shown as plain text and keeps its buttons', () => {
    const { card, problems } = presentable(bad);
    expect(problems).toHaveLength(1);
    expect(card.text).toBe(bad.text);
    expect(card.blocks).toEqual([{ type: 'section', text: { ...plain(bad.text), emoji: false } }, actions(button())]);
    expect(validateBlocks(card.blocks)).toEqual([]);
  });

  it('loses buttons that are the reason themselves', () => {
    const card = degrade({ text: 'x', blocks: [actions(button({ value: '' }))] });
    expect(card.blocks).toHaveLength(1);
    expect(validateBlocks(card.blocks)).toEqual([]);
  });

  it('has a text in any case', () => {
    expect(presentable({ text: '', blocks: [section('x')] }).card.text).not.toBe('');
  });

  it('is left alone when it is fine', () => {
    const good = { text: 'x', blocks: [section('x')] };
    expect(presentable(good).card).toBe(good);
  });
});

it('the dialogs stand both checks', () => {
  for (const action of ['deny', 'exempt'] as const) {
    const view = dialogFor(action, { planId: 'p'.repeat(200), channel: 'C0CINCH', ts: '1790000000.000001' });
    expect(validateView(view)).toEqual([]);
    expect(checkView(view)).toEqual([]);
  }
});
