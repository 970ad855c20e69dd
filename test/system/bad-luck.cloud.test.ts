import { IAMClient } from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  DeleteFunctionCommand,
  LambdaClient,
  RemovePermissionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { redriveDocument } from '../../cli/redrive/document.ts';
import { traceDocument } from '../../cli/trace/document.ts';
import { type Developer, makeFunction, makeRole, openToEverybody, putBehindHttpApi } from '../../local/demo/workloads.ts';
import { HUB, MEMBER } from '../../local/system.ts';
import { cinch } from '../cli/run-cinch.ts';
import { textOf } from './cards.ts';
import { deployMember } from './member-stack.ts';
import { again, keepTrail } from './trail.ts';
import { pause, until } from './until.ts';
import { ALICE, CONFIG_FILE, startWorkbench, type Workbench } from './workbench.ts';

/** What bad input and bad luck get from the deployed system: nothing is lost, and nothing is written twice. */

const LATE = { account: '333333333333', region: 'us-east-1' };
const DOWN = ['down-one', 'down-two', 'down-three'];

let b: Workbench;

beforeAll(async () => {
  b = await startWorkbench();
  // Slack is down from the start and comes back below; the last test of this file looks how that ended.
  b.system.slack.setFault({ down: 'error' });
  await Promise.all(DOWN.map((name) => b.makePublic(name)));
  await until(notifyFailures, (count) => count >= DOWN.length, 'failures of notify');
  b.system.slack.setFault(null);
}, 300_000);

afterAll(() => b?.system.stop());

const notifyFailures = async () => (await b.hub.logs('notify')).filter((line) => line.includes('a message failed')).length;

describe.concurrent('messages that nobody can read', () => {
  it('end in the dead-letter queue within seconds, and what came with them is done', async () => {
    await makeFunction(b.dana, { name: 'beside-malformed', timeout: 900 });
    await putBehindHttpApi(b.dana, 'beside-malformed');
    const good = await b.eventOf('beside-malformed', 'AddPermission');
    const bodies = [
      'not JSON',
      '[]',
      JSON.stringify(good.detail),
      again(good, { eventID: 'beside-malformed' }),
      '{"kind":"look"}',
    ];
    await b.hub.send('changes', bodies);
    await b.isFixed('beside-malformed');
    await until(
      () => b.hub.dead('changes'),
      (dead) => dead.length >= 4,
      'four dead changes',
    );
    expect((await b.hub.dead('changes')).sort()).toEqual(bodies.filter((_, index) => index !== 3).sort());
    expect(await b.trail.writesOf('beside-malformed')).toEqual(['UpdateFunctionConfiguration']);
  });

  it('on the work queue too', async () => {
    await b.hub.send('work', ['{"kind":"destroy"}', '{"kind":"apply","planId":"nobody-knows-it"}', 'work'], 'one-group');
    await until(
      () => b.hub.dead('work'),
      (dead) => dead.length >= 2,
      'two dead pieces of work',
    );
    expect((await b.hub.dead('work')).sort()).toEqual(['work', '{"kind":"destroy"}'].sort());
    expect((await b.hub.logs('apply')).filter((line) => line.includes('nobody-knows-it'))).toHaveLength(1);
  });

  it('and on the clicks and notices queues, beside a click that counts', async () => {
    const card = await b.asked('beside-bad-click');
    await b.hub.send('clicks', ['}{', '{"kind":"click","action":"delete-account"}']);
    await b.hub.send('notices', ['{"kind":"card"}']);
    await b.cards.press(card, 'approve', ALICE);
    await until(
      () => b.policy('beside-bad-click'),
      (text) => text === null,
      'the removal',
    );
    await until(
      async () => [...(await b.hub.dead('clicks')), ...(await b.hub.dead('notices'))],
      (dead) => dead.length >= 3,
      'three dead messages',
    );
    expect(await b.hub.dead('notices')).toEqual(['{"kind":"card"}']);
  });
});

