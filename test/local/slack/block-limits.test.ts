import { describe, expect, it } from 'vitest';
import { checkMessageBlocks, checkView } from '../../../local/slack/block-limits.ts';
import { actions, button, modal, mrkdwn, plain, section } from './workspace.ts';

const x = (length: number): string => 'x'.repeat(length);
const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
const option = (index: number, more: object = {}) => ({ text: plain(`o${index}`), value: `v${index}`, ...more });
const select = (more: object) => actions({ type: 'static_select', action_id: 'a', options: [option(0)], ...more });
const confirm = (more: object) =>
  actions(button('a', { confirm: { title: plain('t'), text: plain('t'), confirm: plain('y'), deny: plain('n'), ...more } }));
const input = (element: object, more: object = {}) => ({ type: 'input', label: plain('l'), element, ...more });
const textInput = (more: object) => input({ type: 'plain_text_input', action_id: 'a', ...more });

/** Each row: what is limited, the most that is allowed, a message that has `n` of it, and where a breach is reported. */
const rows: [string, number, (n: number) => object[], string][] = [
  ['blocks', 50, (n) => many(n, () => section('a')), '/blocks'],
  ['section text', 3000, (n) => [section(x(n))], '/blocks/0/text/text'],
  ['section fields', 10, (n) => [{ type: 'section', fields: many(n, () => mrkdwn('f')) }], '/blocks/0/fields'],
  ['field text', 2000, (n) => [{ type: 'section', fields: [mrkdwn(x(n))] }], '/blocks/0/fields/0/text'],
  ['header', 150, (n) => [{ type: 'header', text: plain(x(n)) }], '/blocks/0/text/text'],
  ['context elements', 10, (n) => [{ type: 'context', elements: many(n, () => mrkdwn('c')) }], '/blocks/0/elements'],
  ['actions elements', 25, (n) => [actions(...many(n, (i) => button(`a${i}`)))], '/blocks/0/elements'],
  ['button text', 75, (n) => [actions(button('a', { text: plain(x(n)) }))], '/blocks/0/elements/0/text/text'],
  ['button value', 2000, (n) => [actions(button('a', { value: x(n) }))], '/blocks/0/elements/0/value'],
  ['button url', 3000, (n) => [actions(button('a', { url: x(n) }))], '/blocks/0/elements/0/url'],
  ['action_id', 255, (n) => [actions(button(x(n), { text: plain('a') }))], '/blocks/0/elements/0/action_id'],
  ['block_id', 255, (n) => [{ ...section('a'), block_id: x(n) }], '/blocks/0/block_id'],
  ['confirm title', 100, (n) => [confirm({ title: plain(x(n)) })], '/blocks/0/elements/0/confirm/title/text'],
  ['confirm text', 300, (n) => [confirm({ text: mrkdwn(x(n)) })], '/blocks/0/elements/0/confirm/text/text'],
  ['confirm button', 30, (n) => [confirm({ confirm: plain(x(n)) })], '/blocks/0/elements/0/confirm/confirm/text'],
  ['deny button', 30, (n) => [confirm({ deny: plain(x(n)) })], '/blocks/0/elements/0/confirm/deny/text'],
  ['select options', 100, (n) => [select({ options: many(n, option) })], '/blocks/0/elements/0/options'],
  [
    'option text',
    75,
    (n) => [select({ options: [option(0, { text: plain(x(n)) })] })],
    '/blocks/0/elements/0/options/0/text/text',
  ],
  ['option value', 150, (n) => [select({ options: [option(0, { value: x(n) })] })], '/blocks/0/elements/0/options/0/value'],
  ['placeholder', 150, (n) => [select({ placeholder: plain(x(n)) })], '/blocks/0/elements/0/placeholder/text'],
  [
    'overflow options',
    5,
    (n) => [actions({ type: 'overflow', action_id: 'a', options: many(n, option) })],
    '/blocks/0/elements/0/options',
  ],
  [
    'radio options',
    10,
    (n) => [actions({ type: 'radio_buttons', action_id: 'a', options: many(n, option) })],
    '/blocks/0/elements/0/options',
  ],
  [
    'checkboxes',
    10,
    (n) => [actions({ type: 'checkboxes', action_id: 'a', options: many(n, option) })],
    '/blocks/0/elements/0/options',
  ],
  ['markdown', 12_000, (n) => [{ type: 'markdown', text: x(n) }], '/blocks/0/text'],
  [
    'markdown together',
    12_000,
    (n) => [
      { type: 'markdown', text: x(6000) },
      { type: 'markdown', text: x(n - 6000) },
    ],
    '/blocks',
  ],
  ['input label', 2000, (n) => [textInput({}), { ...textInput({}), label: plain(x(n)) }], '/blocks/1/label/text'],
  ['input hint', 2000, (n) => [{ ...textInput({}), hint: plain(x(n)) }], '/blocks/0/hint/text'],
  ['input max_length', 3000, (n) => [textInput({ max_length: n })], '/blocks/0/element/max_length'],
  ['image alt', 2000, (n) => [{ type: 'image', image_url: 'https://a.example/b.png', alt_text: x(n) }], '/blocks/0/alt_text'],
  ['table rows', 100, (n) => [{ type: 'table', rows: many(n, () => [{ type: 'raw_text', text: 'c' }]) }], '/blocks/0/rows'],
  ['table cells', 20, (n) => [{ type: 'table', rows: [many(n, () => ({ type: 'raw_text', text: 'c' }))] }], '/blocks/0/rows/0'],
];

