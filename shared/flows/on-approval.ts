import { CinchError, MalformedInput } from '../model/errors.ts';
import type { Finding } from '../model/finding.ts';
import type { Plan } from '../model/plan.ts';
import { type DecisionMessage, IAM_DECISIONS, parseJson } from './messages.ts';
import type { HttpAnswer } from './on-slack.ts';
import type { AuditEntry, World } from './ports.ts';

/** What this flow needs: it reads the ledger and queues decisions, which notify makes like those of a click. */
export type OnApprovalWorld = Pick<World, 'clock' | 'log'> & {
  readonly ledger: Pick<World['ledger'], 'readPlan' | 'readFinding' | 'plansByStatus' | 'readAudit'>;
  /** Puts a decision on the clicks queue; `id` is unique for each request. */
  send(message: DecisionMessage, id: string): Promise<void>;
};

export interface ApprovalRequest {
  readonly method: string;
  /** `/approvals`, or `/approvals/<plan id>`. */
  readonly path: string;
  readonly body: string;
  /** API Gateway's own id of the request. */
  readonly id: string;
  /** As API Gateway has authenticated it; null when it has not. */
  readonly callerArn: string | null;
}

/** What people see of a plan: never a snapshot, which is ciphertext of what was there. */
export interface ApprovalView {
  readonly id: string;
  readonly status: Plan['status'];
  readonly severity: Plan['severity'];
  readonly rule: string;
  readonly resource: string;
  readonly summary: string;
  readonly reason: string | null;
  readonly author: string | null;
  readonly askedAt: string;
  readonly expiresAt: string | null;
  readonly approvals: readonly string[];
  readonly approvalsNeeded: number;
  readonly changes: readonly { readonly title: string; readonly before: string; readonly after: string }[];
  readonly outcome: readonly string[];
  readonly history: readonly { readonly at: string; readonly what: string; readonly by: string; readonly detail: string }[];
}

const json = (statusCode: number, body: object): HttpAnswer => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const problem = (statusCode: number, message: string): HttpAnswer => json(statusCode, { message });

const PATH = /^\/approvals(?:\/([\w.:-]{1,200}))?$/;
const MAX_BODY = 10_000;
/** What is asked, ever: an expiry is never so far away. */
const ALWAYS = '9999-12-31T00:00:00.000Z';

/**
 * Answers `cinch approvals`: what waits, one of them whole, or a decision to be made. IAM has decided whether the caller may ask at all; whether
 * they may decide on this plan (never its author, enough different people) is checked where clicks are. Never throws.
 */
export async function onApproval(world: OnApprovalWorld, request: ApprovalRequest): Promise<HttpAnswer> {
  try {
    const planId = PATH.exec(request.path);
    if (!planId) return problem(404, `nothing is at ${request.path.slice(0, 100)}`);
    // Never without: the route has IAM authorization. A missing caller is a wrong deployment.
    if (request.callerArn === null) return problem(403, 'the caller is not known');
    const [, id] = planId;
    if (request.method === 'GET') return id === undefined ? await list(world) : await show(world, id);
    if (request.method === 'POST' && id !== undefined) return await decide(world, request, id, request.callerArn);
    return problem(405, `${request.method.slice(0, 10)} is not for this path`);
  } catch (error) {
    if (error instanceof MalformedInput) return problem(400, error.message);
    world.log.error('request failed', { request: request.id, why: error instanceof CinchError ? error.message : 'unexpected' });
    return problem(503, 'try again');
  }
}

async function list({ ledger }: OnApprovalWorld): Promise<HttpAnswer> {
  const plans = await ledger.plansByStatus('asked', ALWAYS);
  const views = await Promise.all(plans.map(async (plan) => viewOf(plan, await ledger.readFinding(plan.findingId), [])));
  return json(200, { approvals: views.sort((one, other) => one.askedAt.localeCompare(other.askedAt)) });
}

async function show({ ledger }: OnApprovalWorld, id: string): Promise<HttpAnswer> {
  const plan = await ledger.readPlan(id);
  if (!plan) return problem(404, `no plan is called ${id}`);
  const [finding, history] = await Promise.all([ledger.readFinding(plan.findingId), ledger.readAudit(plan.findingId)]);
  return json(200, viewOf(plan, finding, history));
}

function viewOf(plan: Plan, finding: Finding | undefined, history: readonly AuditEntry[]): ApprovalView {
  const { author } = plan;
  return {
    id: plan.id,
    status: plan.status,
    severity: plan.severity,
    rule: plan.ruleId,
    resource: plan.resource.arn,
    summary: finding?.summary ?? '',
    reason: finding?.reason ?? null,
    author: author ? [author.arn, author.session].filter((part) => part !== null).join('/') : null,
    askedAt: plan.createdAt,
    expiresAt: plan.expiresAt,
    approvals: plan.approvals.map(({ userName }) => userName),
    approvalsNeeded: plan.approvalsNeeded,
    changes: plan.previews,
    outcome: plan.outcome,
    history: history.map(({ at, what, by, detail }) => ({ at, what, by, detail })),
  };
}

async function decide(world: OnApprovalWorld, request: ApprovalRequest, planId: string, callerArn: string): Promise<HttpAnswer> {
  const message = parseDecision(request, planId, callerArn);
  if (!(await world.ledger.readPlan(planId))) return problem(404, `no plan is called ${planId}`);
  await world.send(message, request.id);
  world.log.info('decision queued', { action: message.action, plan: planId, caller: callerArn, request: request.id });
  return json(202, { queued: true, requestId: request.id });
}

function parseDecision(request: ApprovalRequest, planId: string, callerArn: string): DecisionMessage {
  const what = 'decision';
  if (request.body.length > MAX_BODY) throw new MalformedInput(what, 'body', `longer than ${MAX_BODY} characters`);
  const body = parseJson(request.body, what) as { action?: unknown; reason?: unknown } | null;
  const action = IAM_DECISIONS.find((known) => known === body?.action);
  if (!action) throw new MalformedInput(what, 'action', `not one of ${IAM_DECISIONS.join(', ')}`);
  const reason = typeof body?.reason === 'string' && body.reason.trim() !== '' ? body.reason.trim().slice(0, 500) : null;
  if (action === 'deny' && reason === null) throw new MalformedInput(what, 'reason', 'a denial needs one');
  return { kind: 'decision', action, planId, callerArn, requestId: request.id, reason };
}
