import { approvalRule, matterOf, matterOfFinding } from '../config/approval-rules.ts';
import type { Config } from '../config/schema.ts';
import type { Finding } from '../model/finding.ts';
import type { Plan } from '../model/plan.ts';
import { type AidView, type CardView, undoIdOf } from '../slack/phase.ts';
import type { World } from './ports.ts';

/** The finding, its plans and what the configuration says of them, as the card shows them. */
export async function readView(world: Pick<World, 'config' | 'ledger'>, findingId: string): Promise<CardView | undefined> {
  const finding = await world.ledger.readFinding(findingId);
  if (!finding) return undefined;
  const [config, remedy, aid] = await Promise.all([
    world.config.read(),
    readPair(world, finding.planId ?? undefined),
    readPair(world, finding.containmentId),
  ]);
  return {
    finding,
    ...remedy,
    ...(aid.plan ? { aid: { ...aid, plan: aid.plan } satisfies AidView } : {}),
    ...ruleOf(config, finding, remedy.plan),
  };
}

async function readPair(
  world: Pick<World, 'ledger'>,
  id: string | undefined,
): Promise<{ plan: Plan | undefined; undo: Plan | undefined }> {
  if (id === undefined) return { plan: undefined, undo: undefined };
  const [plan, undo] = await Promise.all([world.ledger.readPlan(id), world.ledger.readPlan(undoIdOf(id))]);
  return { plan, undo };
}

function ruleOf(
  config: Config,
  finding: Finding,
  plan: Plan | undefined,
): Pick<CardView, 'approvers' | 'mention' | 'breakGlass'> {
  const matter = plan ? matterOf(plan) : matterOfFinding(finding);
  const { circles, needed } = approvalRule(config, matter);
  return {
    approvers: {
      users: new Set(circles.flatMap(({ users }) => users)).size,
      emails: new Set(circles.flatMap(({ emails }) => emails)).size,
      hasGroup: circles.some(({ group }) => group !== undefined),
      needed,
    },
    mention: config.slack.mention,
    breakGlass: config.slack.breakGlass,
  };
}
