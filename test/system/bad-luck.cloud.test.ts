import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { IAMClient } from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  DeleteFunctionCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  LambdaClient,
  RemovePermissionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Developer, makeFunction, makeRole, openToEverybody, putBehindHttpApi, signIn } from '../../local/demo/workloads.ts';
import { PEOPLE } from '../../local/people.ts';
import type { StoredMessage } from '../../local/slack/start.ts';
import { MEMBER, type System, startSystem } from '../../local/system.ts';
import type { Plan } from '../../shared/model/plan.ts';
import type { BotFunction } from '../../shared/names.ts';
import { openScreen } from './browser.ts';
import { type Cards, cardsOf, mrkdwnOf, textOf } from './cards.ts';
import { type HubView, viewHub } from './hub.ts';
import { deployMember } from './member-stack.ts';
import { again, keepTrail, type Trail, type TrailEvent } from './trail.ts';
import { pause, until } from './until.ts';

/** What bad input and bad luck get from the deployed system: nothing is lost, and nothing is written twice. */

const CONFIG_FILE = join(dirname(fileURLToPath(import.meta.url)), 'bad-luck.yaml');
const ALICE = PEOPLE.alice.id;
const AMIR = PEOPLE.amir.id;
const GUS = {
  id: 'U0GUS000001',
  name: 'gus',
  real_name: 'Gus Guest',
  profile: { email: 'gus@partner.example' },
  is_restricted: true,
};
const LENA = {
  id: 'U0LENA00001',
  name: 'lena',
  real_name: 'Lena Left',
  profile: { email: 'lena@northwind.example' },
  deleted: true,
};
const LATE = { account: '333333333333', region: 'us-east-1' };
const DOWN = ['down-one', 'down-two', 'down-three'];

let system: System;
let hub: HubView;
let trail: Trail;
let cards: Cards;
let dana: Developer;

beforeAll(async () => {
  system = await startSystem({ configFile: CONFIG_FILE, unlimitedSlack: true, people: [GUS, LENA] });
  [hub, trail, dana] = await Promise.all([viewHub(system), keepTrail(system, MEMBER), signIn(system)]);
  cards = cardsOf(system);
  // Slack is down from the start and comes back below; the last test of this file looks how that ended.
  system.slack.setFault({ down: 'error' });
  await Promise.all(DOWN.map((name) => makePublic(name)));
  await until(notifyFailures, (count) => count >= DOWN.length, 'failures of notify');
  system.slack.setFault(null);
}, 300_000);

afterAll(() => system?.stop());

const notifyFailures = async () => (await hub.logs('notify')).filter((line) => line.includes('a message failed')).length;

const config = (name: string) => dana.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
const policy = async (name: string): Promise<string | null> => {
  try {
    return (await dana.lambda.send(new GetPolicyCommand({ FunctionName: name }))).Policy ?? null;
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return null;
    throw error;
  }
};
async function makePublic(name: string, developer = dana): Promise<void> {
  await makeFunction(developer, { name });
  await openToEverybody(developer, name);
}
/** A function that anybody may invoke, and the card that asks about it. */
async function asked(name: string, developer = dana) {
  await makePublic(name, developer);
  return cards.one(name, 'Remove the statement');
}
const findingsOf = async (name: string) => (await hub.findings()).filter(({ resource }) => resource.name === name);
const plansOf = async (name: string, status?: Plan['status']) =>
  (await hub.plans()).filter((plan) => plan.resource.name === name && (status === undefined || plan.status === status));
const eventOf = async (name: string, call: string): Promise<TrailEvent> => {
  const find = async () =>
    (await trail.read()).find(
      ({ detail }) => detail.eventName?.startsWith(call) && detail.requestParameters?.functionName === name,
    );
  const found = await until(find, (event) => event !== undefined, `${call} of ${name}`);
  if (!found) throw new Error('no event');
  return found;
};
const isFixed = (name: string) =>
  until(
    () => config(name),
    (now) => now.Timeout === 29 && now.LastUpdateStatus === 'Successful',
    `the timeout of ${name}`,
  );
