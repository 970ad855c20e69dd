import type { Statement } from '../../model/policy-document.ts';
import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';

import { byHand, lambdaCommand, qualifierOption } from '../parts/by-hand.ts';
import { exposureOf } from '../parts/home.ts';
import { principalsOf } from '../parts/permission-statement.ts';
import { counted, lastingAdvice, qualified } from '../parts/words.ts';

const NEEDS = ['resourcePolicies', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;
type Context = RuleContext<'function'>;

interface ForeignStatement {
  readonly qualifier: string | null;
  readonly place: string;
  readonly statement: Statement;
}

function foreignStatements({ resourcePolicies }: Seen, context: Context): ForeignStatement[] {
  return resourcePolicies.flatMap(({ qualifier, document }) =>
    document.statements.flatMap((statement, index) =>
      exposureOf(statement, context) === 'cross-account'
        ? [{ qualifier, place: statement.sid ?? `statement ${index + 1}`, statement }]
        : [],
    ),
  );
}

function evaluate(state: Seen, context: Context): Violation | undefined {
  const foreign = foreignStatements(state, context);
  const [first] = foreign;
  if (first === undefined) return undefined;
  const command = lambdaCommand(
    context.resource,
    'remove-permission',
    `--statement-id ${first.statement.sid ?? '<statement id>'}${qualifierOption(first.qualifier)}`,
  );
  return {
    summary: `accounts of others may use it (${counted(foreign.length, 'statement')} of its policy)`,
    evidence: foreign.map(({ qualifier, place, statement }) => ({
      path: `policy of ${qualified(qualifier)}: ${place}`,
      found: `${statement.actions.join(', ') || 'all but some actions'} for ${principalsOf(statement)}`,
      expected: 'your accounts, your organization or an account under allowedAccounts',
    })),
    remedy: byHand(
      'A partner may rely on it, and only people know which partners there are.',
      `Name the account under allowedAccounts in cinch.yaml if it is a partner's, else run ${command}.`,
    ),
    advice: lastingAdvice(state.managedBy, 'remove the permission'),
  };
}

const policy = (qualifier: string | null, ...statements: object[]) => ({
  qualifier,
  revisionId: 'r1',
  document: parsePolicyDocument(
    {
      Version: '2012-10-17',
      Statement: statements.map((one) => ({ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*', ...one })),
    },
    'example',
  ),
});
const of = (...statements: object[]): Seen => ({ resourcePolicies: [policy(null, ...statements)], managedBy: null });
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
            policy('live', {
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
