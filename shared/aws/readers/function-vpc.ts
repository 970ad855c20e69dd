import type { FunctionFacts, FunctionSubnet } from '../../model/state.ts';
import { type Known, unknown } from '../../model/unknown.ts';
import { once } from '../concurrency.ts';
import { describeEc2 } from '../ec2-query.ts';
import { allOf, itemsOf, textOf } from '../xml.ts';
import { CONFIG_FACTS } from './function-config.ts';
import { callDepsOf, type FunctionReads } from './function-reads.ts';
import { hasSsmEndpoint, routesOf, tablesIn, wayOut } from './routes.ts';

type VpcFact = 'ssmReachable' | 'subnets' | 'openEgress' | 'endpoints';

/** What the function can reach from where it lies. Without a VPC nothing is asked of EC2. */
export function makeVpc(read: FunctionReads): { readonly [F in VpcFact]: () => Promise<Known<FunctionFacts[F]>> } {
  const { region, account } = read.resource;
  const deps = callDepsOf(read, account, region);
  const vpc = once(async () => CONFIG_FACTS.vpc(await read.config()));
  const subnetIds = async (): Promise<readonly string[]> => (await vpc())?.subnetIds ?? [];
  const subnets = once(async () => {
    const [first, ...others] = await subnetIds();
    return first ? describeEc2(deps, 'DescribeSubnets', [['subnet-id', first, ...others]]) : '';
  });
  const inVpc = (action: string) =>
    once(async () => {
      const vpcId = textOf(await subnets(), 'vpcId');
      return vpcId ? describeEc2(deps, action, [['vpc-id', vpcId]]) : undefined;
    });
  const tables = inVpc('DescribeRouteTables');
  const endpoints = inVpc('DescribeVpcEndpoints');
  const lost = unknown('EC2 does not know the subnets of the function');
  return {
    ssmReachable: async () => {
      if (!(await vpc())) return true;
      const [tablesXml, endpointsXml] = await Promise.all([tables(), endpoints()]);
      if (tablesXml === undefined || endpointsXml === undefined) return lost;
      return hasSsmEndpoint(endpointsXml, region) || wayOut(tablesXml, await subnetIds());
    },
    subnets: async () => {
      if (!(await vpc())) return [];
      const tablesXml = await tables();
      return tablesXml === undefined ? lost : subnetsOf(await subnets(), tablesXml);
    },
    openEgress: async () => {
      const groupIds = (await vpc())?.securityGroupIds ?? [];
      const [first, ...others] = groupIds;
      if (!first) return [];
      return openEgressOf(await describeEc2(deps, 'DescribeSecurityGroups', [['group-id', first, ...others]]), groupIds);
    },
    endpoints: async () => {
      if (!(await vpc())) return [];
      const xml = await endpoints();
      return xml === undefined ? lost : endpointsOf(xml, region);
    },
  };
}

/** @param subnetsXml DescribeSubnets' answer. @param tablesXml DescribeRouteTables' answer for their VPC. */
export function subnetsOf(subnetsXml: string, tablesXml: string): FunctionSubnet[] {
  const tables = tablesIn(tablesXml);
  return pagesOf(subnetsXml, 'subnetSet').flatMap((xml) => {
    const subnetId = textOf(xml, 'subnetId');
    if (!subnetId) return [];
    const zone = textOf(xml, 'availabilityZone') ?? '';
    return [{ subnetId, zone, defaultRoute: defaultRouteOf(routesOf(tables, subnetId)) }];
  });
}

/** IPv4 or IPv6, whichever leads further out. */
function defaultRouteOf(routes: readonly string[]): FunctionSubnet['defaultRoute'] {
  const kinds = routes
    .filter((xml) => textOf(xml, 'destinationCidrBlock') === '0.0.0.0/0' || textOf(xml, 'destinationIpv6CidrBlock') === '::/0')
    .filter((xml) => textOf(xml, 'state') !== 'blackhole')
    .map((xml) => {
      if (textOf(xml, 'gatewayId')?.startsWith('igw-')) return 'internet-gateway';
      return textOf(xml, 'natGatewayId') ? 'nat-gateway' : 'other';
    });
  return (['internet-gateway', 'nat-gateway', 'other'] as const).find((kind) => kinds.includes(kind)) ?? 'none';
}

const RULES = /<(ipPermissions(?:Egress)?)>[\s\S]*?<\/\1>/g;
const EVERYWHERE = new Set(['0.0.0.0/0', '::/0']);

/** @param xml DescribeSecurityGroups' answer; of other groups than the function's nothing is told. */
export function openEgressOf(xml: string, groupIds: readonly string[]): FunctionFacts['openEgress'] {
  return pagesOf(xml, 'securityGroupInfo').flatMap((group) => {
    // Its rules may name other groups.
    const groupId = textOf(group.replaceAll(RULES, ''), 'groupId') ?? '';
    if (!groupIds.includes(groupId)) return [];
    return itemsOf(group, 'ipPermissionsEgress').flatMap((rule) => {
      const ranges = [...itemsOf(rule, 'ipRanges'), ...itemsOf(rule, 'ipv6Ranges')];
      const cidrs = ranges.map((range) => textOf(range, 'cidrIp') ?? textOf(range, 'cidrIpv6') ?? '');
      const protocol = textOf(rule, 'ipProtocol') ?? '-1';
      return cidrs
        .filter((cidr) => EVERYWHERE.has(cidr))
        .map((cidr) => ({ groupId, cidr, protocol, ports: portsOf(rule, protocol) }));
    });
  });
}

/** `-1` is every protocol, and then the ports have no meaning. */
function portsOf(rule: string, protocol: string): string {
  const from = textOf(rule, 'fromPort');
  const to = textOf(rule, 'toPort');
  if (protocol === '-1' || !from || !to || from === '-1') return 'all';
  return from === to ? from : `${from}-${to}`;
}

/** @param xml DescribeVpcEndpoints' answer. `com.amazonaws.<region>.s3` is `s3`; somebody's own service is its `vpce-svc-...`. */
export function endpointsOf(xml: string, region: string): string[] {
  const names = pagesOf(xml, 'vpcEndpointSet')
    .filter((endpoint) => textOf(endpoint, 'state')?.toLowerCase() === 'available')
    .map((endpoint) => textOf(endpoint, 'serviceName') ?? '');
  const last = (name: string): string => name.split(`.${region}.`)[1] ?? name;
  return [...new Set(names.filter((name) => name !== '').map(last))].sort();
}

/** The items of a set over all pages of an answer: each page has a set of its own. */
const pagesOf = (xml: string, set: string): string[] => allOf(xml, set).flatMap((one) => allOf(one, 'item'));
