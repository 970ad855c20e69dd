import type { Remedy, RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { NETWORK_INTERFACES } from '../../model/steps/runtime.ts';
import { byHand, lambdaCommand } from '../parts/by-hand.ts';
import { EXAMPLE_ACCOUNT, EXAMPLE_SETTINGS } from '../parts/example-context.ts';
import { lastingAdvice } from '../parts/words.ts';

const NEEDS = ['vpc', 'edge', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

/** Lambda@Edge knows no VPC (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html). */
function evaluate({ vpc, edge, managedBy }: Seen, context: RuleContext<'function'>): Violation | undefined {
  if (!context.settings.require.vpc || vpc !== null || edge) return undefined;
  return {
    summary: 'it runs outside any VPC, from where it reaches the whole internet',
    evidence: [{ path: 'VpcConfig', found: 'none', expected: 'private subnets and a security group' }],
    remedy: remedyFor(context),
    advice: lastingAdvice(managedBy, 'set the VPC configuration'),
  };
}

function remedyFor({ resource: target, settings }: RuleContext<'function'>): Remedy {
  const here = settings.remedies.vpc.find(({ account, region }) => account === target.account && region === target.region);
  if (here === undefined)
    return byHand(
      'In a VPC without the right routes and endpoints it would reach nothing any more.',
      `Give its role AWSLambdaVPCAccessExecutionRole and run ${lambdaCommand(target, 'update-function-configuration', '--vpc-config SubnetIds=<private subnets>,SecurityGroupIds=<group>')}, or name the subnets of this account and region under remedies.vpc in cinch.yaml, and Cinch offers to attach it, or set require.vpc to false.`,
    );
  return {
    kind: 'steps',
    steps: [
      {
        kind: 'attach-vpc',
        target,
        subnetIds: here.subnets,
        securityGroupIds: here.securityGroups,
        grant: NETWORK_INTERFACES,
      },
    ],
    approvalBecause: 'what it reaches changes: without a NAT gateway or endpoints neither the internet nor AWS',
  };
}

const INSIDE = { subnetIds: ['subnet-1', 'subnet-2'], securityGroupIds: ['sg-1'] };

export default defineRule({
  id: 'lambda-vpc-missing',
  title: 'A function runs in a VPC',
  severity: 'low',
  resource: 'function',
  checklist: ['fsbp-Lambda.3', 'wp-5'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'in a VPC', state: { vpc: INSIDE, edge: false, managedBy: null } },
      { name: 'at the edge', state: { vpc: null, edge: true, managedBy: null } },
      {
        name: 'outside, where nobody asks for one',
        state: { vpc: null, edge: false, managedBy: null },
        settings: { require: { ...EXAMPLE_SETTINGS.require, vpc: false } },
      },
    ],
    violates: [
      { name: 'outside any VPC', state: { vpc: null, edge: false, managedBy: null } },
      {
        name: 'outside, where a network is configured',
        state: { vpc: null, edge: false, managedBy: null },
        settings: {
          remedies: {
            ...EXAMPLE_SETTINGS.remedies,
            vpc: [
              { account: '333333333333', region: 'eu-central-1', subnets: ['subnet-0c', 'subnet-0d'], securityGroups: ['sg-0e'] },
              {
                account: EXAMPLE_ACCOUNT,
                region: 'eu-central-1',
                subnets: ['subnet-0a', 'subnet-0b'],
                securityGroups: ['sg-0a'],
              },
            ],
          },
        },
      },
      { name: 'outside, under a stack', state: { vpc: null, edge: false, managedBy: { tool: 'SAM', stack: 'orders' } } },
    ],
  },
});
