import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';
import { byHand, lambdaCommand, qualifierOption } from '../parts/by-hand.ts';
import { principalsOf } from '../parts/permission-statement.ts';
import { speaksOfUrl } from '../parts/url-statements.ts';
import { counted, lastingAdvice, qualified } from '../parts/words.ts';

const NEEDS = ['resourcePolicies', 'urls', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

/** Deleting a URL leaves its statements: whoever makes the next one opens it without a further word (https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html). */
function evaluate(state: Seen, { resource }: RuleContext<'function'>): Violation | undefined {
  const left = state.resourcePolicies
    .filter(({ qualifier }) => !state.urls.some((url) => url.qualifier === qualifier))
    .flatMap(({ qualifier, document }) =>
      document.statements.flatMap((statement, index) =>
        statement.effect === 'Allow' && speaksOfUrl(statement)
          ? [{ qualifier, statement, place: statement.sid ?? `statement ${index + 1}` }]
          : [],
      ),
    );
  const [first] = left;
  if (first === undefined) return undefined;
  const command = lambdaCommand(
    resource,
    'remove-permission',
    `--statement-id ${first.statement.sid ?? '<statement id>'}${qualifierOption(first.qualifier)}`,
  );
  return {
    summary: `its policy speaks of a URL that does not exist (${counted(left.length, 'statement')})`,
    evidence: left.map(({ qualifier, statement, place }) => ({
      path: `policy of ${qualified(qualifier)}: ${place}`,
      found: `${statement.actions.join(', ')} for ${principalsOf(statement)}`,
      expected: 'no statement for a URL that is gone',
    })),
    remedy: byHand(
      'A template may be about to make the URL again.',
      `If no URL is to come back, run ${command}${left.length > 1 ? ' for each of them' : ''}.`,
    ),
    advice: lastingAdvice(state.managedBy, 'remove the permission'),
  };
}

const TO_URL = {
  Sid: 'FunctionURLAllowPublicAccess',
  Effect: 'Allow',
  Principal: '*',
  Action: 'lambda:InvokeFunctionUrl',
  Resource: 'arn:aws:lambda:eu-central-1:222222222222:function:orders-api',
  Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } },
};
const VIA_URL = {
  ...TO_URL,
  Sid: 'FunctionURLInvokeAllowPublicAccess',
  Action: 'lambda:InvokeFunction',
  Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
};
const INVOKE = { ...TO_URL, Sid: 'own', Principal: { AWS: '222222222222' }, Action: 'lambda:InvokeFunction', Condition: {} };
const policy = (qualifier: string | null, ...Statement: object[]) => ({
  qualifier,
  revisionId: 'r1',
  document: parsePolicyDocument({ Version: '2012-10-17', Statement }, 'example'),
});

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
        state: { resourcePolicies: [policy(null, INVOKE)], urls: [], managedBy: null },
      },
      {
        name: 'the statements of a URL that is there',
        state: {
          resourcePolicies: [policy(null, TO_URL, VIA_URL)],
          urls: [{ qualifier: null, authType: 'NONE', cors: null }],
          managedBy: null,
        },
      },
      {
        name: 'a Deny for URLs to come',
        state: { resourcePolicies: [policy(null, { ...TO_URL, Effect: 'Deny' })], urls: [], managedBy: null },
      },
    ],
    violates: [
      {
        name: 'what a deleted URL left',
        state: { resourcePolicies: [policy(null, TO_URL, VIA_URL)], urls: [], managedBy: null },
      },
      {
        name: "those of an alias, beside the function's own URL",
        state: {
          resourcePolicies: [policy(null, TO_URL), policy('live', TO_URL)],
          urls: [{ qualifier: null, authType: 'AWS_IAM', cors: null }],
          managedBy: { tool: 'SAM', stack: 'orders' },
        },
      },
    ],
  },
});
