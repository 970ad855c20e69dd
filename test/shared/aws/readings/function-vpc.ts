import {
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  DescribeRouteTablesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { MEMBER, type MemberCloud, newName, REGION } from '../cloud/member-cloud.ts';

/** Two subnets in two zones with a way out through a NAT gateway, a group that lets everything out, and an endpoint to S3. */
export async function aVpc(cloud: MemberCloud) {
  const { endpoint } = cloud.cloud;
  const ec2 = new EC2Client({ endpoint, region: REGION, credentials: cloud.cloud.credentials(MEMBER) });
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }));
  const VpcId = Vpc?.VpcId ?? '';
  const zones = [`${REGION}a`, `${REGION}b`];
  const subnetIds: string[] = [];
  for (const [index, AvailabilityZone] of zones.entries()) {
    const made = await ec2.send(new CreateSubnetCommand({ VpcId, AvailabilityZone, CidrBlock: `10.9.${index}.0/24` }));
    subnetIds.push(made.Subnet?.SubnetId ?? '');
  }
  const group = await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName: newName('g'), Description: 'one' }));
  const groupId = group.GroupId ?? '';
  const tables = await ec2.send(new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [VpcId] }] }));
  const RouteTableId = tables.RouteTables?.[0]?.RouteTableId ?? '';
  const { NatGateway } = await ec2.send(new CreateNatGatewayCommand({ SubnetId: subnetIds[0], ConnectivityType: 'private' }));
  const NatGatewayId = NatGateway?.NatGatewayId;
  await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', NatGatewayId }));
  const ServiceName = `com.amazonaws.${REGION}.s3`;
  await ec2.send(new CreateVpcEndpointCommand({ VpcId, ServiceName, VpcEndpointType: 'Gateway', RouteTableIds: [RouteTableId] }));
  return {
    subnetIds,
    securityGroupIds: [groupId],
    subnets: subnetIds.map((subnetId, index) => ({ subnetId, zone: zones[index], defaultRoute: 'nat-gateway' })),
    // What a new group lets out (https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html).
    openEgress: [{ groupId, cidr: '0.0.0.0/0', protocol: '-1', ports: 'all' }],
  };
}
