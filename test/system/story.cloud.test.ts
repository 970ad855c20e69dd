import { createHash } from 'node:crypto';
import { GetRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, GetFunctionUrlConfigCommand, GetPolicyCommand } from '@aws-sdk/client-lambda';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Developer,
  invoke,
  makeFunction,
  makeRole,
  openToEverybody,
  openUrl,
  putBehindHttpApi,
  signIn,
} from '../../local/demo/workloads.ts';
import { MEMBER, type System, startSystem } from '../../local/system.ts';
import { openScreen, type Screen } from './browser.ts';
import { until } from './until.ts';

/** The whole story: real AWS calls, the deployed bot under enforced IAM, a real browser and real signed clicks. */

const PASSWORD = `it's "odd" $(touch x) \`y\` =é漢 \n second line`;
const NODE = `
const { createHash } = require('node:crypto');
exports.handler = async () => ({ user: process.env.DB_USER, hash: createHash('sha256').update(process.env.DB_PASSWORD).digest('hex') });`;
const PYTHON = `
import hashlib, os
def handler(event, context):
    return {"user": os.environ["DB_USER"], "hash": hashlib.sha256(os.environ["DB_PASSWORD"].encode()).hexdigest()}`;

let system: System;
let dana: Developer;
let screen: Screen;

beforeAll(async () => {
  system = await startSystem();
  dana = await signIn(system);
  screen = await openScreen(system.slack.pageUrl);
}, 300_000);

afterAll(async () => {
  await screen?.close();
  await system?.stop();
});

const config = (name: string) => dana.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
const policy = async (name: string): Promise<string | null> => {
  try {
    return (await dana.lambda.send(new GetPolicyCommand({ FunctionName: name }))).Policy ?? null;
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return null;
    throw error;
  }
};
/** What a person can compare of a function: everything but the marks that every update moves. */
const comparable = async (name: string) => {
  const { $metadata, RevisionId, LastModified, LastUpdateStatus, LastUpdateStatusReason, LastUpdateStatusReasonCode, ...rest } =
    await config(name);
  return rest;
};

async function press(card: Locator, button: string): Promise<void> {
  await card.getByRole('button', { name: button, exact: true }).click();
  // Approve and Undo ask once more, as Slack does.
  const confirm = screen.page.getByRole('dialog').getByRole('button', { name: button });
  await confirm.click();
}

describe('what is safe is put right at once', () => {
  it('tightens the timeout of a function behind an API, and undo gives it back', async () => {
    await makeFunction(dana, { name: 'orders-api', timeout: 900 });
    await until(
      () => config('orders-api'),
      (c) => c.LastUpdateStatus === 'Successful',
      'orders-api',
    );
    const before = await comparable('orders-api');
    await putBehindHttpApi(dana, 'orders-api');
    await until(
      () => config('orders-api'),
      (c) => c.Timeout === 29,
      'the timeout of 29 s',
    );
    const card = await screen.card('Tightened the timeout of', 'orders-api', 'from 900 s to 29 s');
    await card.getByRole('button', { name: 'Undo' }).waitFor();
    await screen.actAs('Alice');
    await press(card, 'Undo');
    await card.getByText('Undone', { exact: false }).first().waitFor();
    await until(
      () => config('orders-api'),
      (c) => c.Timeout === 900,
      'the undo',
    );
    expect(await comparable('orders-api')).toEqual(before);
  });

  it.each([
    ['billing', { node: NODE }],
    ['reports', { python: PYTHON }],
  ])('moves a password of %s to SSM; it answers as before, and undo gives the environment back', async (name, code) => {
    await makeFunction(dana, { name, ...code, environment: { DB_USER: 'app', DB_PASSWORD: PASSWORD, LOG_LEVEL: 'info' } });
    const expected = { user: 'app', hash: createHash('sha256').update(PASSWORD).digest('hex') };
    const moved = await until(
      () => config(name),
      (c) => c.Environment?.Variables?.DB_PASSWORD !== PASSWORD && c.LastUpdateStatus === 'Successful',
      'the move',
    );
    expect(moved.Environment?.Variables).toMatchObject({
      DB_USER: 'app',
      LOG_LEVEL: 'info',
      DB_PASSWORD: `cinch-ssm:/cinch/${name}/DB_PASSWORD`,
      AWS_LAMBDA_EXEC_WRAPPER: '/opt/cinch/secret-resolver',
    });
    expect(await invoke(dana, name)).toEqual(expected);
    const ssm = new SSMClient(system.clientConfig(MEMBER.account, MEMBER.region));
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: `/cinch/${name}/DB_PASSWORD`, WithDecryption: true }));
    expect(Parameter).toMatchObject({ Type: 'SecureString', Value: PASSWORD });
    const card = await screen.card('Moved', 'DB_PASSWORD', name, 'to SSM');
    await card.getByRole('button', { name: 'Undo' }).waitFor();
    if (name === 'billing') await screen.picture('secret-moved', card);
    await press(card, 'Undo');
    const back = await until(
      () => config(name),
      (c) => c.Environment?.Variables?.DB_PASSWORD === PASSWORD && c.LastUpdateStatus === 'Successful',
      'the undo',
    );
    expect(back.Environment?.Variables).toEqual({ DB_USER: 'app', DB_PASSWORD: PASSWORD, LOG_LEVEL: 'info' });
    expect(back.Layers ?? []).toEqual([]);
    expect(await invoke(dana, name)).toEqual(expected);
    await card.getByText('It is as it was before.').waitFor();
    await expect(ssm.send(new GetParameterCommand({ Name: `/cinch/${name}/DB_PASSWORD` }))).rejects.toThrow();
  });
});

