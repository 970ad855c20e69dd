import { defineRule } from '../../model/rule.ts';
import { EXAMPLE_LAMBDA_ROLE, exampleAllow, exampleGrantPasses, exampleRoleWith } from '../parts/example-role.ts';
import { GRANT_NEEDS, type GrantWords, judgeGrants } from '../parts/role-grants.ts';

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
      { name: 'a login to its own registry', state: exampleRoleWith(exampleAllow('ecr:GetAuthorizationToken')) },
      {
        name: 'one role',
        state: exampleRoleWith(exampleAllow('sts:AssumeRole', 'arn:aws:iam::333333333333:role/orders-reader')),
      },
      {
        name: 'a Deny that takes it back',
        state: exampleRoleWith(exampleAllow('iam:CreateAccessKey'), { Effect: 'Deny', Action: 'iam:*', Resource: '*' }),
      },
      ...exampleGrantPasses(exampleAllow('sts:AssumeRole')),
    ],
    violates: [
      { name: 'every role that trusts it', state: exampleRoleWith(exampleAllow('sts:AssumeRole')) },
      {
        name: 'every role of an account',
        state: exampleRoleWith(exampleAllow('sts:AssumeRole', 'arn:aws:iam::333333333333:role/*')),
      },
      {
        name: 'access keys for every user, under a stack',
        state: { ...exampleRoleWith(exampleAllow('iam:CreateAccessKey')), tags: { 'aws:cloudformation:stack-name': 'orders' } },
      },
    ],
  },
});
