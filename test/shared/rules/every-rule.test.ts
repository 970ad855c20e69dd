import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findRules, ruleIdOf, rulePaths } from '../../../scripts/generate/find-rules.ts';
import { checklistItem } from '../../../shared/checklists/index.ts';
import { SEVERITIES } from '../../../shared/model/rule.ts';
import { STEP_ROWS } from '../../../shared/model/step.ts';
import { RULES } from '../../../shared/rules/index.ts';
import { exampleContext, judgeExample } from '../../../shared/rules/parts/example-context.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;
const found = await findRules(ROOT);

describe('the index', () => {
  it('knows every rule file', () => {
    expect(RULES.map((rule) => rule.id)).toEqual(rulePaths(ROOT).map(ruleIdOf));
  });
});

describe.each(found)('$path', ({ path, rule }) => {
  const examples = [...rule.examples.passes, ...rule.examples.violates];

  it('says what it is', () => {
    expect(rule.id).toBe(ruleIdOf(path));
    expect(rule.title).toMatch(/^[A-Z].{15,}[^.]$/);
    expect(SEVERITIES).toContain(rule.severity);
    expect(rule.checklist.length).toBeGreaterThan(0);
    for (const id of rule.checklist) expect(checklistItem(id), id).toBeDefined();
    expect(new Set(examples.map((example) => example.name)).size).toBe(examples.length);
  });

  it.each(rule.examples.passes)('passes: $name', (example) => {
    expect(judgeExample(rule, example)).toBeUndefined();
  });

  it.each(rule.examples.violates)('violates: $name', (example) => {
    const violation = judgeExample(rule, example);
    expect(violation?.summary).toMatch(/^[a-z].*[^.]$/);
    expect(violation?.evidence.length).toBeGreaterThan(0);
    const remedy = violation?.remedy;
    if (remedy?.kind === 'steps') {
      expect(remedy.steps.length).toBeGreaterThan(0);
      for (const step of remedy.steps) {
        expect(STEP_ROWS).toHaveProperty(step.kind);
        expect(step.target).toEqual(exampleContext(rule.resource).resource);
      }
    } else expect(remedy).toMatchObject({ why: expect.stringMatching(/\.$/), instructions: expect.stringMatching(/\.$/) });
  });

  it('reads each fact that it needs, and no other', () => {
    const read = new Set<string>();
    for (const example of examples) {
      for (const need of rule.needs) expect(example.state, example.name).toHaveProperty(need);
      const watched = new Proxy(example.state, {
        get: (state, key) => {
          read.add(String(key));
          return Reflect.get(state, key);
        },
      });
      judgeExample(rule, { ...example, state: watched });
    }
    expect([...read].sort()).toEqual([...rule.needs].sort());
  });

  it('leaves what it judges as it was and answers the same twice', () => {
    for (const example of examples) {
      const before = structuredClone(example.state);
      const first = judgeExample(rule, example);
      expect(judgeExample(rule, example)).toEqual(first);
      expect(example.state).toEqual(before);
    }
  });

  it('throws for no mixture of its examples', () => {
    const context = exampleContext(rule.resource);
    const facts = rule.needs.map((need) =>
      fc.constantFrom(...examples.map((example) => Reflect.get(example.state, need) as unknown)),
    );
    fc.assert(
      fc.property(fc.tuple(...facts), (values) => {
        const state = Object.fromEntries(rule.needs.map((need, index) => [need, values[index]]));
        expect(() => rule.evaluate(state as never, context as never)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });
});

describe('a value of the environment', () => {
  const CANARY = 'cAnArY-7f3Qz9-xYk2Lm8';

  it('never gets into what any rule answers', () => {
    let planted = 0;
    for (const { rule } of found.filter((one) => one.rule.needs.includes('environment'))) {
      for (const example of rule.examples.violates) {
        const plant = (values: object) =>
          Object.fromEntries(Object.entries(values).map(([name, value]) => [name, `${value}${CANARY}`]));
        const versions = (Reflect.get(example.state, 'versions') ?? []) as { version: string; environment: object }[];
        const state = {
          ...example.state,
          environment: { ...plant(Reflect.get(example.state, 'environment') as object), API_TOKEN: CANARY },
          versions: [
            ...versions.map((one) => ({ ...one, environment: plant(one.environment) })),
            { version: '9', environment: { API_TOKEN: CANARY } },
          ],
        };
        const violation = judgeExample(rule, { ...example, state });
        expect(violation, example.name).toBeDefined();
        expect(JSON.stringify(violation)).not.toContain(CANARY);
        planted += 1;
      }
    }
    expect(planted).toBeGreaterThan(10);
  });
});
