import { isMember } from '../config/resolve.ts';
import type { Config } from '../config/schema.ts';
import { joinManagedBy, managedByTags } from '../engine/managed-by.ts';
import { apisOf as apisNamedIn } from '../engine/related.ts';
import { parseCanary } from '../events/canary.ts';
import { parseEvent } from '../events/parse.ts';
import { isCanaryChange, isOwnChange } from '../events/principal.ts';
import type { ApiProtocol } from '../model/api-facts.ts';
import type { Change } from '../model/change.ts';
import { AccessRefused, MalformedInput, TryAgain } from '../model/errors.ts';
import type { Exemption } from '../model/finding.ts';
import { type Resource, type ResourceKind, resourceFromArn, resourceId } from '../model/resource.ts';
import type { AnyRule } from '../model/rule.ts';
import type { ManagedBy, State } from '../model/state.ts';
import { isUnknown } from '../model/unknown.ts';
import { TRAIL } from './doctor/self-check-record.ts';
import { isRuleOfTime, type Judgement, judge, rulesFor } from './judge.ts';
import type { ChangeMessage, LookMessage } from './messages.ts';
import type { ResourceNote, World } from './ports.ts';
import { closeFindings, recordOutcome } from './record-outcome.ts';

export type OnChangeWorld = Pick<World, 'clock' | 'log' | 'config' | 'ledger' | 'queues' | 'bus' | 'reader'>;

export type ChangeResult =
  | { readonly kind: 'ignored'; readonly reason: string }
  | { readonly kind: 'judged'; readonly resources: number; readonly violations: number };

/** What led to judging: a change, or a look, which may be part of a sweep's round. */
interface Cause {
  /** The event's or the look's. */
  readonly id: string;
  readonly change: Change | null;
  readonly round: string | null;
  /** An earlier run may have been cut off between what it wrote and what it told. */
  readonly isRepeated: boolean;
  /** This run has written a finding, and looks whether what it read still holds. */
  readonly isSecondLook?: boolean;
}

/** Longer than any round takes; the next one has another name. */
const ROUND_SECONDS = 2 * 86_400;

/**
 * From one message of the changes or looks queue to findings, plans and queued work. Writes nothing to any member account. May run twice for one
 * message: the ledger makes the second run find what the first one made.
 * @throws MalformedInput for a message that can't be read, TryAgain and AccessRefused for what the queue must try again.
 */
export async function onChange(
  world: OnChangeWorld,
  rules: readonly AnyRule[],
  message: ChangeMessage,
  isRepeated = false,
): Promise<ChangeResult> {
  if (message.kind === 'look') return look(world, rules, message, isRepeated);
  const canary = parseCanary(message.event);
  if (canary) return hear(world, canary.account, canary.region, canary.time);
  const parsed = parseEvent(message.event);
  if (parsed.kind === 'ignored') return parsed;
  const { change } = parsed;
  const config = await world.config.read();
  if (!isMember(config, change.account)) return { kind: 'ignored', reason: `account ${change.account} is no member` };
  if (isCanaryChange(change)) return hear(world, change.account, TRAIL, change.time);
  // Its own writes come back as events; apply has verified them already.
  if (isOwnChange(change)) return { kind: 'ignored', reason: 'its own change' };
  if (await world.ledger.isHandled(change.id)) return { kind: 'ignored', reason: 'handled before' };
  const resources = await resourcesOf(world, change);
  let violations = 0;
  for (const resource of resources)
    violations += await judgeResource(world, config, rules, resource, { id: change.id, change, round: null, isRepeated });
  await world.ledger.markHandled(change.id);
  world.log.metric('seen', { value: 1 });
  return { kind: 'judged', resources: resources.length, violations };
}

/** The self-check's canary has arrived: that is all there is to it. */
async function hear(world: OnChangeWorld, account: string, where: string, at: string): Promise<ChangeResult> {
  if (!isMember(await world.config.read(), account)) return { kind: 'ignored', reason: `account ${account} is no member` };
  await world.ledger.hear(account, where, at);
  return { kind: 'ignored', reason: 'the canary' };
}

