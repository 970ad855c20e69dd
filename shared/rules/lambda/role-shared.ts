import { createHash } from 'node:crypto';
import type { Resource } from '../../model/resource.ts';
import type { Remedy, RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { OWN_PREFIX } from '../../names.ts';
import { arnParts } from '../../policy/wildcards.ts';
import { counted, lastingAdvice } from '../parts/words.ts';

const NEEDS = ['roleArn', 'roleSharers', 'edge', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;
type Context = RuleContext<'function'>;

const NAMES_SHOWN = 10;
const ROLE_NAME_LENGTH = 64;

/** IAM is global and functions are not: the hash of the ARN keeps equally named functions of two regions apart. */
export function ownRoleName(fn: Resource<'function'>): string {
  const hash = createHash('sha256').update(fn.arn).digest('hex').slice(0, 8);
  const room = ROLE_NAME_LENGTH - OWN_PREFIX.length - hash.length - 1;
  return `${OWN_PREFIX}${fn.name.slice(0, room)}-${hash}`;
}

/** The trust policy is not among a function's facts: the step reads it, and refuses where a copy would let somebody else in. */
function remedyFor({ roleArn, edge }: Seen, { resource }: Context): Remedy {
  const [, , , , account, path = ''] = arnParts(roleArn);
  if (path.startsWith('role/aws-service-role/'))
    return byHand(
      'Its role is linked to an AWS service and can not be copied.',
      'Create a role for the function and set it by hand.',
    );
  if (account !== resource.account)
    return byHand(
      `Its role belongs to the account ${account}.`,
      `Create a role in ${resource.account} and set it by hand: functions only take roles of their own account.`,
    );
  if (edge)
    return byHand(
      'Lambda@Edge serves published versions, which keep their role.',
      'Create a role that edgelambda.amazonaws.com may assume too, set it, publish a version and point the distribution there.',
    );
  return {
    kind: 'steps',
    steps: [{ kind: 'give-own-role', target: resource, fromRoleArn: roleArn, newRoleName: ownRoleName(resource) }],
  };
}

const byHand = (why: string, instructions: string): Remedy => ({ kind: 'manual', why, instructions });

function evaluate(state: Seen, context: Context): Violation | undefined {
  const sharers = [...state.roleSharers].sort();
  if (sharers.length === 0) return undefined;
  const roleName = state.roleArn.slice(state.roleArn.lastIndexOf('/') + 1);
  const names = sharers.slice(0, NAMES_SHOWN).map((arn) => nameAndRegion(arn, context.resource));
  const more = sharers.length - names.length;
  return {
    summary: `its role ${roleName} is also that of ${counted(sharers.length, 'other function')}`,
    evidence: [
      { path: 'Role', found: state.roleArn, expected: 'a role that no other function has' },
      { path: 'other functions with this role', found: `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}` },
    ],
    remedy: remedyFor(state, context),
    advice: [
      'The copy allows what the shared role allows. Take away from each what its function does not use.',
      ...lastingAdvice(state.managedBy, 'give the function a role of its own'),
    ],
  };
}

/** The region only where it is another one. */
function nameAndRegion(arn: string, resource: Resource): string {
  const [, , , region = '', , rest = ''] = arnParts(arn);
  const name = rest.replace(/^function:/, '');
  return region === resource.region ? name : `${name} (${region})`;
}

const OWN: Seen = {
  roleArn: 'arn:aws:iam::222222222222:role/service-role/orders-api-role',
  roleSharers: [],
  edge: false,
  managedBy: null,
};
const other = (name: string, region = 'eu-central-1') => `arn:aws:lambda:${region}:222222222222:function:${name}`;

export default defineRule({
  id: 'lambda-role-shared',
  title: 'A function has an execution role of its own',
  severity: 'medium',
  resource: 'function',
  checklist: ['wp-1'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [{ name: 'a role that no other function has', state: OWN }],
    violates: [
      { name: 'one other function', state: { ...OWN, roleSharers: [other('refunds')] } },
      {
        name: 'the function of the same name in another region',
        state: { ...OWN, roleSharers: [other('orders-api', 'us-east-1')] },
      },
      {
        name: 'many others, under a stack',
        state: {
          ...OWN,
          roleSharers: Array.from({ length: 14 }, (_, index) => other(`worker-${index}`)),
          managedBy: { tool: 'CloudFormation', stack: 'workers' },
        },
      },
      {
        name: 'a role that is linked to a service',
        state: {
          ...OWN,
          roleArn:
            'arn:aws:iam::222222222222:role/aws-service-role/replicator.lambda.amazonaws.com/AWSServiceRoleForLambdaReplicator',
          roleSharers: [other('refunds')],
        },
      },
      {
        name: 'a role of another account',
        state: { ...OWN, roleArn: 'arn:aws:iam::333333333333:role/shared', roleSharers: [other('refunds')] },
      },
      { name: 'at the edge', state: { ...OWN, edge: true, roleSharers: [other('refunds')] } },
    ],
  },
});
