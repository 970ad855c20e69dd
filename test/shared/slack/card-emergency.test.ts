import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkMessageBlocks } from '../../../local/slack/block-limits.ts';
import { FINDING_STATUSES, type Finding } from '../../../shared/model/finding.ts';
import { PLAN_STATUSES, type Plan } from '../../../shared/model/plan.ts';
import { roleResource } from '../../../shared/model/resource.ts';
import { renderCard } from '../../../shared/slack/card.ts';
import type { CardView } from '../../../shared/slack/phase.ts';
import { MESSAGE_BUDGET, textLength, validateBlocks } from '../../../shared/slack/validate-blocks.ts';
import { BOB, lines, text, view } from '../../support/card-reading.ts';
import { aFinding, aPlan } from '../../support/slack-samples.ts';

/** What is on a card besides the question: from where, for whom, snoozed, broken glass, first aid. */

const aid = (plan: Partial<Plan>, undo?: Partial<Plan>, finding: Partial<Finding> = {}): CardView => ({
  ...view({ containmentId: 'f1-aid1', ...finding }),
  aid: {
    plan: aPlan({ id: 'f1-aid1', kind: 'containment', approvals: [BOB], ...plan }),
    undo: undo && aPlan({ id: 'f1-aid1-undo', kind: 'undo', undoes: 'f1-aid1', decidedBy: BOB, ...undo }),
  },
});
const emergency = (shown: CardView) =>
  JSON.stringify(renderCard(shown).blocks.filter((block) => (block as { block_id?: string }).block_id === 'cinch-emergency'));

describe('the words of a card', () => {
  it('says from where, with what, how often, and for whom, where it is known', () => {
    const author = { ...aFinding().author, session: 'deploy-77', sourceIdentity: 'dave@example.com' } as Finding['author'];
    const shown = {
      ...view({ author, timesSeen: 3, via: 'aws-cli/2.31.0 md/awscrt#0.27.6 ua/2.1' }),
      mention: ['S0OPS', 'U0CTO'],
    };
    expect(text(shown)).toContain(
      'Changed by deploy-77 as arn:aws:iam::222222222222:role/developer, source identity dave@example.com, with aws-cli/2.31.0\n',
    );
    expect(text(shown)).toContain('Seen 3 times');
    expect(JSON.stringify(renderCard(shown))).toContain(
      '{"type":"usergroup","usergroup_id":"S0OPS"},{"type":"text","text":" "},{"type":"user","user_id":"U0CTO"}',
    );
    expect(text(view({ via: 'Serverless Framework' }))).toContain('with Serverless Framework\n');
    expect(JSON.stringify(renderCard({ ...shown, ...view({ status: 'fixed' }, { status: 'applied' }) }))).not.toContain('S0OPS');
  });

  it('of a snoozed question says until when and by whom, and of one that was withdrawn by whom', () => {
    const until = '2026-11-23T12:05:00.000Z';
    expect(text(view({}, { snoozedUntil: until, snoozedBy: BOB }))).toContain('Snoozed until 2026-11-23 12:05 UTC by @U0BOB.');
    expect(text(view({ status: 'discarded' }, { status: 'discarded', decidedBy: BOB }))).toContain('Withdrawn by @U0BOB');
  });

  it('of broken glass is loud at the top, whatever came of it', () => {
    for (const status of ['approved', 'applied', 'failed', 'stale'] as const) {
      const shown = view({}, { status, breakGlass: BOB, decisionReason: 'prod is down', approvals: [BOB] });
      expect(lines(shown)[0]).toMatch(/^🚨 BREAK-GLASS: @U0BOB made this change and approved it alone/);
      expect(lines(shown)[1]).toBe('Reason prod is down');
    }
  });
});

