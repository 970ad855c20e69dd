import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loopbackOption } from '../../local/cloud/environment.ts';
import { makeFunction, makeRole, signIn } from '../../local/demo/workloads.ts';
import { PEOPLE } from '../../local/people.ts';
import { HUB, MEMBER } from '../../local/system.ts';
import { cinch } from '../cli/run-cinch.ts';
import { openScreen } from './browser.ts';
import { mrkdwnOf, textOf } from './cards.ts';
import { until } from './until.ts';
import { ALICE, AMIR, GUS, LENA, startWorkbench, type Workbench } from './workbench.ts';

/** Who may decide, how often a click counts, and what hostile words can do, on the deployed system. */

let b: Workbench;

beforeAll(async () => {
  b = await startWorkbench();
}, 300_000);

afterAll(() => b?.system.stop());

describe.concurrent('clicks', () => {
  it('delivered twice, doubled, and of two approvers at once are one execution', async () => {
    const card = await b.asked('clicked-often');
    b.system.slack.setDuplicateDelivery(true);
    await Promise.all([
      b.cards.press(card, 'approve', ALICE),
      b.cards.press(card, 'approve', ALICE),
      b.cards.press(card, 'approve', AMIR),
    ]);
    b.system.slack.setDuplicateDelivery(false);
    await b.says(card, 'Done and checked');
    expect(await b.trail.writesOf('clicked-often')).toEqual(['RemovePermission']);
    expect(await b.audited('clicked-often', 'remedy applied')).toHaveLength(1);
    expect(await b.audited('clicked-often', 'approved')).toHaveLength(1);
    const [plan, ...others] = await b.plansOf('clicked-often');
    expect([plan?.status, plan?.approvals.length, others]).toEqual(['applied', 1, []]);
    // Undo, the same way.
    const before = await b.policy('clicked-often');
    await Promise.all([b.cards.press(b.cards.now(card), 'undo', ALICE), b.cards.press(b.cards.now(card), 'undo', AMIR)]);
    await b.says(card, 'It is as it was before.');
    expect(before).toBeNull();
    expect(await b.policy('clicked-often')).toContain('open-to-partners');
    expect(await b.trail.writesOf('clicked-often')).toEqual(['RemovePermission', 'AddPermission']);
  });

  it('of the author, a guest and somebody who has left approve nothing, though the configuration names them', async () => {
    const card = await b.asked('refused-to-three');
    await b.cards.press(card, 'approve', PEOPLE.dana.id);
    await b.cards.press(card, 'approve', GUS.id);
    const [plan] = await b.plansOf('refused-to-three');
    // Slack lets nobody click who has left: as if the click had waited in the queue since.
    const click = { kind: 'click', action: 'approve', planId: plan?.id, userId: LENA.id, channel: card.channel, ts: card.ts };
    await b.hub.send('clicks', [JSON.stringify(click)]);
    const refusals = await until(
      () => b.audited('refused-to-three', 'approve refused'),
      (entries) => new Set(entries.map(({ by }) => by)).size === 3,
      'three refusals',
    );
    expect(Object.fromEntries(refusals.map(({ by, detail }) => [by, detail]))).toEqual({
      [PEOPLE.dana.id]: 'You made this change, so somebody else must decide.',
      [GUS.id]: 'Only active full members of this workspace may decide.',
      [LENA.id]: 'Only active full members of this workspace may decide.',
    });
    expect(await b.plansOf('refused-to-three')).toMatchObject([{ status: 'asked', approvals: [] }]);
    expect(await b.trail.writesOf('refused-to-three')).toEqual([]);
  });

  it('on a change of somebody unknown need two different approvers', async () => {
    const settings = b.system.clientConfig(MEMBER.account, MEMBER.region);
    const root = { ...b.dana, lambda: new LambdaClient(settings) };
    const card = await b.asked('by-nobody-known', root);
    await b.cards.press(card, 'approve', ALICE);
    await b.says(card, '1 of 2 approvals is still missing');
    await b.cards.press(card, 'approve', ALICE);
    await until(
      () => b.cards.whispers(ALICE),
      (texts) => texts.includes('You have approved already; it needs 2 different people.'),
      'the refusal',
    );
    expect(await b.trail.writesOf('by-nobody-known')).toEqual([]);
    await b.cards.press(b.cards.now(card), 'approve', AMIR);
    await b.says(card, 'Done and checked');
    expect(await b.trail.writesOf('by-nobody-known')).toEqual(['RemovePermission']);
  });
});

