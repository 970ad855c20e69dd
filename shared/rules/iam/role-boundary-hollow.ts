import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { RoleFacts } from '../../model/state.ts';
import { boundaryAllowsAll } from '../../policy/grants.ts';
import { byHand } from '../parts/by-hand.ts';
import { EXAMPLE_LAMBDA_ROLE, exampleAllow, exampleInline, exampleTrust } from '../parts/example-role.ts';
import { concernsLambda } from '../parts/lambda-role.ts';

const NEEDS = ['path', 'trustPolicy', 'usedBy', 'permissionsBoundaryArn', 'boundary'] as const;
type Seen = Pick<RoleFacts, (typeof NEEDS)[number]>;

function evaluate(state: Seen, { resource }: RuleContext<'role'>): Violation | undefined {
  const { boundary, permissionsBoundaryArn: arn } = state;
  if (boundary === null || !concernsLambda(state) || !boundaryAllowsAll(boundary)) return undefined;
  const name = (arn ?? 'its boundary').replace(/^.*\//, '');
  return {
    summary: `its permissions boundary ${name} allows everything, so that it restrains nothing`,
    evidence: [
      {
        path: `permissions boundary ${name}`,
        found: 'every action on every resource',
        expected: 'the most that a function may ever do',
      },
    ],
    remedy: byHand(
      'What the functions of the account may ever do is for its owner to say.',
      `Put a boundary on it that names services: aws iam put-role-permissions-boundary --role-name ${resource.name} --permissions-boundary <policy ARN>.`,
    ),
  };
}

const bounded = (...statements: object[]): Seen => ({
  ...EXAMPLE_LAMBDA_ROLE,
  permissionsBoundaryArn: 'arn:aws:iam::222222222222:policy/functions',
  boundary: exampleInline('functions', ...statements).document,
});

export default defineRule({
  id: 'iam-role-boundary-hollow',
  title: "A role's permissions boundary restrains it",
  severity: 'medium',
  resource: 'role',
  checklist: ['wa-SEC03-BP05'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'no boundary', state: EXAMPLE_LAMBDA_ROLE },
      { name: 'some services', state: bounded(exampleAllow(['dynamodb:*', 's3:*', 'logs:*'])) },
      { name: 'everything but IAM', state: bounded(exampleAllow('*'), { Effect: 'Deny', Action: 'iam:*', Resource: '*' }) },
      {
        name: "a role that isn't Lambda's",
        state: {
          ...bounded(exampleAllow('*')),
          path: '/teams/',
          usedBy: [],
          trustPolicy: exampleTrust({ Principal: { Service: 'ec2.amazonaws.com' } }),
        },
      },
    ],
    violates: [
      { name: 'everything', state: bounded(exampleAllow('*')) },
      {
        name: 'AdministratorAccess',
        state: { ...bounded(exampleAllow('*')), permissionsBoundaryArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
      },
    ],
  },
});