/** Sends events and waits until on-change is through with each. */
async function deliver(...bodies: string[]): Promise<void> {
  await hub.send('changes', bodies);
  for (const body of bodies) {
    const id = (JSON.parse(body) as TrailEvent).detail.eventID ?? '';
    await until(
      () => hub.isHandled(id),
      (isHandled) => isHandled,
      `the end of event ${id}`,
    );
  }
}
const says = (card: StoredMessage, words: string) =>
  until(
    () => textOf(cards.now(card)),
    (text) => text.includes(words),
    `a card that says ${words}`,
  );
const hasLogged = (name: BotFunction, words: string) =>
  until(
    async () => (await hub.logs(name)).some((line) => line.includes(words)),
    (isThere) => isThere,
    `${words} in the log of ${name}`,
  );
const audited = async (name: string, what: string) => {
  const [finding] = await findingsOf(name);
  return (await hub.audit(finding?.id ?? '')).filter((entry) => entry.what === what);
};

describe.concurrent('messages that nobody can read', () => {
  it('end in the dead-letter queue within seconds, and what came with them is done', async () => {
    await makeFunction(dana, { name: 'beside-malformed', timeout: 900 });
    await putBehindHttpApi(dana, 'beside-malformed');
    const good = await eventOf('beside-malformed', 'AddPermission');
    const bodies = [
      'not JSON',
      '[]',
      JSON.stringify(good.detail),
      again(good, { eventID: 'beside-malformed' }),
      '{"kind":"look"}',
    ];
    await hub.send('changes', bodies);
    await isFixed('beside-malformed');
    await until(
      () => hub.dead('changes'),
      (dead) => dead.length >= 4,
      'four dead changes',
    );
    expect((await hub.dead('changes')).sort()).toEqual(bodies.filter((_, index) => index !== 3).sort());
    expect(await trail.writesOf('beside-malformed')).toEqual(['UpdateFunctionConfiguration']);
  });

  it('on the work queue too', async () => {
    await hub.send('work', ['{"kind":"destroy"}', '{"kind":"apply","planId":"nobody-knows-it"}', 'work'], 'one-group');
    await until(
      () => hub.dead('work'),
      (dead) => dead.length >= 2,
      'two dead pieces of work',
    );
    expect((await hub.dead('work')).sort()).toEqual(['work', '{"kind":"destroy"}'].sort());
    expect((await hub.logs('apply')).filter((line) => line.includes('nobody-knows-it'))).toHaveLength(1);
  });

  it('and on the clicks and notices queues, beside a click that counts', async () => {
    const card = await asked('beside-bad-click');
    await hub.send('clicks', ['}{', '{"kind":"click","action":"delete-account"}']);
    await hub.send('notices', ['{"kind":"card"}']);
    await cards.press(card, 'approve', ALICE);
    await until(
      () => policy('beside-bad-click'),
      (text) => text === null,
      'the removal',
    );
    await until(
      async () => [...(await hub.dead('clicks')), ...(await hub.dead('notices'))],
      (dead) => dead.length >= 3,
      'three dead messages',
    );
    expect(await hub.dead('notices')).toEqual(['{"kind":"card"}']);
  });
});

