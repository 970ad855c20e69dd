import { type Known, unknown } from '../../model/unknown.ts';
import { describeEc2, type Ec2Deps } from '../ec2-query.ts';
import { firstOf, itemsOf, textOf } from '../xml.ts';

/**
 * Whether a function in these subnets can reach SSM: through an interface endpoint with private DNS, or, from every subnet, through a NAT
 * gateway. An internet gateway does not count: Lambda's interfaces have no public address
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html). Other ways out can't be followed: unknown.
 */
export async function readSsmReach(deps: Ec2Deps, subnetIds: readonly string[]): Promise<Known<boolean>> {
  const [firstId, ...otherIds] = subnetIds;
  if (!firstId) return true;
  const subnets = await describeEc2(deps, 'DescribeSubnets', [['subnet-id', firstId, ...otherIds]]);
  const vpcId = textOf(subnets, 'vpcId');
  if (!vpcId) return unknown('EC2 does not know the subnets of the function');
  const [tables, endpoints] = await Promise.all([
    describeEc2(deps, 'DescribeRouteTables', [['vpc-id', vpcId]]),
    describeEc2(deps, 'DescribeVpcEndpoints', [
      ['vpc-id', vpcId],
      ['service-name', `com.amazonaws.${deps.region}.ssm`, `cn.com.amazonaws.${deps.region}.ssm`],
    ]),
  ]);
  if (hasEndpoint(endpoints)) return true;
  return wayOut(tables, subnetIds);
}

export function hasEndpoint(xml: string): boolean {
  return itemsOf(xml, 'vpcEndpointSet').some(
    (endpoint) =>
      textOf(endpoint, 'vpcEndpointType') === 'Interface' &&
      textOf(endpoint, 'state')?.toLowerCase() === 'available' &&
      textOf(endpoint, 'privateDnsEnabled') === 'true',
  );
}

/** The default route of each subnet: its own table's, else the main one's. */
export function wayOut(tablesXml: string, subnetIds: readonly string[]): Known<boolean> {
  const tables = itemsOf(tablesXml, 'routeTableSet').map((xml) => ({
    associations: itemsOf(xml, 'associationSet').map((one) => ({
      subnetId: textOf(one, 'subnetId'),
      isMain: textOf(one, 'main') === 'true',
    })),
    routes: itemsOf(xml, 'routeSet'),
  }));
  const main = tables.find((table) => table.associations.some((association) => association.isMain));
  for (const subnetId of subnetIds) {
    const own = tables.find((table) => table.associations.some((association) => association.subnetId === subnetId));
    const route = (own ?? main)?.routes.find((xml) => textOf(xml, 'destinationCidrBlock') === '0.0.0.0/0');
    if (!route || textOf(route, 'state') === 'blackhole' || textOf(route, 'gatewayId')?.startsWith('igw-')) return false;
    if (firstOf(route, 'natGatewayId') === undefined)
      return unknown(`the way out of ${subnetId} is no NAT gateway, so whether SSM can be reached can't be seen from here`);
  }
  return true;
}
