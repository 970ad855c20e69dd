import type { Card } from '../flows/ports.ts';
import type { Principal } from '../model/change.ts';
import type { Finding } from '../model/finding.ts';
import { type Plan, UNTOUCHED } from '../model/plan.ts';
import { functionResource } from '../model/resource.ts';
import { renderCard } from './card.ts';

/** A question with everything that a card may hold, of no account at all: for Slack to say whether it would take it. Pure. */
export function sampleCard(now: Date): Card {
  const finding = sampleFinding(now.toISOString());
  const plan = samplePlan(finding, new Date(now.getTime() + 86_400_000).toISOString());
  const approvers = { users: 2, emails: 0, hasGroup: true, needed: 2 };
  return renderCard({ finding, plan, undo: undefined, approvers, breakGlass: true });
}

const RESOURCE = functionResource('000000000000', 'us-east-1', 'cinch-doctor-sample');
const AUTHOR: Principal = {
  account: RESOURCE.account,
  arn: `arn:aws:iam::${RESOURCE.account}:role/sample`,
  type: 'AssumedRole',
  session: 'somebody@example.com',
  sourceIdentity: null,
};

function sampleFinding(at: string): Finding {
  return {
    id: 'doctor-sample',
    ruleId: 'lambda-policy-public',
    severity: 'high',
    resource: RESOURCE,
    status: 'asked',
    summary: 'anybody may invoke it',
    evidence: [{ path: 'policy.Statement[Sample].Principal', found: '*', expected: 'an account or a limited service' }],
    advice: ['Grant lambda:InvokeFunction to the callers by name.'],
    reason: 'it always waits for a person',
    planId: 'doctor-sample-plan',
    fingerprint: 'sample',
    author: AUTHOR,
    authoredAt: at,
    openedAt: at,
    updatedAt: at,
    timesFixed: 0,
    timesSeen: 2,
    owner: null,
    digestId: null,
    card: null,
    version: 0,
  };
}

function samplePlan({ id, ruleId, severity, updatedAt: at }: Finding, expiresAt: string): Plan {
  return {
    id: 'doctor-sample-plan',
    findingId: id,
    ruleId,
    resource: RESOURCE,
    kind: 'remedy',
    undoes: null,
    steps: [
      {
        kind: 'remove-permission',
        target: RESOURCE,
        qualifier: null,
        statements: [{ sid: 'Sample', text: '{"Sid":"Sample","Principal":"*"}' }],
      },
    ],
    previews: [{ title: 'Remove the statement', before: '{\n  "Sid": "Sample",\n  "Principal": "*"\n}', after: '' }],
    fingerprint: 'sample',
    severity,
    status: 'asked',
    author: AUTHOR,
    ...UNTOUCHED,
    approvalsNeeded: 2,
    createdAt: at,
    updatedAt: at,
    expiresAt,
  };
}
