import { describe, expect, it } from 'vitest';
import { isOwnChange } from '../../../shared/events/principal.ts';
import { deployTool } from '../../../shared/events/tool.ts';
import type { Change } from '../../../shared/model/change.ts';

const change = (arn: string, account = '222222222222'): Change => ({
  id: '1',
  name: 'UpdateFunctionConfiguration',
  account: '222222222222',
  region: 'eu-central-1',
  time: '2026-02-03T10:11:12.000Z',
  principal: { account, arn, type: 'AssumedRole', session: 's', sourceIdentity: null },
  userAgent: '',
  tool: null,
  resources: [],
  policyArn: null,
});

describe('isOwnChange', () => {
  it.each(['cinch-write', 'cinch-undo'])('knows the role %s of the account itself, in any partition', (role) => {
    expect(isOwnChange(change(`arn:aws:iam::222222222222:role/${role}`))).toBe(true);
    expect(isOwnChange(change(`arn:aws-cn:iam::222222222222:role/${role}`))).toBe(true);
  });

  it.each([
    ['another account’s role of the name', 'arn:aws:iam::333333333333:role/cinch-write', '333333333333'],
    ['a role under a path', 'arn:aws:iam::222222222222:role/team/cinch-write', '222222222222'],
    ['a longer name', 'arn:aws:iam::222222222222:role/cinch-write-2', '222222222222'],
    ['a user of the name', 'arn:aws:iam::222222222222:user/cinch-write', '222222222222'],
    ['the read role, which writes nothing', 'arn:aws:iam::222222222222:role/cinch-read', '222222222222'],
    ['a principal of another account', 'arn:aws:iam::222222222222:role/cinch-write', '333333333333'],
    ['nobody', 'unknown', '222222222222'],
  ])('does not take %s for its own', (_what, arn, account) => {
    expect(isOwnChange(change(arn, account))).toBe(false);
  });
});

const CALLER = { userAgent: 'x', invokedBy: null, sourceIp: null, principalArn: 'arn:aws:iam::222222222222:role/ci' };

describe('deployTool', () => {
  it.each([
    ['APN/1.0 HashiCorp/1.0 Terraform/1.9.8 terraform-provider-aws/5.80.0 aws-sdk-go-v2/1.32.6', 'Terraform'],
    ['aws-sdk-go-v2/1.32 Pulumi/3.140 pulumi-aws/6.66', 'Pulumi'],
    ['aws-cdk/2.1148.1 aws-sdk-js/3.900.0', 'CDK'],
    ['Boto3/1.35 aws-sam-cli/1.130.0', 'SAM'],
    ['serverless/4.4.18 aws-sdk-js/3.700.0', 'Serverless Framework'],
    ['cloudformation.amazonaws.com', 'CloudFormation'],
    ['aws-cli/2.22.0 md/command#lambda.update-function-configuration', null],
    ['console.amazonaws.com', null],
    ['', null],
  ])('%s', (userAgent, tool) => {
    expect(deployTool({ ...CALLER, userAgent })).toBe(tool);
  });

  it('finds CloudFormation where it puts its name', () => {
    const name = 'cloudformation.amazonaws.com';
    expect(deployTool({ ...CALLER, invokedBy: name })).toBe('CloudFormation');
    expect(deployTool({ ...CALLER, sourceIp: name })).toBe('CloudFormation');
  });

  it('finds the CDK by the roles of its bootstrap, where CloudFormation makes the call', () => {
    const role = (name: string) => `arn:aws:iam::222222222222:role/${name}`;
    const byCdk = { ...CALLER, invokedBy: 'cloudformation.amazonaws.com' };
    expect(deployTool({ ...byCdk, principalArn: role('cdk-hnb659fds-cfn-exec-role-222222222222-eu-central-1') })).toBe('CDK');
    expect(deployTool({ ...byCdk, principalArn: role('my-cdk-hnb659fds-cfn-exec-role-1') })).toBe('CloudFormation');
  });
});
