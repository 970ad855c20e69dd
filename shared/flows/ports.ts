import type { Config } from '../config/schema.ts';
import type { AsffFinding, WorkflowStatus } from '../exports/asff.ts';
import type { Digest, Storm } from '../model/digest.ts';
import type { Exemption, Exported, Finding, FindingStatus } from '../model/finding.ts';
import type { Halt } from '../model/halt.ts';
import type { LayerUse, OwnLayerVersion } from '../model/own-layer.ts';
import type { Plan, PlanStatus } from '../model/plan.ts';
import type { Resource, ResourceKind } from '../model/resource.ts';
import type { Round } from '../model/round.ts';
import type { ManagedBy, State } from '../model/state.ts';
import type { Step } from '../model/step.ts';
import type { MetricId } from '../names.ts';
import type { AccountCheck, SelfCheck } from './doctor/self-check-record.ts';
import type { DomainEvent } from './domain-events.ts';
import type {
  AccountsMessage,
  ChangeMessage,
  CleanLayerMessage,
  LookMessage,
  NoticeMessage,
  PlaceMessage,
  WorkMessage,
} from './messages.ts';

/** What the flows need from the world. `aws/` and `slack/` implement these; `wire.ts` joins them. */

export interface Clock {
  now(): Date;
  sleep(ms: number): Promise<void>;
}

/** Structured log lines: ids and outcomes only, never an event, an environment or a policy whole. */
export interface Log {
  info(message: string, ids: Readonly<Record<string, string | number | null>>): void;
  error(message: string, ids: Readonly<Record<string, string | number | null>>): void;
  /** A line too, of which CloudWatch makes a metric. */
  metric(id: MetricId, value: MetricValue): void;
}

export interface MetricValue {
  readonly value: number;
  /** Where the metric has a dimension. */
  readonly dimension?: string;
  /** More to read in the log. */
  readonly words?: Readonly<Record<string, string>>;
}

/** Reads the current configuration; cached for a minute. Throws InvalidConfiguration: then nothing is written. */
export interface ConfigSource {
  read(): Promise<Config>;
}

/** One version of the configuration, as it was stored. */
export interface ConfigVersion {
  readonly version: number;
  readonly text: string;
  /** ARN of whoever wrote it. */
  readonly by: string;
  readonly at: string;
}

export interface ConfigHistory {
  /** Number of the newest version. */
  latest(): Promise<number>;
  /** Those that are still kept, oldest first. */
  versions(): Promise<readonly ConfigVersion[]>;
}

/** What the ledger remembers of a resource between events. */
export interface ResourceNote {
  readonly resource: Resource;
  /** For a function. */
  readonly roleArn: string | null;
  readonly createdAt: string | null;
  readonly managedBy: ManagedBy | null;
  /** Where its aliases pointed when a sweep looked last, and since when (ISO). Left out when none did yet. */
  readonly aliases?: { readonly points: string; readonly since: string };
}

/** A part of a list; `next` says where the following one begins, null that there is none. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export interface Reader {
  /**
   * Reads just the facts in `needs`, each known or unknown with the reason. Answers undefined when the resource no longer exists.
   * Facts that the ledger knows (`createdAt`, `roleSharers`, `usedBy`, `managedBy`'s user agent) come from `note` and `sharers`.
   */
  readState<K extends ResourceKind>(
    resource: Resource<K>,
    needs: readonly string[],
    known: LedgerFacts,
  ): Promise<State<K> | undefined>;
  /** Roles that a managed policy is attached to and that Lambda may assume. */
  readRolesOfPolicy(account: string, policyArn: string): Promise<Resource<'role'>[]>;
  /** One page after another of an account's functions in a region. */
  listFunctions(account: string, region: string): AsyncIterable<{ resource: Resource<'function'>; roleArn: string }>;
  /** A page of AWS's own size (50 functions). When AWS no longer knows where `from` was, the first one. */
  readFunctionPage(account: string, region: string, from: string | null): Promise<Page<Resource<'function'>>>;
  readUserPage(account: string, from: string | null): Promise<Page<Resource<'user'>>>;
  /** Every version of the layers that Cinch itself publishes. */
  readOwnLayers(account: string, region: string): Promise<OwnLayerVersion[]>;
  /** The ARNs of the layer versions that a page of functions uses, their published versions included. */
  readLayerUsePage(account: string, region: string, from: string | null): Promise<Page<string>>;
  /** One after another the APIs of an account in a region, of every protocol. */
  listApis(account: string, region: string): AsyncIterable<Resource<'api'>>;
  /** One after another the IAM users of an account. */
  listUsers(account: string): AsyncIterable<Resource<'user'>>;
  /** Invocations and errors since a time, until another or now (CloudWatch), for watching a function after a change. */
  readTraffic(resource: Resource<'function'>, since: string, until?: string): Promise<{ invocations: number; errors: number }>;
}

