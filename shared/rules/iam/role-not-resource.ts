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
  ids: ['notresource'],
  summary: 'it may act on every resource but those that a list names',
  expected: 'Resource with the ARNs that the function uses',
  why: 'Which of the other resources the function uses is not in the policy.',
  instruction: 'Write Resource with what the function uses in place of NotResource',
};

export default defineRule({
  id: 'iam-role-not-resource',
  title: "A function's role names the resources that it uses, not the others",
  severity: 'medium',
  resource: 'role',
  checklist: ['wp-1', 'wa-SEC03-BP02'],
  needs: GRANT_NEEDS,
  evaluate: (state, context) => judgeGrants(state, context, WORDS),
  examples: {
    passes: [
      { name: 'Resource', state: EXAMPLE_LAMBDA_ROLE },
      EXAMPLE_ADMINISTRATOR_PASSES,
      {
        name: 'NotResource in a Deny',
        state: exampleRoleWith(exampleAllow('s3:GetObject', 'arn:aws:s3:::uploads/*'), {
          Effect: 'Deny',
          Action: 's3:*',
          NotResource: 'arn:aws:s3:::uploads/*',
        }),
      },
      {
        name: 'a role that AWS keeps for a service',
        state: {
          ...exampleRoleWith({ Effect: 'Allow', Action: 's3:GetObject', NotResource: 'arn:aws:s3:::private/*' }),
          path: EXAMPLE_SERVICE_PATH,
        },
      },
      {
        name: 'what the boundary is for is no grant',
        state: {
          ...EXAMPLE_LAMBDA_ROLE,
          boundary: exampleInline('functions', { Effect: 'Allow', Action: 's3:*', NotResource: 'arn:aws:s3:::private/*' })
            .document,
        },
      },
    ],
    violates: [
      {
        name: 'every bucket but one',
        state: exampleRoleWith({ Effect: 'Allow', Action: 's3:GetObject', NotResource: 'arn:aws:s3:::private/*' }),
      },
      {
        name: 'every table but one, under a stack',
        state: {
          ...exampleRoleWith({ Effect: 'Allow', Action: 'dynamodb:PutItem', NotResource: 'arn:aws:dynamodb:*:*:table/private' }),
          tags: { 'aws:cloudformation:stack-name': 'orders' },
        },
      },
    ],
  },
});
