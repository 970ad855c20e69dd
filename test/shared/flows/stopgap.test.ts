import { beforeEach, describe, expect, it } from 'vitest';
import { apply } from '../../../shared/flows/apply.ts';
import { undoPlan } from '../../../shared/flows/click-undo.ts';
import { onChange } from '../../../shared/flows/on-change.ts';
import type { StepRunner } from '../../../shared/flows/ports.ts';
import { roleResource } from '../../../shared/model/resource.ts';
import type { StepOf } from '../../../shared/model/step.ts';
import rule from '../../../shared/rules/iam/role-overbroad.ts';
import { EXAMPLE_LAMBDA_ROLE, exampleAllow, exampleManaged } from '../../../shared/rules/parts/example-role.ts';
import { renderCard } from '../../../shared/slack/card.ts';
import { type MemoryWorld, makeConfig, makeWorld } from '../../support/world.ts';

/** A role that only people can narrow gets a boundary by a click: what becomes of the finding, which that leaves. */

const ROLE = roleResource('222222222222', 'service-role/orders-api-role');
const BOUNDARY = 'arn:aws:iam::222222222222:policy/functions';
const full = (name: string, action = 's3:*') =>
  exampleManaged(`arn:aws:iam::aws:policy/${name}`, exampleAllow(['lambda:*', action]));
let world: MemoryWorld;
let boundary: string | null;
let attached: ReturnType<typeof full>[];

beforeEach(() => {
  boundary = null;
  attached = [full('AWSLambdaFullAccess')];
  const steps: StepRunner = {
    capture: async () => ({ value: boundary }),
    apply: async (step) => {
      boundary = (step as StepOf<'set-boundary'>).toArn;
      return {};
    },
    verify: async (step) => (boundary === (step as StepOf<'set-boundary'>).toArn ? undefined : 'it is another'),
    undo: async (_step, captured) => {
      boundary = (captured as { value: string | null }).value;
      return [];
    },
  };
  world = makeWorld({
    config: makeConfig({ mode: 'ask', remedies: { secretStore: 'ssm', vpc: [], authorizers: {}, boundary: BOUNDARY } }),
    reader: {
      readState: async () => ({ ...EXAMPLE_LAMBDA_ROLE, permissionsBoundaryArn: boundary, attachedPolicies: attached }) as never,
    },
    steps,
  });
});

let looks = 0;
const look = () => onChange(world, [rule], { kind: 'look', id: `look-${looks++}`, resourceArn: ROLE.arn });
const finding = () => [...world.ledger.findings.values()][0];
const asked = () => [...world.ledger.plans.values()].filter(({ status }) => status === 'asked');
const by = () => ({ userId: 'U0ALICE', userName: 'alice', at: world.clock.now().toISOString() });

/** Asked, approved, applied, and looked at again as apply asks for. */
async function giveAid(): Promise<string> {
  await look();
  const [plan] = asked();
  if (!plan) throw new Error('nothing was asked');
  await world.ledger.writePlan({ ...plan, status: 'approved', decidedBy: by(), approvals: [by()] });
  expect(await apply(world, [rule], plan.id)).toBe('applied');
  expect(world.sent.changes).toEqual([{ kind: 'look', id: `applied-${plan.id}`, resourceArn: ROLE.arn }]);
  await look();
  return plan.id;
}
const undo = async (planId: string) => {
  const plan = world.ledger.plans.get(planId);
  if (!plan) throw new Error('no such plan');
  const made = undoPlan(plan, 0, by(), world.clock.now().toISOString());
  await world.ledger.writePlan(made);
  return made.id;
};
const card = () => {
  const view = { finding: finding(), plan: world.ledger.plans.get(finding()?.planId ?? ''), undo: undefined };
  return JSON.stringify(renderCard({ ...view, approvers: { users: 1, emails: 0, hasGroup: false } } as never));
};

describe('a boundary as first aid', () => {
  it('leaves the finding open and visible, with its way back, and asks no more', async () => {
    await look();
    const opened = finding()?.openedAt;
    world.clock.advance(60_000);
    const planId = await giveAid();
    expect(boundary).toBe(BOUNDARY);
    expect(finding()).toMatchObject({ status: 'reported', planId, openedAt: opened });
    expect(card()).toContain('What was found is still there');
    expect(card()).toContain('"Undo"');
    for (let sweep = 0; sweep < 3; sweep += 1) {
      world.clock.advance(6 * 3_600_000);
      await look();
    }
    expect(asked()).toEqual([]);
    expect(finding()).toMatchObject({ status: 'reported', planId });
  });

  it('keeps its way back when the role changes and still is for people to narrow', async () => {
    const planId = await giveAid();
    attached = [full('AWSLambdaFullAccess', 'sqs:*')];
    await look();
    expect(asked()).toEqual([]);
    expect(finding()).toMatchObject({ status: 'reported', planId });
  });

  it('is asked again when somebody takes the boundary away', async () => {
    await giveAid();
    boundary = null;
    await look();
    expect(asked()).toHaveLength(1);
    expect(finding()).toMatchObject({ status: 'asked', planId: asked()[0]?.id });
  });

  it('that a person undid is not asked again until the role changes, not even by a look in between', async () => {
    const planId = await giveAid();
    const undoId = await undo(planId);
    boundary = null;
    await look();
    expect(asked()).toEqual([]);
    boundary = BOUNDARY;
    expect(await apply(world, [rule], undoId)).toBe('applied');
    expect(boundary).toBeNull();
    expect(finding()).toMatchObject({ status: 'undone', planId });
    await look();
    expect(asked()).toEqual([]);
    attached = [...attached, full('AmazonSQSFullAccess', 'sqs:*')];
    await look();
    expect(asked()).toHaveLength(1);
  });

  it('is resolved when the role is narrowed', async () => {
    await giveAid();
    attached = [];
    await look();
    expect(finding()).toMatchObject({ status: 'resolved' });
    expect(card()).not.toContain('still there');
    expect(card()).toContain('"Undo"');
    expect(boundary).toBe(BOUNDARY);
  });
});
