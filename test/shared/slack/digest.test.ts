import { describe, expect, it } from 'vitest';
import type { Digest } from '../../../shared/model/digest.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import { functionResource } from '../../../shared/model/resource.ts';
import { type DigestView, renderDigest } from '../../../shared/slack/digest.ts';
import { renderReview } from '../../../shared/slack/review.ts';
import { textLength, validateBlocks, validateView } from '../../../shared/slack/validate-blocks.ts';
import { aFinding, aPlan } from '../../support/slack-samples.ts';

const author = aPlan().author;
const digest = (changes: Partial<Digest> = {}): Digest => ({
  id: 's-1',
  ruleId: 'lambda-policy-public',
  author: author && { ...author, arn: 'arn:aws:iam::222222222222:role/ci/deploy-role', session: 'build-77' },
  channel: 'C0CINCH',
  openedAt: '2026-11-22T12:00:00.000Z',
  members: [],
  before: 3,
  card: null,
  shownAt: null,
  version: 1,
  ...changes,
});

function makeView(count: number, statusOf: (index: number) => Plan['status'] = () => 'asked', name = 'fn'): DigestView {
  const findings: Finding[] = [];
  const plans = new Map<string, Plan>();
  for (let index = 0; index < count; index++) {
    const resource = functionResource(index % 3 === 0 ? '333333333333' : '222222222222', 'eu-central-1', `${name}-${index}`);
    const plan = aPlan({ id: `p${index}`, findingId: `f${index}`, resource, status: statusOf(index) });
    plans.set(plan.id, plan);
    findings.push(aFinding({ id: `f${index}`, resource, planId: plan.id, card: null, digestId: 's-1' }));
  }
  const members = findings.map(({ id }) => id);
  return {
    digest: digest({ members }),
    findings,
    plans,
    accounts: new Map([['222222222222', 'shop']]),
    mention: ['U0ONCALL', 'S0OPS'],
  };
}
const textOf = (value: unknown) => JSON.stringify(value);

describe('a digest', () => {
  it('says how many of what, by whom, where, how bad, and how many are decided', () => {
    const card = renderDigest(makeView(37, (index) => (index < 10 ? 'applied' : index < 12 ? 'denied' : 'asked')));
    expect(card.text).toBe('🟠 High: 37 functions against lambda-policy-public by deploy-role as build-77');
    expect(textOf(card.blocks)).toContain('24 in shop (222222222222), 13 in 333333333333');
    expect(textOf(card.blocks)).toContain('12 of 37 decided: 25 waiting, 10 done, 2 denied.');
    expect(textOf(card.blocks)).toContain('fn-5');
    expect(textOf(card.blocks)).toContain('and 31 more');
    expect(textOf(card.blocks)).toContain('the first 3 of the same kind have cards of their own');
    expect(textOf(card.blocks)).toContain('<@U0ONCALL> <!subteam^S0OPS>');
  });

  it('has one button, which decides nothing', () => {
    const actions = renderDigest(makeView(5)).blocks.filter((block) => 'type' in block && block.type === 'actions');
    expect(actions).toMatchObject([{ elements: [{ action_id: 'cinch-review', value: 's-1' }] }]);
  });

  it('calls nobody when nothing is asked any more', () => {
    expect(textOf(renderDigest(makeView(5, () => 'denied')).blocks)).not.toContain('U0ONCALL');
  });

  it.each([1, 37, 500])('of %s stays within what Slack takes, whatever the names are', (count) => {
    const hostile = `<!channel>&*_~\`${'x'.repeat(150)}\u202e`;
    const card = renderDigest(makeView(count, () => 'asked', hostile));
    expect(validateBlocks(card.blocks)).toEqual([]);
    expect(textLength(card.blocks)).toBeLessThan(3000);
    const mrkdwn = card.blocks.filter((block) => textOf(block).includes('"mrkdwn"'));
    expect(textOf(mrkdwn)).not.toContain('<!channel>');
    expect(textOf(card.text)).not.toContain('<!');
  });

  it('of one is said in the singular, of none says so', () => {
    expect(renderDigest(makeView(1)).text).toContain('1 function against');
    expect(validateBlocks(renderDigest(makeView(0)).blocks)).toEqual([]);
  });
});

describe('the list behind it', () => {
  const at = (page: number) => ({ id: 's-1', page, channel: 'C0CINCH', ts: '1790000000.000001' });

  it.each([1, 24, 25, 26, 37, 500])(
    'of %s names each once, over its pages, with buttons where something may be decided',
    (count) => {
      const view = makeView(count, (index) => (index % 2 === 0 ? 'asked' : 'denied'));
      const pages = Math.ceil(count / 25);
      const seen: string[] = [];
      for (let page = 0; page < pages; page++) {
        const modal = renderReview(view, at(page));
        expect(validateView(modal)).toEqual([]);
        expect(modal.blocks.length).toBeLessThanOrEqual(100);
        expect(modal.private_metadata).toBe('{"channel":"C0CINCH","ts":"1790000000.000001"}');
        seen.push(...(textOf(modal.blocks).match(/"fn-\d+"/g) ?? []));
        const turns = textOf(modal.blocks.at(-1));
        expect(turns.includes('cinch-next')).toBe(page < pages - 1);
        expect(turns.includes('cinch-back')).toBe(page > 0);
      }
      expect(new Set(seen).size).toBe(count);
      expect(seen).toHaveLength(count);
    },
  );

  it('gives the decided ones no button but Details', () => {
    const view = makeView(2, (index) => (index === 0 ? 'asked' : 'denied'));
    const actions = renderReview(view, at(0)).blocks.filter(({ type }) => type === 'actions');
    expect(textOf(actions[0])).toContain('cinch-approve');
    expect(textOf(actions[1])).not.toContain('cinch-approve');
    expect(textOf(actions[1])).toContain('cinch-details');
  });

  it('has no button for all of them', () => {
    const { blocks } = renderReview(makeView(20), at(0));
    const buttons = blocks.flatMap((block) => ('elements' in block ? (block.elements as object[]) : [])) as {
      action_id?: string;
      value?: string;
    }[];
    const approvals = buttons.filter(({ action_id }) => action_id === 'cinch-approve').map(({ value }) => value);
    expect(approvals).toEqual(Array.from({ length: 20 }, (_, index) => `p${index}`));
  });

  it('turned too far shows the last page, and one of a digest that is gone says so', () => {
    expect(textOf(renderReview(makeView(30), at(9)).blocks)).toContain('26 to 30 of 30');
    expect(validateView(renderReview(undefined, at(0)))).toEqual([]);
  });
});
