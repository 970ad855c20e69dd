import type { FunctionFacts, FunctionSubnet } from '../../model/state.ts';
import { certain, type Declared, type World } from '../declared.ts';
import { referring } from '../references.ts';
import { at, flagOf, listOf, NotTold, textOf, type ValueObject } from '../values.ts';
import type { FactMakers } from './fact.ts';

type NetworkFact = 'ssmReachable' | 'subnets' | 'openEgress' | 'endpoints';

/** What the function can reach from where it lies, when the template has its network too. */
export function networkOf(world: World, vpc: () => FunctionFacts['vpc']): Pick<FactMakers<'function'>, NetworkFact> {
  const subnets = () => (vpc()?.subnetIds ?? []).map((id) => subnetNamed(world, id));
  return {
    ssmReachable: () => {
      if (!vpc()) return true;
      if (
        endpointsAt(world, subnets()).some((one) => isOf(world, one, 'ssm') && flagOf(one.properties.PrivateDnsEnabled) === true)
      )
        return true;
      return subnets().every((subnet) => {
        const route = defaultRouteOf(world, subnet);
        if (route === 'other') throw new NotTold(`the way out of ${subnet.logicalId} is no NAT gateway`);
        return route === 'nat-gateway';
      });
    },
    subnets: () =>
      subnets().map((subnet) => ({
        subnetId: subnet.identity.name,
        zone: textOf(subnet.properties.AvailabilityZone) ?? noZone(subnet),
        defaultRoute: defaultRouteOf(world, subnet),
      })),
    openEgress: () => (vpc()?.securityGroupIds ?? []).flatMap((id) => openEgressOf(world, groupNamed(world, id))),
    endpoints: () => {
      if (!vpc()) return [];
      const names = endpointsAt(world, subnets()).map((one) => serviceOf(world, one));
      return [...new Set(names)].sort();
    },
  };
}

const noZone = ({ logicalId }: Declared): never => {
  throw new NotTold(`the template does not say in which zone ${logicalId} lies`);
};

function subnetNamed(world: World, id: string): Declared {
  const found = world.find(id, 'AWS::EC2::Subnet');
  if (!found) throw new NotTold(`the template does not have the subnet ${id}`);
  return certain(found);
}

function groupNamed(world: World, id: string): Declared {
  const found =
    world.find(id, 'AWS::EC2::SecurityGroup') ??
    world.ofType('AWS::EC2::SecurityGroup').find(({ identity }) => `${identity.name}-groupid` === id);
  if (!found) throw new NotTold(`the template does not have the security group ${id}`);
  return certain(found);
}

/** The routes of its table, undefined for a subnet that has none of its own: its VPC's main one then counts, which a template gives no way out. */
function defaultRouteOf(world: World, subnet: Declared): FunctionSubnet['defaultRoute'] {
  const [association] = referring(world, 'AWS::EC2::SubnetRouteTableAssociation', 'SubnetId', subnet);
  if (!association) {
    if (world.find(textOf(subnet.properties.VpcId) ?? '', 'AWS::EC2::VPC')) return 'none';
    throw new NotTold(`the template does not have the main route table of the VPC of ${subnet.logicalId}`);
  }
  const tableId = textOf(association.properties.RouteTableId) ?? '';
  const table = world.find(tableId, 'AWS::EC2::RouteTable');
  if (!table) throw new NotTold(`the template does not have the route table of ${subnet.logicalId}`);
  const kinds = referring(world, 'AWS::EC2::Route', 'RouteTableId', table).flatMap(({ properties }) => {
    const isDefault =
      textOf(properties.DestinationCidrBlock) === '0.0.0.0/0' || textOf(properties.DestinationIpv6CidrBlock) === '::/0';
    return isDefault ? [routeKind(properties)] : [];
  });
  return (['internet-gateway', 'nat-gateway', 'other'] as const).find((kind) => kinds.includes(kind)) ?? 'none';
}

function routeKind(route: ValueObject): FunctionSubnet['defaultRoute'] {
  if (route.NatGatewayId !== undefined) return 'nat-gateway';
  const gateway = textOf(route.GatewayId);
  return gateway === undefined || gateway.startsWith('vgw-') ? 'other' : 'internet-gateway';
}

const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0/0', '::/0']);

/** A group that says nothing of egress lets everything out (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-securitygroup.html). */
function openEgressOf(world: World, group: Declared): FunctionFacts['openEgress'][number][] {
  const groupId = group.identity.name;
  const written = group.properties.SecurityGroupEgress;
  const apart = referring(world, 'AWS::EC2::SecurityGroupEgress', 'GroupId', group).map(({ properties }) => properties);
  const rules = [...(written === undefined ? [{ CidrIp: '0.0.0.0/0', IpProtocol: '-1' }] : listOf(written)), ...apart];
  return rules.flatMap((rule) => {
    const protocol = textOf(at(rule, 'IpProtocol')) ?? '-1';
    const cidrs = [textOf(at(rule, 'CidrIp')), textOf(at(rule, 'CidrIpv6'))];
    const ports = portsOf(textOf(at(rule, 'FromPort')), textOf(at(rule, 'ToPort')), protocol);
    return cidrs.flatMap((cidr) => (cidr !== undefined && EVERYWHERE.has(cidr) ? [{ groupId, cidr, protocol, ports }] : []));
  });
}

/** `-1` is every protocol, and then the ports have no meaning. */
function portsOf(from: string | undefined, to: string | undefined, protocol: string): string {
  if (protocol === '-1' || !from || !to || from === '-1') return 'all';
  return from === to ? from : `${from}-${to}`;
}

/** The endpoints of the VPC that the subnets lie in. @throws NotTold when the template does not have that VPC: it may have others. */
function endpointsAt(world: World, subnets: readonly Declared[]): readonly Declared[] {
  const [first] = subnets;
  const vpcId = first && textOf(first.properties.VpcId);
  const vpc = vpcId === undefined ? undefined : world.find(vpcId, 'AWS::EC2::VPC');
  if (!vpc) throw new NotTold('the template does not have the VPC, which may have endpoints');
  return referring(world, 'AWS::EC2::VPCEndpoint', 'VpcId', vpc);
}

/** `com.amazonaws.<region>.s3` is `s3`; somebody's own service is its `vpce-svc-...`. */
function serviceOf({ region }: World, { properties }: Declared): string {
  const name = textOf(properties.ServiceName) ?? '';
  return name.split(`.${region}.`)[1] ?? name;
}
const isOf = (world: World, endpoint: Declared, service: string): boolean =>
  serviceOf(world, endpoint) === service && textOf(endpoint.properties.VpcEndpointType) === 'Interface';
