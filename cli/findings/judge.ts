import { liveTags } from '../../shared/config/place.ts';
import { evaluateRules, type Outcome } from '../../shared/engine/evaluate.ts';
import { judgeExemption } from '../../shared/engine/exemptions.ts';
import { canonicalJson, shortHash } from '../../shared/engine/fingerprint.ts';
import type { Resource } from '../../shared/model/resource.ts';
import type { Evidence, RuleContext } from '../../shared/model/rule.ts';
import { isUnknown } from '../../shared/model/unknown.ts';
import { EXEMPT_TAG } from '../../shared/names.ts';
import type { ExemptEntry, FindingEntry, ResourceEntry, UnknownEntry } from './document.ts';
import { entailedViolation } from './entailed.ts';
import { closestPlace } from './place.ts';
import { commonRemedy, remedyOf } from './remedy.ts';
import type { Standards } from './standards.ts';

/** One resource to judge, from a template or an account. */
export interface Subject {
  readonly resource: Resource;
  /** Each fact, or why it is not known. */
  readonly state: object;
  readonly place?: { readonly file: string; readonly line: number; readonly column: number };
  /** Where a fact is told; the resource's own place for one that is not written down. */
  readonly placeOfFact?: (fact: string) => { readonly line: number; readonly column: number };
  readonly logicalId?: string;
  /** A CDK construct's path. */
  readonly path?: string;
}

export interface Judged {
  readonly findings: readonly FindingEntry[];
  readonly unknown: readonly UnknownEntry[];
  readonly exempt: readonly ExemptEntry[];
  /** It went away before it was read, so nothing was judged. */
  readonly isGone?: true;
}

/** Judges a resource by every rule that looks at it. Pure. */
export function judgeSubject(subject: Subject, standards: Standards, now: string): Judged {
  const { resource, state } = subject;
  const tagOf = liveTags(tagsOf(state));
  const settings = standards.settingsAt(resource.account, tagOf);
  const rules = standards.rulesFor(resource).filter((rule) => standards.isOn(rule, resource.account, tagOf));
  const outcomes = evaluateRules(rules, resource, state, { settings, now });
  const judged = { findings: [] as FindingEntry[], unknown: [] as UnknownEntry[], exempt: [] as ExemptEntry[] };
  for (const outcome of outcomes) {
    const { rule } = outcome;
    const at = { id: rule.id, ...subject.place, resource: entryOf(subject) };
    const found = foundBy(outcome, subject, { settings: typeof settings === 'function' ? settings(rule) : settings, now });
    if (!found) {
      if (outcome.result === 'unknown') judged.unknown.push({ ...at, why: [...outcome.why] });
      continue;
    }
    const verdict = judgeExemption(
      rule.id,
      resource,
      standards.exemptions,
      tagsOf(state)?.[EXEMPT_TAG],
      now,
      standards.placeOf(resource.account, rule.id, tagOf),
    );
    if (verdict.kind === 'exempt') {
      const { owner, reason, expires } = verdict.exemption;
      judged.exempt.push({ ...at, owner, reason, expires });
      continue;
    }
    const advice = verdict.kind === 'unreadable' ? [...found.advice, verdict.why] : found.advice;
    judged.findings.push({ ...at, severity: rule.severity, ...closestPlace(subject, rule, found.evidence), ...found, advice });
  }
  return judged;
}

type Found = Pick<FindingEntry, 'message' | 'evidence' | 'advice' | 'remedy' | 'fingerprint'>;

/** What is wrong, told by what is known; also where what isn't known would make no difference. */
function foundBy(outcome: Outcome, { resource, state }: Subject, context: Omit<RuleContext, 'resource'>): Found | undefined {
  const { rule } = outcome;
  if (outcome.result === 'violation') {
    const { summary, evidence, advice = [], remedy } = outcome.violation;
    return { ...texts(summary, evidence, advice), remedy: remedyOf(remedy), fingerprint: outcome.fingerprint };
  }
  const entailed = outcome.result === 'unknown' ? entailedViolation(rule, resource, state, context) : undefined;
  if (!entailed) return undefined;
  const { summary, evidence, unknown, violations } = entailed;
  const advice = [...entailed.advice, `It is so whatever these are, which are not known here: ${unknown.join(', ')}.`];
  const remedy = commonRemedy(
    rule,
    unknown,
    violations.map((one) => remedyOf(one.remedy)),
  );
  const fingerprint = shortHash(canonicalJson([rule.id, resource.arn, evidence]));
  return { ...texts(summary, evidence, advice), remedy, fingerprint };
}

const texts = (message: string, evidence: readonly Evidence[], advice: readonly string[]) => ({
  message,
  evidence: evidence.map((one) => ({ ...one })),
  advice: [...advice],
});

function entryOf({ resource, logicalId, path }: Subject): ResourceEntry {
  const { kind, name, arn, account, region } = resource;
  return {
    kind,
    name,
    arn,
    account,
    region,
    ...(logicalId === undefined ? {} : { logicalId }),
    ...(path === undefined ? {} : { path }),
  };
}

/** Undefined when they are not known; a tag whose value is none counts as not there. */
function tagsOf(state: object): Readonly<Record<string, string>> | undefined {
  const { tags } = state as { tags?: unknown };
  if (typeof tags !== 'object' || tags === null || isUnknown(tags)) return undefined;
  return Object.fromEntries(Object.entries(tags).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