describe.concurrent('events', () => {
  it('that come several times, late, and out of order lead to one fix and one card', async () => {
    await makeFunction(b.dana, { name: 'repeated', timeout: 900 });
    await putBehindHttpApi(b.dana, 'repeated');
    const event = await b.eventOf('repeated', 'AddPermission');
    // The same one again, and two more calls' that tell of the same state, all at once.
    await b.hub.send('changes', [
      again(event),
      again(event),
      again(event, { eventID: 'repeated-2' }),
      again(event, { eventID: 'repeated-3' }),
    ]);
    await b.isFixed('repeated');
    const card = await b.cards.one('repeated', 'from 900 s to 29 s');
    const update = await b.eventOf('repeated', 'UpdateFunctionConfiguration');
    const created = await b.eventOf('repeated', 'CreateFunction');
    await b.deliver(
      again(created, { eventID: 'repeated-late', eventTime: '2020-01-01T00:00:00Z' }),
      again(created, { eventID: 'repeated-early', eventTime: '2100-01-01T00:00:00Z' }),
      again(update, { eventID: 'repeated-update', userIdentity: created.detail.userIdentity, eventTime: '2020-01-01T00:00:00Z' }),
    );
    expect(await b.trail.writesOf('repeated')).toEqual(['UpdateFunctionConfiguration']);
    // When the event of its creation was handled after another, its age was not known at first, and it was asked for a moment.
    const statuses = (await b.plansOf('repeated')).map(({ status }) => status);
    expect([statuses.filter((status) => status === 'applied').length, new Set(statuses)]).toEqual([
      1,
      new Set(statuses.length > 1 ? ['applied', 'stale'] : ['applied']),
    ]);
    expect(await b.findingsOf('repeated')).toMatchObject([{ status: 'fixed', timesFixed: 1 }]);
    expect(await b.audited('repeated', 'remedy applied')).toHaveLength(1);
    expect(b.cards.all('repeated')).toMatchObject([{ ts: card.ts }]);
  });

  it('of a deletion that come after the function was made anew close nothing', async () => {
    await makeFunction(b.dana, { name: 'reborn' });
    await b.dana.lambda.send(new DeleteFunctionCommand({ FunctionName: 'reborn' }));
    const deleted = await b.eventOf('reborn', 'DeleteFunction');
    await makeFunction(b.dana, { name: 'reborn', role: `arn:aws:iam::${MEMBER.account}:role/reborn-role` });
    await openToEverybody(b.dana, 'reborn');
    const card = await b.cards.one('reborn', 'Remove the statement');
    await b.deliver(again(deleted, { eventID: 'reborn-late' }));
    expect(await b.plansOf('reborn')).toMatchObject([{ status: 'asked' }]);
    expect(b.cards.now(card).revision).toBe(0);
  });

  it('about a function that is gone by now are handled, and its card ends', async () => {
    const card = await b.asked('gone');
    const opened = await b.eventOf('gone', 'AddPermission');
    await b.dana.lambda.send(new DeleteFunctionCommand({ FunctionName: 'gone' }));
    await b.says(card, 'the resource no longer exists');
    await b.deliver(again(opened, { eventID: 'gone-late' }));
    expect(await b.findingsOf('gone')).toMatchObject([{ status: 'resolved' }]);
    expect(await b.plansOf('gone')).toMatchObject([{ status: 'stale' }]);
    expect(b.cards.all('gone')).toHaveLength(1);
    await expect(b.cards.press(b.cards.now(card), 'approve', ALICE)).rejects.toThrow('nothing with action id');
  });

  it('as large as EventBridge lets them be are handled', async () => {
    await makeFunction(b.dana, { name: 'oversized', timeout: 900 });
    const event = await b.eventOf('oversized', 'CreateFunction');
    const room = 256 * 1024 - again(event, { eventID: 'oversized', padding: '' }).length;
    const large = again(event, { eventID: 'oversized', padding: 'é'.repeat(Math.floor(room / 2)) });
    expect(Buffer.byteLength(large)).toBeGreaterThan(255 * 1024);
    await b.deliver(large);
    await b.deliver(large);
    const lines = await b.hub.logs('on-change');
    expect(lines.filter((line) => line.includes('handled before')).length).toBeGreaterThan(0);
    expect(lines.join('')).not.toContain('éé');
  });
});