export interface LedgerFacts {
  readonly note: ResourceNote | undefined;
  /** For a function: functions that the index has under its role, itself left out. For a role: the functions under it. */
  readonly functionsOfRole: (roleArn: string) => Promise<readonly Resource<'function'>[]>;
}

/** What a step saw before it wrote: every field it changes, as AWS returned it. JSON; encrypted before it is stored. */
export type Captured = unknown;
/** What a finished step must remember to be verified and undone. JSON; encrypted before it is stored. */
export type Receipt = unknown;

export interface StepRunner {
  /**
   * Waits until the resource has settled and reads what the step will change. Throws StateMoved when that is not what the step was planned for,
   * Refused when it would not be safe, TryAgain when it is busy.
   */
  capture(step: Step): Promise<Captured>;
  /**
   * Writes, guarded by revision where AWS has one. Run twice it does nothing the second time: it accepts the captured state or its own result
   * and throws StateMoved for anything else, TryAgain for conflicts and throttling that outlast its bounded retries.
   */
  apply(step: Step, captured: Captured): Promise<Receipt>;
  /** Waits until AWS has settled and re-reads. Answers what is wrong, or undefined when the change holds. */
  verify(step: Step, captured: Captured, receipt: Receipt): Promise<string | undefined>;
  /**
   * Puts back what the step changed and nobody touched since. `receipt` is undefined when the step was cut off midway.
   * Answers lines on what could not be put back and why; an empty list means it is as before.
   */
  undo(step: Step, captured: Captured, receipt: Receipt | undefined): Promise<string[]>;
}

/** Deletes what Cinch itself once published; like StepRunner it writes, and only `apply` has it. */
export interface LayerCleaner {
  /** The descriptions of the layers that this installation publishes. */
  readCurrent(): Promise<readonly string[]>;
  /** Can't be undone. One that is gone already is no error. */
  applyDeletion(account: string, region: string, version: OwnLayerVersion): Promise<void>;
}

/** Encrypts under the hub's key; the context binds a ciphertext to its plan. */
export interface Vault {
  seal(value: unknown, context: Readonly<Record<string, string>>): Promise<string>;
  open(sealed: string, context: Readonly<Record<string, string>>): Promise<unknown>;
}

export interface AuditEntry {
  readonly findingId: string;
  readonly at: string;
  readonly what: string;
  readonly by: string;
  readonly detail: string;
  /** What a run that is repeated must not tell twice: of a finding's entries with the same word the first one stays. */
  readonly once?: string;
}

/** What an event or a look led to, for `cinch trace`: nothing is decided by it. */
export interface CauseEntry {
  /** CloudTrail's id of the event, or the look's. */
  readonly cause: string;
  /** Canonical name of the call; `Look` for a look. */
  readonly name: string;
  /** When it happened; ISO. */
  readonly at: string;
  readonly by: string | null;
  readonly findingId: string;
  /** What was decided: `fix`, `ask`, `report`, `exempt`; `same` for the same thing again, `resolved` when it is gone. */
  readonly decision: string;
  readonly planId: string | null;
}

/** Why a message failed, for whoever finds it in a dead-letter queue. Nothing of its body. */
export interface FailureNote {
  /** SQS's, which it keeps there. */
  readonly messageId: string;
  /** The error's code, and its words where they are Cinch's own. */
  readonly error: string;
  readonly reason: string | null;
  readonly receives: number;
  readonly at: string;
}

export interface Ledger {
  /** True when this change id has been handled to its end. */
  isHandled(changeId: string): Promise<boolean>;
  /** Remembered for a week, or so many seconds. */
  markHandled(changeId: string, seconds?: number): Promise<void>;

  readFinding(id: string): Promise<Finding | undefined>;
  /** Writes if `finding.version` is still the stored one (0: not stored yet) and returns it with the next version; undefined when somebody was faster. */
  writeFinding(finding: Finding): Promise<Finding | undefined>;
  findingsOfResource(resource: Resource): Promise<Finding[]>;
  /** Every finding that there ever was at a place (its id), the closed ones too, a page at a time. */
  readFindingPage(place: string, from: string | null): Promise<Page<Finding>>;

