import type { AnyRule, Remedy } from '../../shared/model/rule.ts';
import { STEP_ROWS, type StepKind, type StepRow } from '../../shared/model/step.ts';
import { judgeExample } from '../../shared/rules/parts/example-context.ts';
import type { FoundRule } from './find-rules.ts';

/** docs/remedies.md: what Cinch does about each rule, and how each change is taken back. The remedies are those that the rules' examples lead to. */
export function remediesPage(rules: readonly FoundRule[]): string {
  const remedies = new Map(rules.map(({ rule }) => [rule.id, remediesOf(rule)]));
  return [
    '# Remedies',
    '',
    'Written by `npm run generate` from `shared/rules/` and `shared/model/steps/`. *safe* may run by itself where the mode is `fix`; *approval* always waits for a click. Every change is written down first, verified after, and can be undone; where it can not, it says so and two people must approve.',
    '',
    '## By rule',
    '',
    '| rule | remedy | risk | permissions | undo |',
    '| --- | --- | --- | --- | --- |',
    ...rules.flatMap(({ rule }) => ruleRows(rule, remedies.get(rule.id) ?? [])),
    '',
    '## By change',
    '',
    ...(Object.entries(STEP_ROWS) as [StepKind, StepRow][]).flatMap(([kind, row]) =>
      stepSection(
        kind,
        row,
        rules.filter(({ rule }) => kindsOf(remedies.get(rule.id) ?? []).includes(kind)).map(({ rule }) => rule.id),
      ),
    ),
  ].join('\n');
}

const remediesOf = (rule: AnyRule): Remedy[] =>
  rule.examples.violates.flatMap((example) => judgeExample(rule, example)?.remedy ?? []);

const kindsOf = (remedies: readonly Remedy[]): StepKind[] => [
  ...new Set(remedies.flatMap((remedy) => (remedy.kind === 'steps' ? remedy.steps.map(({ kind }) => kind) : []))),
];

/** One row a kind of change, and one for what people must do where there is none or it would not be safe. */
function ruleRows(rule: AnyRule, remedies: readonly Remedy[]): string[] {
  const link = `[${rule.id}](rules.md#${rule.id})`;
  const steps = kindsOf(remedies).map((kind) => {
    const row = STEP_ROWS[kind];
    const always = remedies.every((remedy) => remedy.kind !== 'steps' || remedy.approvalBecause !== undefined);
    const risk = row.risk === 'safe' && !always ? 'safe' : 'approval';
    return `| ${link} | [${row.title}](#${kind}) | ${risk} | ${actionsOf(row).length} actions, family \`${row.family}\` | ${cell(row.undo)} |`;
  });
  const manual = remedies.find((remedy) => remedy.kind === 'manual');
  if (manual?.kind !== 'manual') return steps;
  const when = steps.length > 0 ? 'else by hand' : 'by hand';
  return [...steps, `| ${link} | ${when}: ${cell(manual.instructions)} | | none | |`];
}

function stepSection(kind: StepKind, row: StepRow, rules: readonly string[]): string[] {
  return [
    `### ${kind}`,
    '',
    `${row.title}.`,
    '',
    `- Risk: ${row.risk}${row.irreversible ? '; can not be undone, so two people must approve' : ''}`,
    `- Undo: ${row.undo}`,
    `- What might break: ${row.mightBreak}`,
    ...(row.watched ? ['- Afterwards Cinch watches whether the function still answers.'] : []),
    `- Needs (\`cinch-write\`): ${actionsOf(row)
      .map((action) => `\`${action}\``)
      .join(', ')}`,
    `- Undo needs (\`cinch-undo\`): ${
      undoActionsOf(row)
        .map((action) => `\`${action}\``)
        .join(', ') || 'nothing'
    }`,
    `- Rules: ${rules.map((id) => `[${id}](rules.md#${id})`).join(', ') || 'none; a person asks for it'}`,
    '',
  ];
}

const actionsOf = (row: StepRow): string[] => [...new Set(row.permissions.flatMap(({ actions }) => actions))].sort();
const undoActionsOf = (row: StepRow): string[] => [...new Set(row.undoPermissions.flatMap(({ actions }) => actions))].sort();

/** A cell of a table is one line, and a bar would end it. */
const cell = (text: string): string => text.replace(/\s+/g, ' ').replaceAll('|', '\\|');
