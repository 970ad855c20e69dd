import type { Finding } from '../model/finding.ts';
import type { Approval, Plan } from '../model/plan.ts';
import { type AidView, aidPhase } from './phase.ts';
import { bold, type Leaf, person, sentence, time, words } from './rich-text.ts';

/** What is out of the ordinary is said loudly. Pure. */

/** Stays on the card whatever comes of it. */
export function breakGlassRows(plan: Plan | undefined): Leaf[][] {
  if (!plan?.breakGlass) return [];
  const { userId, at } = plan.breakGlass;
  return [
    [bold('🚨 BREAK-GLASS: '), person(userId), bold(' made this change and approved it alone, '), time(at)],
    ...(plan.decisionReason ? [[bold('Reason '), sentence(plan.decisionReason)]] : []),
  ];
}

/** Where first aid stands, and by whom. */
export function aidRows({ resource }: Finding, aid: AidView | undefined): Leaf[][] {
  if (!aid) return [];
  const { plan, undo } = aid;
  const nouns = resource.kind === 'role' ? ROLE : FUNCTION;
  const last = plan.approvals.at(-1);
  switch (aidPhase(aid)) {
    case 'asked':
      return [
        [
          words(`${nouns.noun}: ${plan.approvals.length} of ${plan.approvalsNeeded} approvals, click it to add yours`),
          ...by(last),
        ],
      ];
    case 'working':
      return [[words(`⏳ ${nouns.noun} is being put in place`), ...by(last)]];
    case 'on':
      return [[bold(`⛔ ${nouns.on}`), ...by(last)]];
    case 'lifting':
      return [[words(`⏳ ${nouns.noun} is being lifted`), ...by(undo?.decidedBy ?? undefined)]];
    case 'lifted':
      return [[words(`↩️ ${nouns.noun} lifted`), ...by(undo?.decidedBy ?? undefined)]];
    case 'failed':
      return [[bold(`⚠️ ${nouns.noun} could not be put in place. `), sentence(plan.outcome.join(' ') || plan.status)]];
    case 'lift-failed':
      return [[bold(`⚠️ ${nouns.noun} could not be lifted. `), sentence(undo?.outcome.join(' ') ?? '')]];
  }
}

const FUNCTION = { noun: 'Quarantine', on: 'Quarantined: every call of it is refused' };
const ROLE = { noun: 'Isolation', on: 'Isolated: nothing is allowed to it' };

const by = (decision: Approval | undefined): Leaf[] =>
  decision ? [words(' by '), person(decision.userId), words(', '), time(decision.at)] : [];