describe.concurrent('events', () => {
  it('that come several times, late, and out of order lead to one fix and one card', async () => {
    await makeFunction(dana, { name: 'repeated', timeout: 900 });
    await putBehindHttpApi(dana, 'repeated');
    const event = await eventOf('repeated', 'AddPermission');
    // The same one again, and two more calls' that tell of the same state, all at once.
    await hub.send('changes', [
      again(event),
      again(event),
      again(event, { eventID: 'repeated-2' }),
      again(event, { eventID: 'repeated-3' }),
    ]);
    await isFixed('repeated');
    const card = await cards.one('repeated', 'from 900 s to 29 s');
    const update = await eventOf('repeated', 'UpdateFunctionConfiguration');
    const created = await eventOf('repeated', 'CreateFunction');
    await deliver(
      again(created, { eventID: 'repeated-late', eventTime: '2020-01-01T00:00:00Z' }),
      again(created, { eventID: 'repeated-early', eventTime: '2100-01-01T00:00:00Z' }),
      again(update, { eventID: 'repeated-update', userIdentity: created.detail.userIdentity, eventTime: '2020-01-01T00:00:00Z' }),
    );
    expect(await trail.writesOf('repeated')).toEqual(['UpdateFunctionConfiguration']);
    expect(await plansOf('repeated')).toMatchObject([{ status: 'applied' }]);
    expect(await findingsOf('repeated')).toMatchObject([{ status: 'fixed', timesFixed: 1 }]);
    expect(await audited('repeated', 'remedy applied')).toHaveLength(1);
    expect(cards.all('repeated')).toMatchObject([{ ts: card.ts }]);
  });

  it('of a deletion that come after the function was made anew close nothing', async () => {
    await makeFunction(dana, { name: 'reborn' });
    await dana.lambda.send(new DeleteFunctionCommand({ FunctionName: 'reborn' }));
    const deleted = await eventOf('reborn', 'DeleteFunction');
    await makeFunction(dana, { name: 'reborn', role: `arn:aws:iam::${MEMBER.account}:role/reborn-role` });
    await openToEverybody(dana, 'reborn');
    const card = await cards.one('reborn', 'Remove the statement');
    await deliver(again(deleted, { eventID: 'reborn-late' }));
    expect(await plansOf('reborn')).toMatchObject([{ status: 'asked' }]);
    expect(cards.now(card).revision).toBe(0);
  });

  it('about a function that is gone by now are handled, and its card ends', async () => {
    const card = await asked('gone');
    const opened = await eventOf('gone', 'AddPermission');
    await dana.lambda.send(new DeleteFunctionCommand({ FunctionName: 'gone' }));
    await says(card, 'the resource no longer exists');
    await deliver(again(opened, { eventID: 'gone-late' }));
    expect(await findingsOf('gone')).toMatchObject([{ status: 'resolved' }]);
    expect(await plansOf('gone')).toMatchObject([{ status: 'stale' }]);
    expect(cards.all('gone')).toHaveLength(1);
    await expect(cards.press(cards.now(card), 'approve', ALICE)).rejects.toThrow('nothing with action id');
  });

  it('as large as EventBridge lets them be are handled', async () => {
    await makeFunction(dana, { name: 'oversized', timeout: 900 });
    const event = await eventOf('oversized', 'CreateFunction');
    const room = 256 * 1024 - again(event, { eventID: 'oversized', padding: '' }).length;
    const large = again(event, { eventID: 'oversized', padding: 'é'.repeat(Math.floor(room / 2)) });
    expect(Buffer.byteLength(large)).toBeGreaterThan(255 * 1024);
    await deliver(large);
    await deliver(large);
    const lines = await hub.logs('on-change');
    expect(lines.filter((line) => line.includes('handled before')).length).toBeGreaterThan(0);
    expect(lines.join('')).not.toContain('éé');
  });
});

describe.concurrent('somebody else writes at the same time', () => {
  it('and both keep what they wrote', async () => {
    await makeFunction(dana, { name: 'hammered', timeout: 900 });
    let last = '';
    let refusals = 0;
    let isOn = true;
    const hammer = async () => {
      for (let turn = 0; isOn && turn < 200; turn++) {
        const Description = `by hand ${turn}`;
        try {
          await dana.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'hammered', Description }));
          last = Description;
        } catch (error) {
          if ((error as Error).name !== 'ResourceConflictException') throw error;
          refusals += 1;
        }
        await pause(20);
      }
    };
    const hammering = hammer();
    await putBehindHttpApi(dana, 'hammered');
    await until(
      () => config('hammered'),
      (now) => now.Timeout === 29,
      'the lower timeout',
    );
    isOn = false;
    await hammering;
    await cards.one('hammered', 'from 900 s to 29 s');
    expect(refusals).toBeGreaterThan(0);
    expect(await config('hammered')).toMatchObject({ Timeout: 29, Description: last });
    expect(await trail.writesOf('hammered')).toEqual(['UpdateFunctionConfiguration']);
    expect(await plansOf('hammered', 'applied')).toHaveLength(1);
  });
});

