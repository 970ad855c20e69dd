import { checklistItem } from '../../shared/checklists/index.ts';
import type { AnyRule, Remedy, Violation } from '../../shared/model/rule.ts';
import { STEP_ROWS } from '../../shared/model/step.ts';
import { judgeExample } from '../../shared/rules/parts/example-context.ts';
import type { FoundRule } from './find-rules.ts';

/** docs/rules.md. The remedies in it are those that the examples lead to. */
export function rulesPage(rules: readonly FoundRule[]): string {
  return [
    '# Rules',
    '',
    'Written by `npm run generate` from `shared/rules/`. *safe* steps may run by themselves where the mode is `fix`; *approval* steps always wait for a click. A rule reads the facts it needs and no others; when one of them is not known, its outcome is `unknown`.',
    '',
    '| rule | severity | a resource that passes | steps | checklists |',
    '| --- | --- | --- | --- | --- |',
    ...rules.map(({ rule }) => tableRow(rule)),
    '',
    ...rules.flatMap(section),
  ].join('\n');
}

function tableRow(rule: AnyRule): string {
  const steps = stepKinds(rule).map((kind) => `${kind} (${STEP_ROWS[kind].risk})`);
  const cells = [
    `[${rule.id}](#${rule.id})`,
    rule.severity,
    rule.title,
    steps.join(', ') || 'by hand',
    rule.checklist.join(', '),
  ];
  return `| ${cells.join(' | ')} |`;
}

function section({ path, rule }: FoundRule): string[] {
  return [
    `## ${rule.id}`,
    '',
    `${rule.title}.`,
    '',
    `- Severity: ${rule.severity}`,
    `- Judges: each ${rule.resource}`,
    ...(rule.optIn ? ['- Off until it is named: in `rules` of `cinch.yaml`, or with `--rules`'] : []),
    `- Needs: ${rule.needs.map((need) => `\`${need}\``).join(', ')}`,
    `- Steps: ${
      stepKinds(rule)
        .map((kind) => `${STEP_ROWS[kind].title} (\`${kind}\`, ${STEP_ROWS[kind].risk})`)
        .join('; ') || 'none, it is put right by hand'
    }`,
    ...rule.checklist.map((id) => `- Meets \`${id}\`: ${listAndTitle(id)}`),
    `- Source: [shared/rules/${path}](../shared/rules/${path})`,
    '',
    'Passes:',
    '',
    ...rule.examples.passes.map((example) => `- ${example.name}`),
    '',
    'Violates:',
    '',
    '| example | what is said | what is done |',
    '| --- | --- | --- |',
    ...rule.examples.violates.map((example) => {
      const violation = judgeExample(rule, example);
      return `| ${example.name} | ${violation?.summary ?? 'nothing'} | ${violation ? remedyWords(violation) : ''} |`;
    }),
    '',
  ];
}

function listAndTitle(id: string): string {
  const item = checklistItem(id);
  return item ? `${item.title} (${item.list})` : 'unknown item';
}

function remedyWords({ remedy }: Violation): string {
  if (remedy.kind === 'manual') return `by hand: ${remedy.why}`;
  const kinds = [...new Set(remedy.steps.map((step) => step.kind))];
  const safe = remedy.approvalBecause === undefined && kinds.every((kind) => STEP_ROWS[kind].risk === 'safe');
  const why = remedy.approvalBecause === undefined ? '' : `, because ${remedy.approvalBecause}`;
  return `${kinds.join(', ')} (${safe ? 'safe' : `approval${why}`})`;
}

function stepKinds(rule: AnyRule) {
  const remedies: Remedy[] = rule.examples.violates.flatMap((example) => judgeExample(rule, example)?.remedy ?? []);
  const steps = remedies.flatMap((remedy) => (remedy.kind === 'steps' ? remedy.steps : []));
  return [...new Set(steps.map((step) => step.kind))];
}
