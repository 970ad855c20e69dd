import { defineRule } from '../../model/rule.ts';
import {
  EXAMPLE_ADMINISTRATOR_PASSES,
  EXAMPLE_LAMBDA_ROLE,
  EXAMPLE_SERVICE_PATH,
  exampleAllow,
  exampleInline,
  exampleRoleWith,
} from '../parts/example-role.ts';
import { GRANT_NEEDS, type GrantWords, judgeGrants } from '../parts/role-grants.ts';

const WORDS: GrantWords = {
  ids: ['notaction'],
  summary: 'it may do whatever a list does not name, and whatever AWS adds',
  expected: 'Action with the actions that the function uses',
  why: 'Which of the other actions the function uses is not in the policy.',
  instruction: 'Write Action with what the function uses in place of NotAction',
};

export default defineRule({
  id: 'iam-role-not-action',
  title: "A function's role names what it may do, not what it may not",
  severity: 'medium',
  resource: 'role',
  checklist: ['wp-1', 'wa-SEC03-BP02'],
  needs: GRANT_NEEDS,
  evaluate: (state, context) => judgeGrants(state, context, WORDS),
  examples: {
    passes: [
      { name: 'Action', state: EXAMPLE_LAMBDA_ROLE },
      EXAMPLE_ADMINISTRATOR_PASSES,
      {
        name: 'NotAction in a Deny',
        state: exampleRoleWith(exampleAllow('s3:GetObject', 'arn:aws:s3:::uploads/*'), {
          Effect: 'Deny',
          NotAction: 's3:*',
          Resource: '*',
        }),
      },
      {
        name: 'a role that AWS keeps for a service',
        state: { ...exampleRoleWith({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }), path: EXAMPLE_SERVICE_PATH },
      },
      {
        name: 'what the boundary is for is no grant',
        state: {
          ...EXAMPLE_LAMBDA_ROLE,
          boundary: exampleInline('functions', { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }).document,
        },
      },
    ],
    violates: [
      { name: 'everything but IAM', state: exampleRoleWith({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }) },
      {
        name: 'everything on a bucket but its removal, under a stack',
        state: {
          ...exampleRoleWith({ Effect: 'Allow', NotAction: 's3:DeleteBucket', Resource: 'arn:aws:s3:::uploads' }),
          tags: { 'aws:cloudformation:stack-name': 'orders' },
        },
      },
    ],
  },
});