describe.concurrent('clicks', () => {
  it('delivered twice, doubled, and of two approvers at once are one execution', async () => {
    const card = await asked('clicked-often');
    system.slack.setDuplicateDelivery(true);
    await Promise.all([
      cards.press(card, 'approve', ALICE),
      cards.press(card, 'approve', ALICE),
      cards.press(card, 'approve', AMIR),
    ]);
    system.slack.setDuplicateDelivery(false);
    await says(card, 'Done and checked');
    expect(await trail.writesOf('clicked-often')).toEqual(['RemovePermission']);
    expect(await audited('clicked-often', 'remedy applied')).toHaveLength(1);
    expect(await audited('clicked-often', 'approved')).toHaveLength(1);
    const [plan, ...others] = await plansOf('clicked-often');
    expect([plan?.status, plan?.approvals.length, others]).toEqual(['applied', 1, []]);
    // Undo, the same way.
    const before = await policy('clicked-often');
    await Promise.all([cards.press(cards.now(card), 'undo', ALICE), cards.press(cards.now(card), 'undo', AMIR)]);
    await says(card, 'It is as it was before.');
    expect(before).toBeNull();
    expect(await policy('clicked-often')).toContain('open-to-partners');
    expect(await trail.writesOf('clicked-often')).toEqual(['RemovePermission', 'AddPermission']);
  });

  it('of the author, a guest and somebody who has left approve nothing, though the configuration names them', async () => {
    const card = await asked('refused-to-three');
    await cards.press(card, 'approve', PEOPLE.dana.id);
    await cards.press(card, 'approve', GUS.id);
    const [plan] = await plansOf('refused-to-three');
    // Slack lets nobody click who has left: as if the click had waited in the queue since.
    const click = { kind: 'click', action: 'approve', planId: plan?.id, userId: LENA.id, channel: card.channel, ts: card.ts };
    await hub.send('clicks', [JSON.stringify(click)]);
    const refusals = await until(
      () => audited('refused-to-three', 'approve refused'),
      (entries) => new Set(entries.map(({ by }) => by)).size === 3,
      'three refusals',
    );
    expect(Object.fromEntries(refusals.map(({ by, detail }) => [by, detail]))).toEqual({
      [PEOPLE.dana.id]: 'You made this change, so somebody else must decide.',
      [GUS.id]: 'Only active full members of this workspace may decide.',
      [LENA.id]: 'Only active full members of this workspace may decide.',
    });
    expect(await plansOf('refused-to-three')).toMatchObject([{ status: 'asked', approvals: [] }]);
    expect(await trail.writesOf('refused-to-three')).toEqual([]);
  });

  it('on a change of somebody unknown need two different approvers', async () => {
    const settings = system.clientConfig(MEMBER.account, MEMBER.region);
    const root = { ...dana, lambda: new LambdaClient(settings) };
    const card = await asked('by-nobody-known', root);
    await cards.press(card, 'approve', ALICE);
    await says(card, '1 of 2 approvals is still missing');
    await cards.press(card, 'approve', ALICE);
    await until(
      () => cards.whispers(ALICE),
      (texts) => texts.includes('You have approved already; it needs 2 different people.'),
      'the refusal',
    );
    expect(await trail.writesOf('by-nobody-known')).toEqual([]);
    await cards.press(cards.now(card), 'approve', AMIR);
    await says(card, 'Done and checked');
    expect(await trail.writesOf('by-nobody-known')).toEqual(['RemovePermission']);
  });
});

