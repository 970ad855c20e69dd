import { defineRule } from '../../model/rule.ts';
import {
  EXAMPLE_ADMINISTRATOR,
  EXAMPLE_LAMBDA_ROLE,
  EXAMPLE_SERVICE_PATH,
  exampleAllow,
  exampleInline,
} from '../parts/example-role.ts';
import { GRANT_NEEDS, type GrantFacts, type GrantWords, judgeGrants } from '../parts/role-grants.ts';

/**
 * What these answer with has the rights of the role itself and no more: a login to a registry, a session of its own
 * (https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html). None of them can be limited to a resource.
 */
const OWN_CREDENTIALS = ['ecr:GetAuthorizationToken', 'ecr-public:GetAuthorizationToken', 'sts:GetSessionToken'];

const WORDS: GrantWords = {
  ids: ['credentials-exposure', 'wildcard-assume-role'],
  summary: 'it may obtain credentials of whomever it likes',
  expected: 'the one role, user or cluster that the function needs',
  why: 'Whose credentials the function needs is not in the policy.',
  instruction: 'Take the action away, or name its resource',
  unlessOnly: OWN_CREDENTIALS,
};

const withInline = (...statements: object[]): GrantFacts => ({
  ...EXAMPLE_LAMBDA_ROLE,
  inlinePolicies: [exampleInline('orders', ...statements)],
});

export default defineRule({
  id: 'iam-role-credentials-exposure',
  title: "A function's role obtains no credentials of others",
  severity: 'high',
  resource: 'role',
  checklist: ['wp-1', 'wa-SEC03-BP02'],
  needs: GRANT_NEEDS,
  evaluate: (state, context) => judgeGrants(state, context, WORDS),
  examples: {
    passes: [
      { name: 'a table', state: EXAMPLE_LAMBDA_ROLE },
      { name: 'a login to its own registry', state: withInline(exampleAllow('ecr:GetAuthorizationToken')) },
      { name: 'one role', state: withInline(exampleAllow('sts:AssumeRole', 'arn:aws:iam::333333333333:role/orders-reader')) },
      {
        name: 'an administrator, which another rule finds',
        state: { ...EXAMPLE_LAMBDA_ROLE, attachedPolicies: [EXAMPLE_ADMINISTRATOR] },
      },
      {
        name: 'a Deny that takes it back',
        state: withInline(exampleAllow('iam:CreateAccessKey'), { Effect: 'Deny', Action: 'iam:*', Resource: '*' }),
      },
      {
        name: 'what the boundary takes away',
        state: {
          ...withInline(exampleAllow('sts:AssumeRole')),
          boundary: exampleInline('functions', exampleAllow(['dynamodb:*', 'logs:*'])).document,
        },
      },
      {
        name: 'a role that AWS keeps for a service',
        state: { ...withInline(exampleAllow('sts:AssumeRole')), path: EXAMPLE_SERVICE_PATH },
      },
    ],
    violates: [
      { name: 'every role that trusts it', state: withInline(exampleAllow('sts:AssumeRole')) },
      { name: 'every role of an account', state: withInline(exampleAllow('sts:AssumeRole', 'arn:aws:iam::333333333333:role/*')) },
      {
        name: 'access keys for every user, under a stack',
        state: { ...withInline(exampleAllow('iam:CreateAccessKey')), tags: { 'aws:cloudformation:stack-name': 'orders' } },
      },
    ],
  },
});
