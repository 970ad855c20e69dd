import type { ClickMessage } from '../../shared/flows/messages.ts';
import type { HttpRequest } from '../../shared/flows/on-slack.ts';
import type { SlackUser } from '../../shared/flows/ports.ts';
import type { Finding } from '../../shared/model/finding.ts';
import type { Plan } from '../../shared/model/plan.ts';
import { functionResource } from '../../shared/model/resource.ts';
import { sign } from '../../shared/slack/signature.ts';
import { TEST_NOW } from './world.ts';

/** A public function, asked about, as on-change leaves it. */

export const RESOURCE = functionResource('222222222222', 'eu-central-1', 'report-export');
export const CARD = { channel: 'C0CINCH', ts: '1790000000.000001' };

export const aUser = (id: string, changes: Partial<SlackUser> = {}): SlackUser => ({
  id,
  name: id.slice(2).toLowerCase(),
  email: `${id.slice(2).toLowerCase()}@example.com`,
  mayDecide: true,
  ...changes,
});

export const ALICE = aUser('U0ALICE');
export const BOB = aUser('U0BOB');
export const CAROL = aUser('U0CAROL');
export const DAVE = aUser('U0DAVE');

export function aPlan(changes: Partial<Plan> = {}): Plan {
  return {
    id: 'f1-p1',
    findingId: 'f1',
    ruleId: 'lambda-policy-public',
    resource: RESOURCE,
    kind: 'remedy',
    undoes: null,
    steps: [
      {
        kind: 'remove-permission',
        target: RESOURCE,
        qualifier: null,
        statements: [{ sid: 'AllowAll', text: '{"Sid":"AllowAll","Principal":"*"}' }],
      },
    ],
    previews: [{ title: 'Remove statements', before: '{\n  "Sid": "AllowAll",\n  "Principal": "*"\n}', after: '' }],
    fingerprint: 'abcd',
    severity: 'high',
    status: 'asked',
    author: {
      account: RESOURCE.account,
      arn: 'arn:aws:iam::222222222222:role/developer',
      type: 'AssumedRole',
      session: 'dave@example.com',
      sourceIdentity: null,
    },
    approvals: [],
    approvalsNeeded: 1,
    decidedBy: null,
    decisionReason: null,
    createdAt: TEST_NOW,
    updatedAt: TEST_NOW,
    expiresAt: '2026-11-23T12:00:00.000Z',
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
    ...changes,
  };
}

export function aFinding(changes: Partial<Finding> = {}): Finding {
  return {
    id: 'f1',
    ruleId: 'lambda-policy-public',
    severity: 'high',
    resource: RESOURCE,
    status: 'asked',
    summary: 'anybody may invoke it',
    evidence: [{ path: 'policy.Statement[AllowAll].Principal', found: '*', expected: 'an account or a limited service' }],
    advice: ['Grant lambda:InvokeFunction to the callers by name.'],
    reason: '“Remove statements from the function policy” always waits for a person',
    planId: 'f1-p1',
    fingerprint: 'abcd',
    author: aPlan().author,
    authoredAt: '2026-11-22T11:59:00.000Z',
    openedAt: TEST_NOW,
    updatedAt: TEST_NOW,
    timesFixed: 0,
    timesSeen: 1,
    owner: null,
    digestId: null,
    card: { ...CARD, hash: 'as-posted' },
    version: 0,
    ...changes,
  };
}

export const aClick = (changes: Partial<ClickMessage> = {}): ClickMessage => ({
  kind: 'click',
  id: '',
  action: 'approve',
  planId: 'f1-p1',
  userId: 'U0ALICE',
  ...CARD,
  reason: null,
  days: null,
  owner: null,
  hours: null,
  typedName: null,
  ...changes,
});

export const SIGNING_SECRET = 'signing-secret-of-the-tests';

/** A request as Slack would make it at `now`. */
export function signedRequest(
  body: string | Uint8Array,
  now: Date,
  changes: { type?: string; secret?: string } = {},
): HttpRequest {
  const bytes = Buffer.from(body as string);
  const timestamp = String(Math.floor(now.getTime() / 1000));
  return {
    headers: {
      'content-type': changes.type ?? 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': sign(bytes, timestamp, changes.secret ?? SIGNING_SECRET),
    },
    body: bytes,
  };
}

export const formOf = (payload: unknown): string => new URLSearchParams({ payload: JSON.stringify(payload) }).toString();

export const buttonPayload = (actionId: string, changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  type: 'block_actions',
  team: { id: 'T0CINCH0001', domain: 'northwind' },
  user: { id: 'U0ALICE', name: 'alice', team_id: 'T0CINCH0001' },
  container: { type: 'message', channel_id: CARD.channel, message_ts: CARD.ts },
  channel: { id: CARD.channel },
  message: { ts: CARD.ts },
  trigger_id: '1.2.abc',
  response_url: 'https://hooks.slack.com/actions/T0/1/x',
  actions: [{ type: 'button', action_id: actionId, value: 'f1-p1' }],
  ...changes,
});

export const dialogPayload = (
  callbackId: string,
  typed: { reason: string | null; days?: string | null },
  changes: Record<string, unknown> = {},
): Record<string, unknown> => ({
  type: 'view_submission',
  team: { id: 'T0CINCH0001' },
  user: { id: 'U0ALICE' },
  view: {
    callback_id: callbackId,
    private_metadata: JSON.stringify({ planId: 'f1-p1', ...CARD }),
    state: {
      values: {
        'cinch-reason': { 'cinch-reason': { type: 'plain_text_input', value: typed.reason } },
        ...(typed.days === undefined ? {} : { 'cinch-days': { 'cinch-days': { type: 'number_input', value: typed.days } } }),
      },
    },
  },
  ...changes,
});
