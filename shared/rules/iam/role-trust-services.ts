import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { RoleFacts } from '../../model/state.ts';
import { byHand } from '../parts/by-hand.ts';
import { BY_LAMBDA, EXAMPLE_LAMBDA_ROLE, EXAMPLE_SERVICE_PATH, exampleTrust } from '../parts/example-role.ts';
import { concernsLambda, isLambda } from '../parts/lambda-role.ts';
import { serviceOf, trustCommand, trustEvidence, trusted } from '../parts/trust.ts';
import { listed } from '../parts/words.ts';

const NEEDS = ['path', 'trustPolicy', 'usedBy'] as const;
type Seen = Pick<RoleFacts, (typeof NEEDS)[number]>;

/** Each service that may assume the role is one more way to its rights: an EC2 instance with it leaks a function's rights by its metadata. */
function evaluate(state: Seen, { resource }: RuleContext<'role'>): Violation | undefined {
  if (state.usedBy.length === 0 || !concernsLambda(state)) return undefined;
  const others = trusted(state.trustPolicy).filter((one) => {
    const service = serviceOf(one);
    return service !== undefined && !isLambda(service);
  });
  if (others.length === 0) return undefined;
  const names = [...new Set(others.map(({ value }) => value))];
  return {
    summary: `functions use it, and ${listed(names)} may assume it too`,
    evidence: others.map((one) => trustEvidence(one, 'lambda.amazonaws.com only')),
    remedy: byHand(
      'Whether the other service still uses the role can not be read.',
      `Give the other service a role of its own and trust lambda.amazonaws.com only: ${trustCommand(resource)}.`,
    ),
  };
}

const withServices = (...Service: string[]): Seen => ({
  ...EXAMPLE_LAMBDA_ROLE,
  trustPolicy: exampleTrust({ Principal: { Service } }),
});

export default defineRule({
  id: 'iam-role-trust-services',
  title: "Only Lambda may assume a function's role",
  severity: 'medium',
  resource: 'role',
  checklist: ['wp-1', 'wa-SEC03-BP02'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'Lambda only', state: { ...EXAMPLE_LAMBDA_ROLE, trustPolicy: exampleTrust(BY_LAMBDA) } },
      { name: 'Lambda at the edge too', state: withServices('lambda.amazonaws.com', 'edgelambda.amazonaws.com') },
      {
        name: 'a role that no function uses',
        state: { ...withServices('lambda.amazonaws.com', 'ec2.amazonaws.com'), usedBy: [] },
      },
      {
        name: 'a role that AWS keeps for a service',
        state: { ...withServices('ec2.amazonaws.com'), path: EXAMPLE_SERVICE_PATH },
      },
    ],
    violates: [
      { name: 'instances too', state: withServices('lambda.amazonaws.com', 'ec2.amazonaws.com') },
      {
        name: 'two services in statements of their own',
        state: {
          ...EXAMPLE_LAMBDA_ROLE,
          trustPolicy: exampleTrust(
            BY_LAMBDA,
            { Principal: { Service: 'states.amazonaws.com' } },
            { Principal: { Service: 'scheduler.amazonaws.com' } },
          ),
        },
      },
    ],
  },
});