  readPlan(id: string): Promise<Plan | undefined>;
  /** The same contract as writeFinding. The decision of a click is one such conditional write. */
  writePlan(plan: Plan): Promise<Plan | undefined>;
  /** Plans by status that are due: asked ones past expiry, applied ones to watch, ready/approved/applying ones untouched since `before`. */
  plansByStatus(status: PlanStatus, before: string): Promise<Plan[]>;
  /** Last changed before `before`, and not before `since`; ISO. */
  findingsByStatus(status: FindingStatus, before: string, since?: string): Promise<Finding[]>;
  /** Applied plans whose `watchUntil` is not null. */
  watchedPlans(): Promise<Plan[]>;

  /** True when this holder has the lease now (again, or after it had expired). */
  takeLease(resource: Resource, holder: string, seconds: number): Promise<boolean>;
  releaseLease(resource: Resource, holder: string): Promise<void>;

  readNote(resource: Resource): Promise<ResourceNote | undefined>;
  /** Remembers what is given and keeps what is not (`undefined` fields); moves the function in the role index when its role changed. */
  writeNote(
    resource: Resource,
    note: {
      roleArn?: string;
      createdAt?: string;
      managedBy?: ManagedBy | null;
      aliases?: NonNullable<ResourceNote['aliases']>;
    },
  ): Promise<void>;
  forget(resource: Resource): Promise<void>;
  functionsOfRole(roleArn: string): Promise<Resource<'function'>[]>;

  addExemption(exemption: Exemption): Promise<void>;
  listExemptions(): Promise<Exemption[]>;

  /** The same entry twice is one. */
  audit(entry: AuditEntry): Promise<void>;
  /** Who did what to a finding, oldest first. */
  readAudit(findingId: string): Promise<AuditEntry[]>;
  /** Noted twice it is one. Forgotten after a year. */
  noteCause(entry: CauseEntry): Promise<void>;
  /** The latest counts. */
  noteFailure(note: FailureNote): Promise<void>;
  /** True the first time this id is claimed within `seconds`; false for a replay. */
  claim(id: string, seconds: number): Promise<boolean>;
  /** Gives back what this caller claimed, when nothing came of it. */
  releaseClaim(id: string): Promise<void>;

  /** In no order; those that exist. */
  readFindings(ids: readonly string[]): Promise<Finding[]>;
  readPlans(ids: readonly string[]): Promise<Plan[]>;
  readStorm(id: string): Promise<Storm | undefined>;
  /** The same contract as writeFinding, and so for digests. */
  writeStorm(storm: Storm): Promise<Storm | undefined>;
  readDigest(id: string): Promise<Digest | undefined>;
  writeDigest(digest: Digest): Promise<Digest | undefined>;

  /** What another list was last told of these findings; in no order, and only those that there is a record of. */
  readExported(findingIds: readonly string[]): Promise<Exported[]>;
  writeExported(exported: Exported): Promise<void>;

  /** How far the latest round at a place has come. */
  readRound(place: string): Promise<Round | undefined>;
  /** The same contract as writeFinding. */
  writeRound(round: Round): Promise<Round | undefined>;
  /** Rounds with something left to list that nobody has gone on with since. */
  openRounds(before: string): Promise<Round[]>;

  readLayerUse(place: string): Promise<LayerUse | undefined>;
  /** The same contract as writeFinding. */
  writeLayerUse(use: LayerUse): Promise<LayerUse | undefined>;

  /** The stop switch and every circuit breaker there ever was, also those that are over. */
  readHalts(): Promise<Halt[]>;
  /** The same contract as writeFinding. */
  writeHalt(halt: Halt): Promise<Halt | undefined>;
  /** Counts an automatic fix in its account, once for a plan. `at` is ISO. */
  noteFix(account: string, planId: string, at: string): Promise<void>;
  fixesSince(account: string, since: string): Promise<number>;

  /** A canary of this account arrived, from a region or by way of CloudTrail. Keeps the latest. `at` is ISO. */
  hear(account: string, where: string, at: string): Promise<void>;
  readHeard(account: string): Promise<Readonly<Record<string, string>>>;
  readSelfCheck(): Promise<SelfCheck | undefined>;
  /** The same contract as writeFinding. */
  writeSelfCheck(record: SelfCheck): Promise<SelfCheck | undefined>;
  readAccountCheck(round: string, account: string): Promise<AccountCheck | undefined>;
  /** The same contract as writeFinding. */
  writeAccountCheck(record: AccountCheck): Promise<AccountCheck | undefined>;
  /** Accounts of a round in the order of their ids; `from` is the page's `next` before. */
  readAccountChecks(round: string, from: string | null): Promise<Page<AccountCheck>>;
}

