import type { Resource } from '../../model/resource.ts';
import type { Remedy, RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { RoleFacts } from '../../model/state.ts';
import { dropUnused, type Unused } from '../../policy/drop-unused.ts';
import { servicesGranted } from '../../policy/grants.ts';
import { byHand } from '../parts/by-hand.ts';
import {
  EXAMPLE_ADMINISTRATOR,
  EXAMPLE_BOUNDARY,
  EXAMPLE_LAMBDA_ROLE,
  exampleAllow,
  exampleInline,
  exampleManaged,
  exampleTrust,
} from '../parts/example-role.ts';
import { concernsLambda, roleDocuments } from '../parts/lambda-role.ts';
import { isForRuntime, isRuntimeService } from '../parts/managed-policies.ts';
import { isAdministrator, isIdle, isYoung, needlessPolicies } from '../parts/needless-policies.ts';
import { allRewritten, rewriteSteps } from '../parts/policy-remedy.ts';
import { counted, listed } from '../parts/words.ts';

const NEEDS = [
  'path',
  'trustPolicy',
  'usedBy',
  'createdAt',
  'inlinePolicies',
  'attachedPolicies',
  'boundary',
  'serviceAccess',
] as const;
type Seen = Pick<RoleFacts, (typeof NEEDS)[number]>;

/**
 * Access advisor lists what the policies name, without their Deny statements and the boundary
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html): only what is left of it counts here.
 */
function idleServices(state: Seen, context: RuleContext<'role'>): Seen['serviceAccess'] {
  const idle = state.serviceAccess.filter(({ service, lastUsed }) => !isRuntimeService(service) && isIdle(lastUsed, context));
  if (idle.length === 0) return [];
  const needless = needlessPolicies(state, context).map(({ policy }) => policy);
  const attachedPolicies = state.attachedPolicies.filter((policy) => !needless.includes(policy) && !isForRuntime(policy.name));
  const documents = roleDocuments({ inlinePolicies: state.inlinePolicies, attachedPolicies });
  const granted = new Set(servicesGranted(documents, { boundary: state.boundary ?? undefined }));
  return idle.filter(({ service }) => granted.has(service));
}

/**
 * Actions that a statement names whole, of services in use. Access advisor tracks management actions: what it doesn't list may be in use.
 */
function idleActions(state: Seen, context: RuleContext<'role'>): string[] {
  const tracked = state.serviceAccess
    .filter(({ service, lastUsed }) => !isRuntimeService(service) && !isIdle(lastUsed, context))
    .flatMap(({ service, actions = [] }) => actions.map(({ name, lastUsed }) => ({ action: `${service}:${name}`, lastUsed })))
    .filter(({ lastUsed }) => isIdle(lastUsed, context));
  if (tracked.length === 0) return [];
  const needless = needlessPolicies(state, context).map(({ policy }) => policy);
  const policies = [
    ...state.inlinePolicies,
    ...state.attachedPolicies.filter((policy) => !needless.includes(policy) && !policy.awsManaged),
  ];
  const named = new Set(
    policies
      .flatMap(({ document }) => document.statements)
      .flatMap(({ effect, actions }) => (effect === 'Allow' ? actions.map((action) => action.toLowerCase()) : [])),
  );
  return tracked.map(({ action }) => action).filter((action) => named.has(action.toLowerCase()));
}

function summaryOf(services: readonly string[], actions: readonly string[], days: number): string {
  const some = (names: readonly string[]): string => `${listed(names.slice(0, 8))}${names.length > 8 ? ' and others' : ''}`;
  return services.length > 0
    ? `it grants ${counted(services.length, 'service')} that it did not use for ${days} days: ${some(services)}`
    : `it grants ${counted(actions.length, 'action')} that it did not use for ${days} days: ${some(actions)}`;
}

const NONE: ReadonlySet<string> = new Set();

/** The policies without these services and actions, where they can be taken out action by action and all of it can be put back. */
function withoutUnused(state: Seen, resource: Resource<'role'>, unused: Unused): Remedy | undefined {
  const inline = state.inlinePolicies.map((policy) => ({ policy, toText: dropUnused(policy.document, unused) }));
  const attached = state.attachedPolicies
    .filter((policy) => !isForRuntime(policy.name))
    // Single actions of AWS's own policies are AWS's choice: only a whole service is worth a policy of one's own in its place.
    .map((policy) => ({
      policy,
      toText: dropUnused(policy.document, policy.awsManaged ? { ...unused, actions: NONE } : unused),
    }));
  if (!allRewritten(inline) || !allRewritten(attached)) return undefined;
  const steps = rewriteSteps(resource, state, inline, attached);
  return steps && { kind: 'steps', steps };
}

function evaluate(state: Seen, context: RuleContext<'role'>): Violation | undefined {
  if (!concernsLambda(state) || isYoung(state.createdAt, context) || isAdministrator(state)) return undefined;
  const idle = idleServices(state, context);
  const actions = idleActions(state, context);
  if (idle.length === 0 && actions.length === 0) return undefined;
  const days = context.settings.days.unusedService;
  const names = idle.map(({ service }) => service);
  const unused = { services: new Set(names), actions: new Set(actions.map((action) => action.toLowerCase())) };
  return {
    summary: summaryOf(names, actions, days),
    evidence: [...names, ...actions].map((name) => ({
      path: `access advisor: ${name}`,
      found: `not used for ${days} days`,
      expected: 'no right that nobody uses',
    })),
    remedy:
      withoutUnused(state, context.resource, unused) ??
      byHand(
        'Its policies name these services among others in a way that does not let single actions be taken out.',
        `Take ${names.length === 0 ? listed(actions.slice(0, 8)) : `the actions of ${listed(names.slice(0, 8))}`} out of its policies: aws iam list-role-policies --role-name ${context.resource.name} and aws iam list-attached-role-policies --role-name ${context.resource.name} name them.`,
      ),
    advice: [
      ...idle.map(
        ({ service, lastUsed }) => `${service}: ${lastUsed === null ? 'never seen' : `last used on ${lastUsed.slice(0, 10)}`}.`,
      ),
      `Source: access advisor, over ${days} days. It does not say when a right was given: one that is used once a year, or was granted lately, looks unused.`,
    ],
  };
}

const QUEUES = exampleInline(
  'queues',
  exampleAllow(['sqs:SendMessage', 's3:GetObject'], 'arn:aws:sqs:eu-central-1:222222222222:orders'),
);
const IDLE: Seen = {
  ...EXAMPLE_LAMBDA_ROLE,
  inlinePolicies: [...EXAMPLE_LAMBDA_ROLE.inlinePolicies, QUEUES],
  serviceAccess: [...EXAMPLE_LAMBDA_ROLE.serviceAccess, { service: 'sqs', lastUsed: '2025-03-01T00:00:00.000Z' }],
};

export default defineRule({
  id: 'iam-role-service-unused',
  title: "A function's role grants only services and management actions that it uses",
  severity: 'low',
  resource: 'role',
  checklist: ['wp-1', 'wa-SEC03-BP04'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'every service is used', state: EXAMPLE_LAMBDA_ROLE },
      { name: 'a young role', state: { ...IDLE, createdAt: '2026-01-20T00:00:00.000Z' } },
      {
        name: 'a service that the boundary takes away',
        state: { ...IDLE, boundary: EXAMPLE_BOUNDARY },
      },
      { name: 'an administrator, which another rule finds', state: { ...IDLE, attachedPolicies: [EXAMPLE_ADMINISTRATOR] } },
      {
        name: "a role that isn't Lambda's",
        state: { ...IDLE, path: '/', usedBy: [], trustPolicy: exampleTrust({ Principal: { Service: 'ec2.amazonaws.com' } }) },
      },
      {
        name: 'an action that a wildcard gives, and one that access advisor does not track',
        state: {
          ...EXAMPLE_LAMBDA_ROLE,
          inlinePolicies: [exampleInline('orders', exampleAllow(['dynamodb:Delete*', 'dynamodb:PutItem']))],
          serviceAccess: [
            { service: 'dynamodb', lastUsed: '2026-03-01T10:00:00.000Z', actions: [{ name: 'DeleteTable', lastUsed: null }] },
          ],
        },
      },
      {
        name: 'a longer patience',
        state: IDLE,
        settings: { days: { unusedFunction: 90, unusedService: 400, dormantUser: 90, runtimeNotice: 180 } },
      },
    ],
    violates: [
      { name: 'a service that nobody used for a year', state: IDLE },
      {
        name: 'actions of a service that is used',
        state: {
          ...EXAMPLE_LAMBDA_ROLE,
          inlinePolicies: [
            exampleInline('orders', exampleAllow(['dynamodb:GetItem', 'dynamodb:CreateTable', 'dynamodb:DeleteTable'])),
          ],
          serviceAccess: [
            {
              service: 'dynamodb',
              lastUsed: '2026-03-01T10:00:00.000Z',
              actions: [
                { name: 'CreateTable', lastUsed: '2026-02-20T10:00:00.000Z' },
                { name: 'DeleteTable', lastUsed: null },
              ],
            },
          ],
        },
      },
      {
        name: 'a statement that allows all services on named resources',
        state: {
          ...IDLE,
          inlinePolicies: [QUEUES, exampleInline('all', exampleAllow('*', 'arn:aws:sqs:eu-central-1:222222222222:orders'))],
        },
      },
      {
        name: 'a managed policy that names it beside another',
        state: {
          ...IDLE,
          inlinePolicies: EXAMPLE_LAMBDA_ROLE.inlinePolicies,
          attachedPolicies: [
            exampleManaged('arn:aws:iam::222222222222:policy/both', exampleAllow(['sqs:SendMessage', 'dynamodb:Query'])),
          ],
        },
      },
      {
        name: 'one that was never used',
        state: { ...IDLE, serviceAccess: [...IDLE.serviceAccess, { service: 's3', lastUsed: null }] },
      },
    ],
  },
});
