import { approvalRule, decideApprovals, type Matter } from '../../shared/config/approval-rules.ts';
import { decideChannel, ownerOf } from '../../shared/config/channels.ts';
import { type Decided, pathText } from '../../shared/config/last-word.ts';
import type { LoadedConfig } from '../../shared/config/load.ts';
import { decideFields, decideMode, policyFor } from '../../shared/config/resolve.ts';
import type { Config } from '../../shared/config/schema.ts';
import { type Action, decide } from '../../shared/engine/decide.ts';
import { fitOfWaiver, isExpired, judgeExemption } from '../../shared/engine/exemptions.ts';
import type { Resource } from '../../shared/model/resource.ts';
import type { AnyRule, Severity, Violation } from '../../shared/model/rule.ts';
import { isUnknown } from '../../shared/model/unknown.ts';
import { judgeExample } from '../../shared/rules/parts/example-context.ts';
import type { ExplainDocument, ExplainedDecision } from './document.ts';
import { explained, lineOf } from './lines.ts';
import { type AskedPlace, notesOf } from './place.ts';

/** What becomes of a rule's findings at a place, with the lines that say so: the bot's own decisions, asked for in advance. Pure. */
export function explain(
  loaded: LoadedConfig,
  rule: AnyRule,
  severity: Severity,
  place: AskedPlace,
  now: string,
): ExplainDocument {
  const { config } = loaded;
  const found = rule.examples.violates.flatMap((example) => {
    const violation = judgeExample(rule, example);
    return violation ? [{ name: example.name, violation }] : [];
  });
  const { account, unit, region, tags, resource, inOrganization } = place;
  const decisions = decisionsOf(
    loaded,
    rule,
    severity,
    place,
    found.map(({ violation }) => violation),
  );
  const exemptions = exemptionsOf(loaded, rule, place, now);
  const goesByTags = decisions.some(({ doubts }) => doubts.length > 0) || exemptions.some((one) => /tags: /.test(one.scope));
  return {
    rule: rule.id,
    severity,
    place: {
      account: account || null,
      unit: unit ?? null,
      region: region ?? null,
      tags: tags ?? null,
      resource: resource?.arn ?? null,
      units: inOrganization && !isUnknown(inOrganization) ? [...inOrganization.units] : null,
    },
    decisions,
    exemptions,
    outcomes: outcomesOf(config, { ...rule, severity }, place, found, now),
    notes: notesOf(config, place, goesByTags && !tags),
  };
}

function decisionsOf(
  loaded: LoadedConfig,
  { id }: AnyRule,
  severity: Severity,
  place: AskedPlace,
  violations: readonly Violation[],
): ExplainedDecision[] {
  const { config } = loaded;
  const steps = violations.flatMap(({ remedy }) => (remedy.kind === 'steps' ? remedy.steps : []));
  const { account, tagOf, tags } = place;
  const matter: Matter = { account, severity, steps, isEscalated: false, ruleId: id, tagOf };
  const owner = tags ? ownerOf(config.ownerTags, tags) : null;
  const fields = decideFields(config, place).map((field) => explained(loaded, pathText(field.path.slice(-2)), field));
  return [
    explained(loaded, 'mode', decideMode(config, place)),
    ...approvalsOf(loaded, matter),
    explained(loaded, 'channel', decideChannel(config, { account, severity, owner, ruleId: id, tagOf })),
    explained(loaded, 'asksFrom', plain(['slack', 'asksFrom'], config.slack.asksFrom)),
    ...fields.map((field) => ({ ...field, setting: settingOf(field.path) })).filter(isWorthSaying),
  ];
}

const plain = <T>(path: readonly string[], value: T): Decided<T> => ({ path, value, over: [], doubts: [] });

/** `overrides[2].timeout.ceilingSeconds` is about `timeout.ceilingSeconds`. */
const settingOf = (path: string): string => path.replace(/^overrides\[\d+\]\./, '');

