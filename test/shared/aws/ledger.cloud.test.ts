import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LightClient } from '../../../shared/aws/hub-client.ts';
import { makeLedger } from '../../../shared/aws/ledger.ts';
import type { Ledger } from '../../../shared/flows/ports.ts';
import type { Digest, Storm } from '../../../shared/model/digest.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import { functionResource, roleResource } from '../../../shared/model/resource.ts';
import { type HubCloud, makeTestLedger, settableClock, startHubCloud } from './cloud/hub-cloud.ts';
import { MEMBER, REGION } from './cloud/member-cloud.ts';
import { sampleFinding as finding } from './cloud/sample-finding.ts';

let cloud: HubCloud;
let ledger: Ledger & { readonly table: string };
let clock: ReturnType<typeof settableClock>;

beforeAll(async () => {
  cloud = await startHubCloud();
});
afterAll(() => cloud?.stop());
beforeEach(async () => {
  clock = settableClock('2027-01-10T12:00:00Z');
  ledger = await makeTestLedger(cloud, clock);
});

const target = functionResource(MEMBER, REGION, 'orders-api');

function plan(id: string, more: Partial<Plan> = {}): Plan {
  return {
    id,
    findingId: 'f1',
    ruleId: 'lambda-timeout-long',
    resource: target,
    kind: 'remedy',
    undoes: null,
    steps: [{ kind: 'lower-timeout', target, fromSeconds: 900, toSeconds: 29 }],
    previews: [],
    fingerprint: 'f',
    severity: 'high',
    status: 'ready',
    author: null,
    approvals: [],
    approvalsNeeded: 0,
    decidedBy: null,
    decisionReason: null,
    createdAt: '2027-01-10T11:00:00.000Z',
    updatedAt: '2027-01-10T11:00:00.000Z',
    expiresAt: null,
    snoozedUntil: null,
    remindedAt: null,
    escalatedAt: null,
    breakGlass: null,
    snapshots: [],
    receipts: [],
    appliedAt: null,
    outcome: [],
    watchUntil: null,
    version: 0,
    ...more,
  };
}

