import { expiryFrom } from '../config/approval-rules.ts';
import { ownerOf } from '../config/channels.ts';
import { liveTags, placeOf, tagsToKeep } from '../config/place.ts';
import { policyFor } from '../config/resolve.ts';
import type { Config } from '../config/schema.ts';
import { type Decision, decide } from '../engine/decide.ts';
import type { Outcome } from '../engine/evaluate.ts';
import { judgeExemption } from '../engine/exemptions.ts';
import { canonicalJson, findingId, planIdFor, shortHash } from '../engine/fingerprint.ts';
import { previewStep } from '../engine/preview-step.ts';
import { protectionOf } from '../engine/protection.ts';
import { glanceAt } from '../engine/remedy-glance.ts';
import { sourceAdvice } from '../engine/reverts.ts';
import type { ApiProtocol } from '../model/api-facts.ts';
import type { Change } from '../model/change.ts';
import { TryAgain } from '../model/errors.ts';
import { type Exemption, type Finding, type FindingStatus, UNJUDGED } from '../model/finding.ts';
import { isStopgap, type Plan, UNTOUCHED } from '../model/plan.ts';
import type { Resource } from '../model/resource.ts';
import type { Violation } from '../model/rule.ts';
import type { ManagedBy } from '../model/state.ts';
import { undoIdOf } from '../slack/phase.ts';
import { announce, deservesCard, publishFinding, sendWorkFor } from './announce.ts';
import { planChanged } from './domain-events.ts';
import { whyAsk } from './guard.ts';
import type { World } from './ports.ts';
import { roleProtection } from './protection.ts';

export type RecordWorld = Pick<World, 'clock' | 'log' | 'config' | 'ledger' | 'queues' | 'bus' | 'reader'>;

export interface Judged {
  readonly config: Config;
  readonly resource: Resource;
  readonly outcome: Outcome;
  readonly exemptTag: string | undefined;
  /** The resource's tags; undefined when they could not be read. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Of an API, where it was read. */
  readonly protocol?: ApiProtocol | undefined;
  /** The tool that deploys it, as far as anybody knows. */
  readonly managedBy?: ManagedBy | null;
  /** The change that led here; null for a sweep. */
  readonly change: Change | null;
  /** The change's id, or the look's. */
  readonly causeId: string;
  /** The finding of this rule on this resource, as it was read for this run. */
  readonly previous: Finding | undefined;
  /** Those of the ledger; read when one outcome asks, for all outcomes of the resource. */
  readonly exemptions: () => Promise<readonly Exemption[]>;
  /** An earlier run may have been cut off between what it wrote and what it told: what is there already is told again. */
  readonly isRepeated?: boolean;
  /** The same run has told it a moment ago. */
  readonly isSecondLook?: boolean;
}

/**
 * Brings finding and plan in line with one outcome, then queues what follows. Every write is conditional; running it again changes nothing.
 * Answers whether the finding was opened, closed or became another one, by a reading that may have been old by then, and nobody reads again.
 */
export async function recordOutcome(world: RecordWorld, judged: Judged): Promise<boolean> {
  const { outcome, previous } = judged;
  if (outcome.result === 'pass') return previous !== undefined && resolve(world, judged, previous, 'the resource now passes');
  if (outcome.result === 'unknown') {
    await recordUnknown(world, judged, outcome.why);
    return false;
  }
  return recordViolation(world, judged, outcome.violation, outcome.fingerprint);
}

/** Resolves those that are open. Answers whether any was. @param findings as they were before the resource was looked for */
export async function closeFindings(
  world: RecordWorld,
  closing: Closing,
  findings: readonly Finding[],
  reason: string,
): Promise<boolean> {
  let isNews = false;
  for (const finding of findings) isNews = (await resolve(world, closing, finding, reason)) || isNews;
  return isNews;
}

type Closing = Pick<Judged, 'config' | 'change' | 'causeId' | 'isRepeated'>;