describe('limits of a message', () => {
  it.each(rows)('%s: %d is allowed, one more is not', (_what, max, make, pointer) => {
    expect(checkMessageBlocks(make(max)).problems).toEqual([]);
    expect(checkMessageBlocks(make(max + 1)).problems.map((problem) => problem.pointer)).toEqual([pointer]);
  });

  it('counts characters and not UTF-16 units', () => {
    expect(checkMessageBlocks([{ type: 'header', text: plain('🔒'.repeat(150)) }]).problems).toEqual([]);
    expect(checkMessageBlocks([{ type: 'header', text: plain('🔒'.repeat(151)) }]).problems).toHaveLength(1);
  });
});

/** Each row: what is wrong, the block, where and how it is reported. */
const wrong: [string, object, string, RegExp][] = [
  ['an unknown block', { type: 'nope' }, '/blocks/0/type', /unsupported type: nope/],
  ['an inherited name as type', { type: 'constructor' }, '/blocks/0/type', /unsupported type/],
  ['no type', { text: mrkdwn('a') }, '/blocks/0', /missing required field: type/],
  ['an unknown element', actions({ type: 'slider', action_id: 'a' }), '/blocks/0/elements/0/type', /unsupported type: slider/],
  ['an input element among actions', actions({ type: 'plain_text_input' }), '/blocks/0/elements/0/type', /unsupported type/],
  ['an empty text', section(''), '/blocks/0/text/text', /more than 0 characters/],
  ['a section with nothing', { type: 'section' }, '/blocks/0', /missing required field: text or fields/],
  ['mrkdwn in a header', { type: 'header', text: mrkdwn('a') }, '/blocks/0/text/type', /unsupported type: mrkdwn/],
  ['a field that Slack does not know', { ...section('a'), color: 'red' }, '/blocks/0', /invalid additional property: color/],
  ['a style that is none', actions(button('a', { style: 'default' })), '/blocks/0/elements/0/style', /must be one of/],
  ['two elements of one action_id', actions(button('a'), button('a')), '/blocks/0/elements/1/action_id', /already exists/],
  ['no elements', actions(), '/blocks/0/elements', /no fewer than 1/],
  ['a select without options', actions({ type: 'static_select', action_id: 'a' }), '/blocks/0/elements/0', /options/],
  [
    'an initial option that is none of them',
    actions({ type: 'static_select', action_id: 'a', options: [option(0)], initial_option: option(1) }),
    '/blocks/0/elements/0/initial_option',
    /not among/,
  ],
  [
    'a date that is none',
    actions({ type: 'datepicker', initial_date: '2026-13-01' }),
    '/blocks/0/elements/0/initial_date',
    /valid/,
  ],
  ['an image without an address', { type: 'image', alt_text: 'a' }, '/blocks/0', /image_url or slack_file/],
  [
    'a rich text leaf that is none',
    { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'mrkdwn', text: 'a' }] }] },
    '/blocks/0/elements/0/elements/0/type',
    /unsupported type/,
  ],
];

describe('blocks that are refused', () => {
  it.each(wrong)('%s', (_what, block, pointer, message) => {
    const { problems } = checkMessageBlocks([block]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ pointer, message: expect.stringMatching(message) });
  });

  it('the same block_id twice', () => {
    const { problems } = checkMessageBlocks([
      { ...section('a'), block_id: 'b' },
      { ...section('a'), block_id: 'b' },
    ]);
    expect(problems).toMatchObject([{ pointer: '/blocks/1/block_id', message: expect.stringMatching(/already exists/) }]);
  });

  it('lets the same action_id stand in two blocks', () => {
    const twice = [actions(button('a')), { ...actions(button('a')), block_id: 'other' }];
    expect(checkMessageBlocks(twice).problems).toEqual([]);
  });
});

const viewRows: [string, number, (n: number) => object, string][] = [
  ['title', 24, (n) => modal({ title: plain(x(n)) }), '/view/title/text'],
  ['submit', 24, (n) => modal({ submit: plain(x(n)) }), '/view/submit/text'],
  ['close', 24, (n) => modal({ close: plain(x(n)) }), '/view/close/text'],
  ['private_metadata', 3000, (n) => modal({ private_metadata: x(n) }), '/view/private_metadata'],
  ['callback_id', 255, (n) => modal({ callback_id: x(n) }), '/view/callback_id'],
  ['external_id', 255, (n) => modal({ external_id: x(n) }), '/view/external_id'],
  ['blocks', 100, (n) => modal({ blocks: many(n, () => section('a')) }), '/view/blocks'],
];

describe('limits of a modal', () => {
  it.each(viewRows)('%s: %d is allowed, one more is not', (_what, max, make, pointer) => {
    expect(checkView(make(max))).toEqual([]);
    expect(checkView(make(max + 1)).map((problem) => problem.pointer)).toEqual([pointer]);
  });

  it('needs a submit button when it has inputs, a title and a known type', () => {
    expect(checkView(modal({ submit: undefined })).map((one) => one.message)).toEqual([expect.stringMatching(/submit/)]);
    expect(checkView(modal({ submit: undefined, blocks: [section('a')] }))).toEqual([]);
    expect(checkView(modal({ title: undefined })).map((one) => one.message)).toEqual(['missing required field: title']);
    expect(checkView(modal({ type: 'dialog' })).map((one) => one.pointer)).toEqual(['/view/type']);
    expect(checkView(null)).not.toEqual([]);
  });

  it('takes no markdown and no tables', () => {
    const problems = checkView(modal({ blocks: [{ type: 'markdown', text: 'a' }] }));
    expect(problems).toMatchObject([{ pointer: '/view/blocks/0/type', message: 'unsupported type: markdown' }]);
  });
});