describe('findings and plans', () => {
  it('reads what was written, under the next version', async () => {
    const odd = finding('f1', { summary: 'é漢 "quotes" \n', reason: '', card: { channel: 'C', ts: '1.2', hash: 'h' } });
    expect(await ledger.readFinding('f1')).toBeUndefined();
    expect(await ledger.writeFinding(odd)).toEqual({ ...odd, version: 1 });
    expect(await ledger.readFinding('f1')).toEqual({ ...odd, version: 1 });
    expect(await ledger.writePlan(plan('p1'))).toEqual(plan('p1', { version: 1 }));
    expect(await ledger.readPlan('p1')).toEqual(plan('p1', { version: 1 }));
  });

  it('lets one of many writers win, each time', async () => {
    const first = await Promise.all(
      Array.from({ length: 8 }, (_, index) => ledger.writePlan(plan('p1', { decisionReason: `${index}` }))),
    );
    expect(first.filter(Boolean)).toHaveLength(1);
    const [winner] = first.filter((one) => one !== undefined);
    expect(await ledger.readPlan('p1')).toEqual(winner);
    const second = await Promise.all(
      Array.from({ length: 8 }, () => ledger.writePlan(plan('p1', { version: 1, status: 'approved' }))),
    );
    expect(second.filter(Boolean)).toHaveLength(1);
    expect(await ledger.writePlan(plan('p1', { version: 1 }))).toBeUndefined();
    expect((await ledger.readPlan('p1'))?.version).toBe(2);
  });

  it('knows its own write again when the answer got lost and the call was repeated', async () => {
    const twice: LightClient = {
      region: REGION,
      call: async (service, operation, input) => {
        const answer = await cloud.hub.call(service, operation, input);
        return operation === 'PutItem' ? cloud.hub.call(service, operation, input) : answer;
      },
    };
    const repeated = makeLedger({ hub: twice, table: ledger.table, clock, random: Math.random, id: () => 'writer' });
    expect(await repeated.writePlan(plan('p1'))).toMatchObject({ version: 1 });
    expect(await repeated.claim('c', 60)).toBe(true);
  });

  it('finds the findings of a resource and no others', async () => {
    await ledger.writeFinding(finding('f1'));
    await ledger.writeFinding(finding('f2'));
    await ledger.writeFinding(finding('f3', { resource: functionResource(MEMBER, REGION, 'orders-api-2') }));
    await ledger.writeNote(target, { roleArn: 'r' });
    const found = await ledger.findingsOfResource(target);
    expect(found.map(({ id }) => id).sort()).toEqual(['f1', 'f2']);
    expect(await ledger.findingsOfResource(functionResource(MEMBER, 'us-east-1', 'orders-api'))).toEqual([]);
  });

  it('pages through more than one answer holds', async () => {
    const many = Array.from({ length: 130 }, (_, index) => finding(`f${index}`, { summary: 'x'.repeat(12_000) }));
    await Promise.all(many.map((one) => ledger.writeFinding(one)));
    expect(await ledger.findingsOfResource(target)).toHaveLength(130);
    expect(await ledger.findingsByStatus('reported', '2028')).toHaveLength(130);
  }, 60_000);

  it('lists findings that changed within a time, its first moment included', async () => {
    const at = (time: string) => `2027-01-10T${time}:00.000Z`;
    for (const time of ['09:00', '10:00', '11:00']) await ledger.writeFinding(finding(time, { updatedAt: at(time) }));
    const ids = async (before: string, since?: string) =>
      (await ledger.findingsByStatus('reported', before, since)).map(({ id }) => id).sort();
    expect(await ids(at('11:00'), at('10:00'))).toEqual(['10:00']);
    expect(await ids('9999', at('09:30'))).toEqual(['10:00', '11:00']);
    expect(await ids(at('11:00'))).toEqual(['09:00', '10:00']);
  });

  it('remembers what other lists were told last', async () => {
    await ledger.writeExported({ findingId: 'f1', state: 'suppressed' });
    await ledger.writeExported({ findingId: 'f1', state: 'open' });
    await ledger.writeExported({ findingId: 'f2', state: 'resolved' });
    const told = await ledger.readExported(['f1', 'f2', 'f3', 'f1']);
    expect(told.sort((one, other) => one.findingId.localeCompare(other.findingId))).toEqual([
      { findingId: 'f1', state: 'open' },
      { findingId: 'f2', state: 'resolved' },
    ]);
  });

  it('lists by status and time: the expiry of asked plans, the last touch of others', async () => {
    const at = (time: string) => `2027-01-10T${time}:00.000Z`;
    await ledger.writePlan(plan('asked-due', { status: 'asked', expiresAt: at('10:00'), updatedAt: at('09:00') }));
    await ledger.writePlan(plan('asked-open', { status: 'asked', expiresAt: at('20:00'), updatedAt: at('09:00') }));
    await ledger.writePlan(plan('stuck', { status: 'applying', updatedAt: at('09:00') }));
    await ledger.writePlan(plan('busy', { status: 'applying', updatedAt: at('11:59') }));
    await ledger.writePlan(plan('watched', { status: 'applied', watchUntil: at('13:00') }));
    await ledger.writePlan(plan('quiet', { status: 'applied' }));
    const ids = async (plans: Promise<Plan[]>) => (await plans).map(({ id }) => id).sort();
    expect(await ids(ledger.plansByStatus('asked', at('12:00')))).toEqual(['asked-due']);
    expect(await ids(ledger.plansByStatus('applying', at('11:00')))).toEqual(['stuck']);
    expect(await ids(ledger.plansByStatus('applied', at('12:00')))).toEqual(['quiet', 'watched']);
    expect(await ids(ledger.watchedPlans())).toEqual(['watched']);
    await ledger.writePlan(plan('asked-due', { status: 'denied', version: 1 }));
    expect(await ids(ledger.plansByStatus('asked', at('12:00')))).toEqual([]);
    await ledger.writePlan(plan('watched', { status: 'applied', version: 1 }));
    expect(await ids(ledger.watchedPlans())).toEqual([]);
  });
});

