import type { EvaluationContext } from '../engine/evaluate.ts';
import { type Fields, isFields, optionalFields } from '../events/fields.ts';
import { parseEvent } from '../events/parse.ts';
import { isOwnChange } from '../events/principal.ts';
import type { Change } from '../model/change.ts';
import { MalformedInput } from '../model/errors.ts';
import type { Resource } from '../model/resource.ts';
import type { AnyRule, RuleSettings } from '../model/rule.ts';
import { isUnknown } from '../model/unknown.ts';
import { tellOfApi } from './replay-api-calls.ts';
import { judgeDocumentsOf } from './replay-documents.ts';
import { joinFindings, type ReplayFinding } from './replay-findings.ts';
import { type Halves, type Telling, tellOfFunction } from './replay-function-calls.ts';
import { type MendedRecord, mendRecord } from './replay-record.ts';
import { tellOfPolicy, tellOfRole } from './replay-role-calls.ts';
import { judgeByRules } from './replay-rules.ts';
import { joinFacts, type ReplayState } from './replay-state.ts';

export interface ReplayOptions {
  /** Those to judge by. */
  readonly rules: readonly AnyRule[];
  readonly settings: RuleSettings;
  /** Where they differ from rule to rule. */
  readonly settingsOf?: EvaluationContext['settings'];
  /** Facts that the record does not tell. */
  readonly state?: ReplayState;
  /** Session names and principal ARNs whose changes are the bot's own, besides Cinch's roles. */
  readonly self?: readonly string[];
  /** ISO; the event's own time unless given. */
  readonly now?: string;
}

export interface ReplayedChange {
  /** Canonical event name. */
  readonly name: string;
  readonly kind: Resource['kind'] | 'policy';
  /** ARN of what was changed, or null when the record does not tell. */
  readonly resource: string | null;
  /** Everything that Cinch would look at, by ARN. */
  readonly resources: readonly string[];
  readonly account: string;
  readonly region: string;
  /** ARN, or `unknown`. */
  readonly principal: string;
}

/** What the bot would do with one recorded event, as far as the record alone tells. */
export interface Replay {
  readonly outcome: 'relevant' | 'ignored' | 'malformed';
  /** One sentence without a full stop. */
  readonly reason: string;
  /** Null unless relevant. */
  readonly change: ReplayedChange | null;
  readonly findings: readonly ReplayFinding[];
  /**
   * What the live state must tell: facts that the call can have changed for the worse and that neither the record nor the given state tells,
   * and those that decide whether what is told is wrong.
   */
  readonly lookup: readonly string[];
  /** Ids of the rules that read what the call changed, need more than is known, and found nothing yet. */
  readonly unknown: readonly string[];
}

/** A file that holds no JSON. */
export const replayUnreadable = (why: string): Replay => nothing('malformed', why);

/** Judges a recorded event without AWS. Never throws: what can't be read is answered as malformed. */
export function replayEvent(event: unknown, options: ReplayOptions): Replay {
  try {
    const record = mendRecord(event);
    const parsed = parseEvent(record.event);
    if (parsed.kind === 'ignored') return nothing('ignored', parsed.reason);
    if (isOwn(parsed.change, options.self ?? [])) return nothing('ignored', "the bot's own change");
    return replayChange(parsed.change, halvesOf(record.event), record, options);
  } catch (error) {
    if (error instanceof MalformedInput) return nothing('malformed', error.message);
    throw error;
  }
}

const nothing = (outcome: 'ignored' | 'malformed', reason: string): Replay => ({
  outcome,
  reason,
  change: null,
  findings: [],
  lookup: [],
  unknown: [],
});

const isOwn = (change: Change, self: readonly string[]): boolean =>
  isOwnChange(change) || self.some((name) => name === change.principal.arn || name === change.principal.session);

function halvesOf(event: unknown): Halves {
  const detail = isFields(event) ? optionalFields(event, 'detail', 'detail') : undefined;
  const half = (key: string): Fields | undefined => detail && optionalFields(detail, key, `detail.${key}`);
  return { request: half('requestParameters'), response: half('responseElements') };
}

function replayChange(change: Change, halves: Halves, record: MendedRecord, options: ReplayOptions): Replay {
  const resource = record.unnamed ? undefined : change.resources[0];
  const kind = record.unnamed ? 'role' : (resource?.kind ?? 'policy');
  const arn = resource?.arn ?? change.policyArn;
  const { touches, told } = tell(kind, change.name, halves);
  const given = (resource && options.state?.get(resource.arn)) ?? {};
  const state = joinFacts(given, told);
  const documents = judgeDocumentsOf(change.name, halves, told, { ...options.settings, account: change.account });
  const ruled = resource ? judgeByRules(resource, touches, state, change, options) : { outcomes: [], lookup: [] };
  // What a document proves by itself is in no doubt.
  const doubts = documents.findings.length > 0 ? [] : ruled.lookup;
  const isMissing = (fact: string): boolean => !(fact in state) || isUnknown(state[fact]);
  const missing = touches.filter((fact) => isMissing(fact) && !documents.settles.includes(fact));
  const findings = joinFindings(documents.findings, ruled.outcomes, arn, options.rules);
  const isSaid = (rule: string): boolean => findings.some((finding) => finding.rule === rule);
  return {
    outcome: 'relevant',
    reason: [
      reasonOf(change.name, touches, `the ${kind} ${resource?.name ?? change.policyArn ?? ''}`.trim()),
      ...record.notes,
    ].join('; '),
    change: {
      name: change.name,
      kind,
      resource: arn,
      resources: record.unnamed ? [] : change.resources.map((one) => one.arn),
      account: change.account,
      region: change.region,
      principal: change.principal.arn,
    },
    findings,
    lookup: [...new Set([...missing, ...documents.lookup.filter((fact) => !(fact in given)), ...doubts])],
    unknown: ruled.outcomes.flatMap(({ result, rule }) => (result === 'unknown' && !isSaid(rule.id) ? [rule.id] : [])),
  };
}

function tell(kind: ReplayedChange['kind'], name: string, halves: Halves): Telling {
  if (kind === 'function') return tellOfFunction(name, halves);
  if (kind === 'api') return tellOfApi(name, halves);
  return kind === 'role' ? tellOfRole(name, halves) : tellOfPolicy(name, halves);
}

const TAKES_AWAY = /^(Delete|Remove|Detach|Disassociate)/;

function reasonOf(name: string, touches: readonly string[], what: string): string {
  if (touches.length > 0) return `${name}: ${what} is judged again`;
  return TAKES_AWAY.test(name)
    ? `${name} only takes away: it can close findings and opens none`
    : `${name} changes nothing that a rule reads`;
}
