import type { Config } from '../config/schema.ts';
import type { Plan } from '../model/plan.ts';
import { escapeMrkdwn, mention } from '../slack/mrkdwn.ts';
import { oneLine } from '../slack/plain.ts';
import { keptApprovals } from './click-approve.ts';
import { approvalOf, type ClickWorld, type Decider, type Decision, refused, writeDecision } from './click-context.ts';
import { whoDecided } from './click-words.ts';

/**
 * The author approves their own change in an emergency. It stands for every approval that is missing, but where nothing could give the
 * change back: that still needs a second person. Everybody is told.
 */
export function breakGlass(world: ClickWorld, decider: Decider): Promise<Decision> {
  const { click, user } = decider;
  const { reason, typedName } = click;
  if (!reason) return Promise.resolve(refused('A reason is needed.'));
  return writeDecision(world.ledger, click.planId, async (plan) => {
    const now = world.clock.now().toISOString();
    if (!plan) return refused('This request is not known any more.');
    if (plan.breakGlass?.userId === user.id && plan.decisionReason === reason) return { kind: 'decided', plan };
    if (plan.status !== 'asked') return refused(whoDecided(plan));
    if (!plan.expiresAt || plan.expiresAt <= now) return refused('This request has expired. Nothing was changed.');
    if (typedName?.trim() !== plan.resource.name)
      return refused('The name that you typed is not the name of the resource on the card. Nothing was changed.');
    const mine = approvalOf(user, now, click);
    const others = (await keptApprovals(decider, plan)).filter((given) => given.userId !== user.id);
    const approvals = [...others, mine];
    const status = approvals.length >= decider.approvalsNeeded ? 'approved' : 'asked';
    const write: Plan = {
      ...plan,
      approvals,
      approvalsNeeded: decider.approvalsNeeded,
      breakGlass: mine,
      decisionReason: reason,
      status,
      updatedAt: now,
    };
    return { write };
  });
}

/**
 * In the channel and not only in the thread. The click is delivered again until this is done; once it is, a claim keeps it from being said
 * twice.
 * @throws TryAgain when Slack is down
 */
export async function tellEverybody(
  world: ClickWorld,
  config: Config,
  plan: Plan,
  at: { channel: string; ts: string },
): Promise<void> {
  const by = plan.breakGlass;
  if (!by) return;
  const claim = `break-glass-${plan.id}`;
  // The claim is for who is at it now. Cut off before the mark, it is told by the next delivery, which comes when the claim is over: twice rather
  // than never.
  if ((await world.ledger.isHandled(claim)) || !(await world.ledger.claim(claim, TELLING_SECONDS))) return;
  const called = config.slack.mention.map(mentionOf).join(' ');
  const why = escapeMrkdwn(oneLine(plan.decisionReason ?? '', 500));
  const name = escapeMrkdwn(oneLine(plan.resource.name, 140));
  const text = `🚨 <!here> ${called} *Break-glass:* ${mention(by.userId).mrkdwn} made this change and approved it alone, on ${name}. Reason: ${why}`;
  try {
    await world.desk.reply(at.channel, at.ts, text.replace('  ', ' '), true);
  } catch (error) {
    await world.ledger.releaseClaim(claim);
    throw error;
  }
  await world.ledger.markHandled(claim, TOLD_SECONDS);
}

/** Longer than notify may run, shorter than a message stays hidden that it was working on. */
const TELLING_SECONDS = 120;
const TOLD_SECONDS = 30 * 86_400;

/** A user or a user group, by the form of its id; the configuration allows nothing else. */
const mentionOf = (id: string): string => (id.startsWith('S') ? `<!subteam^${id}>` : mention(id).mrkdwn);
