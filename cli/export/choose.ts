import { FINDING_STATES, FINDING_STATUSES, type Finding, type FindingStatus, STATE_OF } from '../../shared/model/finding.ts';
import { SEVERITIES, type Severity } from '../../shared/model/rule.ts';
import { RULES } from '../../shared/rules/index.ts';
import { BadInput } from '../frame/bad-input.ts';
import { nearest } from '../frame/nearest.ts';
import { chooseRules } from '../rules/choose.ts';
import type { FindingsOptions } from './command.ts';

/** What to read, and what of it to show. */
export interface Choice {
  readonly statuses: readonly FindingStatus[];
  /** ISO; undefined for everything. */
  readonly since: string | undefined;
  shows(finding: Finding): boolean;
}

/** @throws BadInput for a word that means nothing, with the one that comes nearest. */
export function readChoice(options: FindingsOptions, now: Date): Choice {
  const { severity, account } = options;
  for (const id of account ?? []) if (!/^\d{12}$/.test(id)) throw new BadInput(id, 'an account has 12 digits');
  const severities = severity?.map((word) => oneOf('--severity', word, SEVERITIES));
  const rules = options.rules && new Set(chooseRules(RULES, options.rules).map(({ id }) => id));
  return {
    statuses: statusesOf(options.status ?? ['open']),
    since: options.since === undefined ? undefined : readTime(options.since, now),
    shows: (finding) =>
      (severities === undefined || severities.includes(finding.severity)) &&
      (account === undefined || account.includes(finding.resource.account)) &&
      (rules === undefined || rules.has(finding.ruleId)),
  };
}

const WORDS = [...FINDING_STATES, 'all', ...FINDING_STATUSES] as const;

/** Also where nothing is left: an option that is given twice is no less than given once. */
function statusesOf(words: readonly string[]): FindingStatus[] {
  const asked = new Set<string>(words.map((word) => oneOf('--status', word, WORDS)));
  // `resolved` is a state and a status: the state is meant, which has both that end a violation.
  return FINDING_STATUSES.filter((status) => asked.has('all') || asked.has(status) || asked.has(STATE_OF[status]));
}

function oneOf<T extends string>(option: string, word: string, known: readonly T[]): T {
  const found = known.find((one) => one === word.toLowerCase());
  if (found) return found;
  const near = nearest(word.toLowerCase(), known);
  throw new BadInput(option, `${word} is none of ${known.join(', ')}${near === undefined ? '' : `: ${near}?`}`);
}

const HOURS = { h: 1, d: 24 } as const;

function readTime(text: string, now: Date): string {
  const [, count, unit] = /^(\d{1,5})([hd])$/.exec(text) ?? [];
  if (count && unit) return new Date(now.getTime() - Number(count) * HOURS[unit as keyof typeof HOURS] * 3_600_000).toISOString();
  // A date alone is UTC's; a time without a zone would be this machine's.
  const time = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/.test(text) ? new Date(text) : undefined;
  if (!time || Number.isNaN(time.getTime()) || !time.toISOString().startsWith(text.slice(0, 10)))
    throw new BadInput('--since', `${text} is neither a date as 2027-01-31, a time as 2027-01-31T08:00Z, nor 24h or 7d`);
  return time.toISOString();
}

const RANK = new Map<Severity, number>(SEVERITIES.map((severity, index) => [severity, index]));

/** The worst first, of those the latest: the same ledger always prints the same. */
export const inOrder = (findings: readonly Finding[]): Finding[] =>
  [...findings].sort(
    (one, other) =>
      (RANK.get(one.severity) ?? 0) - (RANK.get(other.severity) ?? 0) ||
      other.updatedAt.localeCompare(one.updatedAt) ||
      one.id.localeCompare(other.id),
  );
