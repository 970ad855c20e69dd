import { checklistItem } from '../../shared/checklists/index.ts';
import type { AnyRule, Violation } from '../../shared/model/rule.ts';
import { STEP_ROWS } from '../../shared/model/step.ts';
import { judgeExample } from '../../shared/rules/parts/example-context.ts';
import type { RuleEntry } from './document.ts';

/** What the catalogue says of a rule. Its remedy is the one that its examples lead to. */
export function describeRule(rule: AnyRule): RuleEntry {
  const violates = rule.examples.violates.map((example) => ({ name: example.name, violation: judgeExample(rule, example) }));
  return {
    id: rule.id,
    title: rule.title,
    severity: rule.severity,
    resource: rule.resource,
    checklist: rule.checklist.flatMap((id) => {
      const item = checklistItem(id);
      return item ? [{ id, ...item }] : [];
    }),
    needs: [...rule.needs],
    remedy: remedyOf(violates.flatMap(({ violation }) => violation ?? [])),
    examples: {
      passes: rule.examples.passes.map(({ name }) => name),
      violates: violates.map(({ name, violation }) => ({ name, message: violation?.summary ?? '' })),
    },
  };
}

/** A rule that once needs approval is not called safe. */
function remedyOf(violations: readonly Violation[]): RuleEntry['remedy'] {
  const remedies = violations.flatMap(({ remedy }) => (remedy.kind === 'steps' ? [remedy] : []));
  const kinds = [...new Set(remedies.flatMap(({ steps }) => steps.map((step) => step.kind)))];
  if (kinds.length === 0) return { risk: 'by-hand', steps: [] };
  const safe = kinds.every((kind) => STEP_ROWS[kind].risk === 'safe');
  return { risk: safe ? 'safe' : 'approval', steps: kinds };
}
