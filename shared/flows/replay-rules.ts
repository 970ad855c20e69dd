import { evaluateRules, type Outcome } from '../engine/evaluate.ts';
import type { Fields } from '../events/fields.ts';
import type { Change } from '../model/change.ts';
import type { Resource } from '../model/resource.ts';
import type { AnyRule } from '../model/rule.ts';
import { isRuleOfTime } from './judge.ts';
import type { ReplayOptions } from './replay.ts';

export interface RuleVerdicts {
  readonly outcomes: readonly Outcome[];
  /** Facts that decide whether what the record tells is wrong. */
  readonly lookup: readonly string[];
}

/** Facts that a rule's advice and evidence depend on, and its verdict does not: without them the verdict is as sure. A test holds it. */
export const ASIDE: Readonly<Record<string, Fields>> = {
  'lambda-url-unauthenticated': { resourcePolicies: [] },
  'apigateway-route-unauthenticated': { tags: {} },
  'apigateway-method-unauthenticated': { tags: {} },
};

/**
 * The least that can be: more of it makes more a rule's business, never less. A violation under these is as sure, a pass is not. IAM lets nobody
 * change the roles that it keeps for services, so that a role's path says nothing then.
 */
export const LEAST: Fields = { usedBy: [], path: '/' };

/** How it is with most resources. A rule that is violated under these is worth a look; nothing is found by them. */
const USUAL: Fields = { endpointTypes: ['REGIONAL'], policy: null, tags: {}, urls: [], resourcePolicies: [] };

/**
 * The rules that read what the call changed: the rest of the resource is as it was, and no news of this event.
 * @param state what the record and the given state tell
 */
export function judgeByRules(
  resource: Resource,
  touches: readonly string[],
  state: Fields,
  change: Change,
  { rules, settings, settingsOf, now }: Pick<ReplayOptions, 'rules' | 'settings' | 'settingsOf' | 'now'>,
): RuleVerdicts {
  const concerned = rules.filter((rule) => !isRuleOfTime(rule) && rule.needs.some((need) => touches.includes(need)));
  const context = { settings: settingsOf ?? settings, now: now ?? change.time };
  const judge = (rule: AnyRule, facts: Fields): Outcome[] => evaluateRules([rule], resource, facts, context);
  const lookup = new Set<string>();
  const outcomes = concerned.flatMap((rule) => {
    const facts = { ...besides(resource, change), ...ASIDE[rule.id], ...state };
    const found = judge(rule, facts);
    if (found[0]?.result !== 'unknown') return found;
    const missing = rule.needs.filter((need) => !(need in facts));
    const violatedUnder = (assumed: Fields): Outcome[] =>
      missing.every((need) => need in assumed)
        ? judge(rule, { ...assumed, ...facts }).filter(({ result }) => result === 'violation')
        : [];
    const sure = violatedUnder(LEAST);
    if (sure.length > 0) return sure;
    if (violatedUnder(USUAL).length > 0) for (const need of missing) lookup.add(need);
    return found;
  });
  return { outcomes, lookup: [...lookup] };
}

/** What follows from who called and where. */
function besides({ kind, name, region }: Resource, { name: call, tool }: Change): Fields {
  // Who owns the definition changes what is advised, and nothing of a verdict.
  const managedBy = tool === null ? null : { tool, stack: null };
  if (kind !== 'function') return { managedBy };
  // A function at the edge is made in us-east-1, published, and then replicated under a name that says so
  // (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-the-edge.html).
  const elsewhere = region !== 'us-east-1' && !name.startsWith('us-east-1.');
  return call === 'CreateFunction' || elsewhere ? { managedBy, edge: false } : { managedBy };
}
