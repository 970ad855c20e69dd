import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts, FunctionSubnet } from '../../model/state.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';
import { byHand } from '../parts/by-hand.ts';
import { calledServices } from '../parts/called-services.ts';
import { listed } from '../parts/words.ts';

const NEEDS = ['subnets', 'endpoints', 'rolePolicies'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

/**
 * Without an endpoint the calls to AWS leave through a NAT gateway, over the internet's addresses and for money, or go nowhere. Other routes (a
 * transit gateway, a firewall) may lead to endpoints elsewhere, so they are no finding.
 */
function evaluate({ subnets, endpoints, rolePolicies }: Seen, { resource }: RuleContext<'function'>): Violation | undefined {
  const nowhere = subnets.some(({ defaultRoute }) => defaultRoute === 'none');
  const nat = subnets.some(({ defaultRoute }) => defaultRoute === 'nat-gateway');
  if (!nowhere && !nat) return undefined;
  const missing = calledServices(rolePolicies).filter(({ endpoint }) => !endpoints.includes(endpoint));
  const [first] = missing;
  if (first === undefined) return undefined;
  const names = listed(missing.map(({ service }) => service));
  const gateway = first.endpoint === 's3' || first.endpoint === 'dynamodb';
  return {
    summary: nowhere
      ? `its VPC has neither a route nor an endpoint for ${names}, which its role allows`
      : `its calls to ${names} leave its VPC through a NAT gateway`,
    evidence: missing.map(({ endpoint, policy }) => ({
      path: `endpoint com.amazonaws.${resource.region}.${endpoint}`,
      found: `none, and its role's policy ${policy} allows calls`,
      expected: 'a VPC endpoint',
    })),
    remedy: byHand(
      'An endpoint belongs to the VPC and to everything in it, and an interface endpoint costs money.',
      `Make one: aws ec2 create-vpc-endpoint --vpc-id <VPC> --service-name com.amazonaws.${resource.region}.${first.endpoint} --vpc-endpoint-type ${gateway ? 'Gateway --route-table-ids <tables>' : 'Interface --subnet-ids <subnets>'}.`,
    ),
  };
}

const subnet = (defaultRoute: FunctionSubnet['defaultRoute']): FunctionSubnet => ({
  subnetId: `subnet-${defaultRoute}`,
  zone: 'eu-central-1a',
  defaultRoute,
});
const role = (...actions: string[]) => [
  {
    name: 'orders-api',
    document: parsePolicyDocument({ Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] }, 'example'),
  },
];
const TABLE = role('dynamodb:GetItem', 'dynamodb:PutItem');

export default defineRule({
  id: 'lambda-vpc-endpoint-missing',
  title: "A function's VPC has endpoints for the services that its role lets it call",
  severity: 'low',
  resource: 'function',
  checklist: ['wp-5', 'wa-SEC05-BP02'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'no VPC', state: { subnets: [], endpoints: [], rolePolicies: TABLE } },
      { name: 'an endpoint', state: { subnets: [subnet('nat-gateway')], endpoints: ['dynamodb'], rolePolicies: TABLE } },
      { name: 'a route to a firewall', state: { subnets: [subnet('other')], endpoints: [], rolePolicies: TABLE } },
      {
        name: 'what Lambda itself does with its role',
        state: {
          subnets: [subnet('none')],
          endpoints: [],
          rolePolicies: role('sqs:ReceiveMessage', 'sqs:DeleteMessage', 'logs:PutLogEvents', 'ec2:CreateNetworkInterface'),
        },
      },
      { name: 'a role that names no service', state: { subnets: [subnet('none')], endpoints: [], rolePolicies: role('*') } },
    ],
    violates: [
      { name: 'through a NAT gateway', state: { subnets: [subnet('nat-gateway')], endpoints: ['s3'], rolePolicies: TABLE } },
      {
        name: 'no way at all, for two services',
        state: {
          subnets: [subnet('none')],
          endpoints: ['dynamodb'],
          rolePolicies: role('secretsmanager:GetSecretValue', 'sns:*', 'dynamodb:Query'),
        },
      },
    ],
  },
});
