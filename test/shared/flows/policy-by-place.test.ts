import { describe, expect, it } from 'vitest';
import { matterOf } from '../../../shared/config/approval-rules.ts';
import type { Config } from '../../../shared/config/schema.ts';
import { apply } from '../../../shared/flows/apply.ts';
import { checkMatter } from '../../../shared/flows/approvers.ts';
import { onChange } from '../../../shared/flows/on-change.ts';
import type { Reader } from '../../../shared/flows/ports.ts';
import { functionResource } from '../../../shared/model/resource.ts';
import { unknown } from '../../../shared/model/unknown.ts';
import { makeTimeoutAccount, TIMEOUT_RULE } from '../../support/account.ts';
import { lambdaEvent } from '../../support/events.ts';
import { makeConfig, makeWorld } from '../../support/world.ts';

const ORDERS = functionResource('222222222222', 'eu-central-1', 'orders');
const RULE = TIMEOUT_RULE.id;

/** A member whose function has a timeout that is too long, with these tags; null: nobody may read them. */
async function setUp(changes: Parameters<typeof makeConfig>[0], tags: Record<string, string> | null) {
  const account = makeTimeoutAccount();
  account.timeouts.set(ORDERS.arn, 900);
  account.tags.set(ORDERS.arn, tags ?? {});
  const unreadable = async (...args: Parameters<Reader['readState']>) => {
    const state = await account.reader.readState?.(...args);
    return state && ({ ...state, tags: unknown('AccessDenied') } as never);
  };
  const world = makeWorld({
    config: makeConfig(changes),
    reader: tags ? account.reader : { ...account.reader, readState: unreadable },
    steps: account.steps,
    users: ['U0ALICE', 'U0BOB', 'U0ZOE'].map((id) => ({ id, name: id, email: `${id}@example.com`, mayDecide: true })),
  });
  await onChange(world, [TIMEOUT_RULE], { kind: 'event', event: lambdaEvent() });
  return {
    account,
    world,
    finding: () => [...world.ledger.findings.values()][0],
    plan: () => [...world.ledger.plans.values()][0],
  };
}

const production: Config['overrides'] = [{ tags: ['env=prod'], mode: 'report' }];

describe('a line for a tag', () => {
  it('holds where the resource has it, and nowhere else', async () => {
    const config = { rules: { [RULE]: 'fix' }, overrides: production } as const;
    expect((await setUp({ ...config }, { env: 'prod' })).finding()).toMatchObject({ status: 'reported' });
    expect((await setUp({ ...config }, { env: 'test' })).finding()).toMatchObject({ status: 'fixing' });
  });

  it('that can’t be known is never a fix, and why is said', async () => {
    const { finding, account, world } = await setUp({ mode: 'fix', overrides: production }, null);
    expect(finding()).toMatchObject({ status: 'reported', reason: expect.stringMatching(/^its tags could not be read/) });
    const asked = await setUp({ mode: 'ask', overrides: [{ tags: ['env=test'], mode: 'fix' }] }, null);
    expect(asked.finding()).toMatchObject({ status: 'asked', reason: expect.stringContaining('(overrides[0])') });
    expect([...account.writes, ...asked.account.writes, ...world.sent.work, ...asked.world.sent.work]).toEqual([]);
  });

  it('stops a fix also when the tag came after the decision', async () => {
    const { account, world, plan } = await setUp({ mode: 'fix', overrides: production }, {});
    account.tags.set(ORDERS.arn, { env: 'prod' });
    expect(await apply(world, [TIMEOUT_RULE], plan()?.id ?? '')).toBe('stale');
    expect(plan()?.outcome).toEqual(['the configuration no longer lets it be fixed by itself']);
    expect(account.writes).toEqual([]);
  });

  it('turns a rule off', async () => {
    const overrides: Config['overrides'] = [{ tags: ['env=sandbox'], mode: 'off' }];
    expect((await setUp({ overrides }, { env: 'sandbox' })).finding()).toBeUndefined();
    expect((await setUp({ overrides }, {})).finding()).toMatchObject({ status: 'asked' });
  });
});

