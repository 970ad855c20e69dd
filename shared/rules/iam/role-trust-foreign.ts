import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { RoleFacts } from '../../model/state.ts';
import { type Home, reachOfAccount } from '../../policy/caller-reach.ts';
import { byHand } from '../parts/by-hand.ts';
import { BY_LAMBDA, EXAMPLE_LAMBDA_ROLE, exampleTrust } from '../parts/example-role.ts';
import { concernsLambda } from '../parts/lambda-role.ts';
import { accountOf, type Trusted, trustCommand, trustEvidence, trusted, trustReach, wantsExternalId } from '../parts/trust.ts';
import { dropTrusted } from '../parts/trust-remedy.ts';
import { listed } from '../parts/words.ts';

const NEEDS = ['path', 'trustPolicy', 'usedBy'] as const;
type Seen = Pick<RoleFacts, (typeof NEEDS)[number]>;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html: a vendor's account acts for all its customers. */
function isUnguarded(one: Trusted, home: Home): boolean {
  const account = accountOf(one);
  if (account === undefined || reachOfAccount(account, home) === 'own' || wantsExternalId(one.statement)) return false;
  const reach = trustReach(one.statement, home);
  return reach === 'anyone' || reach === 'foreign';
}

function evaluate(state: Seen, { resource, settings }: RuleContext<'role'>): Violation | undefined {
  if (!concernsLambda(state)) return undefined;
  const foreign = trusted(state.trustPolicy).filter((one) => isUnguarded(one, { account: resource.account, ...settings }));
  if (foreign.length === 0) return undefined;
  return {
    summary: `another account may assume it without an external id: ${listed([...new Set(foreign.map((one) => accountOf(one) ?? ''))])}`,
    evidence: foreign.map((one) => trustEvidence(one, 'a condition on sts:ExternalId, or an account of yours')),
    remedy:
      dropTrusted(resource, state.trustPolicy, foreign) ??
      byHand(
        'Cinch can not tell a vendor from an account of yours that cinch.yaml does not name.',
        `Name it in allowedAccounts if it is yours, else agree on an external id and add StringEquals sts:ExternalId: ${trustCommand(resource)}.`,
      ),
    advice: [
      'An account of yours belongs into allowedAccounts of cinch.yaml; a vendor keeps its access with a condition on sts:ExternalId.',
    ],
  };
}

const withTrust = (...statements: object[]): Seen => ({
  ...EXAMPLE_LAMBDA_ROLE,
  trustPolicy: exampleTrust(BY_LAMBDA, ...statements),
});
const VENDOR = { Principal: { AWS: 'arn:aws:iam::333333333333:root' } };

export default defineRule({
  id: 'iam-role-trust-foreign',
  title: "A function's role can be assumed from another account only with an external id",
  severity: 'high',
  resource: 'role',
  checklist: ['wp-1', 'wa-SEC03-BP09'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'its own account', state: withTrust({ Principal: { AWS: '222222222222' } }) },
      { name: 'an account that is allowed', state: withTrust(VENDOR), settings: { allowedAccounts: ['333333333333'] } },
      { name: 'an external id', state: withTrust({ ...VENDOR, Condition: { StringEquals: { 'sts:ExternalId': 'orders-7' } } }) },
      {
        name: 'a principal of the organization',
        state: withTrust({ ...VENDOR, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorg' } } }),
        settings: { organizationId: 'o-exampleorg' },
      },
      { name: 'a principal that is gone', state: withTrust({ Principal: { AWS: 'AROAEXAMPLEEXAMPLE123' } }) },
      {
        name: "a role that isn't Lambda's",
        state: { ...EXAMPLE_LAMBDA_ROLE, usedBy: [], path: '/', trustPolicy: exampleTrust(VENDOR) },
      },
    ],
    violates: [
      { name: 'an account of others', state: withTrust(VENDOR) },
      {
        name: 'an external id that may be anything',
        state: withTrust({ ...VENDOR, Condition: { StringLike: { 'sts:ExternalId': '*' } } }),
      },
      {
        name: 'two roles of others',
        state: withTrust({ Principal: { AWS: ['arn:aws:iam::333333333333:role/a', 'arn:aws:iam::444444444444:role/b'] } }),
      },
    ],
  },
});
