import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEverything } from '../../../shared/aws/ledger/everything.ts';
import { makeTable, type Table } from '../../../shared/aws/ledger/table.ts';
import type { Ledger } from '../../../shared/flows/ports.ts';
import { FINDING_STATUSES } from '../../../shared/model/finding.ts';
import { functionResource } from '../../../shared/model/resource.ts';
import { cinch } from '../../cli/run-cinch.ts';
import { aFinding, aPlan } from '../../support/slack-samples.ts';
import { type HubCloud, makeTestLedger, settableClock, startHubCloud } from './cloud/hub-cloud.ts';
import { HUB, REGION } from './cloud/member-cloud.ts';

/** The whole ledger, read with an operator's credentials. */

const NOW = '2026-11-25T12:00:00.000Z';
const COUNT = 330;

let cloud: HubCloud;
let ledger: Ledger & { readonly table: string };
let table: Table;
const clock = settableClock(NOW);

beforeAll(async () => {
  cloud = await startHubCloud();
  ledger = await makeTestLedger(cloud, clock);
  table = makeTable(cloud.hub, ledger.table, { clock, random: Math.random });
  for (let at = 0; at < COUNT; at += 30)
    await Promise.all(Array.from({ length: 30 }, (_, more) => ledger.writeFinding(findingOf(at + more))));
  await ledger.writePlan(aPlan({ id: 'p-asked', findingId: 'f0' }));
  await ledger.writePlan(aPlan({ id: 'p-done', findingId: 'f1', status: 'applied' }));
  await ledger.addExemption({
    rule: '*',
    resource: 'arn:x',
    owner: 'ops',
    reason: 'a test',
    expires: '2027-01-01T00:00:00.000Z',
  });
});
afterAll(() => cloud?.stop());

/** Of every status, and large enough that they fill more than one page of a megabyte. */
function findingOf(index: number) {
  return aFinding({
    id: `f${index}`,
    status: FINDING_STATUSES[index % FINDING_STATUSES.length] ?? 'reported',
    resource: functionResource('222222222222', REGION, `orders-${index}`),
    advice: ['x'.repeat(5_000)],
    openedAt: '2026-11-20T12:00:00.000Z',
    updatedAt: '2026-11-21T12:00:00.000Z',
  });
}

describe('everything in the ledger', () => {
  it('is every finding once, what waits for people, and the exemptions', async () => {
    const { findings, asked, exemptions } = await readEverything(table, () => NOW);
    expect(findings.map(({ id }) => id).sort()).toEqual(Array.from({ length: COUNT }, (_, index) => `f${index}`).sort());
    expect(asked.map(({ id }) => id)).toEqual(['p-asked']);
    expect(exemptions).toMatchObject([{ owner: 'ops' }]);
  });

  it('is found again where it moved while it was read', async () => {
    // Written after its old list was read, into a list that was read before: only the second look finds it.
    let queries = 0;
    const moving: Table = {
      ...table,
      query: async (...asked) => {
        const found = await table.query(...asked);
        queries += 1;
        if (queries === 1) {
          const before = await ledger.readFinding('f5');
          if (before) await ledger.writeFinding({ ...before, status: 'reported', updatedAt: '2026-11-25T12:00:01.000Z' });
        }
        return found;
      },
    };
    const { findings } = await readEverything(moving, () => NOW);
    expect(findings).toHaveLength(COUNT);
    expect(findings.find(({ id }) => id === 'f5')?.status).toBe('reported');
  });

  it('makes the report of `cinch report --table`', async () => {
    const env = cloud.cloud.env(HUB, REGION);
    const { code, stdout, stderr } = await cinch(
      ['report', '--table', ledger.table, '--region', REGION, '--format', 'json', '--days', '400'],
      { env },
    );
    expect([code, stderr]).toEqual([1, '']);
    const { summary, questions } = JSON.parse(stdout);
    // Eleven statuses, thirty of each, and f5 has moved: two are ended, one is exempt, the others are open.
    expect(summary).toMatchObject({ ended: 60, exempt: 30 - 1, asked: 1 });
    expect(summary.open.high).toBe(COUNT - 60 - 29);
    expect(questions).toMatchObject([{ plan: 'p-asked', rule: 'lambda-policy-public' }]);
  });

  it('says in one line that there is no such table', async () => {
    const env = cloud.cloud.env(HUB, REGION);
    const { code, stdout, stderr } = await cinch(['report', '--table', 'nothing', '--region', REGION], { env });
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: 'cinch report: --table: there is no table nothing in this region\n',
    });
  });
});
