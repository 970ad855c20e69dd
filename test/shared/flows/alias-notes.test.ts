import { expect, it } from 'vitest';
import { onChange } from '../../../shared/flows/on-change.ts';
import { functionResource } from '../../../shared/model/resource.ts';
import rule from '../../../shared/rules/lambda/version-idle.ts';
import { makeConfig, makeWorld } from '../../support/world.ts';

const ORDERS = functionResource('222222222222', 'eu-central-1', 'orders');
const DAY_MS = 86_400_000;

it('remembers since when the aliases point where they do, and offers a version once they did so for long', async () => {
  const [example] = rule.examples.violates;
  let points = 'live=7';
  const world = makeWorld({
    config: makeConfig(),
    reader: {
      readState: async (_resource, _needs, { note }) => {
        const since = note?.aliases?.points === points ? note.aliases.since : world.clock.now().toISOString();
        const versionUses = { ...example?.state.versionUses, aliases: points, since };
        return { ...example?.state, roleArn: example?.state.roleArn, tags: {}, versionUses } as never;
      },
    },
  });
  let looks = 0;
  const look = () => onChange(world, [rule], { kind: 'look', id: `l${looks++}`, resourceArn: ORDERS.arn });
  const finding = () => [...world.ledger.findings.values()][0];
  await look();
  const first = (await world.ledger.readNote(ORDERS))?.aliases;
  expect(first).toEqual({ points: 'live=7', since: world.clock.now().toISOString() });
  world.clock.advance(60 * DAY_MS);
  await look();
  expect((await world.ledger.readNote(ORDERS))?.aliases).toEqual(first);
  points = 'live=8';
  await look();
  world.clock.advance(60 * DAY_MS);
  await look();
  expect(finding()).toBeUndefined();
  world.clock.advance(31 * DAY_MS);
  await look();
  expect(finding()).toMatchObject({ ruleId: 'lambda-version-idle', status: 'reported' });
});
