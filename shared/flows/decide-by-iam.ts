import { approvalRule, matterOf } from '../config/approval-rules.ts';
import type { Config } from '../config/schema.ts';
import type { Principal } from '../model/change.ts';
import type { Plan } from '../model/plan.ts';
import { isContainment } from '../model/plan.ts';
import { mappedPerson } from './approvers.ts';
import { approve } from './click-approve.ts';
import { type ClickWorld, type Decider, type Decision, refused, refuseWhenInvalid } from './click-context.ts';
import { deny } from './click-refuse.ts';
import { undo } from './click-undo.ts';
import { findDecided, follow, recordRefusal } from './decide-click.ts';
import type { ClickMessage, DecisionMessage } from './messages.ts';

/**
 * Decides what somebody asked for with `cinch approvals`, without Slack: IAM has let them in. The rest is as for a click: never the author, as many
 * different people as the configuration asks for, one conditional write.
 */
export async function decideByIam(world: ClickWorld, message: DecisionMessage): Promise<Decision['kind']> {
  const decision = await decide(world, message);
  const ids = { action: message.action, plan: message.planId, caller: message.callerArn, request: message.requestId };
  if (decision.kind === 'refused') {
    world.log.info('decision refused', { ...ids, why: decision.why });
    await recordRefusal(world, asClick(message), decision.why);
  }
  if (decision.kind === 'decided') await follow(world, asClick(message), decision.plan);
  return decision.kind;
}

function decide(world: ClickWorld, message: DecisionMessage): Promise<Decision> {
  return refuseWhenInvalid(async () => {
    const config = await world.config.read();
    const plan = await world.ledger.readPlan(message.planId);
    if (!plan) return refused('This request is not known any more.');
    const decided = await findDecided(world, asClick(message), plan);
    if (decided) return { kind: 'decided', plan: decided };
    const caller = callerOf(message.callerArn);
    if (!caller) return refused(`${message.callerArn} is neither a user nor a session of a role.`);
    if (isAuthor(config, plan.author, caller) && !isContainment(plan))
      return refused('You made this change, so somebody else must decide.');
    const decider = deciderOf(config, message, plan);
    if (message.action === 'approve') return approve(world, decider);
    return message.action === 'deny' ? deny(world, decider) : undo(world, decider, plan);
  });
}

function deciderOf(config: Config, message: DecisionMessage, plan: Plan): Decider {
  const { needed } = approvalRule(config, matterOf(plan));
  return {
    click: asClick(message),
    user: {
      id: message.callerArn,
      name: message.callerArn.slice(message.callerArn.lastIndexOf('/') + 1),
      email: null,
      mayDecide: true,
    },
    // Nobody knows whether an unknown author is the caller: with two, one of them is somebody else.
    approvalsNeeded: Math.max(needed, isKnown(plan.author) ? 1 : 2),
    // Slack is not asked again: who may approve there was checked when they did.
    stillCounts: async ({ userId }) => {
      const earlier = callerOf(userId);
      return !earlier || !isAuthor(config, plan.author, earlier);
    },
  };
}

interface Caller {
  readonly account: string;
  /** Of the role or user, without its path. */
  readonly name: string;
  readonly session: string | null;
}

/** `arn:aws:sts::111111111111:assumed-role/admin/alice@example.com` or `arn:aws:iam::111111111111:user/ops/alice`. */
function callerOf(arn: string): Caller | undefined {
  const [, , service, , account = '', resource = ''] = arn.split(':');
  const [kind, ...parts] = resource.split('/');
  if (service === 'sts' && kind === 'assumed-role' && parts.length === 2)
    return { account, name: parts[0] ?? '', session: parts[1] ?? '' };
  return service === 'iam' && kind === 'user' ? { account, name: parts.at(-1) ?? '', session: null } : undefined;
}

/**
 * The same role and session, or user; the same session or source identity of whatever role, since an Identity Center user has one name in all of
 * them; or the same person by the configuration's map.
 */
function isAuthor(config: Config, author: Principal | null, caller: Caller): boolean {
  if (!author) return false;
  const name = author.arn.slice(author.arn.lastIndexOf('/') + 1);
  const isSamePrincipal = name === caller.name && author.account === caller.account && author.session === caller.session;
  const isSameSession =
    caller.session !== null &&
    [author.session, author.sourceIdentity].some((one) => one?.toLowerCase() === caller.session?.toLowerCase());
  return isSamePrincipal || isSameSession || isSamePerson(config, author, caller);
}

function isSamePerson(config: Config, author: Principal, caller: Caller): boolean {
  const one = mappedPerson(config, author);
  if (one === undefined) return false;
  return Object.entries(config.slack.people).some(([key, person]) => {
    const suffix = caller.session === null ? `user/${caller.name}` : `role/${caller.name}/${caller.session}`;
    return person === one && key.includes(`::${caller.account}:`) && key.endsWith(suffix);
  });
}

/** A person's session, or a user: then somebody else is somebody else. A machine's session tells nothing of who is behind it. */
const isKnown = (author: Principal | null): boolean =>
  author !== null && (author.type === 'IAMUser' || [author.session, author.sourceIdentity].some((name) => name?.includes('@')));

const asClick = (message: DecisionMessage): ClickMessage => ({
  kind: 'click',
  id: message.requestId,
  action: message.action,
  planId: message.planId,
  userId: message.callerArn,
  channel: '',
  ts: '',
  reason: message.reason,
  days: null,
  owner: null,
  hours: null,
  typedName: null,
});
