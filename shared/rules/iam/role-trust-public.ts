import type { PolicyDocument } from '../../model/policy-document.ts';
import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { RoleFacts } from '../../model/state.ts';
import { type Home, narrowest } from '../../policy/caller-reach.ts';
import { isOpenProvider } from '../../policy/federation.ts';
import { byHand } from '../parts/by-hand.ts';
import { BY_LAMBDA, EXAMPLE_LAMBDA_ROLE, EXAMPLE_SERVICE_PATH, exampleTrust } from '../parts/example-role.ts';
import { reachOfDenies } from '../parts/exposed-statements.ts';
import { concernsLambda } from '../parts/lambda-role.ts';
import { isEverybody, type Trusted, trustCommand, trustEvidence, trusted, trustReach } from '../parts/trust.ts';
import { dropTrusted } from '../parts/trust-remedy.ts';
import { counted } from '../parts/words.ts';

const NEEDS = ['path', 'trustPolicy', 'usedBy'] as const;
type Seen = Pick<RoleFacts, (typeof NEEDS)[number]>;

function opens(one: Trusted, { statements }: PolicyDocument, home: Home): boolean {
  if (isEverybody(one))
    return narrowest([trustReach(one.statement, home), reachOfDenies(one.statement, statements, home)]) === 'anyone';
  // Providers that anybody can be a customer of, without a condition on which one (id_roles_providers_create_oidc_secure-by-default.html).
  return isOpenProvider({ type: one.type, values: [one.value] }, one.statement);
}

function evaluate(state: Seen, { resource, settings }: RuleContext<'role'>): Violation | undefined {
  if (!concernsLambda(state)) return undefined;
  const open = trusted(state.trustPolicy).filter((one) =>
    opens(one, state.trustPolicy, { account: resource.account, ...settings }),
  );
  if (open.length === 0) return undefined;
  return {
    summary: `anybody may assume it (${counted(open.length, 'principal')} of its trust policy)`,
    evidence: open.map((one) =>
      trustEvidence(one, 'named principals, or a condition that names the organization or the subject'),
    ),
    remedy:
      dropTrusted(resource, state.trustPolicy, open) ??
      byHand(
        'Who assumes the role on purpose is nowhere else written.',
        `Trust lambda.amazonaws.com and the principals that need it: ${trustCommand(resource)}.`,
      ),
    advice: ['Whoever assumes it by one of these on purpose needs a statement that names them: write it before you approve.'],
  };
}

const withTrust = (...statements: object[]): Seen => ({
  ...EXAMPLE_LAMBDA_ROLE,
  trustPolicy: exampleTrust(BY_LAMBDA, ...statements),
});
const GITHUB = {
  Principal: { Federated: 'arn:aws:iam::222222222222:oidc-provider/token.actions.githubusercontent.com' },
  Action: 'sts:AssumeRoleWithWebIdentity',
};
const subject = (sub: string) => ({
  StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' },
  StringLike: { 'token.actions.githubusercontent.com:sub': sub },
});

export default defineRule({
  id: 'iam-role-trust-public',
  title: "A function's role can't be assumed by everybody",
  severity: 'critical',
  resource: 'role',
  checklist: ['wp-1', 'wa-SEC03-BP07'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'Lambda only', state: withTrust() },
      {
        name: 'a star for the organization',
        state: withTrust({ Principal: { AWS: '*' }, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorg' } } }),
        settings: { organizationId: 'o-exampleorg' },
      },
      { name: 'one repository of GitHub', state: withTrust({ ...GITHUB, Condition: subject('repo:example/orders:*') }) },
      {
        name: 'a star that a Deny limits to the organization',
        state: withTrust(
          { Principal: { AWS: '*' } },
          { Effect: 'Deny', Principal: '*', Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-exampleorg' } } },
        ),
        settings: { organizationId: 'o-exampleorg' },
      },
      { name: 'a Deny for everybody', state: withTrust({ Effect: 'Deny', Principal: '*' }) },
      {
        name: 'a role that AWS keeps for a service',
        state: { ...withTrust({ Principal: '*' }), path: EXAMPLE_SERVICE_PATH },
      },
      {
        name: "a role that isn't Lambda's",
        state: { ...EXAMPLE_LAMBDA_ROLE, usedBy: [], trustPolicy: exampleTrust({ Principal: { AWS: '*' } }) },
      },
    ],
    violates: [
      { name: 'a star', state: withTrust({ Principal: { AWS: '*' } }) },
      {
        name: 'a star with an external id, which is no secret',
        state: withTrust({ Principal: '*', Condition: { StringEquals: { 'sts:ExternalId': 'partner-7' } } }),
      },
      { name: 'every repository of GitHub', state: withTrust({ ...GITHUB, Condition: subject('repo:*') }) },
      {
        name: 'only the audience that all of GitHub has',
        state: withTrust({
          ...GITHUB,
          Condition: { StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' } },
        }),
      },
      { name: 'everybody but one', state: withTrust({ NotPrincipal: { AWS: 'arn:aws:iam::222222222222:user/dana' } }) },
    ],
  },
});