async function look(
  world: OnChangeWorld,
  rules: readonly AnyRule[],
  message: LookMessage,
  isRepeated: boolean,
): Promise<ChangeResult> {
  const resource = resourceFromArn(message.resourceArn);
  if (!resource) throw new MalformedInput('change message', 'resourceArn', 'nothing that Cinch looks at');
  const config = await world.config.read();
  if (!isMember(config, resource.account)) return { kind: 'ignored', reason: `account ${resource.account} is no member` };
  const { round = null } = message;
  const cause = { id: message.id, change: null, round, isRepeated };
  if (round === null)
    return { kind: 'judged', resources: 1, violations: await judgeResource(world, config, rules, resource, cause) };
  try {
    const violations = await judgeOnce(world, config, rules, resource, cause);
    return violations === undefined
      ? { kind: 'ignored', reason: 'judged in this round' }
      : { kind: 'judged', resources: 1, violations };
  } catch (error) {
    // The next round asks the account again; until then trying would only keep the place's other looks waiting.
    if (!(error instanceof AccessRefused)) throw error;
    world.log.error('a look was refused', { resource: resource.arn, reason: error.message });
    return { kind: 'ignored', reason: 'refused' };
  }
}

/**
 * In a round each resource is judged once, however many functions share a role and however often a look comes. The mark comes after the
 * judging: what is cut off is judged again. Undefined when it was there.
 */
async function judgeOnce(
  world: OnChangeWorld,
  config: Config,
  rules: readonly AnyRule[],
  resource: Resource,
  cause: Cause,
): Promise<number | undefined> {
  if (cause.round === null) return judgeResource(world, config, rules, resource, cause);
  const mark = `look-${cause.round}-${resourceId(resource)}`;
  if (await world.ledger.isHandled(mark)) return undefined;
  const violations = await judgeResource(world, config, rules, resource, cause);
  await world.ledger.markHandled(mark, ROUND_SECONDS);
  return violations;
}

async function resourcesOf(world: OnChangeWorld, change: Change): Promise<readonly Resource[]> {
  return change.policyArn === null ? change.resources : world.reader.readRolesOfPolicy(change.account, change.policyArn);
}

/** More turns than a resource takes within the second that a run needs. */
const MAX_LOOKS = 5;

/**
 * Judges a resource and what belongs to it: a function's role that is new to the ledger, the APIs that a new permission or a sweep shows.
 * Answers the number of violations.
 *
 * Several runs may judge one resource at once, each by what it read. Whoever wrote something looks again: the resource may have changed after
 * it was read, and the run for that change may have ended before the write.
 */
async function judgeResource(
  world: OnChangeWorld,
  config: Config,
  rules: readonly AnyRule[],
  resource: Resource,
  cause: Cause,
): Promise<number> {
  const { change } = cause;
  const enabled = rulesFor(rules, config, resource).filter((rule) => change === null || !isRuleOfTime(rule));
  // A function's role is remembered in any case; of the rest nothing is read that no rule asks for.
  if (enabled.length === 0 && resource.kind !== 'function') return 0;
  let [violations, looks] = [0, 0];
  const related = new Map<string, Resource>();
  for (let isNews = true; isNews; looks++) {
    if (looks === MAX_LOOKS) throw new TryAgain(`${resource.arn} changed at every look`);
    const again = looks > 0 ? { isRepeated: false, isSecondLook: true } : {};
    const seen = await lookOnce(world, config, enabled, resource, { ...cause, ...again });
    for (const other of seen.related) related.set(other.arn, other);
    ({ violations, isNews } = seen);
  }
  for (const other of related.values()) violations += (await judgeOnce(world, config, rules, other, cause)) ?? 0;
  return violations;
}

interface Seen {
  readonly violations: number;
  /** Whether a finding was opened or closed. */
  readonly isNews: boolean;
  /** What must be judged as well. */
  readonly related: readonly Resource[];
}

