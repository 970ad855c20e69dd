import { describe, expect, it } from 'vitest';
import { actionNamed } from '../../../shared/policy/action-table.ts';
import { analyzeGrants } from '../../../shared/policy/analyze-grants.ts';
import { ESCALATION_PATHS } from '../../../shared/policy/escalation-paths.ts';
import { allow, documentOf } from './statements.ts';

const methodsOf = (...statements: object[]) =>
  analyzeGrants([{ name: 'one', document: documentOf(...statements) }]).flatMap(({ method }) => method ?? []);
const statementsOf = (actions: readonly string[], passes: boolean) => [
  ...actions.map((action) => allow(action)),
  ...(passes ? [allow('iam:PassRole')] : []),
];

describe('the published paths', () => {
  it('have a name each, and actions that AWS knows', () => {
    expect(new Set(ESCALATION_PATHS.map(({ method }) => method)).size).toBe(ESCALATION_PATHS.length);
    expect(ESCALATION_PATHS.flatMap(({ actions }) => actions).filter((name) => actionNamed(name)?.name !== name)).toEqual([]);
  });

  it.each(ESCALATION_PATHS.map((path) => [path.method, path] as const))('%s is open with all its pieces only', (method, path) => {
    const { actions, passedTo } = path;
    expect(methodsOf(...statementsOf(actions, passedTo !== undefined))).toContain(method);
    if (passedTo) expect(methodsOf(...statementsOf(actions, false))).not.toContain(method);
    for (const missing of actions) {
      const rest = actions.filter((action) => action !== missing);
      expect(methodsOf(...statementsOf(rest, passedTo !== undefined))).not.toContain(method);
    }
  });
});
