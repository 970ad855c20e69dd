import type { Statement } from '../../model/policy-document.ts';
import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import type { Step } from '../../model/step.ts';
import { lambdaCommand, qualifierOption } from '../parts/by-hand.ts';
import { EXAMPLE_TO_URL, EXAMPLE_VIA_URL, exampleFunctionPolicy } from '../parts/example-policy.ts';
import { exposureOf } from '../parts/home.ts';
import { permissionStatement } from '../parts/permission-statement.ts';
import { speaksOfUrl } from '../parts/url-statements.ts';
import { lastingAdvice, listed, qualified } from '../parts/words.ts';

const NEEDS = ['urls', 'resourcePolicies', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;
type Context = RuleContext<'function'>;

/** The statements that open this qualifier's URL to everybody. AuthType AWS_IAM alone would leave them lying in wait for the next change. */
function publicUrlStatements(state: Seen, qualifier: string | null, context: Context): Statement[] {
  return state.resourcePolicies
    .filter((policy) => policy.qualifier === qualifier)
    .flatMap((policy) => policy.document.statements)
    .filter((statement) => speaksOfUrl(statement) && exposureOf(statement, context) === 'public');
}

function stepsFor(state: Seen, qualifier: string | null, context: Context): Step[] {
  const statements = publicUrlStatements(state, qualifier, context).flatMap((one) => permissionStatement(one) ?? []);
  const target = context.resource;
  const close: Step = { kind: 'require-url-iam-auth', target, qualifier };
  return statements.length === 0 ? [close] : [close, { kind: 'remove-permission', target, qualifier, statements }];
}

function evaluate(state: Seen, context: Context): Violation | undefined {
  const open = state.urls.filter((url) => url.authType === 'NONE').map((url) => url.qualifier);
  if (open.length === 0) return undefined;
  return {
    summary: `the URL of ${listed(open.map(qualified))} answers everybody without authentication`,
    evidence: open.flatMap((qualifier) => [
      { path: `URL of ${qualified(qualifier)}: AuthType`, found: 'NONE', expected: 'AWS_IAM' },
      ...publicUrlStatements(state, qualifier, context).map((statement) => ({
        path: `policy of ${qualified(qualifier)}: ${statement.sid ?? 'a statement without Sid'}`,
        found: `${statement.actions.join(', ')} for everybody`,
        expected: 'no statement for everybody',
      })),
    ]),
    remedy: { kind: 'steps', steps: open.flatMap((qualifier) => stepsFor(state, qualifier, context)) },
    advice: [
      'Callers must then sign their requests (SigV4) and be allowed lambda:InvokeFunctionUrl and lambda:InvokeFunction. Browsers and webhooks can not: put them behind an API with an authorizer.',
      ...open.map((qualifier) => grantsFor(qualifier, context)),
      ...lastingAdvice(state.managedBy, 'set the AuthType to AWS_IAM'),
    ],
  };
}

/** Whoever keeps calling from another account needs both grants (https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html). */
function grantsFor(qualifier: string | null, { resource, settings: { organizationId } }: Context): string {
  const who = organizationId === null ? '--principal <account>' : `--principal '*' --principal-org-id ${organizationId}`;
  const grant = (sid: string, action: string, more: string): string =>
    lambdaCommand(
      resource,
      'add-permission',
      `--statement-id ${sid} --action ${action} ${who} ${more}${qualifierOption(qualifier)}`,
    );
  const toUrl = grant('callers-to-url', 'lambda:InvokeFunctionUrl', '--function-url-auth-type AWS_IAM');
  const viaUrl = grant('callers-via-url', 'lambda:InvokeFunction', '--invoked-via-function-url');
  return `To keep callers of ${organizationId === null ? 'another account' : 'your organization'}, grant them both before you approve:\n${toUrl}\n${viaUrl}`;
}

const BOTH = exampleFunctionPolicy(null, EXAMPLE_TO_URL, EXAMPLE_VIA_URL);

export default defineRule({
  id: 'lambda-url-unauthenticated',
  title: "A function's URL asks for authentication",
  severity: 'critical',
  resource: 'function',
  checklist: ['wp-4', 'fsbp-Lambda.1'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'no URL', state: { urls: [], resourcePolicies: [], managedBy: null } },
      {
        name: 'a URL with IAM',
        state: { urls: [{ qualifier: null, authType: 'AWS_IAM', cors: null }], resourcePolicies: [], managedBy: null },
      },
      { name: 'no URL any more, but its statements', state: { urls: [], resourcePolicies: [BOTH], managedBy: null } },
    ],
    violates: [
      {
        name: 'a URL for everybody',
        state: { urls: [{ qualifier: null, authType: 'NONE', cors: null }], resourcePolicies: [BOTH], managedBy: null },
      },
      {
        name: 'a URL that no statement opens yet',
        state: { urls: [{ qualifier: null, authType: 'NONE', cors: null }], resourcePolicies: [], managedBy: null },
      },
      {
        name: 'the URL of an alias, beside a closed one',
        state: {
          urls: [
            { qualifier: null, authType: 'AWS_IAM', cors: null },
            { qualifier: 'live', authType: 'NONE', cors: null },
          ],
          resourcePolicies: [
            BOTH,
            exampleFunctionPolicy('live', EXAMPLE_TO_URL, {
              ...EXAMPLE_VIA_URL,
              Sid: 'partner',
              Principal: { AWS: '333333333333' },
            }),
          ],
          managedBy: { tool: 'SAM', stack: 'orders' },
        },
      },
    ],
  },
});
