import type { FunctionFacts } from '../../../shared/model/state.ts';
import { vpcOf } from './lambda-replies.ts';
import { type Answering, xml } from './reply.ts';

type Subnet = FunctionFacts['subnets'][number];

/** What EC2 answers of the network that a function with these facts lies in. */
export function ec2Replies(facts: Partial<FunctionFacts>): Answering {
  const subnets = subnetsOf(facts);
  const endpoints = endpointsOf(facts);
  return ({ operation }) => {
    if (operation === 'DescribeSubnets')
      return answer(operation, {
        subnetSet: subnets.map(({ subnetId, zone }) => ({ subnetId, vpcId: 'vpc-1', availabilityZone: zone })),
      });
    if (operation === 'DescribeRouteTables') return answer(operation, { routeTableSet: subnets.map(tableOf) });
    if (operation === 'DescribeVpcEndpoints') return answer(operation, { vpcEndpointSet: endpoints });
    if (operation === 'DescribeSecurityGroups') return answer(operation, { securityGroupInfo: groupsOf(facts) });
    return undefined;
  };
}

const answer = (operation: string, value: object) => xml(`${operation}Response`, { requestId: 'r', ...value }, 'item');

function subnetsOf(facts: Partial<FunctionFacts>): readonly Subnet[] {
  if (facts.subnets?.length) return facts.subnets;
  const ids = vpcOf(facts)?.subnetIds ?? [];
  return ids.map((subnetId) => ({ subnetId, zone: 'eu-central-1a', defaultRoute: facts.ssmReachable ? 'nat-gateway' : 'none' }));
}

const WAYS_OUT: Readonly<Record<Subnet['defaultRoute'], object | undefined>> = {
  'internet-gateway': { gatewayId: 'igw-1' },
  'nat-gateway': { natGatewayId: 'nat-1' },
  other: { transitGatewayId: 'tgw-1' },
  none: undefined,
};

function tableOf({ subnetId, defaultRoute }: Subnet, index: number): object {
  const out = WAYS_OUT[defaultRoute];
  const local = { destinationCidrBlock: '10.0.0.0/16', gatewayId: 'local', state: 'active' };
  return {
    routeTableId: `rtb-${index}`,
    vpcId: 'vpc-1',
    routeSet: [local, ...(out ? [{ destinationCidrBlock: '0.0.0.0/0', ...out, state: 'active' }] : [])],
    associationSet: [{ routeTableId: `rtb-${index}`, subnetId, main: false }],
  };
}

const isGateway = (service: string): boolean => service === 's3' || service === 'dynamodb';

/** One more is being deleted: it doesn't count. */
function endpointsOf({ endpoints = [] }: Partial<FunctionFacts>): object[] {
  const made = endpoints.map((service) => ({
    serviceName: `com.amazonaws.eu-central-1.${service}`,
    vpcEndpointType: isGateway(service) ? 'Gateway' : 'Interface',
    privateDnsEnabled: !isGateway(service),
    vpcId: 'vpc-1',
    state: 'available',
  }));
  return [...made, { serviceName: 'com.amazonaws.eu-central-1.kms', vpcEndpointType: 'Interface', state: 'deleting' }];
}

/** Every group lets something out that is no hole. */
function groupsOf(facts: Partial<FunctionFacts>): object[] {
  const inside = { ipProtocol: 'tcp', fromPort: 443, toPort: 443, ipRanges: [{ cidrIp: '10.0.0.0/16' }] };
  return (vpcOf(facts)?.securityGroupIds ?? []).map((groupId) => ({
    groupId,
    groupName: 'of the function',
    ipPermissions: [],
    ipPermissionsEgress: [inside, ...(facts.openEgress ?? []).filter((rule) => rule.groupId === groupId).map(ruleOf)],
    vpcId: 'vpc-1',
  }));
}

function ruleOf({ cidr, protocol, ports }: FunctionFacts['openEgress'][number]): object {
  const [from, to = from] = ports === 'all' ? [] : ports.split('-');
  return {
    ipProtocol: protocol,
    fromPort: from,
    toPort: to,
    ipRanges: cidr.includes(':') ? [] : [{ cidrIp: cidr }],
    ipv6Ranges: cidr.includes(':') ? [{ cidrIpv6: cidr }] : [],
  };
}