const CLOSED: ReadonlySet<FindingStatus> = new Set(['resolved', 'fixed']);
export const isClosed = ({ status }: Pick<Finding, 'status'>): boolean => CLOSED.has(status);

async function resolve(world: RecordWorld, closing: Closing, finding: Finding, reason: string): Promise<boolean> {
  const { config, isRepeated = false } = closing;
  if (isRepeated && finding.status === 'resolved') await tell(world, config, finding);
  // While a fix is under way, its own verification has the last word.
  if (CLOSED.has(finding.status) || finding.status === 'fixing') return false;
  await withdrawPlan(world, finding, reason, isRepeated);
  await noteCause(world, { ...closing, resource: finding.resource }, finding.id, 'resolved', finding.planId);
  await save(world, config, { ...finding, status: 'resolved', reason, cause: closing.causeId });
  return true;
}

async function recordUnknown(world: RecordWorld, judged: Judged, why: readonly string[]): Promise<void> {
  const { previous } = judged;
  const { rule } = judged.outcome;
  world.log.info('unknown', { rule: rule.id, resource: judged.resource.arn, why: why.join('; ') });
  // An earlier, firmer word about this resource stands until the facts can be read again.
  if (judged.isRepeated && previous?.reason === UNJUDGED) await tell(world, judged.config, previous);
  if (previous && previous.status !== 'resolved') return;
  const summary = `could not be judged: ${why.join('; ')}`;
  await save(world, judged.config, {
    ...freshFinding(world, judged),
    status: 'reported',
    summary,
    evidence: [],
    advice: [],
    reason: UNJUDGED,
    planId: null,
    fingerprint: shortHash(summary),
  });
}

async function recordViolation(world: RecordWorld, judged: Judged, violation: Violation, fingerprint: string): Promise<boolean> {
  const { config, resource, outcome, previous } = judged;
  const now = world.clock.now().toISOString();
  const exemptions = [...config.exemptions, ...(await judged.exemptions())];
  const place = placeOf(config, resource.account, outcome.rule.id, liveTags(judged.tags));
  const exemption = judgeExemption(outcome.rule.id, resource, exemptions, judged.exemptTag, now, place);
  const { managedBy = null } = judged;
  const policy = policyFor(config, outcome.rule, place);
  const protection = protectionOf(resource, judged.tags);
  const question = {
    ...policy,
    violation,
    fingerprint,
    exemption,
    previous,
    now,
    managedBy,
    // Where tags can't be read a person may be asked: they may be readable by then, and apply looks again.
    protection: judged.tags && protection,
  };
  const free = decide(question);
  // The switches are read when they could make a difference.
  const willing =
    free.action === 'fix' ? decide({ ...question, halt: protection ?? (await whyAsk(world, resource.account)) }) : free;
  // Who approved would be told no by apply.
  const kept = willing.action === 'ask' ? await roleProtection(world, resource, stepsOf(violation)) : undefined;
  const decision: Decision = kept === undefined ? willing : { action: 'report', reason: kept };
  if (decision.action === 'leave' || (await isBeingUndone(world, previous, fingerprint))) return false;
  const advice = [...adviceOf(violation), ...sourceAdvice(managedBy, adviceOf(violation), previewsOf(violation))];
  if (previous && isAlreadyThere(previous, decision, fingerprint)) {
    const plan = previous.planId ? await world.ledger.readPlan(previous.planId) : undefined;
    // A run that withdrew the question and was overtaken or cut off before it closed the finding: its buttons are dead, so it is asked anew.
    if (previous.status !== 'asked' || plan?.status !== 'stale') {
      if (judged.isSecondLook) return false;
      if (judged.change) await noteCause(world, judged, previous.id, 'same', previous.planId);
      await resume(world, judged, previous, plan, { summary: violation.summary, advice, ...seenAgain(judged, previous) });
      return false;
    }
  }
  if (previous) await withdrawPlan(world, previous, 'the resource changed', judged.isRepeated);
  const plan = await makePlan(world, judged, violation, fingerprint, decision);
  const stopgap = decision.action === 'report' ? await standingStopgap(world, previous) : undefined;
  const planId = (plan ?? stopgap)?.id ?? null;
  const next: Finding = {
    ...freshFinding(world, judged),
    // What a stopgap only limits was never closed.
    ...(stopgap && previous ? { openedAt: previous.openedAt, digestId: previous.digestId } : {}),
    status: STATUS_OF[decision.action],
    summary: violation.summary,
    evidence: violation.evidence,
    advice,
    remedy: glanceAt(violation.remedy),
    reason: decision.reason,
    planId,
    fingerprint,
  };
  const [written] = await Promise.all([
    write(world, next).catch((error) => leavePlan(world, next, error)),
    noteCause(world, judged, next.id, decision.action, planId),
  ]);
  world.log.metric('decided', { value: 1, dimension: decision.action });
  if (decision.action === 'ask') world.log.metric('asked', { value: 1 });
  // A fix waits for nobody to be told.
  await Promise.all([tell(world, config, written), plan?.status === 'ready' ? sendWorkFor(world, plan) : undefined]);
  // Apply reads again before it writes.
  return written.status !== 'fixing';
}

