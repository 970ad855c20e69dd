import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { ApprovalEntry } from '../../cli/approvals/document.ts';
import { approvalsTable, approvalWords } from '../../cli/approvals/print.ts';
import { coloursOf } from '../../cli/frame/colours.ts';
import { cinch } from './run-cinch.ts';

const PLAN: ApprovalEntry = {
  id: 'f1-p1',
  status: 'asked',
  severity: 'high',
  rule: 'lambda-policy-public',
  resource: 'arn:aws:lambda:eu-central-1:222222222222:function:orders',
  summary: 'anybody may invoke it\u001b[2J',
  reason: 'it always waits for a person',
  author: 'arn:aws:iam::222222222222:role/dev/dana@example.com',
  askedAt: '2026-11-22T12:00:00.000Z',
  expiresAt: '2026-11-23T12:00:00.000Z',
  approvals: ['olga'],
  approvalsNeeded: 2,
  changes: [{ title: 'Policy of orders', before: '{\n  "Principal": "*"\n}', after: '' }],
  outcome: [],
  history: [{ at: '2026-11-22T12:01:00.000Z', what: 'approved, 1 of 2', by: 'olga', detail: '' }],
};
const none = coloursOf({ isTTY: false }, {});

describe('what is printed', () => {
  it('is a line a question, and nothing that steers a terminal', () => {
    const lines = approvalsTable([PLAN], none, 200);
    expect(lines[0]).toMatch(/^id +severity +expires +approved +resource +what$/);
    expect(lines[1]).toMatch(/^f1-p1 +high +2026-11-23 12:00Z +1 of 2 +function:orders +anybody may invoke it\?\[2J$/);
    expect(approvalsTable([], none, 200)).toEqual(['Nothing waits for a decision.']);
  });

  it('is the whole plan, with what would change and who said what', () => {
    const text = approvalWords(PLAN, none).join('\n');
    expect(text).toContain('  -   "Principal": "*"');
    expect(text).toContain('approved  1 of 2 (olga)');
    expect(text).toContain('2026-11-22 12:01Z  approved, 1 of 2: by olga');
  });
});

describe('cinch approvals', () => {
  const run = (...args: string[]) => cinch(['approvals', ...args], { env: { CINCH_APPROVALS_URL: '' } });
  const URL = 'http://127.0.0.1:9/approvals';

  it.each([
    [['aprove', 'x'], /verb: aprove is none of list, show, approve, deny, undo: approve\?/],
    [['approve'], /id: approve needs the id of a plan/],
    [['show', 'a b'], /id: show needs the id of a plan/],
    [['deny', 'f1-p1'], /--reason: a denial needs one/],
    [[], /--url: name the hub stack's output ApprovalsUrl, or set CINCH_APPROVALS_URL/],
    [['--url', 'nothing'], /--url: nothing is no URL/],
    [['--url', 'https://example.com/slack'], /does not end with \/approvals/],
  ])('%j is refused in one line', async (args, words) => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(words);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  const env = { AWS_ACCESS_KEY_ID: '111111111111', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' };

  it('waits for the end of a change that has begun when it first looks', async () => {
    const decided = { at: '2026-11-22T12:02:00.000Z', what: 'approved', by: 'olga', detail: '' };
    const history = [...PLAN.history, decided];
    const looks: ApprovalEntry[] = [PLAN, { ...PLAN, status: 'applying', history }, { ...PLAN, status: 'applied', history }];
    const server = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(request.method === 'POST' ? {} : looks.shift()));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const url = `http://127.0.0.1:${port}/approvals`;
      const { code, stdout } = await cinch(['approvals', 'approve', PLAN.id, '--url', url, '--format', 'json'], { env });
      expect([code, (JSON.parse(stdout) as { approvals: ApprovalEntry[] }).approvals[0]?.status]).toEqual([0, 'applied']);
    } finally {
      server.close();
    }
  });

  it('says that nobody answers', async () => {
    const { code, stderr } = await cinch(['approvals', '--url', URL], { env });
    expect(code).toBe(2);
    expect(stderr).toMatch(/127\.0\.0\.1:9 does not answer \(ECONNREFUSED\)/);
  });
});