describe.concurrent('somebody else writes at the same time', () => {
  it('and both keep what they wrote', async () => {
    await makeFunction(b.dana, { name: 'hammered', timeout: 900 });
    let last = '';
    let refusals = 0;
    let isOn = true;
    const hammer = async () => {
      for (let turn = 0; isOn && turn < 200; turn++) {
        const Description = `by hand ${turn}`;
        try {
          await b.dana.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'hammered', Description }));
          last = Description;
        } catch (error) {
          if ((error as Error).name !== 'ResourceConflictException') throw error;
          refusals += 1;
        }
        await pause(20);
      }
    };
    const hammering = hammer();
    await putBehindHttpApi(b.dana, 'hammered');
    await until(
      () => b.config('hammered'),
      (now) => now.Timeout === 29,
      'the lower timeout',
    );
    isOn = false;
    await hammering;
    await b.cards.one('hammered', 'from 900 s to 29 s');
    expect(refusals).toBeGreaterThan(0);
    expect(await b.config('hammered')).toMatchObject({ Timeout: 29, Description: last });
    expect(await b.trail.writesOf('hammered')).toEqual(['UpdateFunctionConfiguration']);
    expect(await b.plansOf('hammered', 'applied')).toHaveLength(1);
  });
});

describe('a plan whose resource has changed before the click', () => {
  it('is not carried out: what is there now is planned and asked anew', async () => {
    const card = await b.asked('moved-on');
    // The event of the change is still under way when the click comes.
    await b.hub.setConsumed('changes', false);
    const same = { FunctionName: 'moved-on', StatementId: 'open-to-partners' };
    await b.dana.lambda.send(new RemovePermissionCommand(same));
    await b.dana.lambda.send(new AddPermissionCommand({ ...same, Action: 'lambda:*', Principal: '*' }));
    const changed = await b.policy('moved-on');
    await b.cards.press(card, 'approve', ALICE);
    await b.says(card, 'the resource has changed since the plan was made');
    expect(await b.policy('moved-on')).toBe(changed);
    await b.hub.setConsumed('changes', true);
    await until(
      () => b.plansOf('moved-on', 'asked'),
      (plans) => plans.length === 1,
      'a new plan',
    );
    await b.says(card, 'lambda:*');
    expect(await b.trail.writesOf('moved-on')).toEqual([]);
    await b.cards.press(b.cards.now(card), 'approve', ALICE);
    await b.says(card, 'Done and checked');
    expect(await b.policy('moved-on')).toBeNull();
    expect(await b.trail.writesOf('moved-on')).toEqual(['RemovePermission']);
    expect(b.cards.all('moved-on')).toHaveLength(1);
  });
});

describe('the configuration', () => {
  let good: string;
  beforeAll(async () => {
    good = await b.hub.readConfig();
  });
  afterEach(async () => {
    b.system.slack.setFault(null);
    await b.hub.putConfig(good);
  });

  it('that became invalid stops every write; corrected, what waited goes on', async () => {
    const card = await b.asked('under-invalid');
    await b.hub.setConsumed('work', false);
    await b.cards.press(card, 'approve', ALICE);
    await until(
      () => b.plansOf('under-invalid', 'approved'),
      (plans) => plans.length === 1,
      'the approval',
    );
    await b.hub.putConfig(JSON.stringify({ ...JSON.parse(good), mode: 'everything' }), 'apply', 'on-change');
    await b.hub.setConsumed('work', true);
    await makeFunction(b.dana, { name: 'made-under-invalid', timeout: 900 });
    await putBehindHttpApi(b.dana, 'made-under-invalid');
    await Promise.all([b.hasLogged('apply', 'invalid-configuration'), b.hasLogged('on-change', 'invalid-configuration')]);
    expect(await b.policy('under-invalid')).toContain('open-to-partners');
    expect(await b.plansOf('under-invalid')).toMatchObject([{ status: 'approved' }]);
    expect(await b.findingsOf('made-under-invalid')).toEqual([]);
    expect([...(await b.trail.writesOf('under-invalid')), ...(await b.trail.writesOf('made-under-invalid'))]).toEqual([]);
    await b.hub.putConfig(good);
    await Promise.all([b.says(card, 'Done and checked'), b.isFixed('made-under-invalid')]);
    await b.cards.one('made-under-invalid', 'from 900 s to 29 s');
    expect(await b.trail.writesOf('under-invalid')).toEqual(['RemovePermission']);
    expect(await b.trail.writesOf('made-under-invalid')).toEqual(['UpdateFunctionConfiguration']);
  });
});