async function lookOnce(
  world: OnChangeWorld,
  config: Config,
  enabled: readonly AnyRule[],
  resource: Resource,
  cause: Cause,
): Promise<Seen> {
  const { id: causeId, change, isRepeated, isSecondLook = false } = cause;
  // The ledger before the resource: what another run writes after this is never written over by what is read now. Only functions have notes.
  const [before, known] = await Promise.all([
    resource.kind === 'function' ? world.ledger.readNote(resource) : undefined,
    world.ledger.findingsOfResource(resource),
  ]);
  const note = noteAfter(resource, before, change);
  const judgement = await judge(world, config, enabled, resource, note);
  if (!judgement) {
    const isNews = await closeFindings(world, { config, change, causeId, isRepeated }, known, 'the resource no longer exists');
    await world.ledger.forget(resource);
    return { violations: 0, isNews, related: [] };
  }
  const role = await remember(world, resource, judgement, note, change);
  let listed: Promise<readonly Exemption[]> | undefined;
  const exemptions = () => {
    listed ??= world.ledger.listExemptions();
    return listed;
  };
  let [violations, isNews] = [0, false];
  for (const outcome of judgement.outcomes) {
    violations += outcome.result === 'violation' ? 1 : 0;
    const previous = known.find(({ ruleId }) => ruleId === outcome.rule.id);
    const { exemptTag, tags } = judgement;
    const managedBy = joinManagedBy(managedByTags(tags ?? {}), toolOf(change) ?? note.managedBy);
    const protocol = protocolOf(judgement.state, resource);
    const seen = { outcome, exemptTag, tags, protocol, managedBy, previous };
    const judged = { config, resource, ...seen, change, causeId, exemptions, isRepeated, isSecondLook };
    isNews = (await recordOutcome(world, judged)) || isNews;
  }
  const apis = showsApis(change) ? apisOf(judgement.state, resource) : [];
  return { violations, isNews, related: role ? [role, ...apis] : apis };
}

/** What a call says of itself goes before what is remembered; only functions have notes. */
const toolOf = (change: Change | null): ManagedBy | null => (change?.tool ? { tool: change.tool, stack: null } : null);

/** Only these put a function behind an API; what is changed in the API itself is an event of its own. */
const showsApis = (change: Change | null): boolean => change === null || change.name === 'AddPermission';

function apisOf(state: State<ResourceKind>, resource: Resource): Resource[] {
  const { resourcePolicies } = state as State<'function'>;
  if (resource.kind !== 'function' || resourcePolicies === undefined || isUnknown(resourcePolicies)) return [];
  return apisNamedIn(resourcePolicies, resource.account, resource.region);
}

function protocolOf(state: State<ResourceKind>, resource: Resource): ApiProtocol | undefined {
  const { protocol } = state as State<'api'>;
  return resource.kind !== 'api' || protocol === undefined || isUnknown(protocol) ? undefined : protocol;
}

/** What the event itself adds to what is known: birth and the deploying tool. */
function noteAfter(
  resource: Resource,
  before: ResourceNote | undefined,
  change: Change | null,
): ResourceNote & { isNews: boolean } {
  const note = before ?? { resource, roleArn: null, createdAt: null, managedBy: null };
  const createdAt = change?.name === 'CreateFunction' ? change.time : note.createdAt;
  const managedBy = change?.tool && change.tool !== note.managedBy?.tool ? { tool: change.tool, stack: null } : note.managedBy;
  return { ...note, createdAt, managedBy, isNews: createdAt !== note.createdAt || managedBy !== note.managedBy };
}

/**
 * Keeps the role index; answers the role when it must be judged too: it is new to this function, or nobody changed anything (a sweep), so
 * that a role which no event told of is seen in the end.
 */
async function remember(
  world: OnChangeWorld,
  resource: Resource,
  judgement: Judgement,
  note: ResourceNote & { isNews: boolean },
  change: Change | null,
): Promise<Resource | undefined> {
  if (resource.kind !== 'function') return undefined;
  const { roleArn } = judgement.state as { roleArn?: unknown };
  if (typeof roleArn !== 'string') return undefined;
  const isNew = note.roleArn !== roleArn;
  const aliases = aliasesOf(judgement.state);
  const isMoved = aliases !== undefined && aliases.points !== note.aliases?.points;
  if (isNew || isMoved || note.isNews) {
    await world.ledger.writeNote(resource, {
      roleArn,
      ...(isMoved ? { aliases } : {}),
      ...(note.createdAt ? { createdAt: note.createdAt } : {}),
      managedBy: note.managedBy,
    });
  }
  return isNew || change === null || change.name === 'CreateFunction' ? resourceFromArn(roleArn) : undefined;
}

/** Where they point and since when, where a look has told. */
function aliasesOf(state: State<ResourceKind>): ResourceNote['aliases'] {
  const { versionUses } = state as State<'function'>;
  return versionUses === undefined || isUnknown(versionUses)
    ? undefined
    : { points: versionUses.aliases, since: versionUses.since };
}