/**
 * The finding is another one by now. The plan that was made for what it was is nobody's, and would be open for ever, unless another run has
 * made the very same.
 */
async function leavePlan(world: RecordWorld, finding: Finding, error: unknown): Promise<never> {
  const now = error instanceof TryAgain ? await world.ledger.readFinding(finding.id) : undefined;
  if (now && now.planId !== finding.planId) await withdrawPlan(world, finding, 'overtaken by another run');
  throw error;
}

/**
 * An undo puts back just what was found, and is ended a moment after it has written: whoever looks between would fix or ask again what is
 * being taken back.
 */
async function isBeingUndone(world: RecordWorld, previous: Finding | undefined, fingerprint: string): Promise<boolean> {
  if (!previous || !APPLIED.has(previous.status) || previous.planId === null) return false;
  // A stopgap's finding has moved on to what it left; what it was made for is in its plan.
  const undo = await world.ledger.readPlan(undoIdOf(previous.planId));
  return undo !== undefined && undo.status !== 'failed' && undo.fingerprint === fingerprint;
}

const APPLIED: ReadonlySet<FindingStatus> = new Set(['fixed', 'reported']);

/**
 * The plan of a stopgap that was approved and stands: what was found is still there and open, and its card keeps the way back. It is asked
 * again when somebody takes the stopgap away, which makes it another finding.
 */
async function standingStopgap(world: RecordWorld, previous: Finding | undefined): Promise<Plan | undefined> {
  if (!previous || !APPLIED.has(previous.status) || previous.planId === null) return undefined;
  const plan = await world.ledger.readPlan(previous.planId);
  return plan?.status === 'applied' && isStopgap(plan) ? plan : undefined;
}

const STATUS_OF = { fix: 'fixing', ask: 'asked', report: 'reported', exempt: 'exempt' } as const;

function isAlreadyThere(previous: Finding, decision: Decision, fingerprint: string): boolean {
  return decision.action !== 'leave' && previous.fingerprint === fingerprint && previous.status === STATUS_OF[decision.action];
}

const adviceOf = (violation: Violation): readonly string[] =>
  violation.remedy.kind === 'manual' ? [violation.remedy.instructions, ...(violation.advice ?? [])] : (violation.advice ?? []);

const stepsOf = ({ remedy }: Violation) => (remedy.kind === 'steps' ? remedy.steps : []);
const previewsOf = (violation: Violation) => stepsOf(violation).map(previewStep);

/**
 * The same thing again. A message came twice, or the first run was cut off between its writes and its sends: sends what may be missing.
 * What the fingerprint does not cover is brought up to date: words (advice tells what was measured), and how often it was seen.
 */
