import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { byHand } from '../parts/by-hand.ts';
import { lastingAdvice, listed } from '../parts/words.ts';

const NEEDS = ['openEgress', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;
type Egress = FunctionFacts['openEgress'][number];

/** `tcp 443`, `everything`. */
const traffic = ({ protocol, ports }: Egress): string => (protocol === '-1' ? 'everything' : `${protocol} ${ports}`);

function evaluate({ openEgress, managedBy }: Seen, { resource }: RuleContext<'function'>): Violation | undefined {
  const [first] = openEgress;
  if (first === undefined) return undefined;
  const groups = [...new Set(openEgress.map(({ groupId }) => groupId))];
  const [noun, verb] = groups.length === 1 ? ['group', 'lets'] : ['groups', 'let'];
  const range = first.cidr.includes(':') ? `Ipv6Ranges=[{CidrIpv6=${first.cidr}}]` : `IpRanges=[{CidrIp=${first.cidr}}]`;
  return {
    summary: `its security ${noun} ${listed(groups)} ${verb} it connect to every address`,
    evidence: openEgress.map((rule) => ({
      path: `security group ${rule.groupId}: egress`,
      found: `${traffic(rule)} to ${rule.cidr}`,
      expected: 'named networks, groups or prefix lists',
    })),
    remedy: byHand(
      'Others may use the group, and only its owner knows where the function must connect to.',
      `Allow the groups, endpoints and prefix lists it needs, then run aws ec2 revoke-security-group-egress --region ${resource.region} --group-id ${first.groupId} --ip-permissions IpProtocol=${first.protocol},${range}.`,
    ),
    advice: lastingAdvice(managedBy, 'narrow the egress rules'),
  };
}

const ALL: Egress = { groupId: 'sg-0a1b2c3d', cidr: '0.0.0.0/0', protocol: '-1', ports: 'all' };

export default defineRule({
  id: 'lambda-security-group-egress-open',
  title: "A function's security groups name where it may connect to",
  severity: 'medium',
  resource: 'function',
  checklist: ['wp-5', 'wa-SEC05-BP02'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'nothing open', state: { openEgress: [], managedBy: null } },
      { name: 'nothing open, under a stack', state: { openEgress: [], managedBy: { tool: 'CDK', stack: 'orders' } } },
    ],
    violates: [
      { name: 'everything to everywhere', state: { openEgress: [ALL], managedBy: null } },
      {
        name: 'two groups, of both address families, under a stack',
        state: {
          openEgress: [
            { groupId: 'sg-9', cidr: '::/0', protocol: 'tcp', ports: '0-65535' },
            { ...ALL, protocol: 'tcp', ports: '443' },
          ],
          managedBy: { tool: 'Terraform', stack: null },
        },
      },
    ],
  },
});