describe('what is risky waits for a click', () => {
  it('removes a public statement when an approver approves; the author and a bystander may not; undo gives it back to the byte', async () => {
    await makeFunction(dana, { name: 'report-export' });
    await openToEverybody(dana, 'report-export');
    const before = await policy('report-export');
    const card = await screen.card('report-export', 'Remove the statement');
    await card.getByRole('button', { name: 'Approve' }).waitFor();
    for (const person of ['Dana', 'Bo']) {
      await screen.actAs(person);
      await press(card, 'Approve');
      await screen.page.getByText('Only visible to you').last().waitFor();
    }
    expect(await policy('report-export')).toBe(before);
    await screen.actAs('Alice');
    await press(card, 'Approve');
    await until(
      () => policy('report-export'),
      (text) => text === null || !text.includes('open-to-partners'),
      'the removal',
    );
    await card.getByText('Done and checked').waitFor();
    await expect.poll(() => card.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    await press(card, 'Undo');
    await until(
      () => policy('report-export'),
      (text) => text !== null,
      'the undo',
    );
    expect(await policy('report-export')).toBe(before);
  });

  it('asks for a reason to deny, and changes nothing', async () => {
    await makeFunction(dana, { name: 'image-resizer' });
    await openUrl(dana, 'image-resizer');
    const card = await screen.card('image-resizer', 'IAM authentication', 'Policy of image-resizer');
    await card.getByRole('button', { name: 'Deny' }).click();
    const dialog = screen.page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('It is a public thumbnail service; the security review was in May.');
    await dialog.getByRole('button', { name: 'Deny' }).click();
    await card.getByText('Denied by').waitFor();
    expect((await dana.lambda.send(new GetFunctionUrlConfigCommand({ FunctionName: 'image-resizer' }))).AuthType).toBe('NONE');
  });

  it('narrows a role that may do everything, and undo gives it back to the byte', async () => {
    const wide = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Sid: 'Everything', Effect: 'Allow', Action: '*', Resource: '*' },
        { Sid: 'Logs', Effect: 'Allow', Action: 'logs:PutLogEvents', Resource: `arn:aws:logs:*:${MEMBER.account}:*` },
      ],
    });
    await makeFunction(dana, { name: 'data-sync', role: await makeRole(dana, 'data-sync-role', wide) });
    const read = async () =>
      decodeURIComponent(
        (await dana.iam.send(new GetRolePolicyCommand({ RoleName: 'data-sync-role', PolicyName: 'app' }))).PolicyDocument ?? '',
      );
    const card = await screen.card('data-sync-role', 'inline policy');
    await card.getByRole('button', { name: 'Approve' }).waitFor();
    await press(card, 'Approve');
    const narrowed = await until(read, (text) => text !== wide, 'the narrowed policy');
    expect(JSON.parse(narrowed).Statement).toEqual([JSON.parse(wide).Statement[1]]);
    await card.getByText('Done and checked').waitFor();
    await press(card, 'Undo');
    expect(await until(read, (text) => text === wide, 'the undo')).toBe(wide);
  });

  it('gives a function a role of its own, with which it still works', async () => {
    const shared = await makeRole(dana, 'team-shared-role');
    await makeFunction(dana, { name: 'thumbnails', role: shared });
    await makeFunction(dana, { name: 'invoices', role: shared });
    const card = await screen.card('invoices', 'a role of its own');
    await card.getByRole('button', { name: 'Approve' }).waitFor();
    await press(card, 'Approve');
    await until(
      () => config('invoices'),
      (c) => c.Role !== shared && c.LastUpdateStatus === 'Successful',
      'the new role',
    );
    expect(await invoke(dana, 'invoices')).toEqual({ ok: true });
    await card.getByText('Done and checked').waitFor();
    await press(card, 'Undo');
    await until(
      () => config('invoices'),
      (c) => c.Role === shared,
      'the undo',
    );
  });

  it('exempts for some days, after which nothing is asked', async () => {
    await makeFunction(dana, { name: 'partner-hook' });
    await openToEverybody(dana, 'partner-hook', 'partners');
    const card = await screen.card('partner-hook', 'Remove the statement');
    await card.getByRole('button', { name: 'Exempt' }).click();
    const dialog = screen.page.getByRole('dialog');
    await dialog.getByRole('textbox').first().fill('A partner calls it without AWS credentials until the migration.');
    await dialog.getByRole('button', { name: 'Exempt' }).click();
    await card.getByText('Exempted by').waitFor();
    expect(await policy('partner-hook')).toContain('partners');
  });
});

describe('what people see', () => {
  it('never holds the password, nor does the hub', async () => {
    const shown = JSON.stringify(system.slack.messages(system.channel));
    for (const part of ['touch x', PASSWORD.slice(0, 12)]) expect(shown).not.toContain(JSON.stringify(part).slice(1, -1));
  });

  it('came by clicks that were answered in time', () => {
    expect(system.slack.deliveries().filter((delivery) => !delivery.ok)).toEqual([]);
    expect(system.slack.deliveries().length).toBeGreaterThan(8);
  });
});
