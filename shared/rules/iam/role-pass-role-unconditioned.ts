import type { Statement } from '../../model/policy-document.ts';
import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { RoleFacts } from '../../model/state.ts';
import { broadGrants, deniesOf } from '../../policy/breadth.ts';
import { passesRoleWithoutService } from '../../policy/grants.ts';
import { hasWildcard } from '../../policy/wildcards.ts';
import { byHand } from '../parts/by-hand.ts';
import { EXAMPLE_LAMBDA_ROLE, exampleAllow, exampleInline, exampleRoleWith, exampleTrust } from '../parts/example-role.ts';
import { concernsLambda, placeOf, policyCommand, roleAdvice, roleDocuments, statementAt } from '../parts/lambda-role.ts';
import { counted } from '../parts/words.ts';

const NEEDS = ['path', 'trustPolicy', 'usedBy', 'tags', 'inlinePolicies', 'attachedPolicies', 'boundary'] as const;
type Seen = Pick<RoleFacts, (typeof NEEDS)[number]>;

/** A statement that iam-role-overbroad finds says more than this one would: every role, every action of IAM, everything. */
function isOverbroad(statement: Statement, denies: readonly Statement[]): boolean {
  return broadGrants([statement], denies).some(
    ({ kind, action }) => kind !== 'service-wildcard' || action === 'NotAction' || /^iam:/i.test(action),
  );
}

const onSeveralRoles = ({ resources, notResources }: Statement): boolean =>
  notResources.length > 0 || resources.length > 1 || resources.some(hasWildcard);

function evaluate(state: Seen, { resource }: RuleContext<'role'>): Violation | undefined {
  if (!concernsLambda(state)) return undefined;
  const documents = roleDocuments(state);
  const denies = documents.flatMap(({ document }) => deniesOf(document.statements));
  const loose = passesRoleWithoutService(documents, { boundary: state.boundary ?? undefined }).filter((place) => {
    const statement = statementAt(documents, place);
    return statement !== undefined && onSeveralRoles(statement) && !isOverbroad(statement, denies);
  });
  if (loose.length === 0) return undefined;
  return {
    summary: `it may pass several roles on to any service (${counted(loose.length, 'statement')} without iam:PassedToService)`,
    evidence: loose.map((place) => ({
      path: placeOf(documents, place),
      found: `iam:PassRole on ${statementAt(documents, place)?.resources.join(', ') || 'all but some roles'}`,
      expected: 'one role, or StringEquals iam:PassedToService',
    })),
    remedy: byHand(
      'To which service it passes roles is nowhere else written.',
      `Add StringEquals iam:PassedToService with the service to the statement: ${policyCommand(resource, state.attachedPolicies, loose)}.`,
    ),
    advice: roleAdvice(state),
  };
}

const ROLES = 'arn:aws:iam::222222222222:role/workers/*';
const TO_TASKS = { Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } } };

export default defineRule({
  id: 'iam-role-pass-role-unconditioned',
  title: "A function's role passes several roles on to named services only",
  severity: 'medium',
  resource: 'role',
  checklist: ['wp-1', 'wa-SEC03-BP02'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'nothing is passed on', state: EXAMPLE_LAMBDA_ROLE },
      { name: 'one role', state: exampleRoleWith(exampleAllow('iam:PassRole', 'arn:aws:iam::222222222222:role/worker')) },
      { name: 'to one service', state: exampleRoleWith(exampleAllow('iam:PassRole', ROLES, TO_TASKS)) },
      { name: 'every role, which another rule finds', state: exampleRoleWith(exampleAllow('iam:PassRole')) },
      {
        name: 'a Deny takes it back',
        state: exampleRoleWith(exampleAllow('iam:PassRole', ROLES), { Effect: 'Deny', Action: 'iam:*', Resource: '*' }),
      },
      {
        name: 'a boundary takes it back',
        state: {
          ...exampleRoleWith(exampleAllow('iam:PassRole', ROLES)),
          boundary: exampleInline('functions', exampleAllow(['ecs:*', 'logs:*'])).document,
        },
      },
      {
        name: "a role that isn't Lambda's",
        state: {
          ...exampleRoleWith(exampleAllow('iam:PassRole', ROLES)),
          path: '/',
          usedBy: [],
          trustPolicy: exampleTrust({ Principal: { Service: 'ec2.amazonaws.com' } }),
        },
      },
    ],
    violates: [
      { name: 'the roles below a path', state: exampleRoleWith(exampleAllow(['ecs:RunTask', 'iam:PassRole'], ROLES)) },
      {
        name: 'two roles, to whatever service',
        state: {
          ...exampleRoleWith(
            exampleAllow('iam:PassRole', ['arn:aws:iam::222222222222:role/a', 'arn:aws:iam::222222222222:role/b'], {
              Condition: { StringLike: { 'iam:PassedToService': '*' } },
            }),
          ),
          tags: { 'aws:cloudformation:stack-name': 'orders' },
        },
      },
    ],
  },
});
