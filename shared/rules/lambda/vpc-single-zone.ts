import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts, FunctionSubnet } from '../../model/state.ts';
import { byHand, lambdaCommand } from '../parts/by-hand.ts';
import { subnetInZone, zonesOf } from '../parts/network.ts';
import { lastingAdvice, listed } from '../parts/words.ts';

const NEEDS = ['subnets', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

function evaluate({ subnets, managedBy }: Seen, { resource }: RuleContext<'function'>): Violation | undefined {
  const [zone, ...others] = zonesOf(subnets);
  if (!zone || others.length > 0) return undefined;
  return {
    summary: `all its subnets lie in the zone ${zone}`,
    evidence: [
      { path: 'VpcConfig.SubnetIds', found: listed(subnets.map(subnetInZone)), expected: 'subnets in at least two zones' },
    ],
    remedy: byHand(
      'Which subnet of another zone reaches the same things is for its owner to say.',
      `Add one: ${lambdaCommand(resource, 'update-function-configuration', `--vpc-config SubnetIds=${subnets.map(({ subnetId }) => subnetId).join(',')},<subnet of another zone>,SecurityGroupIds=<group>`)}.`,
    ),
    advice: lastingAdvice(managedBy, 'add the subnet'),
  };
}

const subnet = (subnetId: string, zone: string): FunctionSubnet => ({ subnetId, zone, defaultRoute: 'nat-gateway' });

export default defineRule({
  id: 'lambda-vpc-single-zone',
  title: 'A function in a VPC can run in more than one Availability Zone',
  severity: 'medium',
  resource: 'function',
  checklist: ['fsbp-Lambda.5'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'no VPC', state: { subnets: [], managedBy: null } },
      {
        name: 'two zones',
        state: { subnets: [subnet('subnet-1', 'eu-central-1a'), subnet('subnet-2', 'eu-central-1b')], managedBy: null },
      },
    ],
    violates: [
      { name: 'one subnet', state: { subnets: [subnet('subnet-1', 'eu-central-1a')], managedBy: null } },
      {
        name: 'two subnets of one zone, under a stack',
        state: {
          subnets: [subnet('subnet-1', 'eu-central-1a'), subnet('subnet-2', 'eu-central-1a')],
          managedBy: { tool: 'CDK', stack: 'orders' },
        },
      },
    ],
  },
});
