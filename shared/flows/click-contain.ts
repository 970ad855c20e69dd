import { expiryFrom } from '../config/approval-rules.ts';
import { aidFor, aidStep, nextAidId, offersAid } from '../engine/containment.ts';
import { shortHash } from '../engine/fingerprint.ts';
import { previewStep } from '../engine/preview-step.ts';
import { TryAgain } from '../model/errors.ts';
import type { Finding } from '../model/finding.ts';
import { type Plan, parseContainmentId, UNTOUCHED } from '../model/plan.ts';
import { mention } from '../slack/mrkdwn.ts';
import { undoIdOf } from '../slack/phase.ts';
import { checkMatter } from './approvers.ts';
import { keptApprovals } from './click-approve.ts';
import { approvalOf, atItsCard, type ClickWorld, type Decision, refused, writeDecision } from './click-context.ts';
import { OLD_CARD, whoDecided } from './click-words.ts';
import type { ClickMessage } from './messages.ts';
import type { SlackUser } from './ports.ts';

/**
 * Quarantine and isolation. An approver of what is critical in this account decides, also when they made the change: to stop one's own
 * function takes nothing from the two-person rule. The button's value is the id that the plan is to have, so that two clicks make one. What
 * is there before is read by apply, which finds out whether it can be done.
 */
export async function contain(world: ClickWorld, click: ClickMessage): Promise<Decision> {
  const ref = parseContainmentId(click.planId);
  const finding = ref && (await world.ledger.readFinding(ref.findingId));
  if (!finding || !offersAid(finding) || aidFor(finding.resource) !== click.action) return refused(OLD_CARD);
  const step = aidStep(finding.resource, null);
  if (!step) return refused(OLD_CARD);
  const config = await world.config.read();
  const matter = { account: finding.resource.account, severity: 'critical', steps: [step], isEscalated: false } as const;
  const authority = await checkMatter(world, config, { matter, author: null }, click.userId, 'any');
  if (authority.kind === 'no') return refused(authority.why);
  const isOffered = finding.containmentId === click.planId || (await nextIdOf(world, finding)) === click.planId;
  if (!isOffered || !(await atItsCard(world.ledger, finding, click))) return refused(OLD_CARD);
  const expiresAt = expiryFrom(config.slack, world.clock.now());
  const decision = await writeDecision(world.ledger, click.planId, async (existing) => {
    const now = world.clock.now().toISOString();
    if (existing && existing.status !== 'asked') return answerDecided(existing, authority.user);
    if (existing?.expiresAt && existing.expiresAt <= now) return refused('This request has expired. Nothing was changed.');
    const plan = existing ?? emptyPlan(finding, click.planId, [step], now, expiresAt);
    const kept = await keptApprovals(authority, plan);
    const needed = authority.approvalsNeeded;
    if (kept.some((given) => given.userId === authority.user.id))
      return refused(`You have asked for it already; it needs ${needed} different people.`);
    const approvals = [...kept, approvalOf(authority.user, now, click)];
    const isEnough = approvals.length >= needed;
    return {
      write: { ...plan, approvals, approvalsNeeded: needed, status: isEnough ? 'approved' : 'asked', updatedAt: now },
    };
  });
  if (decision.kind === 'decided') await showOnFinding(world, decision.plan);
  return decision;
}

/** A second one beside a first that still holds would hide the first one's undo. */
async function nextIdOf({ ledger }: ClickWorld, finding: Finding): Promise<string> {
  const latest = finding.containmentId;
  if (!latest) return nextAidId(finding, { plan: undefined, undo: undefined });
  const [plan, undo] = await Promise.all([ledger.readPlan(latest), ledger.readPlan(undoIdOf(latest))]);
  return nextAidId(finding, { plan, undo });
}

const RACES = 5;

/** The card shows the latest first aid, and its undo. A later one is never put back by a click that comes again. */
export async function showOnFinding(world: ClickWorld, plan: Plan): Promise<void> {
  for (let race = 0; race < RACES; race++) {
    const finding = await world.ledger.readFinding(plan.findingId);
    const shown = finding?.containmentId && parseContainmentId(finding.containmentId)?.count;
    if (!finding || (shown && shown >= (parseContainmentId(plan.id)?.count ?? 0))) return;
    if (await world.ledger.writeFinding({ ...finding, containmentId: plan.id })) return;
  }
  throw new TryAgain(`finding ${plan.findingId} changes faster than it can be written`);
}

function emptyPlan(finding: Finding, id: string, steps: Plan['steps'], now: string, expiresAt: string): Plan {
  return {
    id,
    findingId: finding.id,
    ruleId: finding.ruleId,
    resource: finding.resource,
    kind: 'containment',
    undoes: null,
    steps,
    previews: steps.map(previewStep),
    fingerprint: shortHash(id),
    severity: 'critical',
    ...(finding.tags ? { tags: finding.tags } : {}),
    status: 'asked',
    author: finding.author,
    ...UNTOUCHED,
    createdAt: now,
    updatedAt: now,
    expiresAt,
  };
}

/** The same click delivered again goes on where it was cut off. */
function answerDecided(plan: Plan, user: SlackUser): Decision {
  const isMine = plan.approvals.some((given) => given.userId === user.id);
  if (isMine && plan.status === 'approved') return { kind: 'decided', plan };
  if (isMine && (plan.status === 'applying' || plan.status === 'applied')) return { kind: 'repeated' };
  const last = plan.approvals.at(-1);
  return refused(last ? `${mention(last.userId).mrkdwn} was first. ${whoDecided(plan)}` : whoDecided(plan));
}
