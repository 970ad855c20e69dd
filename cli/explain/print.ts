import { type Colours, colourOfSeverity } from '../frame/colours.ts';
import { harmless, wrapped } from '../frame/table.ts';
import type { ExplainDocument, ExplainedDecision, ExplainedLine } from './document.ts';

const ACTION_WORDS: Readonly<Record<ExplainDocument['outcomes'][number]['action'], string>> = {
  fix: 'fixed at once',
  ask: 'asked about',
  report: 'reported, nothing else',
  exempt: 'left alone: exempt',
  leave: 'not looked at',
};

/** The answer for people: what happens first, then why, line by line. */
export function explanation(document: ExplainDocument, file: string, colours: Colours, width: number): string {
  const { rule, severity, exemptions, notes } = document;
  const title = (text: string): string => colours.bold(text);
  return [
    `${title(rule)}  ${colourOfSeverity(severity, colours)(severity)}`,
    harmless(placeWords(document)),
    '',
    title('What happens'),
    ...outcomeLines(document, width),
    '',
    title('Decided by'),
    ...document.decisions.filter(isTold).flatMap((decision) => decisionLines(decision, file, colours)),
    ...(exemptions.length > 0 ? ['', title('Exemptions')] : []),
    ...exemptions.flatMap(({ applies, owner, reason, expires, ...line }) => [
      harmless(`  ${applies === 'yes' ? 'exempt' : 'perhaps exempt'} until ${expires} by ${owner}: ${reason}`),
      colours.dim(harmless(`      ${placeOf(line, file)}`)),
    ]),
    '',
    ...notes.flatMap((note) => wrapped(note, width)),
  ].join('\n');
}

/** There are many remedies, and most are said once for everything: the JSON has them. */
const isTold = ({ setting, scope, over, doubts }: ExplainedDecision): boolean =>
  !setting.startsWith('remedies.') || scope !== '' || over.length > 0 || doubts.length > 0;

function placeWords({ place: { account, unit, region, tags, resource } }: ExplainDocument): string {
  const told = tags && Object.entries(tags).map(([name, value]) => `${name}=${value}`);
  return [
    resource,
    account ? `account ${account}` : 'any account',
    unit && `unit ${unit}`,
    region,
    told ? (told.length > 0 ? `tags ${told.join(', ')}` : 'no tags') : 'tags not known',
  ]
    .filter(Boolean)
    .join(', ');
}

function outcomeLines({ outcomes, decisions }: ExplainDocument, width: number): string[] {
  const common = outcomes.filter(({ owned }) => !owned).toSorted((one, other) => other.examples.length - one.examples.length);
  const owned = outcomes.filter((one) => one.owned);
  return [...common, ...owned].flatMap((outcome, index) => {
    const { action, reason } = outcome;
    const asked = action === 'ask' ? ` ${askedWords(decisions)}` : '';
    const why = reason ? ` Why not more: ${reason.replace(/\.$/, '')}.` : '';
    return indented(`${whenWords(outcome, index)}: ${ACTION_WORDS[action]}${asked}.${why}`, width).map(harmless);
  });
}

/** The rule's examples stand for what may be found. What most of them end in is not listed. */
function whenWords({ examples, owned }: ExplainDocument['outcomes'][number], index: number): string {
  if (owned) return 'Where a deploy tool owns the resource';
  if (examples.length === 0) return 'A finding';
  return index === 0 && examples.length > 2 ? 'As a rule' : examples.join('; ');
}

function askedWords(decisions: readonly ExplainedDecision[]): string {
  const value = (setting: string): unknown => decisions.find((one) => one.setting === setting)?.value;
  return `in ${value('channel')}, approved by ${value('approvals needed')} of ${valueWords('approvers', value('approvers'))}`;
}

const indented = (text: string, width: number): string[] =>
  wrapped(text, width - 4).map((line, index) => `${index === 0 ? '  ' : '    '}${line}`);

function decisionLines(decision: ExplainedDecision, file: string, colours: Colours): string[] {
  const { setting, over, doubts } = decision;
  const words = (line: ExplainedLine): string => valueWords(setting, line.value);
  return [
    harmless(`  ${setting}: ${words(decision)}`),
    colours.dim(harmless(`      decided by ${placeOf(decision, file)}`)),
    ...over.toReversed().map((line) => colours.dim(harmless(`      in place of ${words(line)}: ${placeOf(line, file)}`))),
    ...doubts.map((line) => colours.yellow(harmless(`      by tags, perhaps ${words(line)}: ${placeOf(line, file)}`))),
  ];
}

/** `cinch.yaml:41 overrides[1].mode (units: shop)` */
const placeOf = ({ line, path, scope }: Omit<ExplainedLine, 'value'>, file: string): string =>
  [line === null ? `the default of ${path}` : `${file}:${line} ${path}`, scope && `(${scope})`].filter(Boolean).join(' ');

interface Approvers {
  readonly users: readonly string[];
  readonly group?: string;
  readonly emails: readonly string[];
}

function valueWords(setting: string, value: unknown): string {
  if (setting === 'approvers') {
    const { users, group, emails } = value as Approvers;
    return [...users, ...(group ? [`group ${group}`] : []), ...emails].join(', ') || 'nobody';
  }
  if (value === null) return 'nothing';
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join(', ') || 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