describe('a plan whose resource has changed before the click', () => {
  it('is not carried out: what is there now is planned and asked anew', async () => {
    const card = await asked('moved-on');
    // The event of the change is still under way when the click comes.
    await hub.setConsumed('changes', false);
    const same = { FunctionName: 'moved-on', StatementId: 'open-to-partners' };
    await dana.lambda.send(new RemovePermissionCommand(same));
    await dana.lambda.send(new AddPermissionCommand({ ...same, Action: 'lambda:*', Principal: '*' }));
    const changed = await policy('moved-on');
    await cards.press(card, 'approve', ALICE);
    await says(card, 'the resource has changed since the plan was made');
    expect(await policy('moved-on')).toBe(changed);
    await hub.setConsumed('changes', true);
    await until(
      () => plansOf('moved-on', 'asked'),
      (plans) => plans.length === 1,
      'a new plan',
    );
    await says(card, 'lambda:*');
    expect(await trail.writesOf('moved-on')).toEqual([]);
    await cards.press(cards.now(card), 'approve', ALICE);
    await says(card, 'Done and checked');
    expect(await policy('moved-on')).toBeNull();
    expect(await trail.writesOf('moved-on')).toEqual(['RemovePermission']);
    expect(cards.all('moved-on')).toHaveLength(1);
  });
});

describe('the configuration', () => {
  let good: string;
  beforeAll(async () => {
    good = await hub.readConfig();
  });
  afterEach(async () => {
    system.slack.setFault(null);
    await hub.putConfig(good);
  });

  it('that became invalid stops every write; corrected, what waited goes on', async () => {
    const card = await asked('under-invalid');
    await hub.setConsumed('work', false);
    await cards.press(card, 'approve', ALICE);
    await until(
      () => plansOf('under-invalid', 'approved'),
      (plans) => plans.length === 1,
      'the approval',
    );
    await hub.putConfig(JSON.stringify({ ...JSON.parse(good), mode: 'everything' }), 'apply', 'on-change');
    await hub.setConsumed('work', true);
    await makeFunction(dana, { name: 'made-under-invalid', timeout: 900 });
    await putBehindHttpApi(dana, 'made-under-invalid');
    await Promise.all([hasLogged('apply', 'invalid-configuration'), hasLogged('on-change', 'invalid-configuration')]);
    expect(await policy('under-invalid')).toContain('open-to-partners');
    expect(await plansOf('under-invalid')).toMatchObject([{ status: 'approved' }]);
    expect(await findingsOf('made-under-invalid')).toEqual([]);
    expect([...(await trail.writesOf('under-invalid')), ...(await trail.writesOf('made-under-invalid'))]).toEqual([]);
    await hub.putConfig(good);
    await Promise.all([says(card, 'Done and checked'), isFixed('made-under-invalid')]);
    await cards.one('made-under-invalid', 'from 900 s to 29 s');
    expect(await trail.writesOf('under-invalid')).toEqual(['RemovePermission']);
    expect(await trail.writesOf('made-under-invalid')).toEqual(['UpdateFunctionConfiguration']);
  });

  it('without approvers lets nobody approve; nor does a Slack that can not say who it is', async () => {
    const card = await asked('without-approvers');
    const config = JSON.parse(good) as { slack: object };
    await hub.putConfig(
      JSON.stringify({ ...config, slack: { ...config.slack, approvers: { users: [], emails: [] } } }),
      'notify',
    );
    await cards.press(card, 'approve', ALICE);
    const refusals = (count: number) =>
      until(
        () => audited('without-approvers', 'approve refused'),
        (entries) => entries.length >= count,
        `refusal ${count}`,
      );
    expect(await refusals(1)).toMatchObject([{ by: ALICE, detail: 'Nobody may decide: the configuration names no approvers.' }]);
    await hub.putConfig(good, 'notify');
    system.slack.setFault({ down: 'error' });
    await cards.press(card, 'approve', ALICE);
    const [, second] = await refusals(2);
    system.slack.setFault(null);
    expect(second).toMatchObject({ by: ALICE, detail: expect.stringContaining('Slack could not be asked who may decide') });
    expect(await plansOf('without-approvers')).toMatchObject([{ status: 'asked', approvals: [] }]);
    expect(await trail.writesOf('without-approvers')).toEqual([]);
    await cards.press(card, 'approve', ALICE);
    await says(card, 'Done and checked');
  });
});

