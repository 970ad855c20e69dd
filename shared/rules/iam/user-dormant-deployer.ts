import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { UserFacts } from '../../model/state.ts';
import { grantsAction } from '../../policy/grants.ts';
import { byHand } from '../parts/by-hand.ts';
import { EXAMPLE_ADMINISTRATOR, exampleAllow, exampleInline } from '../parts/example-role.ts';
import { roleDocuments } from '../parts/lambda-role.ts';
import { listed } from '../parts/words.ts';

const NEEDS = ['createdAt', 'lastActive', 'canSignIn', 'inlinePolicies', 'attachedPolicies', 'boundary'] as const;
type Seen = Pick<UserFacts, (typeof NEEDS)[number]>;

/** Whoever may do one of these runs code of their own under the rights of a function. */
const DEPLOYS = ['lambda:CreateFunction', 'lambda:UpdateFunctionCode', 'lambda:UpdateFunctionConfiguration'];
const DAY_MS = 86_400_000;

function evaluate(state: Seen, { resource, settings, now }: RuleContext<'user'>): Violation | undefined {
  const days = settings.days.dormantUser;
  const since = Date.parse(state.lastActive ?? state.createdAt);
  if (!state.canSignIn || Date.parse(now) - since < days * DAY_MS) return undefined;
  const options = { boundary: state.boundary ?? undefined };
  const deploys = DEPLOYS.filter((action) => grantsAction(roleDocuments(state), action, options));
  if (deploys.length === 0) return undefined;
  return {
    summary: `it was not active for ${days} days, can still sign in, and may deploy functions`,
    evidence: [
      { path: 'password and access keys', found: `not used for more than ${days} days`, expected: 'disabled' },
      { path: 'policies of the user and its groups', found: listed(deploys), expected: 'no right to deploy' },
    ],
    remedy: byHand(
      'Cinch does not lock people out.',
      `Ask its owner, then disable what it signs in with: aws iam delete-login-profile --user-name ${resource.name} and aws iam update-access-key --user-name ${resource.name} --status Inactive --access-key-id <id>.`,
    ),
    advice: [
      state.lastActive === null
        ? `It was made on ${state.createdAt.slice(0, 10)} and never used.`
        : `It was last active on ${state.lastActive.slice(0, 10)}.`,
    ],
  };
}

const DORMANT: Seen = {
  createdAt: '2023-01-10T08:00:00.000Z',
  lastActive: '2025-09-01T08:00:00.000Z',
  canSignIn: true,
  inlinePolicies: [exampleInline('deploy', exampleAllow('lambda:Update*'))],
  attachedPolicies: [],
  boundary: null,
};

export default defineRule({
  id: 'iam-user-dormant-deployer',
  title: 'Users who may deploy functions are active',
  severity: 'medium',
  resource: 'user',
  checklist: ['cis-1.12', 'cis5-1.11', 'fsbp-IAM.8', 'fsbp-IAM.22', 'wa-SEC03-BP06'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'active last week', state: { ...DORMANT, lastActive: '2026-02-23T08:00:00.000Z' } },
      { name: 'new and not used yet', state: { ...DORMANT, createdAt: '2026-02-23T08:00:00.000Z', lastActive: null } },
      { name: 'nothing to sign in with', state: { ...DORMANT, canSignIn: false } },
      { name: 'only reading', state: { ...DORMANT, inlinePolicies: [exampleInline('read', exampleAllow('lambda:Get*'))] } },
      {
        name: 'a boundary that allows reading only',
        state: { ...DORMANT, boundary: exampleInline('readers', exampleAllow(['lambda:Get*', 'lambda:List*'])).document },
      },
    ],
    violates: [
      { name: 'half a year', state: DORMANT },
      {
        name: 'never used, an administrator',
        state: { ...DORMANT, lastActive: null, inlinePolicies: [], attachedPolicies: [EXAMPLE_ADMINISTRATOR] },
      },
      {
        name: 'a month, where policy says so',
        state: { ...DORMANT, lastActive: '2026-01-20T08:00:00.000Z' },
        settings: { days: { unusedFunction: 90, unusedService: 90, dormantUser: 30, runtimeNotice: 180 } },
      },
    ],
  },
});
