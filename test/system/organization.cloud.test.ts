import { ListRulesCommand, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doctorDocument } from '../../cli/doctor/document.ts';
import { explainDocument } from '../../cli/explain/document.ts';
import { HUB } from '../../local/system.ts';
import { BUS_NAME, CANARY_DETAIL_TYPE, CANARY_SOURCE, EVENT_SOURCE } from '../../shared/names.ts';
import { cinch } from '../cli/run-cinch.ts';

import { invoke, openAccount, receive } from '../local/cloud/account.ts';
import { type HubView, viewHub } from './hub.ts';
import { CEILING, type Company, MANAGEMENT, REGIONS, startCompany, TOO_LONG } from './organization.ts';
import { pause, until } from './until.ts';

/** An organization of twelve accounts in three units and three regions, under enforced IAM; a thirteenth joins, one leaves. */

let company: Company;
let hub: HubView;
let thirteenth: string;

beforeAll(async () => {
  company = await startCompany();
  hub = await viewHub(company.system);
}, 300_000);

afterAll(() => company?.stop());

const current = (account: string): string[] => REGIONS.map((region) => `${account} ${region} CURRENT`);

const isLowered = (account: string, region: string, name: string): Promise<unknown> =>
  until(
    () => company.timeoutOf(account, region, name),
    (seconds) => seconds === CEILING,
    `the timeout of ${name} in ${account}, ${region}`,
  );

const rulesIn = async (account: string, region: string): Promise<string[]> => {
  const { Rules = [] } = await openAccount(company.system.cloud, account, region).events.send(new ListRulesCommand({}));
  return Rules.map(({ EventPattern }) => (JSON.parse(EventPattern ?? '{}') as { source: string[] }).source.join()).sort();
};

describe('twelve accounts', () => {
  it('have Cinch in each of three regions, and nobody else has', async () => {
    expect(company.members).toHaveLength(12);
    expect(await company.instances()).toEqual(company.members.flatMap(current).sort());
    for (const account of [...company.members, MANAGEMENT]) expect(await company.hasReadRole(account), account).toBe(true);
    for (const account of [company.excluded, company.outside]) {
      expect(await company.hasReadRole(account), account).toBe(false);
      expect(await rulesIn(account, HUB.region)).toEqual([]);
    }
  });

  it('forward in every region what changes there, and from us-east-1 alone what IAM tells', async () => {
    const [account = ''] = company.members.slice(5);
    const everywhere = ['aws.apigateway', 'aws.lambda', 'aws.wafv2', 'cinch.canary'];
    expect(await rulesIn(account, 'eu-west-1')).toEqual(everywhere);
    expect(await rulesIn(account, 'us-east-1')).toEqual([...everywhere, 'aws.iam'].sort());
  });

  it('are put right wherever it happens, the management account too', async () => {
    const places = [
      ...REGIONS.map((region) => [company.members[Math.floor(Math.random() * 12)] ?? '', region] as const),
      [MANAGEMENT, 'eu-west-1'] as const,
    ];
    await Promise.all(places.map(([account, region], n) => company.makeSlow(account, region, `slow-${n}`)));
    await Promise.all(places.map(([account, region], n) => isLowered(account, region, `slow-${n}`)));
  });
});

describe('doctor', () => {
  it('looks at every account that Organizations names, in each region', async () => {
    const sound = async () => {
      const ran = await cinch(['doctor', '--format', 'json'], { env: company.system.cloud.env(HUB.account, HUB.region) });
      if (ran.code === 2) throw new Error(ran.stderr);
      const { checks } = doctorDocument.parse(JSON.parse(ran.stdout));
      // These accounts have no trail: the emulator records without one.
      const bad = checks.filter(({ verdict, id }) => ['broken', 'unknown'].includes(verdict) && id !== 'trail');
      return { bad: bad.map(({ place, id, seen }) => `${place} ${id}: ${seen}`), checks };
    };
    const { checks } = await until(sound, ({ bad }) => bad.length === 0, 'a sound organization', 120_000);
    const places = checks.filter(({ id }) => id === 'forward-lambda').map(({ place }) => place);
    const expected = [...company.members, MANAGEMENT].flatMap((account) => REGIONS.map((region) => `${account} ${region}`));
    expect(places.sort()).toEqual(expected.sort());
  });
});

describe('explain', () => {
  it('says by which unit an account is a member, as Organizations has it', async () => {
    const explain = async (account: string) => {
      const ran = await cinch(['explain', 'lambda-timeout-excessive', '-a', account, '-c', '-', '--format', 'json'], {
        input: await hub.readConfig(),
        env: company.system.cloud.env(HUB.account, HUB.region),
      });
      if (ran.code !== 0) throw new Error(ran.stderr);
      return explainDocument.parse(JSON.parse(ran.stdout));
    };
    const { place, notes } = await explain(company.members[5] ?? '');
    expect(place.units).toEqual([
      { id: company.units.shop, name: 'shop' },
      { id: company.organization.root, name: 'Root' },
    ]);
    expect(notes).toContain(`It is a member by ${company.units.shop}.`);
    expect((await explain(company.outside)).notes.join(' ')).toContain('in none of organization.units');
    expect((await explain('123456789012')).notes.join(' ')).toContain('Organizations has no account 123456789012');
  });
});

