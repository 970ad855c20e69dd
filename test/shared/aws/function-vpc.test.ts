import { describe, expect, it } from 'vitest';
import { endpointsOf, openEgressOf, subnetsOf } from '../../../shared/aws/readers/function-vpc.ts';

const subnets = (...items: [id: string, zone: string][]) =>
  `<DescribeSubnetsResponse><subnetSet>${items.map(([id, zone]) => `<item><subnetId>${id}</subnetId><vpcId>vpc-1</vpcId><availabilityZone>${zone}</availabilityZone><availabilityZoneId>euc1-az9</availabilityZoneId></item>`).join('')}</subnetSet></DescribeSubnetsResponse>`;
const route = (to: string, by: string, state = 'active') => `<item>${to}${by}<state>${state}</state></item>`;
const V4 = '<destinationCidrBlock>0.0.0.0/0</destinationCidrBlock>';
const V6 = '<destinationIpv6CidrBlock>::/0</destinationIpv6CidrBlock>';
const LOCAL = route('<destinationCidrBlock>10.0.0.0/16</destinationCidrBlock>', '<gatewayId>local</gatewayId>');
const IGW = '<gatewayId>igw-1</gatewayId>';
const NAT = '<natGatewayId>nat-1</natGatewayId>';
const table = (association: string, ...routes: string[]) =>
  `<item><routeSet>${LOCAL}${routes.join('')}</routeSet><associationSet><item>${association}</item></associationSet></item>`;
const page = (...tables: string[]) => `<R><routeTableSet>${tables.join('')}</routeTableSet></R>`;
const MAIN = '<main>true</main>';

it.each<[string, string, string]>([
  ['none', page(table(MAIN)), 'none'],
  ['an internet gateway', page(table(MAIN, route(V4, IGW))), 'internet-gateway'],
  ['an internet gateway for IPv6 only', page(table(MAIN, route(V4, NAT), route(V6, IGW))), 'internet-gateway'],
  ['a NAT gateway', page(table(MAIN, route(V4, NAT))), 'nat-gateway'],
  ['a NAT gateway that was deleted', page(table(MAIN, route(V4, NAT, 'blackhole'))), 'none'],
  ['a transit gateway', page(table(MAIN, route(V4, '<transitGatewayId>t</transitGatewayId>'))), 'other'],
  [
    'an egress-only gateway',
    page(table(MAIN, route(V6, '<egressOnlyInternetGatewayId>e</egressOnlyInternetGatewayId>'))),
    'other',
  ],
  [
    'its own table, on a second page',
    page(table(MAIN, route(V4, NAT))) + page(table('<subnetId>s1</subnetId><main>false</main>', route(V4, IGW))),
    'internet-gateway',
  ],
])('the default route of a subnet: %s', (_, tables, expected) => {
  expect(subnetsOf(subnets(['s1', 'eu-central-1a']), tables)).toEqual([
    { subnetId: 's1', zone: 'eu-central-1a', defaultRoute: expected },
  ]);
});

it('every subnet of every page with its zone', () => {
  const xml = subnets(['s1', 'eu-central-1a'], ['s2', 'eu-central-1b']) + subnets(['s3', 'eu-central-1a']);
  expect(subnetsOf(xml, page()).map(({ subnetId, zone }) => `${subnetId} ${zone}`)).toEqual([
    's1 eu-central-1a',
    's2 eu-central-1b',
    's3 eu-central-1a',
  ]);
});

describe('open egress', () => {
  const rule = (protocol: string, ports: string, ranges: string) =>
    `<item><ipProtocol>${protocol}</ipProtocol>${ports}<groups><item><groupId>sg-other</groupId></item></groups>${ranges}<prefixListIds/></item>`;
  const ports = (from: number, to: number) => `<fromPort>${from}</fromPort><toPort>${to}</toPort>`;
  const v4 = (...cidrs: string[]) =>
    `<ipRanges>${cidrs.map((cidr) => `<item><cidrIp>${cidr}</cidrIp></item>`).join('')}</ipRanges>`;
  const v6 = (cidr: string) => `<ipv6Ranges><item><cidrIpv6>${cidr}</cidrIpv6></item></ipv6Ranges>`;
  const group = (ingress: string, egress: string) =>
    `<R><securityGroupInfo><item><ipPermissions>${ingress}</ipPermissions><ipPermissionsEgress>${egress}</ipPermissionsEgress><groupId>sg-1</groupId></item></securityGroupInfo></R>`;

  it('names each rule to everywhere with its ports, and no ingress', () => {
    const egress = [
      rule('-1', '', v4('0.0.0.0/0')),
      rule('tcp', ports(443, 443), v4('10.0.0.0/8', '0.0.0.0/0')),
      rule('tcp', ports(0, 65535), v6('::/0')),
      rule('icmp', ports(-1, -1), v4('0.0.0.0/0')),
      rule('tcp', ports(443, 443), v4('10.0.0.0/8')),
    ].join('');
    const one = { groupId: 'sg-1', cidr: '0.0.0.0/0' };
    expect(openEgressOf(group(rule('-1', '', v4('0.0.0.0/0')), egress), ['sg-1', 'sg-2'])).toEqual([
      { ...one, protocol: '-1', ports: 'all' },
      { ...one, protocol: 'tcp', ports: '443' },
      { ...one, cidr: '::/0', protocol: 'tcp', ports: '0-65535' },
      { ...one, protocol: 'icmp', ports: 'all' },
    ]);
    expect(openEgressOf(group(rule('-1', '', v4('0.0.0.0/0')), ''), ['sg-1'])).toEqual([]);
    expect(openEgressOf(group('', egress), ['sg-other'])).toEqual([]);
  });
});

it('the endpoints that are available, by their service', () => {
  const endpoint = (service: string, state = 'available') =>
    `<item><serviceName>${service}</serviceName><state>${state}</state></item>`;
  const xml = `<R><vpcEndpointSet>${endpoint('com.amazonaws.eu-central-1.s3')}${endpoint('com.amazonaws.eu-central-1.ecr.dkr')}${endpoint('com.amazonaws.eu-central-1.sqs', 'deleting')}${endpoint('com.amazonaws.eu-central-1.s3')}</vpcEndpointSet></R><R><vpcEndpointSet>${endpoint('com.amazonaws.vpce.eu-central-1.vpce-svc-1')}</vpcEndpointSet></R>`;
  expect(endpointsOf(xml, 'eu-central-1')).toEqual(['ecr.dkr', 's3', 'vpce-svc-1']);
});
