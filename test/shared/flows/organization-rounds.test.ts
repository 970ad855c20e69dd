import { describe, expect, it } from 'vitest';
import type { Organization } from '../../../shared/config/organization-schema.ts';
import { sweepPlace } from '../../../shared/flows/sweep-place.ts';
import { sweepRounds } from '../../../shared/flows/sweep-rounds.ts';
import { AccessRefused } from '../../../shared/model/errors.ts';
import { functionResource } from '../../../shared/model/resource.ts';
import { makeConfig, makeWorld } from '../../support/world.ts';

const MANAGEMENT = '999999999999';
const ORGANIZATION: Organization = {
  mode: 'service-managed',
  managementAccount: MANAGEMENT,
  callAs: 'self',
  units: ['ou-abcd-11111111'],
  excludedAccounts: ['444444444444'],
  accounts: [],
  regions: ['eu-west-1', 'eu-central-1'],
  homeRegion: 'eu-central-1',
  onLeaving: 'remove',
  withheld: [],
  parameterKey: 'create',
  failureTolerancePercent: 10,
  concurrentPercent: 100,
  parallelRegions: true,
  administrationRole: 'Admin',
  executionRole: 'Execution',
  listAccounts: true,
  names: {},
};
const MINUTE = 60_000;

function setUp(organization: Partial<Organization> = {}, accounts: readonly string[] = ['333333333333', '444444444444']) {
  const locked = new Set<string>();
  const outage = { isOn: false };
  const config = { ...makeConfig(), organization: { ...ORGANIZATION, ...organization } };
  const open = (account: string) => {
    if (locked.has(account)) throw new AccessRefused(`account ${account} does not let Cinch in`);
  };
  const world = makeWorld({
    config: { ...config, hub: { ...config.hub, organizationId: 'o-abcdefghij' } },
    listAccounts: async (units) => {
      if (outage.isOn) throw new Error('ServiceException');
      return units.join() === 'ou-abcd-11111111' ? accounts : [];
    },
    reader: {
      readFunctionPage: async (account, region) => {
        open(account);
        return { items: [functionResource(account, region, 'orders')], next: null };
      },
      listApis: async function* (account) {
        open(account);
        yield* [];
      },
      readUserPage: async (account) => {
        open(account);
        return { items: [], next: null };
      },
    },
  });
  /** Every place to its end, as the queue would have it; answers where something was looked at. */
  const workAll = async (): Promise<string[]> => {
    for (const message of world.sent.places.splice(0)) await sweepPlace(world, message, new Date(8.64e15));
    return world.sent.looks.splice(0).map(({ group }) => group);
  };
  return { world, locked, workAll, outage };
}

describe('rounds over an organization', () => {
  it('take in the listed members, the management account and who is in the units, without who is left out', async () => {
    const { world, workAll } = setUp();
    // An account of two regions has three places.
    expect(await sweepRounds(world)).toEqual({ rounds: 8, resumed: 0 });
    expect(await workAll()).toEqual([
      '222222222222/eu-central-1',
      `${MANAGEMENT}/eu-central-1`,
      `${MANAGEMENT}/eu-west-1`,
      '333333333333/eu-central-1',
      '333333333333/eu-west-1',
    ]);
    expect(await sweepRounds(world)).toEqual({ rounds: 0, resumed: 0 });
  });

  it('go on past an account that has no member stack yet, and look at it within minutes once it has', async () => {
    const { world, locked, workAll } = setUp({}, ['333333333333', '555555555555']);
    locked.add('333333333333');
    await sweepRounds(world);
    expect(await workAll()).toContain('555555555555/eu-west-1');
    expect(world.lines).toContainEqual(
      expect.objectContaining({ level: 'error', ids: expect.objectContaining({ place: '333333333333/eu-west-1' }) }),
    );
    world.clock.advance(5 * MINUTE);
    expect(await sweepRounds(world)).toEqual({ rounds: 0, resumed: 0 });
    world.clock.advance(6 * MINUTE);
    expect(await sweepRounds(world)).toEqual({ rounds: 0, resumed: 3 });
    expect(await workAll()).toEqual([]);
    locked.clear();
    world.clock.advance(11 * MINUTE);
    expect(await sweepRounds(world)).toEqual({ rounds: 0, resumed: 3 });
    expect(await workAll()).toEqual(['333333333333/eu-central-1', '333333333333/eu-west-1']);
    world.clock.advance(11 * MINUTE);
    expect(await sweepRounds(world)).toEqual({ rounds: 0, resumed: 0 });
  });

  it('reach who is named, whatever Organizations answers', async () => {
    const { world, workAll, outage } = setUp();
    outage.isOn = true;
    await expect(sweepRounds(world)).rejects.toThrow('ServiceException');
    expect(await workAll()).toEqual(['222222222222/eu-central-1', `${MANAGEMENT}/eu-central-1`, `${MANAGEMENT}/eu-west-1`]);
    outage.isOn = false;
    expect(await sweepRounds(world)).toEqual({ rounds: 3, resumed: 0 });
  });

  it('ask Organizations only where that is configured', async () => {
    const { world } = setUp({ listAccounts: false });
    expect(await sweepRounds(world)).toEqual({ rounds: 5, resumed: 0 });
    const self = setUp({ mode: 'self-managed', accounts: ['333333333333', '444444444444'], units: [] });
    expect(await sweepRounds(self.world)).toEqual({ rounds: 8, resumed: 0 });
  });
});
