import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts, FunctionSubnet } from '../../model/state.ts';
import { byHand, lambdaCommand } from '../parts/by-hand.ts';
import { subnetInZone } from '../parts/network.ts';
import { counted, lastingAdvice } from '../parts/words.ts';

const NEEDS = ['subnets', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

/**
 * A function never gets a public address, so a route to an internet gateway gives it nothing
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html): it only puts it beside what faces the internet.
 */
function evaluate({ subnets, managedBy }: Seen, { resource }: RuleContext<'function'>): Violation | undefined {
  const open = subnets.filter(({ defaultRoute }) => defaultRoute === 'internet-gateway');
  if (open.length === 0) return undefined;
  return {
    summary: `it runs in ${counted(open.length, 'public subnet')}`,
    evidence: open.map((subnet) => ({
      path: `VpcConfig.SubnetIds: ${subnetInZone(subnet)}`,
      found: 'a default route to an internet gateway',
      expected: 'a private subnet',
    })),
    remedy: byHand(
      'In another subnet the function may not reach what it needs.',
      `Choose private subnets of the same zones: ${lambdaCommand(resource, 'update-function-configuration', '--vpc-config SubnetIds=<private subnets>,SecurityGroupIds=<group>')}.`,
    ),
    advice: lastingAdvice(managedBy, 'name private subnets'),
  };
}

const subnet = (subnetId: string, zone: string, defaultRoute: FunctionSubnet['defaultRoute']): FunctionSubnet => ({
  subnetId,
  zone,
  defaultRoute,
});
const PRIVATE = subnet('subnet-1', 'eu-central-1a', 'nat-gateway');

export default defineRule({
  id: 'lambda-vpc-subnet-public',
  title: "A function's subnets have no route to an internet gateway",
  severity: 'medium',
  resource: 'function',
  checklist: ['wp-5', 'wa-SEC05-BP01'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'no VPC', state: { subnets: [], managedBy: null } },
      {
        name: 'private subnets of every kind',
        state: {
          subnets: [PRIVATE, subnet('subnet-2', 'eu-central-1b', 'none'), subnet('subnet-3', 'eu-central-1c', 'other')],
          managedBy: null,
        },
      },
    ],
    violates: [
      {
        name: 'a public subnet beside a private one',
        state: { subnets: [PRIVATE, subnet('subnet-9', 'eu-central-1b', 'internet-gateway')], managedBy: null },
      },
      {
        name: 'a public subnet, under a stack',
        state: {
          subnets: [subnet('subnet-9', 'eu-central-1b', 'internet-gateway')],
          managedBy: { tool: 'CloudFormation', stack: 'orders' },
        },
      },
    ],
  },
});