/** Who is in the organization. */
export interface Organization {
  /** Active accounts of the units and of all units below them; kept for some minutes. */
  listAccounts(units: readonly string[]): Promise<readonly string[]>;
}

export interface Queues {
  sendChange(message: ChangeMessage): Promise<void>;
  /** A sweep's looks, in batches. FIFO: one batch of a group at a time, so that one account's AWS is not asked by many at once. */
  sendLooks(messages: readonly LookMessage[], group: string): Promise<void>;
  sendPlace(message: PlaceMessage): Promise<void>;
  /** To the places queue too. */
  sendAccounts(message: AccountsMessage): Promise<void>;
  /** FIFO: one message of a group at a time. */
  sendWork(message: WorkMessage, group: string): Promise<void>;
  /** To who does the work; one layer of a group at a time. */
  sendCleaning(message: CleanLayerMessage, group: string): Promise<void>;
  sendNotice(message: NoticeMessage, group: string): Promise<void>;
}

/** Security Hub of the hub's own account and region. Answers, by id, why AWS refused a finding; it takes at most a hundred. */
export interface SecurityHub {
  /** Makes or updates them. @throws AccessRefused when Security Hub is not enabled or refuses, TryAgain when it is busy */
  importFindings(findings: readonly AsffFinding[]): Promise<ReadonlyMap<string, ExportFailure>>;
  /** What an import can't change once a finding is there. The same errors. */
  setWorkflow(ids: readonly string[], status: WorkflowStatus): Promise<ReadonlyMap<string, ExportFailure>>;
}
/** AWS's code; its message may quote what was sent. */
export type ExportFailure = string;

/** Domain events on the hub bus, `source: cinch`. */
export interface Bus {
  /** Together or, when one was not taken, again by the caller: at most ten. */
  publish(...events: readonly DomainEvent[]): Promise<void>;
}

export interface SlackUser {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  /** Active, human, full member of this workspace: not deleted, bot, guest or from another workspace. */
  readonly mayDecide: boolean;
}

/** The Slack side as flows see it; the only writer to Slack is the notify function. */
export interface Desk {
  /** Posts a card and answers its `ts`. Throws TryAgain with Slack's Retry-After when rate-limited or down. */
  post(channel: string, card: Card): Promise<{ channel: string; ts: string }>;
  update(channel: string, ts: string, card: Card): Promise<void>;
  /** mrkdwn under the card, in its thread; `broadcast` shows it in the channel too. */
  reply(channel: string, ts: string, text: string, broadcast?: boolean): Promise<void>;
  /** Seen by one user only. */
  whisper(channel: string, userId: string, text: string): Promise<void>;
  user(id: string): Promise<SlackUser | undefined>;
  userByEmail(email: string): Promise<SlackUser | undefined>;
  membersOfGroup(groupId: string): Promise<string[]>;

  /** Fills a modal that is open. Nothing happens when its reader has closed it. */
  updateView(viewId: string, view: object): Promise<void>;
  /** An answer to a slash command that only its giver sees; mrkdwn. Good five times within half an hour. */
  respond(responseUrl: string, text: string): Promise<void>;
}

/** What Secrets Manager holds for Slack, as JSON. */
export interface SlackSecret {
  readonly signingSecret: string;
  readonly botToken: string;
}

export interface SlackSecretSource {
  /** Reads it once and keeps it. */
  read(): Promise<SlackSecret>;
  /** Reads it again, at most once a minute: for when Slack no longer takes what we have (it was rotated). */
  refresh(): Promise<SlackSecret>;
}

/** A rendered message: Block Kit blocks and the fallback text. */
export interface Card {
  readonly text: string;
  readonly blocks: readonly object[];
}

export interface World {
  readonly clock: Clock;
  readonly log: Log;
  readonly config: ConfigSource;
  readonly configHistory: ConfigHistory;
  readonly ledger: Ledger;
  readonly queues: Queues;
  readonly bus: Bus;
  readonly reader: Reader;
  readonly organization: Organization;
  readonly steps: StepRunner;
  readonly layers: LayerCleaner;
  readonly vault: Vault;
  readonly desk: Desk;
}
