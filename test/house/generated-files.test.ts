import { describe, expect, it } from 'vitest';
import { generatedArtifacts, staleArtifacts } from '../../scripts/generate/artifacts.ts';
import { parseRulePath, ruleTemplate, testTemplate } from '../../scripts/new-rule/templates.ts';

describe('npm run generate', () => {
  it('has nothing to write', async () => {
    expect(staleArtifacts(await generatedArtifacts()).map(({ path }) => path)).toEqual([]);
  });
});

describe('npm run new-rule', () => {
  it('takes <service>/<subject>-<state>', () => {
    expect(parseRulePath('lambda/tracing-off')).toEqual({ service: 'lambda', name: 'tracing-off' });
    expect(parseRulePath('event-source/queue-open.ts')).toEqual({ service: 'event-source', name: 'queue-open' });
  });

  it.each([
    undefined,
    '',
    'tracing-off',
    'lambda/',
    'lambda/tracing',
    'Lambda/Tracing-Off',
    '../lambda/tracing-off',
    'parts/tracing-off',
    'a/b/c-d',
  ])('refuses %s with an example', (path) => {
    expect(() => parseRulePath(path)).toThrow('npm run new-rule lambda/tracing-off');
  });

  it('writes the id that the path asks for', () => {
    expect(ruleTemplate({ service: 'iam', name: 'trust-open' })).toContain("id: 'iam-trust-open'");
    expect(ruleTemplate({ service: 'iam', name: 'trust-open' })).toContain("resource: 'role'");
    expect(testTemplate({ service: 'lambda', name: 'tracing-off' })).toContain("shared/rules/lambda/tracing-off.ts'");
  });
});