describe('who may approve', () => {
  it('without approvers lets nobody approve; nor does a Slack that can not say who it is', async () => {
    const good = await b.hub.readConfig();
    const card = await b.asked('without-approvers');
    const config = JSON.parse(good) as { slack: object };
    const refusals = (count: number) =>
      until(
        () => b.audited('without-approvers', 'approve refused'),
        (entries) => entries.length >= count,
        `refusal ${count}`,
      );
    const approvers = { users: [], emails: [] };
    try {
      await b.hub.putConfig(JSON.stringify({ ...config, slack: { ...config.slack, approvers } }), 'notify');
      await b.cards.press(card, 'approve', ALICE);
      expect(await refusals(1)).toMatchObject([
        { by: ALICE, detail: 'Nobody may decide: the configuration names no approvers.' },
      ]);
    } finally {
      await b.hub.putConfig(good, 'notify');
    }
    try {
      b.system.slack.setFault({ down: 'error' });
      await b.cards.press(card, 'approve', ALICE);
      const [, second] = await refusals(2);
      expect(second).toMatchObject({ by: ALICE, detail: expect.stringContaining('Slack could not be asked who may decide') });
    } finally {
      b.system.slack.setFault(null);
    }
    expect(await b.plansOf('without-approvers')).toMatchObject([{ status: 'asked', approvals: [] }]);
    expect(await b.trail.writesOf('without-approvers')).toEqual([]);
    await b.cards.press(card, 'approve', ALICE);
    await b.says(card, 'Done and checked');
  });
});

describe('hostile names', () => {
  it('stay text wherever AWS and people let them in', async () => {
    const hostile = '<!channel> <https://evil.example|click> `*_~ \u202Eevil';
    const stranger = await signIn(b.system, '@channel');
    const text = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Sid: 'Everything', Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::bucket/${hostile}` },
      ],
    });
    await makeFunction(stranger, { name: 'hostile', role: await makeRole(stranger, 'hostile-role', text) });
    const card = await b.cards.one('hostile-role', 'inline policy');
    expect(textOf(card)).toContain('@channel');
    expect(textOf(card)).toContain('<!channel>');
    await b.cards.press(card, 'deny', ALICE);
    const view = await until(
      () => b.system.slack.views(ALICE)[0],
      (found) => found !== undefined,
      'the dialog',
    );
    await b.system.slack.submit({ viewId: view?.id ?? '', user: ALICE, values: { 'cinch-reason': hostile } });
    await b.says(card, 'Denied by');
    const shown = b.cards.now(card);
    for (const markup of [shown.text, ...mrkdwnOf(shown.blocks)]) {
      expect(markup).not.toContain('<!channel');
      expect(markup).not.toContain('<https://evil');
    }
    const screen = await openScreen(b.system.slack.pageUrl);
    try {
      const onPage = screen.page.locator(`[data-ts="${card.ts}"]`);
      await onPage.getByText('<!channel>').first().waitFor();
      expect(await onPage.locator('a[href*="evil"]').count()).toBe(0);
    } finally {
      await screen.close();
    }
  });
});

describe('without Slack', () => {
  /** Somebody of the hub account, as IAM lets them in. */
  async function operator(name: string, allowed: boolean): Promise<NodeJS.ProcessEnv> {
    const hub = b.system.clientConfig(HUB.account, HUB.region);
    const iam = new IAMClient(hub);
    const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${HUB.account}:root` }, Action: 'sts:AssumeRole' };
    const policy = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });
    const RoleName = `operator-${name.split('@')[0]}`;
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: policy(trust) }));
    const PolicyDocument = policy({ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' });
    if (allowed) await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'approvals', PolicyDocument }));
    const { Credentials: given } = await new STSClient(hub).send(
      new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${HUB.account}:role/${RoleName}`, RoleSessionName: name }),
    );
    return {
      ...b.system.cloud.env(HUB.account, HUB.region),
      AWS_ACCESS_KEY_ID: given?.AccessKeyId ?? '',
      AWS_SECRET_ACCESS_KEY: given?.SecretAccessKey ?? '',
      AWS_SESSION_TOKEN: given?.SessionToken ?? '',
      CINCH_APPROVALS_URL: b.system.approvalsUrl,
      NODE_OPTIONS: loopbackOption,
    };
  }

  it('the same is decided by cinch approvals, under IAM, and never by the author or by whom IAM does not let in', async () => {
    const card = await b.asked('decided-by-iam');
    const [plan] = await b.plansOf('decided-by-iam', 'asked');
    const id = plan?.id ?? '';
    const [olga, dana, stranger] = await Promise.all([
      operator('olga@northwind.example', true),
      operator('dana@northwind.example', true),
      operator('mallory@northwind.example', false),
    ]);

    const listed = await cinch(['approvals'], { env: olga });
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    expect(listed.stdout).toContain(id);
    expect((await cinch(['approvals', 'approve', id], { env: stranger })).stderr).toMatch(/IAM does not let you/);
    const own = await cinch(['approvals', 'approve', id], { env: dana });
    expect([own.code, own.stderr]).toEqual([1, 'cinch approvals: You made this change, so somebody else must decide.\n']);
    expect(await b.policy('decided-by-iam')).toContain('open-to-partners');

    const approved = await cinch(['approvals', 'approve', id, '--format', 'json'], { env: olga });
    expect(approved).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(approved.stdout)).toMatchObject({
      approvals: [{ id, status: 'applied', approvals: ['olga@northwind.example'] }],
    });
    expect(await b.policy('decided-by-iam')).toBeNull();
    await b.says(card, 'Done and checked');
    expect(textOf(b.cards.now(card))).toContain('olga@northwind.example');

    expect(await cinch(['approvals', 'undo', id], { env: olga })).toMatchObject({ code: 0, stderr: '' });
    await b.says(card, 'It is as it was before.');
    expect(await b.policy('decided-by-iam')).toContain('open-to-partners');
  });
});