async function resume(
  world: RecordWorld,
  { config, isRepeated }: Judged,
  finding: Finding,
  plan: Plan | undefined,
  news: Pick<Finding, 'summary' | 'advice' | 'timesSeen' | 'lastChangeId'>,
): Promise<void> {
  if (plan && (plan.status === 'ready' || plan.status === 'approved')) await sendWorkFor(world, plan);
  if (isRepeated) await tell(world, config, finding);
  if (finding.status === 'fixing') return;
  const { summary, advice, timesSeen, lastChangeId } = finding;
  if (canonicalJson(news) !== canonicalJson({ summary, advice, timesSeen, lastChangeId: lastChangeId ?? null }))
    return save(world, config, { ...finding, ...news });
  if (!isRepeated && !finding.card && deservesCard(finding, config.slack.reportsFrom)) await announce(world, finding);
}

/** Buttons of a plan that no longer fits must not act: it goes stale before anything new is made. */
async function withdrawPlan(world: RecordWorld, finding: Finding, reason: string, isRepeated = false): Promise<void> {
  const plan = finding.planId ? await world.ledger.readPlan(finding.planId) : undefined;
  if (isRepeated && plan?.status === 'stale') await world.bus.publish(planChanged(plan));
  if (!plan || (plan.status !== 'asked' && plan.status !== 'ready')) return;
  const written = await world.ledger.writePlan({
    ...plan,
    status: 'stale',
    outcome: [...plan.outcome, reason],
    updatedAt: world.clock.now().toISOString(),
  });
  if (!written) throw new TryAgain(`plan ${plan.id} was decided meanwhile`);
  await world.bus.publish(planChanged(written));
}

async function makePlan(
  world: RecordWorld,
  judged: Judged,
  violation: Violation,
  fingerprint: string,
  decision: Decision,
): Promise<Plan | undefined> {
  const { previous } = judged;
  if (violation.remedy.kind !== 'steps' || (decision.action !== 'fix' && decision.action !== 'ask')) return undefined;
  const finding = findingId(judged.outcome.rule.id, judged.resource);
  const id = planIdFor(finding, fingerprint, previous?.version ?? 0);
  const now = world.clock.now();
  const asked = decision.action === 'ask';
  const plan: Plan = {
    id,
    findingId: finding,
    ruleId: judged.outcome.rule.id,
    resource: judged.resource,
    kind: 'remedy',
    undoes: null,
    steps: violation.remedy.steps,
    previews: violation.remedy.steps.map(previewStep),
    fingerprint,
    severity: judged.outcome.rule.severity,
    cause: judged.causeId,
    ...keptTagsOf(judged),
    status: asked ? 'asked' : 'ready',
    author: judged.change?.principal ?? previous?.author ?? null,
    ...UNTOUCHED,
    createdAt: now.toISOString(),
    updatedAt: now.toISOString(),
    expiresAt: asked ? expiryFrom(judged.config.slack, now) : null,
  };
  // A run that was cut off may have made it: then that one counts.
  const kept = (await world.ledger.writePlan(plan)) ?? (await world.ledger.readPlan(id));
  if (!kept) throw new TryAgain(`plan ${id} was neither there nor could be made`);
  return kept;
}

/** With the finding's write: cut off in between, the next run notes it as the same thing again. One line of the log has all the ids. */
async function noteCause(
  world: RecordWorld,
  { change, causeId, resource }: Pick<Judged, 'change' | 'causeId' | 'resource'>,
  findingId: string,
  decision: string,
  planId: string | null,
): Promise<void> {
  const by = change ? [change.principal.arn, change.principal.session].filter((part) => part !== null).join('/') : null;
  const at = change?.time ?? world.clock.now().toISOString();
  await world.ledger.noteCause({ cause: causeId, name: change?.name ?? 'Look', at, by, findingId, decision, planId });
  world.log.info('decided', { decision, cause: causeId, finding: findingId, plan: planId, resource: resource.arn });
}

/** What is gone shows nothing: such an event, late, is about what was there before under the same name. */
const ENDS: ReadonlySet<string> = new Set(['DeleteFunction', 'DeleteRole', 'DeleteApi', 'DeleteRestApi']);

