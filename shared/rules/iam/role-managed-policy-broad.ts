import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { AttachedPolicy, RoleFacts } from '../../model/state.ts';
import { broadGrants } from '../../policy/breadth.ts';
import { byHand } from '../parts/by-hand.ts';
import {
  EXAMPLE_ADMINISTRATOR,
  EXAMPLE_LAMBDA_ROLE,
  EXAMPLE_LOGS,
  EXAMPLE_SERVICE_PATH,
  exampleAllow,
  exampleManaged,
} from '../parts/example-role.ts';
import { concernsLambda, roleAdvice } from '../parts/lambda-role.ts';
import { isForPeople, replacementOf } from '../parts/managed-policies.ts';
import { listed } from '../parts/words.ts';

const NEEDS = ['path', 'trustPolicy', 'usedBy', 'tags', 'attachedPolicies'] as const;
type Seen = Pick<RoleFacts, (typeof NEEDS)[number]>;

/** An administrator's policy is iam-role-overbroad's finding. */
const isAdmin = ({ document }: AttachedPolicy): boolean => broadGrants(document.statements).some(({ kind }) => kind === 'admin');

function expectedFor({ name }: AttachedPolicy): string {
  const replacement = replacementOf(name);
  const own = 'a policy of your own with the actions and resources that the function uses';
  return replacement === undefined || isForPeople(replacement) ? own : replacement;
}

function foundOf({ name }: AttachedPolicy): string {
  const replacement = replacementOf(name);
  if (replacement === undefined) return 'made for people, wider than a function needs';
  return `deprecated, replaced by ${replacement}${isForPeople(name) ? ', and wider than a function needs' : ''}`;
}

function evaluate(state: Seen, { resource }: RuleContext<'role'>): Violation | undefined {
  if (!concernsLambda(state)) return undefined;
  const broad = state.attachedPolicies.filter(
    (policy) => policy.awsManaged && (isForPeople(policy.name) || replacementOf(policy.name) !== undefined) && !isAdmin(policy),
  );
  const [first] = broad;
  if (first === undefined) return undefined;
  return {
    summary: `its AWS managed ${broad.length === 1 ? 'policy' : 'policies'} ${listed(broad.map(({ name }) => name))} ${broad.length === 1 ? 'grants' : 'grant'} too much or ${broad.length === 1 ? 'is' : 'are'} deprecated`,
    evidence: broad.map((policy) => ({
      path: `attached policy ${policy.name}`,
      found: foundOf(policy),
      expected: expectedFor(policy),
    })),
    remedy: byHand(
      'Which of its actions the function uses is not in the policy.',
      `Attach ${expectedFor(first)}, then detach it: aws iam detach-role-policy --role-name ${resource.name} --policy-arn ${first.arn}.`,
    ),
    advice: roleAdvice(state),
  };
}

const withPolicy = (...policies: AttachedPolicy[]): Seen => ({
  ...EXAMPLE_LAMBDA_ROLE,
  attachedPolicies: [EXAMPLE_LOGS, ...policies],
});
const managed = (name: string, ...statements: object[]) => exampleManaged(`arn:aws:iam::aws:policy/${name}`, ...statements);
const S3 = managed('AmazonS3FullAccess', exampleAllow('s3:*'));

export default defineRule({
  id: 'iam-role-managed-policy-broad',
  title: "A function's role has no AWS managed policy that is made for people or deprecated",
  severity: 'medium',
  resource: 'role',
  checklist: ['wp-1', 'fsbp-IAM.27', 'cis-1.22', 'cis5-1.21', 'wa-SEC03-BP02'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'a policy for functions', state: withPolicy() },
      {
        name: 'a policy of its own with such a name',
        state: withPolicy(exampleManaged('arn:aws:iam::222222222222:policy/OrdersFullAccess', exampleAllow('dynamodb:GetItem'))),
      },
      { name: 'AdministratorAccess, which another rule finds', state: withPolicy(EXAMPLE_ADMINISTRATOR) },
      { name: 'a role that AWS keeps for a service', state: { ...withPolicy(S3), path: EXAMPLE_SERVICE_PATH } },
    ],
    violates: [
      { name: 'a whole service', state: withPolicy(S3) },
      {
        name: 'a deprecated one, under a stack',
        state: {
          ...withPolicy(managed('AWSConfigRole', exampleAllow('config:Put*'))),
          tags: { 'aws:cloudformation:stack-name': 'orders' },
        },
      },
      { name: 'deprecated and too wide', state: withPolicy(managed('AWSLambdaFullAccess', exampleAllow('lambda:*'))) },
      {
        name: 'all data of the account',
        state: withPolicy(managed('ReadOnlyAccess', exampleAllow(['s3:Get*', 's3:List*'])), S3),
      },
    ],
  },
});
