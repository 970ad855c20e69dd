import { GetRoleCommand } from '@aws-sdk/client-iam';
import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionConcurrencyCommand,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFunction, makeRole } from '../../local/demo/workloads.ts';
import type { StoredMessage } from '../../local/slack/start.ts';
import { until } from './until.ts';
import { ALICE, AMIR, startWorkbench, type Workbench } from './workbench.ts';

/** Quarantine, isolation and the modal of details, on the deployed system: from the signed click to the account and back. */

let b: Workbench;

beforeAll(async () => {
  b = await startWorkbench();
}, 300_000);

afterAll(() => b?.system.stop());

const press = (card: StoredMessage, action: string, user: string = ALICE, blockId?: string) =>
  b.system.slack.click({
    user,
    channel: card.channel,
    ts: card.ts,
    actionId: `cinch-${action}`,
    ...(blockId ? { blockId } : {}),
  });
const reserved = async (name: string) =>
  (await b.dana.lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: name }))).ReservedConcurrentExecutions ?? null;
const boundary = async (name: string) =>
  (await b.dana.iam.send(new GetRoleCommand({ RoleName: name }))).Role?.PermissionsBoundary?.PermissionsBoundaryArn ?? null;

describe('first aid', () => {
  it('stops a function for two clicks at once, and gives back the reservation that it had', async () => {
    const card = await b.asked('to-be-stopped');
    await b.dana.lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName: 'to-be-stopped', ReservedConcurrentExecutions: 3 }),
    );
    b.system.slack.setDuplicateDelivery(true);
    await Promise.all([press(card, 'quarantine'), press(card, 'quarantine', AMIR)]);
    b.system.slack.setDuplicateDelivery(false);
    await b.says(card, 'Quarantined: every call of it is refused');
    expect(await reserved('to-be-stopped')).toBe(0);
    expect((await b.trail.writesOf('to-be-stopped')).filter((call) => call.startsWith('PutFunctionConcurrency'))).toHaveLength(1);
    // The question stays open beside it.
    expect(await b.plansOf('to-be-stopped', 'asked')).toHaveLength(1);
    await press(b.cards.now(card), 'undo', AMIR, 'cinch-emergency');
    await b.says(card, 'Quarantine lifted');
    expect(await reserved('to-be-stopped')).toBe(3);
    await b.dana.lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName: 'to-be-stopped' }));
  });

  it('isolates a role, and gives it back', async () => {
    const all = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
    await makeFunction(b.dana, { name: 'may-do-all', role: await makeRole(b.dana, 'may-do-all-role', all) });
    const card = await b.cards.one('may-do-all-role', 'inline policy');
    await press(card, 'isolate');
    await b.says(card, 'Isolated: nothing is allowed to it');
    expect(await boundary('may-do-all-role')).toBe('arn:aws:iam::aws:policy/AWSDenyAll');
    await press(b.cards.now(card), 'undo', ALICE, 'cinch-emergency');
    await b.says(card, 'Isolation lifted');
    expect(await boundary('may-do-all-role')).toBeNull();
  });
});

it('details are opened at once and filled', async () => {
  const card = await b.asked('looked-into');
  expect(await press(card, 'details')).toMatchObject({ ok: true });
  const shown = () => JSON.stringify(b.system.slack.views(ALICE));
  const text = await until(shown, (views) => views.includes('What the click does'), 'the details');
  for (const words of ['lambda:RemovePermission', 'Who may decide', 'What might break']) expect(text).toContain(words);
});
