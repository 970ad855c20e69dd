import { describe, expect, it } from 'vitest';
import { entailedViolation } from '../../../cli/findings/entailed.ts';
import { judgeSubject } from '../../../cli/findings/judge.ts';
import { readStandards } from '../../../cli/findings/standards.ts';
import type { AnyRule } from '../../../shared/model/rule.ts';
import { unknown } from '../../../shared/model/unknown.ts';
import { RULES } from '../../../shared/rules/index.ts';
import { EXAMPLE_FUNCTION, EXAMPLE_NOW, exampleContext } from '../../../shared/rules/parts/example-context.ts';

const ruleOf = (id: string): AnyRule => {
  const rule = RULES.find((one) => one.id === id);
  if (!rule) throw new Error(`there is no ${id}`);
  return rule;
};
const hidden = (state: object, ...facts: string[]): object => ({
  ...state,
  ...Object.fromEntries(facts.map((fact) => [fact, unknown('a template does not tell')])),
});
const judge = (id: string, state: object) =>
  judgeSubject({ resource: EXAMPLE_FUNCTION, state }, readStandards({ rules: [id] }), EXAMPLE_NOW);

describe('what is wrong whatever is not known', () => {
  it('is a timeout that its API cuts off, however long the function runs', () => {
    const state =
      ruleOf('lambda-timeout-excessive').examples.violates.find(({ name }) => name === 'behind an API with 900 s')?.state ?? {};
    const { findings, unknown: unjudged } = judge('lambda-timeout-excessive', hidden(state, 'durations', 'createdAt'));
    expect(unjudged).toEqual([]);
    expect(findings).toMatchObject([{ message: 'its timeout of 900 s is longer than the 29 s its API waits' }]);
    expect(findings[0]?.advice.at(-1)).toContain('durations, createdAt');
  });

  it('is a secret in the environment, signed code or not, and the words that were tried with are in none of it', () => {
    const rule = ruleOf('lambda-environment-plaintext-secret');
    const state = rule.examples.violates[0]?.state ?? {};
    const [finding] = judge(rule.id, hidden(state, 'codeSigned')).findings;
    const [whole] = judge(rule.id, state).findings;
    expect(finding?.message).toBe(whole?.message);
    for (const one of finding?.evidence ?? []) expect(whole?.evidence).toContainEqual(one);
  });

  it('is nothing where it would make a difference', () => {
    const rule = ruleOf('lambda-environment-plaintext-secret');
    const state = rule.examples.violates[0]?.state ?? {};
    expect(judge(rule.id, hidden(state, 'environment'))).toMatchObject({ findings: [], unknown: [{ id: rule.id }] });
    expect(judge(rule.id, {})).toMatchObject({ findings: [], unknown: [{ id: rule.id }] });
  });

  it('is never said of an example that passes, whichever of its facts are hidden', () => {
    const wrong = RULES.flatMap((rule) =>
      rule.examples.passes.flatMap((example) => {
        const context = exampleContext(rule.resource, example.settings);
        const hides = rule.needs.flatMap((one) => rule.needs.map((other) => [one, other]));
        return hides
          .filter((facts) => entailedViolation(rule, context.resource, hidden(example.state, ...facts), context))
          .map((facts) => `${rule.id}: ${example.name}: without ${facts.join(', ')}`);
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('needs a difference that the examples show', () => {
    const rule = ruleOf('lambda-tracing-off');
    const example = rule.examples.violates[0];
    const alone: AnyRule = { ...rule, examples: { passes: [], violates: example ? [example] : [] } };
    const context = exampleContext(rule.resource);
    expect(entailedViolation(alone, context.resource, hidden(example?.state ?? {}, 'tracing'), context)).toBeUndefined();
  });
});
