import { liveTags } from '../config/place.ts';
import { modeFor, settingsByRule } from '../config/resolve.ts';
import type { Config } from '../config/schema.ts';
import { evaluateRules, needsOf, type Outcome } from '../engine/evaluate.ts';
import type { Resource, ResourceKind } from '../model/resource.ts';
import type { AnyRule } from '../model/rule.ts';
import type { State } from '../model/state.ts';
import { isUnknown } from '../model/unknown.ts';
import { EXEMPT_TAG } from '../names.ts';
import type { ResourceNote, World } from './ports.ts';

export interface Judgement {
  readonly outcomes: readonly Outcome[];
  readonly state: State<ResourceKind>;
  /** Undefined when they could not be read. */
  readonly tags: Readonly<Record<string, string>> | undefined;
  /** The live `cinch:exempt` tag, when there is one. */
  readonly exemptTag: string | undefined;
}

type JudgeWorld = Pick<World, 'reader' | 'ledger' | 'clock'>;

/** The rules that look at this kind of resource in its account, whatever its tags will turn out to be. */
export function rulesFor(rules: readonly AnyRule[], config: Config, resource: Resource): AnyRule[] {
  return rules.filter((rule) => rule.resource === resource.kind && modeFor(config, rule, resource.account) !== 'off');
}

/** What no change of a resource changes, only time does, and what takes AWS seconds to tell: read by sweep, not at every event. */
const FACTS_OF_TIME: ReadonlySet<string> = new Set([
  'serviceAccess',
  'codeCalls',
  'lastInvoked',
  'taggedPrincipals',
  'lastActive',
  'movedSecrets',
  'versionUses',
]);

export const isRuleOfTime = (rule: AnyRule): boolean => rule.needs.some((need) => FACTS_OF_TIME.has(need));

/**
 * Reads what the rules need and judges it. Answers undefined when the resource no longer exists.
 * @param kept facts that need not be read again
 */
export async function judge(
  world: JudgeWorld,
  config: Config,
  rules: readonly AnyRule[],
  resource: Resource,
  note: ResourceNote | undefined,
  kept: State<ResourceKind> = {},
): Promise<Judgement | undefined> {
  const needs = [...new Set([...needsOf(rules, resource.kind), 'tags', ...(resource.kind === 'function' ? ['roleArn'] : [])])];
  const unread = needs.filter((name) => !Object.hasOwn(kept, name));
  const functionsOfRole = (roleArn: string) => world.ledger.functionsOfRole(roleArn);
  const read = await world.reader.readState(resource, unread, { note, functionsOfRole });
  if (!read) return undefined;
  const state = { ...kept, ...read };
  const tags = state.tags === undefined || isUnknown(state.tags) ? undefined : state.tags;
  const settings = settingsByRule(config, resource.account, liveTags(tags));
  const outcomes = evaluateRules(rules, resource, state, { settings, now: world.clock.now().toISOString() });
  return { outcomes, state, tags, exemptTag: tags?.[EXEMPT_TAG] };
}
