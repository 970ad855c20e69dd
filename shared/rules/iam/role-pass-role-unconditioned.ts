import type { Statement } from '../../model/policy-document.ts';
import type { Resource } from '../../model/resource.ts';
import type { Remedy, RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { NamedPolicy, RoleFacts } from '../../model/state.ts';
import { broadGrants, deniesOf } from '../../policy/breadth.ts';
import type { StatementPlace } from '../../policy/finding.ts';
import { passesRoleWithoutService } from '../../policy/grants.ts';
import { servicesPassedTo } from '../../policy/passed-services.ts';
import { hasWildcard } from '../../policy/wildcards.ts';
import { byHand } from '../parts/by-hand.ts';
import {
  EXAMPLE_LAMBDA_ROLE,
  exampleAllow,
  exampleInline,
  exampleManaged,
  exampleRoleWith,
  exampleTrust,
} from '../parts/example-role.ts';
import { concernsLambda, placeOf, policyCommand, roleAdvice, roleDocuments, statementAt } from '../parts/lambda-role.ts';
import { limitPassRole } from '../parts/limit-pass-role.ts';
import { allRewritten, rewriteSteps } from '../parts/policy-remedy.ts';
import { counted, listed } from '../parts/words.ts';

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

/**
 * Only an action that takes a role uses what iam:PassRole allows
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html), so the services of those that the role holds are all that it can
 * pass roles to. Undefined when they aren't known for certain.
 */
function limitedToServices(
  state: Seen,
  resource: Resource<'role'>,
  loose: readonly StatementPlace[],
  services: readonly string[] | undefined,
): Remedy | undefined {
  // Some services go by another name in China: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
  if (services === undefined || services.length === 0 || !resource.arn.startsWith('arn:aws:')) return undefined;
  const rewritten = <P extends NamedPolicy>(policies: readonly P[], kind: string) =>
    policies.map((policy) => {
      const places = loose.filter(({ document }) => document === `${kind} policy ${policy.name}`);
      return { policy, toText: limitPassRole(policy.document, new Set(places.map(({ statement }) => statement)), services) };
    });
  const inline = rewritten(state.inlinePolicies, 'inline');
  const attached = rewritten(state.attachedPolicies, 'attached');
  if (!allRewritten(inline) || !allRewritten(attached)) return undefined;
  const steps = rewriteSteps(resource, state, inline, attached);
  if (steps === undefined) return undefined;
  return {
    kind: 'steps',
    steps,
    approvalBecause: `by the actions that it holds it can pass roles to ${listed(services)} only; what a policy of some resource allows it besides is not seen`,
  };
}

function evaluate(state: Seen, { resource }: RuleContext<'role'>): Violation | undefined {
  if (!concernsLambda(state)) return undefined;
  const documents = roleDocuments(state);
  const denies = documents.flatMap(({ document }) => deniesOf(document.statements));
  const loose = passesRoleWithoutService(documents, { boundary: state.boundary ?? undefined }).filter((place) => {
    const statement = statementAt(documents, place);
    return statement !== undefined && onSeveralRoles(statement) && !isOverbroad(statement, denies);
  });
  if (loose.length === 0) return undefined;
  const services = servicesPassedTo(documents, { boundary: state.boundary ?? undefined });
  return {
    summary: `it may pass several roles on to any service (${counted(loose.length, 'statement')} without iam:PassedToService)`,
    evidence: loose.map((place) => ({
      path: placeOf(documents, place),
      found: `iam:PassRole on ${statementAt(documents, place)?.resources.join(', ') || 'all but some roles'}`,
      expected: 'one role, or StringEquals iam:PassedToService',
    })),
    remedy:
      limitedToServices(state, resource, loose, services) ??
      byHand(
        services === undefined || services.length === 0
          ? 'To which service it passes roles is nowhere else written.'
          : 'The statement can not be limited without touching what else it grants.',
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
      {
        name: 'in a managed policy, to whom an action of another policy tells',
        state: {
          ...exampleRoleWith(
            exampleAllow('states:CreateStateMachine', 'arn:aws:states:eu-central-1:222222222222:stateMachine:*'),
          ),
          attachedPolicies: [exampleManaged('arn:aws:iam::222222222222:policy/passing', exampleAllow('iam:PassRole', ROLES))],
        },
      },
      {
        name: 'beside an action that may take a role of any service',
        state: exampleRoleWith(exampleAllow(['ecs:RunTask', 'apigateway:PUT'], '*'), exampleAllow('iam:PassRole', ROLES)),
      },
    ],
  },
});