describe('an exemption', () => {
  const exemption = { rule: RULE, owner: 'ana', reason: 'a demo', expires: '2027-06-30' };
  const members: Config['members'] = [{ account: '222222222222', unit: 'shop', regions: ['eu-central-1'] }];

  it.each<[string, Partial<Config['exemptions'][number]>]>([
    ['account', { accounts: ['222222222222'] }],
    ['unit', { units: ['shop'] }],
    ['tag', { tags: ['demo=yes'] }],
    ['all of them', { accounts: ['222222222222'], units: ['shop'], tags: ['demo=yes'], resource: 'arn:aws:lambda:*' }],
  ])('may be for a %s', async (_, scope) => {
    const { finding } = await setUp({ mode: 'fix', members, exemptions: [{ ...exemption, ...scope }] }, { demo: 'yes' });
    expect(finding()).toMatchObject({ status: 'exempt', reason: 'exempt until 2027-06-30 by ana: a demo' });
  });

  it.each<[string, Partial<Config['exemptions'][number]>]>([
    ['another account', { accounts: ['333333333333'] }],
    ['another tag', { tags: ['demo=no'] }],
    ['another resource with the tag', { tags: ['demo=yes'], resource: 'arn:aws:lambda:eu-central-1:222222222222:function:x' }],
    ['a day that is over', { accounts: ['222222222222'], expires: '2026-01-01' }],
  ])('for %s is none', async (_, scope) => {
    const { finding } = await setUp({ mode: 'ask', members, exemptions: [{ ...exemption, ...scope }] }, { demo: 'yes' });
    expect(finding()).toMatchObject({ status: 'asked' });
  });

  it('that goes by tags nobody could read lets nothing be written', async () => {
    const { finding, plan } = await setUp({ mode: 'fix', exemptions: [{ ...exemption, tags: ['demo=yes'] }] }, null);
    expect(finding()).toMatchObject({
      status: 'reported',
      reason: 'its tags could not be read, and an exemption in cinch.yaml goes by them',
    });
    expect(plan()).toBeUndefined();
  });
});

describe('who approves', () => {
  const slack = { approvals: [{ tags: ['team=pay'], approvers: { users: ['U0ZOE', 'U0BOB'], emails: [] }, needed: 2 }] };
  const may = async (tags: Record<string, string> | null, userId: string, config: Partial<Config> = {}) => {
    const { world, plan } = await setUp({ slack, ...config }, tags);
    const asked = plan();
    if (!asked) throw new Error('nothing was asked');
    const authority = await checkMatter(world, makeConfig({ slack }), { matter: matterOf(asked), author: null }, userId, 'any');
    return authority.kind === 'yes' ? authority.approvalsNeeded : authority.why;
  };

  it('is a line’s that goes by a tag of the resource', async () => {
    expect(await may({ team: 'pay' }, 'U0ZOE')).toBe(2);
    expect(await may({ team: 'pay' }, 'U0ALICE')).toMatch(/not one of the configured approvers/);
    expect(await may({ team: 'web' }, 'U0ALICE')).toBe(1);
    expect(await may({}, 'U0ZOE')).toMatch(/not one of the configured approvers/);
  });

  it('is only who may in either case, where the tag could not be read, and as many as the stricter line asks for', async () => {
    expect(await may(null, 'U0BOB')).toBe(2);
    expect(await may(null, 'U0ALICE')).toMatch(/goes by tags that could not be read/);
    expect(await may(null, 'U0ZOE')).toMatch(/not one of the configured approvers/);
  });

  it('may go by the rule', async () => {
    const byRule = {
      approvals: [
        { rules: ['lambda-t*'], needed: 3 },
        { rules: ['iam-*'], needed: 5 },
      ],
    };
    const { world, plan } = await setUp({ slack: byRule }, {});
    const asked = plan();
    if (!asked) throw new Error('nothing was asked');
    const config = makeConfig({ slack: byRule });
    expect(await checkMatter(world, config, { matter: matterOf(asked), author: null }, 'U0ALICE', 'any')).toMatchObject({
      kind: 'yes',
      approvalsNeeded: 3,
    });
  });
});
