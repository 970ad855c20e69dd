import { checklistItem } from '../checklists/index.ts';
import { type Finding, UNJUDGED } from '../model/finding.ts';
import type { ResourceKind } from '../model/resource.ts';
import type { AnyRule } from '../model/rule.ts';

/** What the formats have in common. Nothing here is made of anything but a finding, which holds names, paths and counts. */

/** What is told of a rule. */
export type RuleWords = Pick<AnyRule, 'id' | 'title' | 'checklist'>;

/** Whether a rule says anything against the resource: what could not be judged is neither. */
export const isJudged = ({ reason, status }: Finding): boolean => status !== 'reported' || reason !== UNJUDGED;

/** A finding outlives its rule, which a later version of Cinch may not have any more. */
export const titleOf = (finding: Finding, rule: RuleWords | undefined): string => rule?.title ?? finding.ruleId;

const KIND_WORDS: { readonly [K in ResourceKind]: string } = {
  function: 'Function',
  role: 'Role',
  api: 'API',
  user: 'User',
};

/** `Function orders in account 222222222222, eu-central-1: anybody may invoke it.` */
export function descriptionOf({ resource, summary }: Finding): string {
  const { kind, name, account, region } = resource;
  return `${KIND_WORDS[kind]} ${name} in account ${account}, ${region}: ${summary}.`;
}

export const evidenceLines = ({ evidence }: Finding): string[] =>
  evidence.map(({ path, found, expected }) => `${path}: ${found}${expected === undefined ? '' : ` (expected: ${expected})`}`);

/** Who made the change: principal and session. */
export const authorOf = ({ author }: Finding): string | null =>
  author ? [author.arn, author.session].filter((part) => part !== null).join('/') : null;

/** `Security Hub FSBP/Lambda.1`: the lists' items that a rule meets. */
export function requirementsOf(rule: RuleWords | undefined): string[] {
  return (rule?.checklist ?? []).flatMap((id) => {
    const item = checklistItem(id);
    return item ? [`${item.list}/${id.replace(/^[a-z]+\d*-/, '')}`] : [];
  });
}

export const standardsOf = (rule: RuleWords | undefined): string[] => [
  ...new Set((rule?.checklist ?? []).flatMap((id) => checklistItem(id)?.list ?? [])),
];

/** At most so many characters, with an ellipsis where something is missing; never half of a surrogate pair. */
export function cut(text: string, characters: number): string {
  if (text.length <= characters) return text;
  return `${text.slice(0, characters - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** A rule's part of the page that `exports.rulesUrl` names. */
export const ruleUrl = (rulesUrl: string, ruleId: string): string => `${rulesUrl}#${ruleId}`;
