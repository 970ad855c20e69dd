import { describe, expect, it } from 'vitest';
import type { Organization } from '../../../shared/config/organization-schema.ts';
import { reconcile } from '../../../shared/flows/reconcile.ts';
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

function setUp(organization: Partial<Organization> = {}, accounts: readonly string[] = ['333333333333', '444444444444']) {
  const looked: string[] = [];
  const locked = new Set<string>();
  const config = { ...makeConfig(), organization: { ...ORGANIZATION, ...organization } };
  const world = makeWorld({
    config: { ...config, hub: { ...config.hub, organizationId: 'o-abcdefghij' } },
    listAccounts: async (units) => (units.join() === 'ou-abcd-11111111' ? accounts : []),
    reader: {
      listFunctions: async function* (account, region) {
        if (locked.has(account)) throw new AccessRefused(`account ${account} does not let Cinch in`);
        looked.push(`${account} ${region}`);
        yield { resource: functionResource(account, region, 'orders'), roleArn: `arn:aws:iam::${account}:role/app` };
      },
    },
  });
  return { world, looked, locked };
}

describe('the look at everything, over an organization', () => {
  it('takes in the listed members, the management account and who is in the units, without who is left out', async () => {
    const { world, looked } = setUp();
    expect(await reconcile(world)).toEqual({ looked: 5, refused: 0 });
    expect(looked).toEqual([
      '222222222222 eu-central-1',
      `${MANAGEMENT} eu-central-1`,
      `${MANAGEMENT} eu-west-1`,
      '333333333333 eu-central-1',
      '333333333333 eu-west-1',
    ]);
    expect(await reconcile(world)).toEqual({ looked: 0, refused: 0 });
  });

  it('goes on past an account that has no member stack yet, and looks at it as soon as it has', async () => {
    const { world, looked, locked } = setUp({}, ['333333333333', '555555555555']);
    locked.add('333333333333');
    expect(await reconcile(world)).toEqual({ looked: 5, refused: 1 });
    expect(looked.at(-1)).toBe('555555555555 eu-west-1');
    expect(world.lines).toMatchObject([{ level: 'error', ids: { account: '333333333333' } }]);
    locked.clear();
    expect(await reconcile(world)).toEqual({ looked: 2, refused: 0 });
  });

  it('fails for a named member that lets nobody in, after all others were looked at', async () => {
    const { world, looked, locked } = setUp();
    locked.add(MANAGEMENT);
    await expect(reconcile(world)).rejects.toThrow(MANAGEMENT);
    expect(looked.at(-1)).toBe('333333333333 eu-west-1');
  });

  it('asks Organizations only where that is configured', async () => {
    const { world } = setUp({ listAccounts: false });
    expect(await reconcile(world)).toEqual({ looked: 3, refused: 0 });
    const self = setUp({ mode: 'self-managed', accounts: ['333333333333', '444444444444'], units: [] });
    expect(await reconcile(self.world)).toEqual({ looked: 5, refused: 0 });
  });
});
