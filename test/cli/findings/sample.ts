import type { FindingEntry } from '../../../cli/findings/document.ts';
import { judgeSubject, type Subject } from '../../../cli/findings/judge.ts';
import { inOrder } from '../../../cli/findings/order.ts';
import { readStandards } from '../../../cli/findings/standards.ts';
import { RULES } from '../../../shared/rules/index.ts';
import {
  EXAMPLE_API,
  EXAMPLE_FUNCTION,
  EXAMPLE_NOW,
  EXAMPLE_ROLE,
  EXAMPLE_USER,
} from '../../../shared/rules/parts/example-context.ts';

const RESOURCES = { function: EXAMPLE_FUNCTION, role: EXAMPLE_ROLE, api: EXAMPLE_API, user: EXAMPLE_USER };

/** The first violating example of every rule, as if a template had it. */
export function sampleFindings(file: string): FindingEntry[] {
  const findings = RULES.flatMap((rule, index) => {
    const subject: Subject = {
      resource: RESOURCES[rule.resource],
      state: rule.examples.violates[0]?.state ?? {},
      place: { file, line: index + 1, column: 3 },
      logicalId: `Resource${index}`,
      path: `Shop/Resource${index}/Resource`,
    };
    const standards = readStandards({ rules: [rule.id] });
    return judgeSubject(
      subject,
      { ...standards, settingsAt: () => ({ ...standards.settingsFor(''), ...rule.examples.violates[0]?.settings }) },
      EXAMPLE_NOW,
    ).findings;
  });
  return inOrder(findings);
}
