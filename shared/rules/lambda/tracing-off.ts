import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';

const NEEDS = ['timeoutSeconds'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

/** Write: what is wrong, with evidence and a remedy; nothing when the resource passes. */
function evaluate(_state: Seen, _context: RuleContext<'function'>): Violation | undefined {
  return undefined;
}

export default defineRule({
  id: 'lambda-tracing-off',
  // Write: what a resource that passes does, one sentence without a full stop.
  title: '',
  severity: 'medium',
  resource: 'function',
  // Write: ids of shared/checklists that this rule meets.
  checklist: [],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [{ name: 'write what passes', state: { timeoutSeconds: 3 } }],
    violates: [{ name: 'write what violates', state: { timeoutSeconds: 3 } }],
  },
});