describe('leases, claims, handled changes', () => {
  it('gives a lease to one holder until it is released or has run out', async () => {
    expect(await ledger.takeLease(target, 'a', 60)).toBe(true);
    expect(await ledger.takeLease(target, 'a', 60)).toBe(true);
    expect(await ledger.takeLease(target, 'b', 60)).toBe(false);
    await ledger.releaseLease(target, 'b');
    expect(await ledger.takeLease(target, 'b', 60)).toBe(false);
    await ledger.releaseLease(target, 'a');
    expect(await ledger.takeLease(target, 'b', 60)).toBe(true);
    clock.advance(59);
    expect(await ledger.takeLease(target, 'c', 60)).toBe(false);
    clock.advance(2);
    expect(await ledger.takeLease(target, 'c', 60)).toBe(true);
    await ledger.releaseLease(target, 'nobody');
    await ledger.releaseLease(functionResource(MEMBER, REGION, 'never-leased'), 'a');
  });

  it('claims once, and again after the time', async () => {
    const claims = await Promise.all(Array.from({ length: 6 }, () => ledger.claim('click-1', 300)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    clock.advance(301);
    expect(await ledger.claim('click-1', 300)).toBe(true);
  });

  it('remembers handled changes for a week', async () => {
    expect(await ledger.isHandled('e1')).toBe(false);
    await ledger.markHandled('e1');
    expect(await ledger.isHandled('e1')).toBe(true);
    clock.advance(8 * 86_400);
    expect(await ledger.isHandled('e1')).toBe(false);
  });
});

describe('notes and the role index', () => {
  const roleA = 'arn:aws:iam::222222222222:role/teams/a';
  const roleB = 'arn:aws:iam::222222222222:role/b';
  const other = functionResource(MEMBER, 'us-east-1', 'other');

  it('keeps what is not given, and tells what it knows', async () => {
    expect(await ledger.readNote(target)).toBeUndefined();
    await ledger.writeNote(target, { createdAt: '2027-01-01T00:00:00Z' });
    await ledger.writeNote(target, { roleArn: roleA, managedBy: { tool: 'CDK', stack: 's' } });
    expect(await ledger.readNote(target)).toEqual({
      resource: target,
      roleArn: roleA,
      createdAt: '2027-01-01T00:00:00Z',
      managedBy: { tool: 'CDK', stack: 's' },
    });
    await ledger.writeNote(target, { managedBy: null, aliases: { points: 'live=3', since: '2027-01-02T00:00:00Z' } });
    expect((await ledger.readNote(target))?.aliases).toEqual({ points: 'live=3', since: '2027-01-02T00:00:00Z' });
    expect(await ledger.readNote(target)).toMatchObject({ managedBy: null, roleArn: roleA });
    await ledger.writeNote(roleResource(MEMBER, 'teams/a'), {});
    expect(await ledger.readNote(roleResource(MEMBER, 'teams/a'))).toMatchObject({ roleArn: null });
  });

  it('moves a function in the role index and forgets it', async () => {
    await ledger.writeNote(target, { roleArn: roleA });
    await ledger.writeNote(other, { roleArn: roleA });
    expect((await ledger.functionsOfRole(roleA)).map(({ arn }) => arn).sort()).toEqual([target.arn, other.arn].sort());
    await ledger.writeNote(target, { roleArn: roleB });
    expect(await ledger.functionsOfRole(roleA)).toEqual([other]);
    expect(await ledger.functionsOfRole(roleB)).toEqual([target]);
    await ledger.forget(target);
    await ledger.forget(target);
    expect(await ledger.functionsOfRole(roleB)).toEqual([]);
    expect(await ledger.readNote(target)).toBeUndefined();
  });
});

describe('what is shown together', () => {
  it('reads many findings and plans at once, each once, and those that exist', async () => {
    for (const id of ['many-1', 'many-2']) await ledger.writeFinding(finding(id));
    for (let index = 0; index < 130; index++) await ledger.writePlan(plan(`many-${index}`));
    const found = await ledger.readFindings(['many-1', 'many-2', 'many-1', 'gone']);
    expect(found.map(({ id }) => id).sort()).toEqual(['many-1', 'many-2']);
    const ids = Array.from({ length: 140 }, (_, index) => `many-${index}`);
    expect(await ledger.readPlans(ids)).toHaveLength(130);
    expect(await ledger.readPlans([])).toEqual([]);
  });

  it('lets one of many writers of a storm or a digest win', async () => {
    const storm: Storm = { id: 's', recent: [], current: null, digests: 0, version: 0 };
    const written = await Promise.all(Array.from({ length: 5 }, (_, digests) => ledger.writeStorm({ ...storm, digests })));
    const [winner] = written.filter((one) => one !== undefined);
    expect(written.filter((one) => one !== undefined)).toHaveLength(1);
    expect(await ledger.readStorm('s')).toEqual(winner);
    expect(await ledger.readStorm('gone')).toBeUndefined();
    const digest: Digest = {
      id: 's-1',
      ruleId: 'r',
      author: null,
      channel: 'C0',
      openedAt: '2027-01-10T11:00:00.000Z',
      members: ['a'],
      before: 3,
      card: null,
      shownAt: null,
      version: 0,
    };
    const first = await ledger.writeDigest(digest);
    expect(first).toEqual({ ...digest, version: 1 });
    expect(await ledger.writeDigest(digest)).toBeUndefined();
    expect(await ledger.writeDigest({ ...digest, version: 1, members: ['a', 'b'] })).toMatchObject({ version: 2 });
    expect((await ledger.readDigest('s-1'))?.members).toEqual(['a', 'b']);
  });

  it('holds a digest of five hundred', async () => {
    const members = Array.from({ length: 500 }, (_, index) => String(index).padStart(16, 'f'));
    const digest: Digest = {
      id: 's-2',
      ruleId: 'r',
      author: null,
      channel: 'C0',
      openedAt: '',
      members,
      before: 3,
      card: null,
      shownAt: null,
      version: 0,
    };
    await ledger.writeDigest(digest);
    expect((await ledger.readDigest('s-2'))?.members).toEqual(members);
  });

  it('lets a claim be made again that was given back', async () => {
    expect(await ledger.claim('line', 60)).toBe(true);
    expect(await ledger.claim('line', 60)).toBe(false);
    await ledger.releaseClaim('line');
    expect(await ledger.claim('line', 60)).toBe(true);
    await ledger.releaseClaim('never made');
  });
});

it('lists exemptions, the last one given for a rule and resource', async () => {
  const exemption = { rule: '*', resource: target.arn, owner: 'U1', reason: 'because', expires: '2027-02-01' };
  await ledger.addExemption(exemption);
  await ledger.addExemption({ ...exemption, expires: '2027-03-01' });
  await ledger.addExemption({ ...exemption, rule: 'x' });
  expect(await ledger.listExemptions()).toEqual([
    { ...exemption, expires: '2027-03-01' },
    { ...exemption, rule: 'x' },
  ]);
});

it('appends to the audit of a finding without touching the finding', async () => {
  await ledger.writeFinding(finding('f1'));
  const entry = { findingId: 'f1', at: '2027-01-10T12:00:00Z', what: 'asked', by: 'cinch', detail: 'd' };
  await ledger.audit(entry);
  await ledger.audit(entry);
  await ledger.audit({ ...entry, what: 'approved' });
  const values = { ':pk': { S: 'FINDING#f1' }, ':sk': { S: 'AUDIT#' } };
  const answer = await cloud.hub.call('dynamodb', 'Query', {
    TableName: ledger.table,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
    ExpressionAttributeValues: values,
  });
  expect(answer.Count).toBe(2);
  expect(await ledger.readFinding('f1')).toMatchObject({ version: 1 });
  const earlier = { ...entry, at: '2027-01-10T11:00:00Z', what: 'reported' };
  await ledger.audit(earlier);
  await ledger.audit({ ...entry, findingId: 'f10' });
  const history = await ledger.readAudit('f1');
  expect(history[0]).toEqual(earlier);
  expect(history.map(({ what }) => what).sort()).toEqual(['approved', 'asked', 'reported']);
  expect(await ledger.readAudit('f2')).toEqual([]);
});

it('keeps the first of the entries that are to be there once, at its own time', async () => {
  const entry = { findingId: 'f20', at: '2027-01-10T12:00:00Z', what: 'remedy applied', by: 'cinch', detail: 'd' };
  const later = { ...entry, at: '2027-01-10T12:30:00Z' };
  await ledger.audit({ ...later, at: '2027-01-10T12:10:00Z', what: 'undo applied', once: 'p1-undo applied' });
  await ledger.audit({ ...entry, once: 'p1 applied' });
  await ledger.audit({ ...later, once: 'p1 applied' });
  expect(await ledger.readAudit('f20')).toEqual([entry, { ...later, at: '2027-01-10T12:10:00Z', what: 'undo applied' }]);
});

describe('the guard', () => {
  const halt = { id: 'all', halted: true, since: '2027-01-10T12:00:00.000Z', by: 'U1', why: 'an incident', version: 0 };

  it('turns a switch once when two turn it, and reads all of them', async () => {
    expect(await ledger.readHalts()).toEqual([]);
    const written = await Promise.all([ledger.writeHalt(halt), ledger.writeHalt({ ...halt, by: 'U2' })]);
    expect(written.filter(Boolean)).toHaveLength(1);
    await ledger.writeHalt({ ...halt, id: MEMBER });
    const found = await ledger.readHalts();
    expect(found.map(({ id }) => id).sort()).toEqual([MEMBER, 'all']);
    const all = found.find(({ id }) => id === 'all');
    expect(await ledger.writeHalt({ ...halt, halted: false, version: 1 })).toMatchObject({ version: 2 });
    expect(all && (await ledger.writeHalt(all))).toBeUndefined();
  });

  it('counts a plan once, at its first time, in its own account', async () => {
    const at = (minute: number) => `2027-01-10T12:0${minute}:00.000Z`;
    await ledger.noteFix(MEMBER, 'p1', at(1));
    await ledger.noteFix(MEMBER, 'p1', at(5));
    await ledger.noteFix(MEMBER, 'p2', at(2));
    await ledger.noteFix('999999999999', 'p3', at(2));
    expect(await ledger.fixesSince(MEMBER, at(1))).toBe(2);
    expect(await ledger.fixesSince(MEMBER, at(2))).toBe(1);
    expect(await ledger.fixesSince(MEMBER, at(3))).toBe(0);
  });
});

describe('the self-check', () => {
  const at = (minute: number) => `2027-01-10T12:0${minute}:00.000Z`;

  it('keeps the latest of what was heard, by account and place', async () => {
    expect(await ledger.readHeard(MEMBER)).toEqual({});
    await ledger.hear(MEMBER, REGION, at(2));
    await ledger.hear(MEMBER, REGION, at(1));
    await ledger.hear(MEMBER, 'trail', at(3));
    await ledger.hear('999999999999', REGION, at(4));
    expect(await ledger.readHeard(MEMBER)).toEqual({ [REGION]: at(2), trail: at(3) });
  });

  it('has one record, which the slower of two does not write over', async () => {
    expect(await ledger.readSelfCheck()).toBeUndefined();
    const first = { sentAt: at(1), dueAt: at(2), askedAt: at(1), found: null, more: 0, told: [], toldAt: null, version: 0 };
    expect(await ledger.writeSelfCheck(first)).toMatchObject({ version: 1 });
    expect(await ledger.writeSelfCheck(first)).toBeUndefined();
    expect(await ledger.readSelfCheck()).toEqual({ ...first, version: 1 });
  });
  it('has one record a round and account, and lists a round by account, page after page', async () => {
    const check = (round: string, account: string) => ({
      ...{ round, account, sentAt: at(1), dueAt: null, begun: ['trail'], unsure: [], found: null, more: 0, version: 0 },
    });
    const accounts = ['100000000003', '100000000001', '100000000002'];
    for (const account of accounts) expect(await ledger.writeAccountCheck(check(at(1), account))).toMatchObject({ version: 1 });
    expect(await ledger.writeAccountCheck(check(at(1), '100000000001'))).toBeUndefined();
    await ledger.writeAccountCheck(check(at(2), '100000000009'));
    expect(await ledger.readAccountCheck(at(1), '100000000002')).toEqual({ ...check(at(1), '100000000002'), version: 1 });
    const page = await ledger.readAccountChecks(at(1), '100000000001');
    expect(page.items.map(({ account }) => account)).toEqual(['100000000002', '100000000003']);
    expect(await ledger.readAccountChecks(at(1), page.next)).toEqual({ items: [], next: null });
  });
});
