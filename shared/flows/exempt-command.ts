import { matterOf, matterOfFinding } from '../config/approval-rules.ts';
import type { Config } from '../config/schema.ts';
import { TryAgain } from '../model/errors.ts';
import type { Exemption, Finding } from '../model/finding.ts';
import type { Plan } from '../model/plan.ts';
import { resourceFromArn } from '../model/resource.ts';
import type { SlashCommand } from '../slack/slash-command.ts';
import { announce } from './announce.ts';
import { checkMatter } from './approvers.ts';
import type { ClickWorld } from './click-context.ts';
import { exempt } from './click-refuse.ts';
import { publishPlan } from './decide-click.ts';
import type { CommandMessage } from './messages.ts';
import type { SlackUser } from './ports.ts';

type Wanted = Extract<SlashCommand, { verb: 'exempt' }>;

/**
 * The exemption of one finding that exists: so a misspelt rule or ARN is told and not kept, and the author of the change can't give it.
 * An open question is ended by it as with the button.
 */
export async function exemptByCommand(
  world: ClickWorld,
  config: Config,
  message: CommandMessage,
  wanted: Wanted,
): Promise<string> {
  const resource = resourceFromArn(wanted.arn);
  const findings = resource ? await world.ledger.findingsOfResource(resource) : [];
  const finding = findings.find(({ ruleId, status }) => ruleId === wanted.rule && status !== 'resolved');
  if (!finding) return 'There is no open finding of this rule on this resource. Nothing was exempted.';
  const plan = finding.planId ? await world.ledger.readPlan(finding.planId) : undefined;
  const matter = plan ? matterOf(plan) : matterOfFinding(finding);
  const subject = { matter, author: plan?.author ?? finding.author };
  const authority = await checkMatter(world, config, subject, message.userId);
  if (authority.kind === 'no') return authority.why;
  if (finding.status === 'fixing' || plan?.status === 'approved' || plan?.status === 'applying')
    return 'Cinch is working on it already. Exempt it when that has ended.';
  const until = new Date(Date.parse(message.at) + wanted.days * 86_400_000).toISOString();
  if (plan?.status === 'asked' || plan?.status === 'exempted') {
    const refusal = await endQuestion(world, message, wanted, plan, authority.user);
    if (refusal) return refusal;
  } else
    await exemptFinding(world, finding, authority.user, message, {
      rule: wanted.rule,
      resource: finding.resource.arn,
      owner: authority.user.name,
      reason: wanted.reason,
      expires: until,
    });
  return `Exempt until ${until.slice(0, 10)}.`;
}

/** Just as the button does. Answers why not, if not. */
async function endQuestion(
  world: ClickWorld,
  message: CommandMessage,
  { reason, days }: Wanted,
  plan: Plan,
  user: SlackUser,
): Promise<string | undefined> {
  const click = {
    kind: 'click',
    id: `${message.userId} ${message.at}`,
    action: 'exempt',
    planId: plan.id,
    userId: message.userId,
    channel: '',
    ts: '',
    reason,
    days,
    owner: null,
    hours: null,
    typedName: null,
  } as const;
  const decision = await exempt(world, { click, user, approvalsNeeded: 1, stillCounts: async () => false });
  if (decision.kind === 'refused') return decision.why;
  if (decision.kind === 'decided') await publishPlan(world, decision.plan);
  const finding = await world.ledger.readFinding(plan.findingId);
  await world.ledger.audit({
    findingId: plan.findingId,
    at: message.at,
    what: `exempted for ${days} days`,
    by: user.id,
    detail: reason,
  });
  if (finding) await announce(world, finding);
  return undefined;
}

async function exemptFinding(
  world: ClickWorld,
  finding: Finding,
  user: SlackUser,
  message: CommandMessage,
  exemption: Exemption,
): Promise<void> {
  await world.ledger.addExemption(exemption);
  const reason = `exempt until ${exemption.expires.slice(0, 10)} by ${exemption.owner}: ${exemption.reason}`;
  const written =
    finding.status === 'exempt' && finding.reason === reason
      ? finding
      : await world.ledger.writeFinding({ ...finding, status: 'exempt', reason, updatedAt: world.clock.now().toISOString() });
  if (!written) throw new TryAgain(`finding ${finding.id} was changed meanwhile`);
  await world.ledger.audit({
    findingId: finding.id,
    at: message.at,
    what: 'exempted by command',
    by: user.id,
    detail: exemption.reason,
  });
  await announce(world, written);
}
