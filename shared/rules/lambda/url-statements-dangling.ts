import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { byHand } from '../parts/by-hand.ts';
import { EXAMPLE_TO_URL, EXAMPLE_VIA_URL, exampleFunctionPolicy } from '../parts/example-policy.ts';
import { functionStatements, grantOf, pathOf, removeCommand, removingSteps } from '../parts/permission-statement.ts';
import { speaksOfUrl } from '../parts/url-statements.ts';
import { counted, lastingAdvice } from '../parts/words.ts';

const NEEDS = ['resourcePolicies', 'urls', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

/** Deleting a URL leaves its statements: whoever makes the next one opens it without a further word (https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html). */
function evaluate(state: Seen, { resource }: RuleContext<'function'>): Violation | undefined {
  const left = functionStatements(state.resourcePolicies)
    .filter(({ qualifier }) => !state.urls.some((url) => url.qualifier === qualifier))
    .filter(({ statement }) => statement.effect === 'Allow' && speaksOfUrl(statement));
  const [first] = left;
  if (first === undefined) return undefined;
  const steps = removingSteps(resource, left);
  return {
    summary: `its policy speaks of a URL that does not exist (${counted(left.length, 'statement')})`,
    evidence: left.map((one) => ({
      path: pathOf(one),
      found: grantOf(one.statement),
      expected: 'no statement for a URL that is gone',
    })),
    remedy: steps
      ? { kind: 'steps', steps, approvalBecause: 'a template may be about to make the URL again' }
      : byHand(
          'A statement has no Sid, and RemovePermission finds statements by nothing else.',
          `If no URL is to come back, run ${removeCommand(resource, first)}${left.length > 1 ? ' for each of them' : ''}.`,
        ),
    advice: lastingAdvice(state.managedBy, 'remove the permission'),
  };
}

const INVOKE = { Sid: 'own', Principal: { AWS: '222222222222' } };

export default defineRule({
  id: 'lambda-url-statements-dangling',
  title: "A function's policy speaks of no URL that is gone",
  severity: 'low',
  resource: 'function',
  checklist: ['wp-4', 'wa-SEC03-BP06'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'no policy', state: { resourcePolicies: [], urls: [], managedBy: null } },
      {
        name: 'no URL, and no statement for one',
        state: { resourcePolicies: [exampleFunctionPolicy(null, INVOKE)], urls: [], managedBy: null },
      },
      {
        name: 'the statements of a URL that is there',
        state: {
          resourcePolicies: [exampleFunctionPolicy(null, EXAMPLE_TO_URL, EXAMPLE_VIA_URL)],
          urls: [{ qualifier: null, authType: 'NONE', cors: null }],
          managedBy: null,
        },
      },
      {
        name: 'a Deny for URLs to come',
        state: {
          resourcePolicies: [exampleFunctionPolicy(null, { ...EXAMPLE_TO_URL, Effect: 'Deny' })],
          urls: [],
          managedBy: null,
        },
      },
    ],
    violates: [
      {
        name: 'what a deleted URL left',
        state: { resourcePolicies: [exampleFunctionPolicy(null, EXAMPLE_TO_URL, EXAMPLE_VIA_URL)], urls: [], managedBy: null },
      },
      {
        name: 'a statement without Sid',
        state: {
          resourcePolicies: [exampleFunctionPolicy(null, { ...EXAMPLE_TO_URL, Sid: undefined })],
          urls: [],
          managedBy: null,
        },
      },
      {
        name: "those of an alias, beside the function's own URL",
        state: {
          resourcePolicies: [exampleFunctionPolicy(null, EXAMPLE_TO_URL), exampleFunctionPolicy('live', EXAMPLE_TO_URL)],
          urls: [{ qualifier: null, authType: 'AWS_IAM', cors: null }],
          managedBy: { tool: 'SAM', stack: 'orders' },
        },
      },
    ],
  },
});
