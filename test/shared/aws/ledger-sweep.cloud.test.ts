import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ledger, Page } from '../../../shared/flows/ports.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import { functionResource, roleResource } from '../../../shared/model/resource.ts';
import type { Round } from '../../../shared/model/round.ts';
import { type HubCloud, makeTestLedger, settableClock, startHubCloud } from './cloud/hub-cloud.ts';
import { MEMBER, REGION } from './cloud/member-cloud.ts';
import { sampleFinding as finding } from './cloud/sample-finding.ts';

let cloud: HubCloud;
let ledger: Ledger;

beforeAll(async () => {
  cloud = await startHubCloud();
});
afterAll(() => cloud?.stop());
beforeEach(async () => {
  ledger = await makeTestLedger(cloud, settableClock('2027-01-10T12:00:00Z'));
});

describe('what a sweep asks', () => {
  const round = (place: string, more: Partial<Round> = {}): Round => ({
    id: place,
    account: MEMBER,
    region: REGION,
    round: '2027-01-10T12:00:00.000Z',
    stage: 'functions',
    from: null,
    looks: 0,
    refused: [],
    updatedAt: '2027-01-10T12:00:00.000Z',
    version: 0,
    ...more,
  });

  it('pages through the findings of a place, and through no other’s', async () => {
    const here = Array.from({ length: 230 }, (_, index) => `f${index}`);
    await Promise.all(here.map((id) => ledger.writeFinding(finding(id))));
    await ledger.writeFinding(finding('elsewhere', { resource: functionResource(MEMBER, 'us-east-1', 'orders-api') }));
    await ledger.writeFinding(finding('of-iam', { resource: roleResource(MEMBER, 'app') }));
    const found: string[] = [];
    const sizes: number[] = [];
    let from: string | null = null;
    do {
      const page: Page<Finding> = await ledger.readFindingPage(`${MEMBER}/${REGION}`, from);
      found.push(...page.items.map(({ id }) => id));
      sizes.push(page.items.length);
      from = page.next;
    } while (from !== null);
    expect(sizes).toEqual([100, 100, 30]);
    expect(found.sort()).toEqual(here.sort());
    expect((await ledger.readFindingPage(`${MEMBER}/iam`, null)).items.map(({ id }) => id)).toEqual(['of-iam']);
  });

  it('keeps how far a round has come, lets one of many writers win, and lists what is open and untouched', async () => {
    expect(await ledger.readRound('one')).toBeUndefined();
    const first = await Promise.all(Array.from({ length: 5 }, () => ledger.writeRound(round('one'))));
    expect(first.filter(Boolean)).toEqual([round('one', { version: 1 })]);
    await ledger.writeRound(round('other', { updatedAt: '2027-01-10T12:05:00.000Z' }));
    await ledger.writeRound(round('ended', { stage: null }));
    const open = async (before: string) => (await ledger.openRounds(before)).map(({ id }) => id).sort();
    expect(await open('2027-01-10T12:04:00.000Z')).toEqual(['one']);
    expect(await open('2027-01-10T12:06:00.000Z')).toEqual(['one', 'other']);
    await ledger.writeRound(round('one', { version: 1, stage: null }));
    expect(await open('2027-01-10T12:06:00.000Z')).toEqual(['other']);
    expect(await ledger.readRound('one')).toMatchObject({ stage: null, version: 2 });
  });

  it('keeps since when old layers are unused, and lets one of two writers win', async () => {
    const use = { id: 'one', checkedAt: null, lastUsed: { 'arn:1': '2027-01-10T12:00:00.000Z' }, version: 0 };
    expect(await ledger.readLayerUse('one')).toBeUndefined();
    expect(await ledger.writeLayerUse(use)).toEqual({ ...use, version: 1 });
    expect(await ledger.writeLayerUse(use)).toBeUndefined();
    expect(await ledger.readLayerUse('one')).toEqual({ ...use, version: 1 });
  });
});
