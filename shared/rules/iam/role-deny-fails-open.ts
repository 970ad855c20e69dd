import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { RoleFacts } from '../../model/state.ts';
import { denyFailsOpen } from '../../policy/fails-open.ts';
import { byHand } from '../parts/by-hand.ts';
import { EXAMPLE_LAMBDA_ROLE, EXAMPLE_SERVICE_PATH, exampleAllow, exampleInline } from '../parts/example-role.ts';
import { concernsLambda, policyCommand, roleDocuments } from '../parts/lambda-role.ts';
import { placeIn } from '../parts/permission-statement.ts';
import { counted } from '../parts/words.ts';

const NEEDS = ['path', 'trustPolicy', 'usedBy', 'inlinePolicies', 'attachedPolicies', 'boundary'] as const;
type Seen = Pick<RoleFacts, (typeof NEEDS)[number]>;

/**
 * A test of a key that the request lacks is false, and the Deny with it: `Bool aws:MultiFactorAuthPresent false` refuses nobody who signed with
 * an access key (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html). A Deny that speaks of
 * one value, e.g. of a tag, lets through what has none on purpose.
 */
function evaluate(state: Seen, { resource }: RuleContext<'role'>): Violation | undefined {
  if (!concernsLambda(state)) return undefined;
  const documents = [
    ...roleDocuments(state),
    ...(state.boundary === null ? [] : [{ name: 'permissions boundary', document: state.boundary }]),
  ];
  const open = documents.flatMap(({ name, document }) =>
    document.statements.flatMap((statement, index) =>
      denyFailsOpen(statement)
        .filter(({ intent }) => intent === 'unless')
        .map((test) => ({ ...test, document: name, index, sid: statement.sid })),
    ),
  );
  if (open.length === 0) return undefined;
  const own = open.filter(({ document }) => document !== 'permissions boundary');
  return {
    summary: `a request that lacks a key switches its Deny off (${counted(open.length, 'condition')})`,
    evidence: open.map(({ document, index, sid, operator, key, why }) => ({
      path: `${document}: ${placeIn({ sid }, index)}: ${operator} ${key}`,
      found: why,
      expected: 'a condition that holds for a missing key, too',
    })),
    remedy: byHand(
      'What the Deny is meant to refuse is for its owner to say.',
      own.length > 0
        ? `Write the operator with IfExists, or a negated one: ${policyCommand(resource, state.attachedPolicies, own)}.`
        : 'Write the operator with IfExists, or a negated one: aws iam create-policy-version --set-as-default --policy-arn <boundary ARN> --policy-document file://policy.json.',
    ),
  };
}

const DENY = { Effect: 'Deny', Action: 's3:*', Resource: '*' };
const ALLOW = exampleAllow('s3:GetObject', 'arn:aws:s3:::uploads/*');
const withDeny = (Condition: object): Seen => ({
  ...EXAMPLE_LAMBDA_ROLE,
  inlinePolicies: [exampleInline('orders', ALLOW, { ...DENY, Condition })],
});
const NO_FACTOR = { Bool: { 'aws:MultiFactorAuthPresent': 'false' } };

export default defineRule({
  id: 'iam-role-deny-fails-open',
  title: 'No missing key switches a Deny of a role off',
  severity: 'medium',
  resource: 'role',
  checklist: ['wa-SEC03-BP05'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'no Deny', state: EXAMPLE_LAMBDA_ROLE },
      { name: 'a Deny without a condition', state: withDeny({}) },
      {
        name: 'a negated operator, which holds for a missing key',
        state: withDeny({ StringNotEquals: { 'aws:SourceVpce': 'vpce-0a1b' } }),
      },
      { name: 'IfExists', state: withDeny({ BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }) },
      { name: 'a Deny of what carries a tag', state: withDeny({ StringEquals: { 'aws:ResourceTag/stage': 'prod' } }) },
      { name: 'a role that AWS keeps for a service', state: { ...withDeny(NO_FACTOR), path: EXAMPLE_SERVICE_PATH } },
    ],
    violates: [
      { name: 'a second factor', state: withDeny(NO_FACTOR) },
      {
        name: 'in the boundary',
        state: {
          ...EXAMPLE_LAMBDA_ROLE,
          boundary: exampleInline('functions', exampleAllow('*'), { ...DENY, Condition: NO_FACTOR }).document,
        },
      },
    ],
  },
});
