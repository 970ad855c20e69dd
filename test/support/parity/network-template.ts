import type { FunctionFacts } from '../../../shared/model/state.ts';
import { ref, type TemplateBuilder } from './template.ts';

type Seen = Partial<FunctionFacts>;

/** The network that a function with these facts lies in; answers its VpcConfig. */
export function addVpc(template: TemplateBuilder, facts: Seen): unknown {
  const { vpc } = facts;
  const isInside = facts.subnets?.length || facts.openEgress?.length || facts.endpoints?.length || facts.ssmReachable === false;
  if (isInside) addNetwork(template, facts);
  return isInside || vpc ? vpcOf(facts, vpc) : undefined;
}

function vpcOf(facts: Seen, vpc: Seen['vpc']): unknown {
  const isMade = facts.subnets?.length || facts.endpoints?.length || facts.ssmReachable === false || !vpc;
  return {
    SubnetIds: isMade ? subnetsOf(facts).map((_, index) => ref(`Subnet${index}`)) : vpc.subnetIds,
    SecurityGroupIds: facts.openEgress?.length
      ? groupsOf(facts).map((_, index) => ref(`Group${index}`))
      : (vpc?.securityGroupIds ?? ['sg-1']),
  };
}

const groupsOf = ({ openEgress = [] }: Seen): string[] => [...new Set(openEgress.map(({ groupId }) => groupId))];

function subnetsOf({ subnets, vpc }: Seen): FunctionFacts['subnets'] {
  if (subnets?.length) return subnets;
  const ids = vpc?.subnetIds ?? ['subnet-1'];
  return ids.map((subnetId) => ({ subnetId, zone: 'eu-central-1a', defaultRoute: 'none' }));
}

function addNetwork(template: TemplateBuilder, facts: Seen): void {
  template.add('Vpc', 'EC2::VPC', { CidrBlock: '10.0.0.0/16' });
  template.add('InternetGateway', 'EC2::InternetGateway', {});
  const made = subnetsOf(facts);
  made.forEach(({ zone, defaultRoute }, index) => {
    template.add(`Subnet${index}`, 'EC2::Subnet', { VpcId: ref('Vpc'), CidrBlock: `10.0.${index}.0/24`, AvailabilityZone: zone });
    template.add(`Table${index}`, 'EC2::RouteTable', { VpcId: ref('Vpc') });
    template.add(`Bind${index}`, 'EC2::SubnetRouteTableAssociation', {
      SubnetId: ref(`Subnet${index}`),
      RouteTableId: ref(`Table${index}`),
    });
    const to = {
      'internet-gateway': { GatewayId: ref('InternetGateway') },
      'nat-gateway': { NatGatewayId: 'nat-1' },
      other: { TransitGatewayId: 'tgw-1' },
      none: undefined,
    }[defaultRoute];
    if (to)
      template.add(`Route${index}`, 'EC2::Route', {
        RouteTableId: ref(`Table${index}`),
        DestinationCidrBlock: '0.0.0.0/0',
        ...to,
      });
  });
  groupsOf(facts).forEach((group, index) => {
    template.add(`Group${index}`, 'EC2::SecurityGroup', {
      GroupDescription: 'of the function',
      VpcId: ref('Vpc'),
      SecurityGroupEgress: (facts.openEgress ?? [])
        .filter(({ groupId }) => groupId === group)
        .map(({ cidr, protocol, ports }) => ({
          IpProtocol: protocol,
          ...(ports === 'all' ? {} : { FromPort: Number(ports.split('-')[0]), ToPort: Number(ports.split('-').at(-1)) }),
          ...(cidr.includes(':') ? { CidrIpv6: cidr } : { CidrIp: cidr }),
        })),
    });
  });
  facts.endpoints?.forEach((service, index) => {
    template.add(`Endpoint${index}`, 'EC2::VPCEndpoint', {
      VpcId: ref('Vpc'),
      ServiceName: `com.amazonaws.eu-central-1.${service}`,
      VpcEndpointType: service === 's3' || service === 'dynamodb' ? 'Gateway' : 'Interface',
      PrivateDnsEnabled: true,
    });
  });
}