/** What comes so soon after it was found first belongs to it: a function is made by several calls. */
const ONE_CHANGE_MS = 60_000;

/** Only a change counts, and each once: a look by a sweep, a message that comes twice, or one that comes late sees nothing new. */
function seenAgain({ change }: Judged, previous: Finding | undefined): Required<Pick<Finding, 'timesSeen' | 'lastChangeId'>> {
  const last = previous?.lastChangeId ?? null;
  if (!previous) return { timesSeen: 1, lastChangeId: change?.id ?? null };
  const isNew = change !== null && change.id !== last && isLater(change, previous) && !ENDS.has(change.name);
  return { timesSeen: previous.timesSeen + (isNew ? 1 : 0), lastChangeId: isNew ? change.id : last };
}

const isLater = (change: Change, previous: Finding): boolean =>
  change.time >= previous.authoredAt &&
  (CLOSED.has(previous.status) || Date.parse(change.time) - Date.parse(previous.openedAt) >= ONE_CHANGE_MS);

type Carried = 'status' | 'summary' | 'evidence' | 'advice' | 'reason' | 'planId' | 'fingerprint';

function freshFinding(world: RecordWorld, judged: Judged): Omit<Finding, Carried> {
  const { resource, change, outcome, previous } = judged;
  const now = world.clock.now().toISOString();
  const reopened = previous === undefined || CLOSED.has(previous.status);
  return {
    id: findingId(outcome.rule.id, resource),
    ruleId: outcome.rule.id,
    severity: outcome.rule.severity,
    resource,
    author: change?.principal ?? previous?.author ?? null,
    authoredAt: change?.time ?? previous?.authoredAt ?? now,
    openedAt: reopened ? now : previous.openedAt,
    updatedAt: now,
    timesFixed: previous?.timesFixed ?? 0,
    ...(previous?.fixedAt ? { fixedAt: previous.fixedAt } : {}),
    ...seenAgain(judged, previous),
    cause: judged.causeId,
    owner: judged.tags ? ownerOf(judged.config.ownerTags, judged.tags) : (previous?.owner ?? null),
    ...keptTagsOf(judged),
    ...viaOf(change, previous),
    ...protocolOf(judged),
    ...(previous?.containmentId ? { containmentId: previous.containmentId } : {}),
    // What comes back later is no part of the storm that it once was in.
    digestId: reopened ? null : previous.digestId,
    card: previous?.card ?? null,
    version: previous?.version ?? 0,
  };
}

/** Where they could not be read now, what was known of them before. */
function keptTagsOf({ config, tags, previous }: Judged): Pick<Finding, 'tags'> {
  const kept = tags ? tagsToKeep(config, liveTags(tags)) : previous?.tags;
  return kept ? { tags: kept } : {};
}

/** The tool where it is known, else what the caller says it is. */
function viaOf(change: Change | null, previous: Finding | undefined): Pick<Finding, 'via'> {
  const via = change ? (change.tool ?? change.userAgent.slice(0, 200)) : previous?.via;
  return via ? { via } : {};
}

function protocolOf({ protocol, previous }: Judged): Pick<Finding, 'protocol'> {
  const known = protocol ?? previous?.protocol;
  return known ? { protocol: known } : {};
}

async function save(world: RecordWorld, config: Config, finding: Finding): Promise<void> {
  await tell(world, config, await write(world, finding));
}

async function write(world: RecordWorld, finding: Finding): Promise<Finding> {
  const written = await world.ledger.writeFinding({ ...finding, updatedAt: world.clock.now().toISOString() });
  if (!written) throw new TryAgain(`finding ${finding.id} was changed meanwhile`);
  return written;
}

/** The card of a finding that is being fixed comes when that has ended: one message, not two. */
async function tell(world: RecordWorld, config: Config, written: Finding): Promise<void> {
  if (written.status === 'fixing') return publishFinding(world, written);
  await (deservesCard(written, config.slack.reportsFrom) ? announce(world, written) : publishFinding(world, written));
}
