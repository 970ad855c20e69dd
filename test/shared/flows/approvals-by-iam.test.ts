import { describe, expect, it } from 'vitest';
import type { DecisionMessage } from '../../../shared/flows/messages.ts';
import { notify } from '../../../shared/flows/notify.ts';
import { type ApprovalRequest, onApproval } from '../../../shared/flows/on-approval.ts';
import { CI, click, makeClickWorld, planOf } from '../../support/click-bench.ts';
import type { MemoryWorld } from '../../support/world.ts';

const OPS = 'arn:aws:sts::111111111111:assumed-role/ops/olga@example.com';
const OTHER = 'arn:aws:sts::111111111111:assumed-role/ops/otto@example.com';
const AUTHOR = 'arn:aws:sts::111111111111:assumed-role/ops/dave@example.com';

const decide = (world: MemoryWorld, changes: Partial<DecisionMessage> = {}) =>
  notify(
    world,
    JSON.stringify({
      kind: 'decision',
      action: 'approve',
      planId: 'f1-p1',
      callerArn: OPS,
      requestId: 'r1',
      reason: null,
      ...changes,
    }),
  );
const lastEntry = (world: MemoryWorld) => world.ledger.entries.at(-1);

describe('a decision under IAM', () => {
  it('approves, queues the work once, and shows it on the card', async () => {
    const world = await makeClickWorld();
    await decide(world);
    await decide(world);
    expect(planOf(world)).toMatchObject({ status: 'approved', approvals: [{ userId: OPS, userName: 'olga@example.com' }] });
    expect(new Set(world.sent.work.map(({ message }) => message.planId))).toEqual(new Set(['f1-p1']));
    expect(JSON.stringify([...world.desk.messages.values()])).toContain('olga@example.com');
  });

  it('is never the author’s: not in another role, not as the person that the configuration maps', async () => {
    const world = await makeClickWorld();
    await decide(world, { callerArn: AUTHOR });
    expect(planOf(world)?.status).toBe('asked');
    expect(lastEntry(world)).toMatchObject({
      what: 'approve refused',
      by: AUTHOR,
      detail: 'You made this change, so somebody else must decide.',
    });

    const people = {
      'arn:aws:iam::222222222222:role/ci': 'U0OLGA',
      'arn:aws:iam::111111111111:role/ops/olga@example.com': 'U0OLGA',
    };
    const mapped = await makeClickWorld({ slack: { slack: { people } }, plan: { author: CI } });
    await decide(mapped);
    expect(planOf(mapped)?.status).toBe('asked');
  });

  it('needs two people for the change of a machine, of whom one may be in Slack', async () => {
    const world = await makeClickWorld({ plan: { author: CI } });
    await decide(world);
    await decide(world);
    expect(planOf(world)).toMatchObject({ status: 'asked', approvals: [{ userId: OPS }], approvalsNeeded: 2 });
    await click(world);
    expect(planOf(world)).toMatchObject({ status: 'approved', approvals: [{ userId: OPS }, { userId: 'U0ALICE' }] });

    const two = await makeClickWorld({ plan: { author: CI } });
    await decide(two);
    await decide(two, { callerArn: OTHER });
    expect(planOf(two)).toMatchObject({ status: 'approved', approvals: [{ userId: OPS }, { userId: OTHER }] });
  });

  it('denies with a reason, and undoes what was applied', async () => {
    const world = await makeClickWorld();
    await decide(world, { action: 'deny', reason: 'a partner needs it' });
    expect(planOf(world)).toMatchObject({ status: 'denied', decidedBy: { userId: OPS }, decisionReason: 'a partner needs it' });

    const applied = await makeClickWorld({ plan: { status: 'applied' } });
    await decide(applied, { action: 'undo' });
    expect(applied.ledger.plans.get('f1-p1-undo')).toMatchObject({ status: 'approved', kind: 'undo', undoes: 'f1-p1' });
  });

  it.each(['root', 'arn:aws:iam::111111111111:root', 'arn:aws:sts::111111111111:federated-user/x'])(
    'is not that of %s',
    async (callerArn) => {
      const world = await makeClickWorld();
      await decide(world, { callerArn });
      expect(planOf(world)?.status).toBe('asked');
    },
  );
});

describe('the API of the command line', () => {
  const ask = async (changes: Partial<ApprovalRequest>, world?: MemoryWorld) => {
    const bench = world ?? (await makeClickWorld());
    const sent: DecisionMessage[] = [];
    const request = { method: 'GET', path: '/approvals', body: '', id: 'r1', callerArn: OPS, ...changes };
    const answer = await onApproval({ ...bench, send: async (message) => void sent.push(message) }, request);
    return { sent, status: answer.statusCode, body: JSON.parse(answer.body) as Record<string, unknown> };
  };

  it('lists what waits and shows one, with no snapshot of what was there', async () => {
    const world = await makeClickWorld({ plan: { snapshots: ['c2VhbGVk'], receipts: ['c2VhbGVk'] } });
    const { body } = await ask({}, world);
    expect(body.approvals).toMatchObject([
      { id: 'f1-p1', status: 'asked', summary: 'anybody may invoke it', approvalsNeeded: 1 },
    ]);
    const one = await ask({ path: '/approvals/f1-p1' }, world);
    expect(one.body).toMatchObject({ id: 'f1-p1', changes: [{ title: 'Remove statements' }] });
    expect(JSON.stringify([body, one.body])).not.toContain('c2VhbGVk');
  });

  it('queues a decision with the caller that API Gateway names, whatever the body says', async () => {
    const body = JSON.stringify({ action: 'deny', reason: 'no', callerArn: OTHER });
    const { sent, status } = await ask({ method: 'POST', path: '/approvals/f1-p1', body });
    expect(status).toBe(202);
    expect(sent).toEqual([{ kind: 'decision', action: 'deny', planId: 'f1-p1', callerArn: OPS, requestId: 'r1', reason: 'no' }]);
  });

  it.each<[string, Partial<ApprovalRequest>, number, RegExp]>([
    ['an unknown plan', { path: '/approvals/nothing' }, 404, /no plan is called nothing/],
    ['another path', { path: '/secrets' }, 404, /nothing is at/],
    ['another method', { method: 'DELETE', path: '/approvals/f1-p1' }, 405, /not for this path/],
    ['no caller', { callerArn: null }, 403, /not known/],
    ['no JSON', { method: 'POST', path: '/approvals/f1-p1', body: '{' }, 400, /decision: body: not JSON/],
    [
      'no action',
      { method: 'POST', path: '/approvals/f1-p1', body: 'null' },
      400,
      /decision: action: not one of approve, deny, undo/,
    ],
    [
      'a denial without a reason',
      { method: 'POST', path: '/approvals/f1-p1', body: '{"action":"deny","reason":" "}' },
      400,
      /needs one/,
    ],
    ['too long a body', { method: 'POST', path: '/approvals/f1-p1', body: 'x'.repeat(20_000) }, 400, /longer than/],
  ])('refuses %s', async (_what, request, status, words) => {
    const answer = await ask(request);
    expect(answer).toMatchObject({ status, sent: [] });
    expect(answer.body.message).toMatch(words);
  });

  it('says so when the ledger is down', async () => {
    const world = await makeClickWorld();
    world.ledger.before.plansByStatus = () => {
      throw new Error('down');
    };
    expect(await ask({}, world)).toMatchObject({ status: 503, body: { message: 'try again' } });
  });
});
