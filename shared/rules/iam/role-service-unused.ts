import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { RoleFacts } from '../../model/state.ts';
import { servicesGranted } from '../../policy/grants.ts';
import { byHand } from '../parts/by-hand.ts';
import {
  EXAMPLE_ADMINISTRATOR,
  EXAMPLE_BOUNDARY,
  EXAMPLE_LAMBDA_ROLE,
  exampleAllow,
  exampleInline,
  exampleTrust,
} from '../parts/example-role.ts';
import { concernsLambda, roleDocuments } from '../parts/lambda-role.ts';
import { isForRuntime, isRuntimeService } from '../parts/managed-policies.ts';
import { isAdministrator, isIdle, isYoung, needlessPolicies } from '../parts/needless-policies.ts';
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

function evaluate(state: Seen, context: RuleContext<'role'>): Violation | undefined {
  if (!concernsLambda(state) || isYoung(state.createdAt, context) || isAdministrator(state)) return undefined;
  const idle = idleServices(state, context);
  if (idle.length === 0) return undefined;
  const days = context.settings.days.unusedService;
  const names = idle.map(({ service }) => service);
  return {
    summary: `it grants ${counted(names.length, 'service')} that it did not use for ${days} days: ${listed(names.slice(0, 8))}${names.length > 8 ? ' and others' : ''}`,
    evidence: names.map((service) => ({
      path: `access advisor: ${service}`,
      found: `not used for ${days} days`,
      expected: 'no right that nobody uses',
    })),
    remedy: byHand(
      'What a function does once a year leaves no trace in most years.',
      `Take the actions of ${listed(names.slice(0, 8))} out of its policies: aws iam list-role-policies --role-name ${context.resource.name} and aws iam list-attached-role-policies --role-name ${context.resource.name} name them.`,
    ),
    advice: idle.map(
      ({ service, lastUsed }) => `${service}: ${lastUsed === null ? 'never seen' : `last used on ${lastUsed.slice(0, 10)}`}.`,
    ),
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
  title: "A function's role grants only services that it uses",
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
        name: 'a longer patience',
        state: IDLE,
        settings: { days: { unusedFunction: 90, unusedService: 400, dormantUser: 90, runtimeNotice: 180 } },
      },
    ],
    violates: [
      { name: 'a service that nobody used for a year', state: IDLE },
      {
        name: 'one that was never used',
        state: { ...IDLE, serviceAccess: [...IDLE.serviceAccess, { service: 's3', lastUsed: null }] },
      },
    ],
  },
});
