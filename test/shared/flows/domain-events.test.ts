import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { EVENT_EXAMPLES, eventSchemaPath } from '../../../scripts/generate/event-schemas.ts';
import type { DomainEvent } from '../../../shared/flows/domain-events.ts';
import { onChange } from '../../../shared/flows/on-change.ts';
import { sweep } from '../../../shared/flows/sweep.ts';
import { functionResource } from '../../../shared/model/resource.ts';
import { ROOT } from '../../house/source-files.ts';
import { makeTimeoutAccount, TIMEOUT_RULE } from '../../support/account.ts';
import { makeConfig, makeWorld } from '../../support/world.ts';

type JsonSchema = Parameters<typeof z.fromJSONSchema>[0];
const published = (type: DomainEvent['type']) =>
  JSON.parse(readFileSync(join(ROOT, eventSchemaPath(type)), 'utf8')) as JsonSchema & { examples: unknown[] };
const validate = ({ type, detail }: { type: DomainEvent['type']; detail: object }) =>
  z.fromJSONSchema(published(type)).safeParse(detail);

/** What the flows publish is held to the same schemas by the bus of test/support/world.ts, in each of their tests. */
describe('the published schemas of domain events', () => {
  it.each(EVENT_EXAMPLES.map((event) => [event.type, event] as const))('take a %s as it is made', (_, event) => {
    expect(validate(event).error).toBeUndefined();
    expect(published(event.type).examples).toEqual([event.detail]);
  });

  it.each(EVENT_EXAMPLES.flatMap(({ type, detail }) => Object.keys(detail).map((field) => [type, field, detail] as const)))(
    'refuse a %s without %s, or of another version',
    (type, field, detail) => {
      const { [field]: _, ...rest } = detail as Record<string, unknown>;
      expect(validate({ type, detail: rest }).success).toBe(false);
      expect(validate({ type, detail: { ...detail, version: 2 } }).success).toBe(false);
    },
  );

  it('let a field be added without a new version', () => {
    for (const { type, detail } of EVENT_EXAMPLES) expect(validate({ type, detail: { ...detail, added: 1 } }).success).toBe(true);
  });

  it('are what the page shows', () => {
    const page = readFileSync(join(ROOT, 'docs/events.md'), 'utf8');
    for (const { type, detail } of EVENT_EXAMPLES)
      expect(page).toContain(JSON.stringify({ source: 'cinch', 'detail-type': type, detail }, null, 2));
  });
});

/** Histories of changes, fixes and crashes are in histories.test.ts; these are the ends that nobody decides. */
describe('a status that changes by itself', () => {
  const ORDERS = functionResource('222222222222', 'eu-central-1', 'orders');

  async function setUp(mode: 'ask' | 'fix' | 'report') {
    const account = makeTimeoutAccount();
    account.timeouts.set(ORDERS.arn, 900);
    const { reader, steps } = account;
    const world = makeWorld({ config: makeConfig({ rules: { 'lambda-timeout-excessive': mode } }), reader, steps });
    const look = () => onChange(world, [TIMEOUT_RULE], { kind: 'look', id: 'look', resourceArn: ORDERS.arn });
    await look();
    const told = () =>
      world.published.map(
        ({ type, detail }) => `${type} ${'state' in detail ? `${detail.state}: ` : ''}${'status' in detail ? detail.status : ''}`,
      );
    return { account, world, look, told };
  }

  it.each([['report', 'reported'] as const, ['ask', 'asked'] as const, ['fix', 'fixing'] as const])(
    'is told when it is found (%s)',
    async (mode, status) => {
      expect((await setUp(mode)).told()).toEqual([`FindingChanged open: ${status}`]);
    },
  );

  it.each([
    ['the resource is gone', undefined],
    ['somebody put it right', 20],
  ])('is told when %s, with the question that ends', async (_, seconds) => {
    const { account, look, told } = await setUp('ask');
    if (seconds === undefined) account.timeouts.delete(ORDERS.arn);
    else account.timeouts.set(ORDERS.arn, seconds);
    await look();
    expect(told()).toEqual(['FindingChanged open: asked', 'PlanChanged stale', 'FindingChanged resolved: resolved']);
  });

  it('is told when nobody decides in time', async () => {
    const { world, told } = await setUp('ask');
    world.clock.advance(25 * 3_600_000);
    await sweep(world);
    expect(told().slice(1).sort()).toEqual(['FindingChanged open: expired', 'PlanChanged expired']);
  });
});
