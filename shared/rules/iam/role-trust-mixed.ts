import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { RoleFacts } from '../../model/state.ts';
import { byHand } from '../parts/by-hand.ts';
import { BY_LAMBDA, EXAMPLE_LAMBDA_ROLE, exampleTrust } from '../parts/example-role.ts';
import { concernsLambda } from '../parts/lambda-role.ts';
import { accountOf, serviceOf, type Trusted, trustCommand, trustEvidence, trusted } from '../parts/trust.ts';
import { listed } from '../parts/words.ts';

const NEEDS = ['path', 'trustPolicy', 'usedBy'] as const;
type Seen = Pick<RoleFacts, (typeof NEEDS)[number]>;

/** People come as users and roles of accounts, or through SAML and OIDC. A star is another rule's matter. */
const isPerson = (one: Trusted): boolean => one.type === 'Federated' || accountOf(one) !== undefined;

function evaluate(state: Seen, { resource }: RuleContext<'role'>): Violation | undefined {
  if (!concernsLambda(state)) return undefined;
  const all = trusted(state.trustPolicy);
  const services = [...new Set(all.flatMap((one) => serviceOf(one) ?? []))];
  const people = all.filter(isPerson);
  if (services.length === 0 || people.length === 0) return undefined;
  return {
    summary: `people or other roles may assume it beside ${listed(services)}, so that its doings can't be told from theirs`,
    evidence: people.map((one) => trustEvidence(one, 'a role of their own')),
    remedy: byHand(
      'Who assumes the role on purpose is nowhere else written.',
      `Give people a role of their own and trust the service only: ${trustCommand(resource)}.`,
    ),
  };
}

const withTrust = (...statements: object[]): Seen => ({ ...EXAMPLE_LAMBDA_ROLE, trustPolicy: exampleTrust(...statements) });

export default defineRule({
  id: 'iam-role-trust-mixed',
  title: "People don't assume the role of a function",
  severity: 'medium',
  resource: 'role',
  checklist: ['wp-1', 'wa-SEC03-BP02'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'Lambda only', state: withTrust(BY_LAMBDA) },
      { name: 'people only, though a function uses it', state: withTrust({ Principal: { AWS: '222222222222' } }) },
      {
        name: "a role that isn't Lambda's",
        state: {
          ...withTrust({ Principal: { AWS: '222222222222', Service: 'ec2.amazonaws.com' } }),
          usedBy: [],
          path: '/teams/',
        },
      },
    ],
    violates: [
      {
        name: 'every principal of the account too',
        state: withTrust(BY_LAMBDA, { Principal: { AWS: 'arn:aws:iam::222222222222:root' } }),
      },
      {
        name: 'a company directory in the same statement',
        state: withTrust({
          Principal: { Service: 'lambda.amazonaws.com', Federated: 'arn:aws:iam::222222222222:saml-provider/directory' },
          Action: ['sts:AssumeRole', 'sts:AssumeRoleWithSAML'],
        }),
      },
    ],
  },
});