describe('a thirteenth account', () => {
  it('is covered when it joins a unit, without anybody acting', async () => {
    thirteenth = await company.organization.makeAccount('thirteenth');
    await company.makeSlow(thirteenth, 'eu-west-1', 'was-there-before');
    const start = Date.now();
    await company.organization.move(thirteenth, company.units.payments);
    await until(
      () => company.instances(),
      (all) => current(thirteenth).every((instance) => all.includes(instance)),
      'the stacks of the thirteenth account',
    );
    const covered = Date.now() - start;
    await company.makeSlow(thirteenth, 'eu-central-1', 'new-there');
    await isLowered(thirteenth, 'eu-central-1', 'new-there');
    process.stdout.write(`covered after ${covered} ms, a change put right ${Date.now() - start} ms after it joined\n`);
  });

  it('has what was there before looked at by the next sweep', async () => {
    // A cold start: the list of accounts is kept for some minutes.
    await hub.putConfig(await hub.readConfig(), 'sweep');
    const swept = await invoke(openAccount(company.system.cloud, HUB.account, HUB.region), 'cinch-sweep');
    expect(swept.error).toBeUndefined();
    const find = async () => (await hub.findings()).find(({ resource }) => resource.name === 'was-there-before');
    const found = await until(find, (finding) => finding?.status === 'asked', 'the question about was-there-before');
    expect(found?.resource).toMatchObject({ account: thirteenth, region: 'eu-west-1' });
  });
});

describe('an account that leaves', () => {
  it('keeps its stacks, as configured, and the hub’s bus refuses what they send', async () => {
    await company.organization.remove(thirteenth);
    const left = openAccount(company.system.cloud, thirteenth, 'eu-central-1');
    await company.makeSlow(thirteenth, 'eu-central-1', 'after-it-left');
    const { QueueUrls: [undelivered = ''] = [] } = await left.sqs.send(new ListQueuesCommand({}));
    const [refused = '{}'] = await receive(left, undelivered, 1, 5);
    expect(JSON.parse(refused)).toMatchObject({
      account: thirteenth,
      detail: { eventName: 'CreateFunction20150331', requestParameters: { functionName: 'after-it-left' } },
    });
    expect(await company.timeoutOf(thirteenth, 'eu-central-1', 'after-it-left')).toBe(TOO_LONG);
    expect((await company.instances()).filter((instance) => instance.startsWith(thirteenth))).toEqual([]);
  });
});

describe('who is left out', () => {
  it('by name or by unit, is not touched', async () => {
    const places = [company.excluded, company.outside];
    for (const account of places) await company.makeSlow(account, HUB.region, 'not-ours');
    // Long enough for a change of a member, which comes after them.
    await company.makeSlow(company.members[7] ?? '', HUB.region, 'ours');
    await isLowered(company.members[7] ?? '', HUB.region, 'ours');
    await pause(500);
    for (const account of places) expect(await company.timeoutOf(account, HUB.region, 'not-ours'), account).toBe(TOO_LONG);
    expect((await hub.findings()).filter(({ resource }) => places.includes(resource.account))).toEqual([]);
  });
});

describe('a member that calls the hub’s bus by itself', () => {
  const bus = `arn:aws:events:${HUB.region}:${HUB.account}:event-bus/${BUS_NAME}`;
  const put = async (account: string, Source: string, DetailType: string, detail: object): Promise<string> => {
    const Entries = [{ Source, DetailType, Detail: JSON.stringify(detail), EventBusName: bus }];
    const { events } = openAccount(company.system.cloud, account, HUB.region);
    try {
      const { Entries: [entry] = [] } = await events.send(new PutEventsCommand({ Entries }));
      return entry?.ErrorCode ?? 'taken';
    } catch (error) {
      return (error as Error).name;
    }
  };

  it('can speak for neither Cinch nor AWS, and with a canary for itself alone', async () => {
    const [sender = '', victim = ''] = company.members.filter((account) => account !== HUB.account).slice(2);
    expect(await put(sender, EVENT_SOURCE, 'FindingChanged', { findingId: 'f1', status: 'fixed' })).toBe('AccessDeniedException');
    const call = 'AWS API Call via CloudTrail';
    expect(await put(sender, 'aws.lambda', call, { recipientAccountId: victim })).toBe('NotAuthorizedForSourceException');
    expect(await put(sender, 'app.orders', call, {})).toBe('AccessDeniedException');
    expect(await put(company.outside, CANARY_SOURCE, CANARY_DETAIL_TYPE, {})).toBe('AccessDeniedException');
    const heard = async (): Promise<readonly string[]> => (await hub.ledgerText()).match(/CANARY#\d{12}/g) ?? [];
    const before = (await heard()).filter((pk) => pk.endsWith(victim)).length;
    expect(await put(sender, CANARY_SOURCE, CANARY_DETAIL_TYPE, { account: victim, recipientAccountId: victim })).toBe('taken');
    await until(heard, (found) => found.includes(`CANARY#${sender}`), 'the canary');
    expect((await heard()).filter((pk) => pk.endsWith(victim))).toHaveLength(before);
  });
});
