import { beforeEach, describe, expect, it } from 'vitest';
import { checkView } from '../../../local/slack/block-limits.ts';
import { notify } from '../../../shared/flows/notify.ts';
import { MAX_BODY } from '../../../shared/flows/on-slack.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import { STEP_ROWS } from '../../../shared/model/step.ts';
import { validateView } from '../../../shared/slack/validate-blocks.ts';
import { click, makeClickWorld } from '../../support/click-bench.ts';
import { aFinding, buttonPayload, CARD, formOf } from '../../support/slack-samples.ts';
import type { MemoryWorld } from '../../support/world.ts';

let world: MemoryWorld;
beforeEach(async () => {
  world = await makeClickWorld();
});

async function open(page = 0): Promise<{ text: string; buttons: string[] }> {
  const message = { kind: 'view', view: 'details', id: 'f1', page, viewId: 'V1', userId: 'U0CAROL', ...CARD };
  await notify(world, JSON.stringify(message));
  const view = world.desk.views.get('V1') as { blocks: { type: string; elements?: { value?: string }[] }[] };
  expect(validateView(view)).toEqual([]);
  expect(checkView(view)).toEqual([]);
  const buttons = view.blocks.filter(({ type }) => type === 'actions').flatMap(({ elements }) => elements ?? []);
  return { text: JSON.stringify(view), buttons: buttons.map(({ value }) => value ?? '') };
}
const planWith = async (changes: Partial<Plan>) => {
  world = await makeClickWorld({ plan: changes });
};

describe('details', () => {
  it('say what the click does, what might break, how undo works, with what permissions, and who decides', async () => {
    const { text, buttons } = await open();
    const row = STEP_ROWS['remove-permission'];
    for (const words of [row.mightBreak, row.undo, 'lambda:RemovePermission', 'U0ALICE', 'U0BOB', 'AllowAll', 'Never the author'])
      expect(text).toContain(JSON.stringify(words).slice(1, -1));
    expect(text).toContain('U0DAVE');
    expect(buttons).toEqual([]);
  });

  it('remember the message that they were opened from, for the buttons in them', async () => {
    await open();
    const view = world.desk.views.get('V1') as { private_metadata: string };
    expect(JSON.parse(view.private_metadata)).toEqual(CARD);
  });

  it('tell what has happened, oldest first', async () => {
    await click(world, { userId: 'U0CAROL' });
    world.clock.advance(1000);
    await click(world, { action: 'deny', reason: 'partners <@U0BOB> call it' });
    const { text } = await open();
    expect(text.indexOf('approve refused')).toBeGreaterThan(0);
    expect(text.indexOf('denied')).toBeGreaterThan(text.indexOf('approve refused'));
    expect(text).toContain('partners <@U0BOB> call it');
    expect(text).not.toContain('"mrkdwn"');
  });

  it('show all of a long change, page by page', async () => {
    const rows = Array.from({ length: 1500 }, (_, index) => `  "action-${index}-of-many",`);
    await planWith({ previews: [{ title: 'Policy', before: rows.join('\n'), after: '' }] });
    let seen = '';
    let page = 0;
    for (;;) {
      const { text, buttons } = await open(page);
      seen += text;
      expect(text.length).toBeLessThan(60_000);
      if (page > 0) expect(buttons).toContain(`f1 ${page - 1}`);
      if (!buttons.includes(`f1 ${page + 1}`)) break;
      page += 1;
    }
    expect(page).toBeGreaterThan(2);
    for (let index = 0; index < rows.length; index++) expect(seen).toContain(`action-${index}-of-many`);
  });

  it('go to the last page when there are fewer by now', async () => {
    expect((await open(99)).text).toContain('What the click does');
  });

  it.each(['漢', '"', '\u{1f512}'])(
    'full of %s come back from Slack with a button in less than half of what on-slack takes',
    async (character) => {
      const rows = Array.from({ length: 900 }, () => character.repeat(40));
      await planWith({ previews: [{ title: 'Policy', before: rows.join('\n'), after: '' }] });
      let longest = 0;
      for (let page = 0; page < 3; page++) {
        const { buttons } = await open(page);
        expect(buttons).toContain(`f1 ${page + 1}`);
        // Slack adds ids, the state and an empty field or two to each block, and writes what is not ASCII as \uXXXX.
        const view = JSON.parse(JSON.stringify(world.desk.views.get('V1'))) as { blocks: object[] };
        const blocks = view.blocks.map((block) => ({ ...block, block_id: 'x'.repeat(255) }));
        const payload = {
          ...buttonPayload('cinch-next'),
          view: { ...view, blocks, state: { values: {} }, hash: 'x'.repeat(100) },
        };
        const escaped = JSON.stringify(payload).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
        longest = Math.max(longest, new URLSearchParams({ payload: escaped }).toString().length, formOf(payload).length);
      }
      expect(longest).toBeGreaterThan(30_000);
      expect(longest).toBeLessThan(MAX_BODY / 2);
    },
  );

  it('of a line longer than a block lose nothing', async () => {
    await planWith({ previews: [{ title: 'Policy', before: 'x'.repeat(9000), after: 'y' }] });
    expect(((await open()).text.match(/x/g) ?? []).length).toBeGreaterThanOrEqual(9000);
  });

  it('of a plan of many steps and a long history hold Slack’s limits', async () => {
    const [step] = world.ledger.plans.get('f1-p1')?.steps ?? [];
    await planWith({
      steps: Array.from({ length: 80 }, () => step as NonNullable<typeof step>),
      previews: Array.from({ length: 80 }, (_, index) => ({ title: `${index}`, before: 'a\n'.repeat(50), after: 'b' })),
    });
    for (let index = 0; index < 100; index++)
      await world.ledger.audit({
        findingId: 'f1',
        at: `2026-11-22T12:00:00.${100 + index}Z`,
        what: 'seen',
        by: 'cinch',
        detail: 'x'.repeat(300),
      });
    for (let page = 0; page < 8; page++) await open(page);
  });

  it('of a finding without a plan say so', async () => {
    const finding = await world.ledger.readFinding('f1');
    await world.ledger.writeFinding({ ...aFinding(), version: finding?.version ?? 0, status: 'reported', planId: null });
    expect((await open()).text).toContain('There is no change that Cinch would make');
  });

  it('of a finding that nobody knows leave the modal as it is', async () => {
    const message = { kind: 'view', view: 'details', id: 'f9', page: 0, viewId: 'V9', userId: 'U0CAROL', ...CARD };
    await notify(world, JSON.stringify(message));
    expect(world.desk.views.size).toBe(0);
  });
});
