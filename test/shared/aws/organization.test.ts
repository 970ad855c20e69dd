import { describe, expect, it } from 'vitest';
import { makeOrganization } from '../../../shared/aws/organization.ts';
import { makeClock } from '../../support/world.ts';

/** Pages as Organizations may give them: short, or empty with more to come. Its real call is in test/system/organization.cloud.test.ts. */
const PAGES: Readonly<Record<string, readonly object[]>> = {
  'ListAccountsForParent r-root': [
    { Accounts: [{ Id: '111111111111', State: 'ACTIVE' }], NextToken: '1' },
    { Accounts: [], NextToken: '2' },
    { Accounts: [{ Id: '222222222222', Status: 'ACTIVE' }] },
  ],
  'ListOrganizationalUnitsForParent r-root': [{ OrganizationalUnits: [{ Id: 'ou-shop' }] }],
  'ListAccountsForParent ou-shop': [
    {
      Accounts: [
        { Id: '333333333333', State: 'ACTIVE' },
        { Id: '444444444444', State: 'CLOSED', Status: 'ACTIVE' },
        { Id: '555555555555', Status: 'SUSPENDED' },
      ],
    },
  ],
  'ListOrganizationalUnitsForParent ou-shop': [{ OrganizationalUnits: [] }],
};

function setUp() {
  const calls: string[] = [];
  const clock = makeClock('2026-11-22T12:00:00.000Z');
  let broken = false;
  const client = {
    region: 'us-east-1',
    call: async (_service: string, operation: string, input: object) => {
      const { ParentId, NextToken = '0' } = input as { ParentId: string; NextToken?: string };
      calls.push(operation);
      if (broken) throw new Error('AccessDeniedException');
      return (PAGES[`${operation} ${ParentId}`]?.[Number(NextToken)] ?? {}) as Record<string, unknown>;
    },
  };
  return { organization: makeOrganization({ client, clock }), clock, calls, breakIt: () => (broken = true) };
}

describe('who is in the units', () => {
  it('are the active accounts of a unit and of all below it, from every page', async () => {
    const { organization } = setUp();
    expect(await organization.listAccounts(['r-root'])).toEqual(['111111111111', '222222222222', '333333333333']);
    expect(await organization.listAccounts(['ou-shop', 'r-root'])).toEqual(['333333333333', '111111111111', '222222222222']);
  });

  it('is kept for ten minutes, and a list that could not be read is no list', async () => {
    const { organization, clock, calls, breakIt } = setUp();
    const first = await organization.listAccounts(['r-root']);
    const asked = calls.length;
    breakIt();
    clock.advance(9 * 60_000);
    expect(await organization.listAccounts(['r-root'])).toEqual(first);
    expect(calls.length).toBe(asked);
    clock.advance(2 * 60_000);
    await expect(organization.listAccounts(['r-root'])).rejects.toThrow('AccessDenied');
  });
});