/** What a remedy might need and nobody has set says nothing. */
const isWorthSaying = ({ setting, line }: ExplainedDecision): boolean => !setting.startsWith('remedies.') || line !== null;

/** One line decides on both; where it says nothing of one, that is as for everything. */
function approvalsOf(loaded: LoadedConfig, matter: Matter): ExplainedDecision[] {
  const { config } = loaded;
  const decided = decideApprovals(config, matter);
  const rule = approvalRule(config, matter);
  const common = { path: ['slack', 'approvers'], value: config.slack.approvers } as const;
  const approvers = ({ path, value }: (typeof decided.over)[number]) =>
    value?.approvers ? { path: [...path, 'approvers'], value: value.approvers } : common;
  const needed = ({ path, value }: (typeof decided.over)[number]) => ({ path: [...path, 'needed'], value: value?.needed ?? 1 });
  const count = needed(decided);
  return [
    explained(loaded, 'approvers', {
      ...approvers(decided),
      over: decided.over.map(approvers),
      doubts: decided.doubts.map(approvers),
    }),
    {
      ...explained(loaded, 'approvals needed', {
        ...count,
        over: decided.over.filter(({ value }) => value?.needed !== undefined).map(needed),
        doubts: decided.doubts.map(needed),
      }),
      value: rule.needed,
    },
  ];
}

function exemptionsOf(loaded: LoadedConfig, rule: AnyRule, place: AskedPlace, now: string): ExplainDocument['exemptions'] {
  return loaded.config.exemptions.flatMap((waiver, index) => {
    if (isExpired(waiver.expires, now)) return [];
    // Without a resource it can't be said whether it is the one that the exemption names.
    const named = { arn: place.resource?.arn ?? waiver.resource ?? '' };
    const fit = fitOfWaiver(waiver, rule.id, named, place);
    if (fit === 'no') return [];
    const { owner, reason, expires } = waiver;
    const { path, line, scope } = lineOf(loaded, { path: ['exemptions', index], value: null });
    const applies = fit === 'maybe' || (waiver.resource !== undefined && !place.resource) ? 'maybe' : 'yes';
    const words = [waiver.resource && `resource: ${waiver.resource}`, scope].filter(Boolean).join('; ');
    return [{ path, line, scope: words, owner, reason, expires, applies }];
  });
}

type Found = { readonly name: string; readonly violation: Violation };

/** Each example of the rule goes through the bot's own decision, as a finding that is new; then again as if a deploy tool owned the resource. */
function outcomesOf(
  config: Config,
  rule: AnyRule,
  place: AskedPlace,
  found: readonly Found[],
  now: string,
): ExplainDocument['outcomes'] {
  const policy = policyFor(config, rule, place);
  const resource = place.resource ?? ({ arn: '' } as Resource);
  const exemption = judgeExemption(rule.id, resource, config.exemptions, undefined, now, place);
  const decided = (owned: boolean) =>
    found.map(({ name, violation }) => {
      const managedBy = owned ? ({ tool: 'CloudFormation', stack: null } as const) : null;
      const { action, reason } = decide({
        ...policy,
        violation,
        fingerprint: '',
        exemption,
        previous: undefined,
        now,
        managedBy,
      });
      return { name, action, reason };
    });
  const free = decided(false);
  const owned = decided(true).filter(({ action }, index) => action !== free[index]?.action);
  return [...grouped(free, false, found.length), ...grouped(owned, true, found.length)];
}

interface OneOutcome {
  readonly name: string;
  readonly action: Action;
  readonly reason: string | null;
}

function grouped(all: readonly OneOutcome[], owned: boolean, outOf: number): ExplainDocument['outcomes'] {
  const groups = new Map<string, OneOutcome[]>();
  for (const one of all) {
    const key = `${one.action} ${one.reason}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const examples = group.length === outOf ? [] : group.map(({ name }) => name);
    return [{ action: first.action, reason: first.reason, examples, owned }];
  });
}