describe('an account that refuses its role', () => {
  it('makes the event wait in the dead-letter queue; redriven when the roles are there, it is handled', async () => {
    const settings = system.clientConfig(LATE.account, LATE.region);
    const late: Developer = { ...dana, lambda: new LambdaClient(settings), iam: new IAMClient(settings) };
    const itsTrail = await keepTrail(system, LATE);
    await makeRole(late, 'late-role');
    await makeFunction(late, { name: 'late-to-join', role: `arn:aws:iam::${LATE.account}:role/late-role` });
    await openToEverybody(late, 'late-to-join');
    // Its rule is in the stack that is missing too: as if only the roles had been refused.
    const events = (await itsTrail.read()).filter(({ detail }) => detail.eventName?.startsWith('AddPermission'));
    expect(events).toHaveLength(1);
    const body = JSON.stringify(events[0]);
    await hub.setTries('changes', 2);
    await hub.send('changes', [body]);
    await until(
      () => hub.dead('changes'),
      (dead) => dead.includes(body),
      'the event in the dead-letter queue',
    );
    await hasLogged('on-change', 'does not let Cinch assume its role cinch-read');
    expect(await findingsOf('late-to-join')).toEqual([]);
    await deployMember(system, CONFIG_FILE, LATE.account);
    await hub.redrive('changes', body);
    const card = await cards.one('late-to-join', 'Remove the statement');
    expect(textOf(card)).toContain(LATE.account);
    expect(await plansOf('late-to-join')).toMatchObject([{ status: 'asked', approvalsNeeded: 1 }]);
    await until(
      () => hub.dead('changes'),
      (dead) => !dead.includes(body),
      'the end of the redrive',
    );
  });
});

describe('hostile names', () => {
  it('stay text wherever AWS and people let them in', async () => {
    const hostile = '<!channel> <https://evil.example|click> `*_~ \u202Eevil';
    const stranger = await signIn(system, '@channel');
    const text = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Sid: 'Everything', Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::bucket/${hostile}` },
      ],
    });
    await makeFunction(stranger, { name: 'hostile', role: await makeRole(stranger, 'hostile-role', text) });
    const card = await cards.one('hostile-role', 'inline policy');
    expect(textOf(card)).toContain('@channel');
    expect(textOf(card)).toContain('<!channel>');
    await cards.press(card, 'deny', ALICE);
    const view = await until(
      () => system.slack.views(ALICE)[0],
      (found) => found !== undefined,
      'the dialog',
    );
    await system.slack.submit({ viewId: view?.id ?? '', user: ALICE, values: { 'cinch-reason': hostile } });
    await says(card, 'Denied by');
    const shown = cards.now(card);
    for (const markup of [shown.text, ...mrkdwnOf(shown.blocks)]) {
      expect(markup).not.toContain('<!channel');
      expect(markup).not.toContain('<https://evil');
    }
    const screen = await openScreen(system.slack.pageUrl);
    try {
      const onPage = screen.page.locator(`[data-ts="${card.ts}"]`);
      await onPage.getByText('<!channel>').first().waitFor();
      expect(await onPage.locator('a[href*="evil"]').count()).toBe(0);
    } finally {
      await screen.close();
    }
  });
});

describe('Slack that was down', () => {
  it('shows every card once when it is up again', { timeout: 240_000 }, async () => {
    for (const name of DOWN) {
      const card = await until(
        () => cards.all(name)[0],
        (found) => found !== undefined,
        `the card of ${name}`,
        200_000,
      );
      expect(textOf(card ?? { blocks: [] })).toContain('Remove the statement');
    }
    expect(DOWN.map((name) => cards.all(name).length)).toEqual(DOWN.map(() => 1));
    expect(await Promise.all(['notices', 'clicks'].map((queue) => hub.dead(queue as 'notices' | 'clicks')))).toEqual([
      ['{"kind":"card"}'],
      expect.arrayContaining(['}{', '{"kind":"click","action":"delete-account"}']),
    ]);
  });
});
