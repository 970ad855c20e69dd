import { defineRule } from '../../model/rule.ts';
import { EXAMPLE_LAMBDA_ROLE, exampleAllow, exampleGrantPasses, exampleRoleWith } from '../parts/example-role.ts';
import { GRANT_NEEDS, type GrantWords, judgeGrants } from '../parts/role-grants.ts';

const WORDS: GrantWords = {
  ids: ['resource-exposure'],
  summary: 'it may open every resource to others',
  expected: 'the ARN of the one resource whose permissions the function manages',
  why: 'Which permissions the function manages is not in the policy.',
  instruction: 'Take the action away, or name its resource',
};

export default defineRule({
  id: 'iam-role-resource-exposure',
  title: "A function's role doesn't decide who gets at other resources",
  severity: 'high',
  resource: 'role',
  checklist: ['wp-1', 'wa-SEC03-BP02'],
  needs: GRANT_NEEDS,
  evaluate: (state, context) => judgeGrants(state, context, WORDS),
  examples: {
    passes: [
      { name: 'a table', state: EXAMPLE_LAMBDA_ROLE },
      { name: 'the policy of one bucket', state: exampleRoleWith(exampleAllow('s3:PutBucketPolicy', 'arn:aws:s3:::uploads')) },
      ...exampleGrantPasses(exampleAllow('s3:PutBucketPolicy')),
    ],
    violates: [
      { name: 'the policy of every bucket', state: exampleRoleWith(exampleAllow('s3:PutBucketPolicy')) },
      {
        name: 'the permissions of every function, under a stack',
        state: { ...exampleRoleWith(exampleAllow('lambda:AddPermission')), tags: { 'aws:cloudformation:stack-name': 'orders' } },
      },
    ],
  },
});
