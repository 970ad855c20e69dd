import { expect, it } from 'vitest';
import type { MemberAccess } from '../../../shared/aws/member.ts';
import { KEEP_SEEN_MS, readRoleUsers, type SeenRoles } from '../../../shared/aws/readers/role-users.ts';
import { functionResource } from '../../../shared/model/resource.ts';
import { makeClock, TEST_NOW } from '../../support/world.ts';

const ROLE = 'arn:aws:iam::222222222222:role/app';
const OTHER = 'arn:aws:iam::222222222222:role/other';

/** Functions by name with their role, all of them in the index under ROLE. */
function makeAccount(roles: Record<string, string>) {
  const asked: string[] = [];
  const clock = makeClock(TEST_NOW);
  const send = async ({ input }: { input: { FunctionName: string } }) => {
    asked.push(input.FunctionName);
    return { Role: roles[input.FunctionName] };
  };
  const members = { clients: () => ({ lambda: { send } }) } as unknown as MemberAccess;
  const seenRoles: SeenRoles = new Map();
  const indexed = Object.keys(roles).map((name) => functionResource('222222222222', 'eu-central-1', name));
  const ledger = { note: undefined, functionsOfRole: async () => indexed };
  const read = async () =>
    (await readRoleUsers({ members, clock, seenRoles, keepSeenMs: KEEP_SEEN_MS }, ledger, ROLE)).map((arn) =>
      arn.split(':').at(-1),
    );
  return { roles, asked, clock, read };
}

it('confirms who is in the index, and believes a yes for ten seconds', async () => {
  const account = makeAccount({ a: ROLE, b: ROLE });
  expect(await account.read()).toEqual(['a', 'b']);
  expect(await account.read()).toEqual(['a', 'b']);
  expect(account.asked).toEqual(['a', 'b']);
  account.roles.b = OTHER;
  account.clock.advance(10_000);
  expect(await account.read()).toEqual(['a']);
  expect(account.asked).toEqual(['a', 'b', 'a', 'b']);
});

it('asks again about a function that was not under the role, since it may be by now', async () => {
  const account = makeAccount({ a: OTHER });
  expect(await account.read()).toEqual([]);
  account.roles.a = ROLE;
  expect(await account.read()).toEqual(['a']);
  expect(account.asked).toEqual(['a', 'a']);
});
