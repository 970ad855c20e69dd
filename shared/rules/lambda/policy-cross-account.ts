import type { Statement } from '../../model/policy-document.ts';
import type { Remedy, RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { byHand } from '../parts/by-hand.ts';
import { exampleFunctionPolicy } from '../parts/example-policy.ts';
import { exposureOf } from '../parts/home.ts';
import {
  type FunctionStatement,
  functionStatements,
  grantOf,
  pathOf,
  principalsOf,
  removeCommand,
  removingSteps,
} from '../parts/permission-statement.ts';
import { counted, lastingAdvice, listed } from '../parts/words.ts';

const NEEDS = ['resourcePolicies', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

function evaluate(state: Seen, context: RuleContext<'function'>): Violation | undefined {
  const foreign = functionStatements(state.resourcePolicies).filter(
    ({ statement }) => exposureOf(statement, context) === 'cross-account',
  );
  if (foreign.length === 0) return undefined;
  return {
    summary: `accounts of others may use it (${counted(foreign.length, 'statement')} of its policy)`,
    evidence: foreign.map((one) => ({
      path: pathOf(one),
      found: grantOf(one.statement),
      expected: 'your accounts, your organization or an account under allowedAccounts',
    })),
    remedy: remedyFor(foreign, context),
    advice: [
      'If it is a partner, name the account under allowedAccounts in cinch.yaml instead.',
      ...lastingAdvice(state.managedBy, 'remove the permission'),
    ],
  };
}

function remedyFor(foreign: readonly FunctionStatement[], { resource }: RuleContext<'function'>): Remedy {
  const steps = removingSteps(resource, foreign);
  const nameless = foreign.find(({ statement }) => statement.sid === null);
  if (steps === undefined && nameless)
    return byHand(
      'A partner may rely on it, and RemovePermission finds a statement by its Sid only.',
      `Name the account under allowedAccounts in cinch.yaml if it is a partner's, else run ${removeCommand(resource, nameless)}.`,
    );
  const losing = listed([...new Set(foreign.map(({ statement }) => whoOf(statement)))]);
  return {
    kind: 'steps',
    steps: steps ?? [],
    approvalBecause: `${losing} can no longer call it, and only people know which partners there are`,
  };
}

/** Who is let in: a service or a star comes from the accounts that its conditions name. */
function whoOf(statement: Statement): string {
  const limits = Object.values(statement.conditions).flatMap((tests) => Object.values(tests).flat());
  return limits.length === 0 ? principalsOf(statement) : `${principalsOf(statement)} (${limits.join(', ')})`;
}

const of = (...statements: object[]): Seen => ({
  resourcePolicies: [exampleFunctionPolicy(null, ...statements)],
  managedBy: null,
});
const PARTNER = { Sid: 'partner', Principal: { AWS: 'arn:aws:iam::333333333333:root' } };

export default defineRule({
  id: 'lambda-policy-cross-account',
  title: "A function's policy opens it to no account outside the allowed ones and the organization",
  severity: 'high',
  resource: 'function',
  checklist: ['wa-SEC03-BP07', 'wa-SEC03-BP09'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'no policy', state: { resourcePolicies: [], managedBy: null } },
      { name: 'its own account', state: of({ Sid: 'own', Principal: { AWS: '222222222222' } }) },
      { name: 'an allowed account', state: of(PARTNER), settings: { allowedAccounts: ['333333333333'] } },
      {
        name: 'an account of the organization',
        state: of({ ...PARTNER, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } } }),
        settings: { organizationId: 'o-abcdefghij' },
      },
      {
        name: 'a service on behalf of its own account',
        state: of({
          Sid: 'sns',
          Principal: { Service: 'sns.amazonaws.com' },
          Condition: { ArnLike: { 'AWS:SourceArn': 'arn:aws:sns:eu-central-1:222222222222:orders' } },
        }),
      },
      { name: 'everybody, which another rule tells', state: of({ Sid: 'open', Principal: '*' }) },
      { name: 'a Deny for another account', state: of({ ...PARTNER, Effect: 'Deny' }) },
    ],
    violates: [
      { name: 'another account', state: of(PARTNER) },
      {
        name: 'a service on behalf of another account',
        state: of({
          Sid: 'sns',
          Principal: { Service: 'sns.amazonaws.com' },
          Condition: { ArnLike: { 'AWS:SourceArn': 'arn:aws:sns:eu-central-1:333333333333:orders' } },
        }),
      },
      {
        name: 'another organization, for an alias under a stack',
        state: {
          resourcePolicies: [
            exampleFunctionPolicy('live', {
              Sid: 'org',
              Principal: '*',
              Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-klmnopqrst' } },
            }),
          ],
          managedBy: { tool: 'CDK', stack: 'orders' },
        },
        settings: { organizationId: 'o-abcdefghij' },
      },
      { name: 'a statement without Sid', state: of({ Principal: PARTNER.Principal }) },
    ],
  },
});
