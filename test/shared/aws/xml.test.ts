import { describe, expect, it } from 'vitest';
import { hasSsmEndpoint, wayOut } from '../../../shared/aws/readers/routes.ts';
import { allOf, firstOf, itemsOf, textOf } from '../../../shared/aws/xml.ts';
import { isUnknown } from '../../../shared/model/unknown.ts';

describe('the extractor', () => {
  it('keeps nested items apart and stays out of names that only begin alike', () => {
    const xml =
      '<tagSetX><item>no</item></tagSetX><tagSet><item><k>a</k><sub><item>in</item></sub></item>\n<item><k>b</k></item></tagSet>';
    expect(itemsOf(xml, 'tagSet')).toEqual(['<k>a</k><sub><item>in</item></sub>', '<k>b</k>']);
    expect(itemsOf(xml, 'none')).toEqual([]);
    expect(itemsOf('<tagSet/>', 'tagSet')).toEqual([]);
    expect(allOf('<a/><a>x</a>', 'a')).toEqual(['', 'x']);
    expect(firstOf('<a></a>', 'a')).toBe('');
  });
  it('decodes texts once', () => {
    expect(textOf('<n> a &lt;b&gt; &amp;lt; &quot;&apos; </n>', 'n')).toBe('a <b> &lt; "\'');
    expect(textOf('<n>x</n>', 'm')).toBeUndefined();
  });
});

const route = (inner: string, state = 'active'): string =>
  `<item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock>${inner}<state>${state}</state></item>`;
const LOCAL =
  '<item><destinationCidrBlock>10.0.0.0/16</destinationCidrBlock><gatewayId>local</gatewayId><state>active</state></item>';
const table = (association: string, ...routes: string[]): string =>
  `<item><routeTableId>rtb</routeTableId><routeSet>${LOCAL}${routes.join('')}</routeSet><associationSet><item>${association}</item></associationSet></item>`;
const tables = (...items: string[]): string =>
  `<DescribeRouteTablesResponse><routeTableSet>${items.join('')}</routeTableSet></DescribeRouteTablesResponse>`;
const MAIN = '<main>true</main>';
const of = (subnet: string): string => `<subnetId>${subnet}</subnetId><main>false</main>`;
const NAT = route('<natGatewayId>nat-1</natGatewayId>');

describe('wayOut', () => {
  it.each<[string, string, boolean | 'unknown']>([
    ['the main table has NAT', tables(table(MAIN, NAT)), true],
    ['the main table has no default route', tables(table(MAIN)), false],
    ['an internet gateway only', tables(table(MAIN, route('<gatewayId>igw-1</gatewayId>'))), false],
    ["one subnet's own table has no way out", tables(table(MAIN, NAT), table(of('s2'))), false],
    [
      "both subnets' own tables have NAT, the main has not",
      tables(table(MAIN), table(of('s1'), NAT), table(of('s2'), NAT)),
      true,
    ],
    ['the NAT gateway was deleted', tables(table(MAIN, route('<natGatewayId>nat-1</natGatewayId>', 'blackhole'))), false],
    ['a transit gateway', tables(table(MAIN, route('<transitGatewayId>tgw-1</transitGatewayId>'))), 'unknown'],
    ['a NAT instance', tables(table(MAIN, route('<networkInterfaceId>eni-1</networkInterfaceId>'))), 'unknown'],
    ['no tables at all', tables(), false],
  ])('%s', (_, xml, expected) => {
    const answer = wayOut(xml, ['s1', 's2']);
    expect(isUnknown(answer) ? 'unknown' : answer).toBe(expected);
  });
});

describe('hasSsmEndpoint', () => {
  const endpoint = (type: string, state: string, dns: string, service = 'com.amazonaws.eu-central-1.ssm'): string =>
    `<R><vpcEndpointSet><item><serviceName>${service}</serviceName><vpcEndpointType>${type}</vpcEndpointType><state>${state}</state><privateDnsEnabled>${dns}</privateDnsEnabled></item></vpcEndpointSet></R>`;
  it.each<[string, string, boolean]>([
    ['available, with private names', endpoint('Interface', 'available', 'true'), true],
    ['on the second page', `<R><vpcEndpointSet/></R>${endpoint('Interface', 'available', 'true')}`, true],
    ['in China', endpoint('Interface', 'available', 'true', 'cn.com.amazonaws.eu-central-1.ssm'), true],
    ["another service's", endpoint('Interface', 'available', 'true', 'com.amazonaws.eu-central-1.ssmmessages'), false],
    ['still pending', endpoint('Interface', 'pending', 'true'), false],
    ['without private names', endpoint('Interface', 'available', 'false'), false],
    ['a gateway', endpoint('Gateway', 'available', 'true'), false],
    ['none', '<R><vpcEndpointSet/></R>', false],
  ])('%s', (_, xml, expected) => expect(hasSsmEndpoint(xml, 'eu-central-1')).toBe(expected));
});
