import { expect, it } from 'vitest';
import type { MemberClients } from '../../../shared/aws/member.ts';
import { type KeptServiceAccess, readServiceAccess } from '../../../shared/aws/readers/service-access.ts';
import { makeClock, TEST_NOW } from '../../support/world.ts';

const ROLE = 'arn:aws:iam::222222222222:role/app';
type Page = Record<string, unknown>;

/** IAM that answers a report's pages in turn; the local cloud makes none. The last is given again and again. */
function makeIam(pages: readonly Page[]) {
  const calls: string[] = [];
  const asked: object[] = [];
  const clock = makeClock(TEST_NOW);
  let next = 0;
  const send = async (command: { constructor: { name: string }; input: { Marker?: string } }) => {
    const isMake = command.constructor.name.startsWith('Generate');
    if (isMake) asked.push(command.input);
    calls.push(isMake ? 'make' : `get ${command.input.Marker ?? ''}`.trim());
    return isMake ? { JobId: 'job' } : (pages[Math.min(next++, pages.length - 1)] ?? {});
  };
  const kept: KeptServiceAccess = new Map();
  const clients = { iam: { send } } as unknown as MemberClients;
  return { calls, asked, clock, read: () => readServiceAccess(kept, clock, clients, ROLE) };
}

const used = (service: string, at?: string) => ({
  ServiceNamespace: service,
  ...(at ? { LastAuthenticated: new Date(at) } : {}),
});
const done = (services: object[], more: Page = {}): Page => ({ JobStatus: 'COMPLETED', ServicesLastAccessed: services, ...more });

it('waits for the report and reads all its pages; one report an hour', async () => {
  const iam = makeIam([
    { JobStatus: 'IN_PROGRESS' },
    { JobStatus: 'IN_PROGRESS' },
    done([used('s3', '2026-11-01T00:00:00Z')], { IsTruncated: true, Marker: 'm' }),
    done([used('sqs')]),
    done([used('sns')]),
  ]);
  const both = await Promise.all([iam.read(), iam.read()]);
  const expected = [
    { service: 's3', lastUsed: '2026-11-01T00:00:00.000Z' },
    { service: 'sqs', lastUsed: null },
  ];
  expect(both).toEqual([expected, expected]);
  expect(iam.calls).toEqual(['make', 'get', 'get', 'get', 'get m']);
  iam.clock.advance(59 * 60_000);
  expect(await iam.read()).toEqual(expected);
  iam.clock.advance(60_000);
  expect(await iam.read()).toEqual([{ service: 'sns', lastUsed: null }]);
});

it('gives up after twenty seconds, and asks anew the next time', async () => {
  const iam = makeIam([{ JobStatus: 'IN_PROGRESS' }]);
  const start = iam.clock.now().getTime();
  expect(await iam.read()).toEqual({ unknown: expect.stringContaining('not ready within 20 seconds') });
  expect(iam.clock.now().getTime() - start).toBeLessThanOrEqual(20_000);
  await iam.read();
  expect(iam.calls.filter((call) => call === 'make')).toHaveLength(2);
});

it('a report that failed is unknown', async () => {
  expect(await makeIam([{ JobStatus: 'FAILED' }]).read()).toEqual({ unknown: expect.stringContaining(ROLE) });
});

it('asks for single actions too, and names those that IAM tracks', async () => {
  const at = new Date('2026-11-01T00:00:00Z');
  const iam = makeIam([
    done([
      {
        ...used('dynamodb', at.toISOString()),
        TrackedActionsLastAccessed: [{ ActionName: 'CreateTable', LastAccessedTime: at }, { ActionName: 'DeleteTable' }],
      },
    ]),
  ]);
  expect(await iam.read()).toEqual([
    {
      service: 'dynamodb',
      lastUsed: at.toISOString(),
      actions: [
        { name: 'CreateTable', lastUsed: at.toISOString() },
        { name: 'DeleteTable', lastUsed: null },
      ],
    },
  ]);
  expect(iam.asked).toEqual([{ Arn: ROLE, Granularity: 'ACTION_LEVEL' }]);
});
