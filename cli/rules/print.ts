import { counted } from '../../shared/rules/parts/words.ts';
import { type Colours, colourOfSeverity } from '../frame/colours.ts';
import { plainTable, wrapped } from '../frame/table.ts';
import type { RuleEntry } from './document.ts';

const RISK_WORDS: Readonly<Record<RuleEntry['remedy']['risk'], string>> = {
  safe: 'safe',
  approval: 'approval',
  'by-hand': 'by hand',
};

const HEAD = ['rule', 'severity', 'resource', 'remedy'];
/** With less room than this beside the other columns a title is not told by its beginning, and stands below them. */
const ROOM_FOR_TITLE = 60;

/** The catalogue, a line a rule where the terminal is wide enough. */
export function rulesTable(rules: readonly RuleEntry[], colours: Colours, width: number): string {
  const rows = rules.map((rule) => [
    rule.id,
    colourOfSeverity(rule.severity, colours)(rule.severity),
    rule.resource,
    RISK_WORDS[rule.remedy.risk],
    rule.title,
  ]);
  const before = Math.max(...rules.map(({ id }) => id.length)) + '  severity  resource  approval  '.length;
  const table =
    width - before >= ROOM_FOR_TITLE
      ? plainTable([...HEAD, 'a resource that passes'], rows, colours, width)
      : plainTable(
          HEAD,
          rows.map((row) => row.slice(0, -1)),
          colours,
        ).flatMap((line, index) => [
          line,
          ...wrapped(rules[index - 1]?.title ?? 'a resource that passes', width - 4).map((title) => `    ${colours.dim(title)}`),
        ]);
  return [...table, '', `${counted(rules.length, 'rule')}. 'cinch rules <id>' shows one with its examples.`].join('\n');
}

export function rulesMarkdown(rules: readonly RuleEntry[]): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  return [
    '| rule | severity | resource | remedy | a resource that passes | checklists |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rules.map((rule) => {
      const lists = rule.checklist.map(({ id }) => `\`${id}\``).join(', ');
      return `| \`${rule.id}\` | ${rule.severity} | ${rule.resource} | ${RISK_WORDS[rule.remedy.risk]} | ${cell(rule.title)} | ${lists} |`;
    }),
  ].join('\n');
}

/** One rule with everything there is to say of it. */
export function rulePage(rule: RuleEntry, colours: Colours, width: number): string {
  const steps = rule.remedy.steps.length > 0 ? `${rule.remedy.steps.join(', ')} (${RISK_WORDS[rule.remedy.risk]})` : 'by hand';
  const list = (title: string, items: readonly string[]): string[] => [
    colours.bold(title),
    ...items.flatMap((item) => wrapped(item, width - 4).map((line, index) => `${index === 0 ? '  - ' : '    '}${line}`)),
    '',
  ];
  return [
    `${colours.bold(rule.id)}  ${colourOfSeverity(rule.severity, colours)(rule.severity)}`,
    ...wrapped(`${rule.title}.`, width),
    '',
    `${colours.bold('Judges')}  each ${rule.resource}`,
    `${colours.bold('Remedy')}  ${steps}`,
    ...wrapped(`Needs   ${rule.needs.join(', ')}`, width - 8).map((line, index) =>
      index === 0 ? line.replace('Needs', colours.bold('Needs')) : `        ${line}`,
    ),
    '',
    ...list(
      'Meets',
      rule.checklist.map(({ id, list: name, title }) => `${id}: ${title} (${name})`),
    ),
    ...list('Passes', rule.examples.passes),
    ...list(
      'Violates',
      rule.examples.violates.map(({ name, message }) => `${name}: ${message}`),
    ),
  ]
    .join('\n')
    .trimEnd();
}
