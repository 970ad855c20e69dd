import { type Known, unknown } from '../../model/unknown.ts';
import { allOf, firstOf, itemsOf, textOf } from '../xml.ts';

/** A route table: the subnets that name it, whether it is the VPC's main one, and its routes' XML. */
export interface RouteTable {
  readonly subnetIds: readonly string[];
  readonly isMain: boolean;
  readonly routes: readonly string[];
}

/** @param xml DescribeRouteTables' answer, all pages. */
export function tablesIn(xml: string): RouteTable[] {
  const tables = allOf(xml, 'routeTableSet').flatMap((set) => allOf(set, 'item'));
  return tables.map((table) => {
    const associations = itemsOf(table, 'associationSet');
    return {
      subnetIds: associations.flatMap((one) => textOf(one, 'subnetId') ?? []),
      isMain: associations.some((one) => textOf(one, 'main') === 'true'),
      routes: itemsOf(table, 'routeSet'),
    };
  });
}

/** The routes of a subnet: its own table's, else the main one's. */
export function routesOf(tables: readonly RouteTable[], subnetId: string): readonly string[] {
  const own = tables.find(({ subnetIds }) => subnetIds.includes(subnetId));
  return (own ?? tables.find(({ isMain }) => isMain))?.routes ?? [];
}

/** An interface endpoint of SSM that its own name leads to. @param xml DescribeVpcEndpoints' answer for the VPC. */
export function hasSsmEndpoint(xml: string, region: string): boolean {
  const endpoints = allOf(xml, 'vpcEndpointSet').flatMap((set) => allOf(set, 'item'));
  return endpoints.some(
    (endpoint) =>
      textOf(endpoint, 'serviceName')?.endsWith(`com.amazonaws.${region}.ssm`) === true &&
      textOf(endpoint, 'vpcEndpointType') === 'Interface' &&
      textOf(endpoint, 'state')?.toLowerCase() === 'available' &&
      textOf(endpoint, 'privateDnsEnabled') === 'true',
  );
}

/**
 * Whether every one of these subnets has a NAT gateway as its way out. An internet gateway does not count: Lambda's interfaces have no public
 * address (https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html). Other ways out can't be followed: unknown.
 */
export function wayOut(tablesXml: string, subnetIds: readonly string[]): Known<boolean> {
  const tables = tablesIn(tablesXml);
  for (const subnetId of subnetIds) {
    const route = routesOf(tables, subnetId).find((xml) => textOf(xml, 'destinationCidrBlock') === '0.0.0.0/0');
    if (!route || textOf(route, 'state') === 'blackhole' || textOf(route, 'gatewayId')?.startsWith('igw-')) return false;
    if (firstOf(route, 'natGatewayId') === undefined)
      return unknown(`the way out of ${subnetId} is no NAT gateway, so whether SSM can be reached can't be seen from here`);
  }
  return true;
}
