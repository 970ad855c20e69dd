import { expect, it } from 'vitest';
import { readAnew } from '../../../shared/aws/keep.ts';
import type { MemberAccess } from '../../../shared/aws/member.ts';
import type { ReaderDeps } from '../../../shared/aws/readers/function-reads.ts';
import { keptCode } from '../../../shared/aws/readers/role-code.ts';
import { readUser } from '../../../shared/aws/readers/user.ts';
import { userResource } from '../../../shared/model/resource.ts';
import { makeClock, TEST_NOW } from '../../support/world.ts';

interface Activity {
  readonly password?: string;
  /** Key id -> its status and when it was last used. */
  readonly keys: Readonly<Record<string, readonly [status: 'Active' | 'Inactive', lastUsed?: string]>>;
}

/** IAM with one user; two keys come on two pages. The local cloud doesn't note when a password or a key was used. */
async function lastActive({ password, keys }: Activity) {
  const send = async (command: { constructor: { name: string }; input: Record<string, string | undefined> }) => {
    const { input } = command;
    const { name } = command.constructor;
    const date = (text: string | undefined) => (text ? new Date(text) : undefined);
    switch (name) {
      case 'GetUserCommand':
        return { User: { UserName: 'u', PasswordLastUsed: date(password) } };
      case 'ListAccessKeysCommand': {
        const all = Object.entries(keys).map(([AccessKeyId, [Status]]) => ({ AccessKeyId, Status }));
        return input.Marker
          ? { AccessKeyMetadata: all.slice(1), IsTruncated: false }
          : { AccessKeyMetadata: all.slice(0, 1), IsTruncated: all.length > 1, Marker: 'next' };
      }
      case 'GetAccessKeyLastUsedCommand':
        return {
          AccessKeyLastUsed: { LastUsedDate: date(keys[input.AccessKeyId ?? '']?.[1]), ServiceName: 'N/A', Region: 'N/A' },
        };
      default:
        throw new Error(`not expected: ${name}`);
    }
  };
  const members = { clients: () => ({ iam: { send }, roleName: 'cinch-read' }) } as unknown as MemberAccess;
  const kept = { seenRoles: new Map(), documents: new Map(), serviceAccess: new Map(), domains: new Map(), code: keptCode() };
  const live = { keep: readAnew, keepSeenMs: 0 };
  const deps: ReaderDeps = { members, clock: makeClock(TEST_NOW), random: Math.random, ...kept, ...live };
  return (await readUser(deps, userResource('222222222222', 'u'), ['lastActive']))?.lastActive;
}

it.each<[string, Activity, string | null]>([
  ['never', { keys: { A: ['Active'] } }, null],
  ['by password', { password: '2026-05-01T00:00:00Z', keys: {} }, '2026-05-01T00:00:00.000Z'],
  [
    'by the later of two keys, on a second page',
    { password: '2026-01-01T00:00:00Z', keys: { A: ['Active', '2026-02-01T00:00:00Z'], B: ['Active', '2026-03-01T00:00:00Z'] } },
    '2026-03-01T00:00:00.000Z',
  ],
  [
    'not by a key that is switched off',
    { password: '2026-01-01T00:00:00Z', keys: { A: ['Inactive', '2026-02-01T00:00:00Z'] } },
    '2026-01-01T00:00:00.000Z',
  ],
])('a user was last active %s', async (_, activity, expected) => expect(await lastActive(activity)).toBe(expected));
