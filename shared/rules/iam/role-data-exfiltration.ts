import { defineRule } from '../../model/rule.ts';
import { exampleAllow, exampleGrantPasses, exampleRoleWith } from '../parts/example-role.ts';
import { GRANT_NEEDS, type GrantWords, judgeGrants } from '../parts/role-grants.ts';

const WORDS: GrantWords = {
  ids: ['data-exfiltration'],
  summary: 'it may read the data of every bucket, parameter or secret',
  expected: 'the ARNs that the function reads',
  why: 'Which objects, parameters or secrets the function reads is not in the policy.',
  instruction: 'Name the buckets, parameters or secrets in the statement',
};

export default defineRule({
  id: 'iam-role-data-exfiltration',
  title: "A function's role reads named secrets, parameters and objects only",
  severity: 'medium',
  resource: 'role',
  checklist: ['wp-1', 'wa-SEC03-BP02', 'wa-SEC02-BP03'],
  needs: GRANT_NEEDS,
  evaluate: (state, context) => judgeGrants(state, context, WORDS),
  examples: {
    passes: [
      {
        name: 'one secret',
        state: exampleRoleWith(
          exampleAllow('secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:eu-central-1:222222222222:secret:orders-a1b2c3'),
        ),
      },
      { name: 'one bucket', state: exampleRoleWith(exampleAllow('s3:GetObject', 'arn:aws:s3:::uploads/*')) },
      ...exampleGrantPasses(exampleAllow('s3:GetObject')),
    ],
    violates: [
      { name: 'every object', state: exampleRoleWith(exampleAllow('s3:GetObject')) },
      {
        name: 'every secret and parameter, under a stack',
        state: {
          ...exampleRoleWith(exampleAllow(['secretsmanager:GetSecretValue', 'ssm:GetParameter*'])),
          tags: { 'aws:cloudformation:stack-name': 'orders' },
        },
      },
    ],
  },
});
