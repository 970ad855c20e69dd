import { describe, expect, it } from 'vitest';
import { evaluateRules } from '../../../shared/engine/evaluate.ts';
import { unknown } from '../../../shared/model/unknown.ts';
import { RULES } from '../../../shared/rules/index.ts';
import { EXAMPLE_NOW, EXAMPLE_SETTINGS, exampleContext } from '../../../shared/rules/parts/example-context.ts';

/** Every rule, every fact that it needs, every example: what can't be read is never a pass and never a violation. */
describe.each(RULES)('$id', (rule) => {
  const { resource } = exampleContext(rule.resource);
  const outcomeOf = (state: object, settings: object = {}) =>
    evaluateRules([rule], resource, state, { settings: { ...EXAMPLE_SETTINGS, ...settings }, now: EXAMPLE_NOW })[0];

  it.each(rule.needs)('is unknown when %s is', (need) => {
    for (const { state, settings } of [...rule.examples.passes, ...rule.examples.violates]) {
      expect(outcomeOf(state, settings)?.result).not.toBe('unknown');
      expect(outcomeOf({ ...state, [need]: unknown('a denied read') }, settings)).toEqual({
        result: 'unknown',
        rule,
        why: [`${need}: a denied read`],
      });
      const { [need as never]: _, ...rest } = state;
      expect(outcomeOf(rest, settings)).toEqual({ result: 'unknown', rule, why: [`${need} was not read`] });
    }
  });
});
