export interface NewRule {
  readonly service: string;
  /** `tracing-off`. */
  readonly name: string;
}

const PATH = /^([a-z][a-z0-9-]*)\/([a-z0-9]+(?:-[a-z0-9]+)+)$/;

/** @throws Error that says what a rule's path looks like. */
export function parseRulePath(path: string | undefined): NewRule {
  const [, service, name] = PATH.exec((path ?? '').replace(/\.ts$/, '')) ?? [];
  if (service === undefined || name === undefined || service === 'parts')
    throw new Error(
      `"${path ?? ''}" is no path of a rule. Give <service>/<subject>-<state> in lower case, e.g. npm run new-rule lambda/tracing-off`,
    );
  return { service, name };
}

const idOf = ({ service, name }: NewRule): string => `${service}-${name}`;

/** A rule that compiles, and fails the walk over all rules until somebody has written it. */
export function ruleTemplate(rule: NewRule): string {
  const isRole = rule.service === 'iam';
  const need = isRole ? 'inlinePolicies' : 'timeoutSeconds';
  const example = isRole ? '[]' : '3';
  return `import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { ${isRole ? 'RoleFacts' : 'FunctionFacts'} } from '../../model/state.ts';

const NEEDS = ['${need}'] as const;
type Seen = Pick<${isRole ? 'RoleFacts' : 'FunctionFacts'}, (typeof NEEDS)[number]>;

/** Write: what is wrong, with evidence and a remedy; nothing when the resource passes. */
function evaluate(_state: Seen, _context: RuleContext<'${isRole ? 'role' : 'function'}'>): Violation | undefined {
  return undefined;
}

export default defineRule({
  id: '${idOf(rule)}',
  // Write: what a resource that passes does, one sentence without a full stop.
  title: '',
  severity: 'medium',
  resource: '${isRole ? 'role' : 'function'}',
  // Write: ids of shared/checklists that this rule meets.
  checklist: [],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [{ name: 'write what passes', state: { ${need}: ${example} } }],
    violates: [{ name: 'write what violates', state: { ${need}: ${example} } }],
  },
});
`;
}

export function testTemplate(rule: NewRule): string {
  return `import { describe, expect, it } from 'vitest';
import rule from '../../../../shared/rules/${rule.service}/${rule.name}.ts';
import { violationOf } from '../judge.ts';

describe('${idOf(rule)}', () => {
  it('says what is wrong and what to do', () => {
    const violation = violationOf(rule, 'write what violates');
    expect(violation.summary).toBe('write the sentence that people read');
    expect(violation.remedy).toMatchObject({ kind: 'manual' });
  });
});
`;
}
