import { describe, expect, it } from 'vitest';
import { parsePolicyDocument } from '../../../../shared/policy/parse.ts';
import rule from '../../../../shared/rules/lambda/vpc-endpoint-missing.ts';
import { judgeChanged } from '../judge.ts';

const policy = (name: string, ...Statement: object[]) => ({ name, document: parsePolicyDocument({ Statement }, 'test') });
const allow = (...Action: string[]) => ({ Effect: 'Allow', Action, Resource: '*' });
const judge = (rolePolicies: object[], endpoints: string[] = [], routes = ['none']) =>
  judgeChanged(rule, 'no VPC', {
    rolePolicies,
    endpoints,
    subnets: routes.map((defaultRoute, index) => ({ subnetId: `subnet-${index}`, zone: 'eu-central-1a', defaultRoute })),
  });

describe('lambda-vpc-endpoint-missing', () => {
  it('names the endpoint of each service as AWS names it', () => {
    const violation = judge([
      policy('a', allow('kinesis:PutRecord', 'firehose:PutRecord')),
      policy('b', allow('bedrock:Invoke*')),
    ]);
    expect(violation?.evidence.map(({ path }) => path)).toEqual([
      'endpoint com.amazonaws.eu-central-1.kinesis-streams',
      'endpoint com.amazonaws.eu-central-1.kinesis-firehose',
      'endpoint com.amazonaws.eu-central-1.bedrock-runtime',
    ]);
    expect(violation?.evidence[2]?.found).toContain('policy b');
    expect(judge([policy('a', allow('kinesis:PutRecord'))], ['kinesis-streams'])).toBeUndefined();
  });

  it('understands wildcards and case, and a Deny', () => {
    expect(judge([policy('a', allow('S3:Get*'))])?.summary).toContain('s3');
    expect(judge([policy('a', allow('s3:GetBucketTagging'))])).toBeUndefined();
    const denied = { Effect: 'Deny', Action: 's3:*', Resource: '*' };
    expect(judge([policy('a', allow('s3:*')), policy('b', denied)])).toBeUndefined();
  });

  it('leaves out what Lambda polls for the function, and keys that others use for it', () => {
    const polled = allow('sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes');
    const stream = allow('dynamodb:GetRecords', 'dynamodb:DescribeStream', 'kinesis:GetRecords', 'kafka:DescribeCluster');
    expect(judge([policy('a', polled, stream, allow('kms:Decrypt', 'kms:GenerateDataKey', 'xray:*', 'logs:*'))])).toBeUndefined();
  });

  it('tells a way over NAT from none', () => {
    const table = [policy('a', allow('dynamodb:Query'))];
    expect(judge(table, [], ['nat-gateway'])?.summary).toContain('NAT');
    expect(judge(table, [], ['nat-gateway', 'none'])?.summary).toContain('neither a route nor an endpoint');
    expect(judge(table, [], ['other', 'internet-gateway'])).toBeUndefined();
  });
});