describe('first aid', () => {
  it.each<[string, CardView, RegExp, RegExp]>([
    ['is offered', view(), /^(?!.*Quarantined)/, /cinch-quarantine.*f1-aid1/],
    [
      'waits for others',
      aid({ status: 'asked', approvalsNeeded: 2 }),
      /Quarantine: 1 of 2 approvals.* by @U0BOB/,
      /cinch-quarantine.*f1-aid1"/,
    ],
    ['is on its way', aid({ status: 'approved' }), /⏳ Quarantine is being put in place by @U0BOB/, /^\[\]$/],
    [
      'holds',
      aid({ status: 'applied' }),
      /⛔ Quarantined: every call of it is refused by @U0BOB/,
      /cinch-undo.*Undo quarantine.*f1-aid1"/,
    ],
    ['is being lifted', aid({ status: 'applied' }, { status: 'approved' }), /⏳ Quarantine is being lifted by @U0BOB/, /^\[\]$/],
    [
      'was lifted',
      aid({ status: 'applied' }, { status: 'applied' }),
      /↩️ Quarantine lifted by @U0BOB/,
      /cinch-quarantine.*f1-aid2/,
    ],
    [
      'could not be lifted',
      aid({ status: 'applied' }, { status: 'failed', outcome: ['denied'] }),
      /could not be lifted. denied/,
      /cinch-undo.*f1-aid1"/,
    ],
    [
      'could not be done',
      aid({ status: 'failed', outcome: ['it was moved'] }),
      /could not be put in place. it was moved/,
      /cinch-quarantine.*f1-aid2/,
    ],
    [
      'of a role holds',
      aid({ status: 'applied' }, undefined, { resource: roleResource('222222222222', 'x') }),
      /⛔ Isolated/,
      /Undo isolation/,
    ],
    [
      'holds though the finding is resolved',
      aid({ status: 'applied' }, undefined, { status: 'resolved' }),
      /⛔ Quarantined/,
      /cinch-undo/,
    ],
  ])('%s', (_, shown, words, buttons) => {
    expect(text(shown).replace(/\n/g, ' ')).toMatch(words);
    expect(emergency(shown)).toMatch(buttons);
  });

  it.each<[string, Partial<Finding>]>([
    ['what is not severe', { severity: 'medium' }],
    ['an API', { resource: { ...roleResource('222222222222', 'x'), kind: 'api' } }],
    ['a user', { resource: { ...roleResource('222222222222', 'x'), kind: 'user' } }],
  ])('is not offered for %s', (_, finding) => {
    expect(emergency(view(finding))).toBe('[]');
  });
});

it('all of it together holds Slack’s limits', () => {
  const big = fc
    .tuple(fc.constantFrom('a', '漢', '<!channel> ', '\n', '\u202E'), fc.integer({ min: 0, max: 5000 }))
    .map(([unit, count]) => unit.repeat(count));
  const some = fc.array(big, { maxLength: 12 });
  fc.assert(
    fc.property(
      fc.record({
        finding: fc.constantFrom(...FINDING_STATUSES),
        plan: fc.constantFrom(...PLAN_STATUSES),
        aidStatus: fc.constantFrom(...PLAN_STATUSES),
        word: big,
        list: some,
      }),
      ({ finding, plan, aidStatus, word, list }) => {
        const given = { approvals: [BOB, BOB, BOB], outcome: list };
        const shown: CardView = {
          ...aid({ status: aidStatus, ...given }, { status: plan, ...given }),
          finding: aFinding({
            status: finding,
            summary: word,
            reason: word,
            via: word,
            timesSeen: 9,
            advice: list,
            evidence: list.map((found) => ({ path: word, found })),
          }),
          plan: aPlan({
            status: plan,
            ...given,
            previews: list.map((after) => ({ title: word, before: word, after })),
            breakGlass: BOB,
            snoozedUntil: '2026-11-23T12:05:00.000Z',
            snoozedBy: BOB,
            decidedBy: BOB,
            decisionReason: word,
          }),
          mention: Array.from({ length: 40 }, (_, index) => `U0PERSON${index}`),
          breakGlass: true,
          approvers: { users: 9, emails: 9, hasGroup: true, needed: 3 },
        };
        const card = renderCard(shown);
        expect(validateBlocks(card.blocks)).toEqual([]);
        expect(checkMessageBlocks([...card.blocks]).problems).toEqual([]);
        expect(textLength(card.blocks)).toBeLessThanOrEqual(MESSAGE_BUDGET);
        expect(JSON.stringify(card)).not.toMatch(/[\u202A-\u202E]|"type":"(link|broadcast)"/);
      },
    ),
    { numRuns: 200 },
  );
});