const operate = (...args: readonly string[]) =>
  cinch([...args, '--format', 'json'], { env: b.system.cloud.env(HUB.account, HUB.region) });

describe('an account that refuses its role', () => {
  it('makes the event wait in the dead-letter queue; redriven when the roles are there, it is handled', async () => {
    const settings = b.system.clientConfig(LATE.account, LATE.region);
    const late: Developer = { ...b.dana, lambda: new LambdaClient(settings), iam: new IAMClient(settings) };
    const itsTrail = await keepTrail(b.system, LATE);
    await makeRole(late, 'late-role');
    await makeFunction(late, { name: 'late-to-join', role: `arn:aws:iam::${LATE.account}:role/late-role` });
    await openToEverybody(late, 'late-to-join');
    // Its rule is in the stack that is missing too: as if only the roles had been refused.
    const events = (await itsTrail.read()).filter(({ detail }) => detail.eventName?.startsWith('AddPermission'));
    expect(events).toHaveLength(1);
    const body = JSON.stringify(events[0]);
    await b.hub.setTries('changes', 2);
    await b.hub.send('changes', [body]);
    await until(
      () => b.hub.dead('changes'),
      (dead) => dead.includes(body),
      'the event in the dead-letter queue',
    );
    await b.hasLogged('on-change', 'does not let Cinch assume its role cinch-read');
    expect(await b.findingsOf('late-to-join')).toEqual([]);
    await deployMember(b.system, CONFIG_FILE, LATE.account);
    // The operator sees that one was given up and why, and nothing of what is in it.
    const listed = await operate('redrive', 'changes');
    expect(listed.stdout).not.toContain('userIdentity');
    const eventId = events[0]?.detail.eventID ?? '';
    const [queue] = redriveDocument.parse(JSON.parse(listed.stdout)).queues;
    expect(queue?.messages.filter(({ cause }) => cause === eventId)).toMatchObject([
      { error: 'access-refused', reason: expect.stringContaining('does not let Cinch assume its role cinch-read') },
    ]);
    expect(queue?.messages.filter(({ error }) => error === 'malformed').length).toBeGreaterThanOrEqual(4);
    expect([listed.code, await b.hub.dead('changes')]).toEqual([1, expect.arrayContaining([body])]);
    const moved = redriveDocument.parse(JSON.parse((await operate('redrive', 'changes', '--yes')).stdout));
    expect(moved.queues[0]?.moved).toBeGreaterThanOrEqual(5);
    const card = await b.cards.one('late-to-join', 'Remove the statement');
    expect(textOf(card)).toContain(LATE.account);
    expect(await b.plansOf('late-to-join')).toMatchObject([{ status: 'asked', approvalsNeeded: 1 }]);
    const told = traceDocument.parse(JSON.parse((await operate('trace', eventId)).stdout));
    expect(told).toMatchObject({ kind: 'event', stories: [{ status: 'asked' }] });
    const steps = told.stories[0]?.lines.map(({ step, what, planId }) => [step, what, planId !== null]);
    expect(steps).toEqual([
      ['event', 'AddPermission', false],
      ['decision', 'ask', true],
      ['plan', 'change planned', true],
      ['card', 'card posted', false],
    ]);
    await until(
      () => b.hub.dead('changes'),
      (dead) => !dead.includes(body),
      'the end of the redrive',
    );
  });
});

describe('Slack that was down', () => {
  it('shows every card once when it is up again', { timeout: 240_000 }, async () => {
    for (const name of DOWN) {
      const card = await until(
        () => b.cards.all(name)[0],
        (found) => found !== undefined,
        `the card of ${name}`,
        200_000,
      );
      expect(textOf(card ?? { blocks: [] })).toContain('Remove the statement');
    }
    expect(DOWN.map((name) => b.cards.all(name).length)).toEqual(DOWN.map(() => 1));
    expect(await Promise.all(['notices', 'clicks'].map((queue) => b.hub.dead(queue as 'notices' | 'clicks')))).toEqual([
      ['{"kind":"card"}'],
      expect.arrayContaining(['}{', '{"kind":"click","action":"delete-account"}']),
    ]);
  });
});
