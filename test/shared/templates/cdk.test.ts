import { describe, expect, it } from 'vitest';
import { fact, only, readAll } from './reading.ts';

const manifest = {
  version: '48.0.0',
  artifacts: {
    Network: {
      type: 'aws:cloudformation:stack',
      environment: 'aws://333333333333/eu-west-1',
      properties: { templateFile: 'Network.template.json', stackName: 'network', tags: { owner: 'platform' } },
      additionalMetadataFile: 'Network.metadata.json',
    },
    Orders: {
      type: 'aws:cloudformation:stack',
      environment: 'aws://333333333333/eu-west-1',
      properties: { templateFile: 'Orders.template.json' },
      metadata: { '/Orders/Other/Resource': [{ type: 'aws:cdk:logicalId', data: 'Other' }] },
    },
    Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
  },
};
const network = {
  Resources: {
    Role1A2B: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Statement: [] } } },
  },
  Outputs: { Role: { Value: { 'Fn::GetAtt': ['Role1A2B', 'Arn'] }, Export: { Name: 'network:Role' } } },
};
const orders = {
  Resources: {
    OrdersFn: {
      Type: 'AWS::Lambda::Function',
      Properties: { Runtime: 'nodejs22.x', Role: { 'Fn::ImportValue': 'network:Role' }, Timeout: 900 },
      Metadata: { 'aws:cdk:path': 'Orders/Fn/Resource' },
    },
    Other: { Type: 'AWS::IAM::User' },
    Nested: {
      Type: 'AWS::CloudFormation::Stack',
      Properties: { TemplateURL: { 'Fn::Sub': 'https://s3.x/y.json' }, Parameters: { Timeout: 7 } },
      Metadata: { 'aws:asset:path': 'OrdersNested.nested.template.json' },
    },
  },
};
const nested = {
  Parameters: { Timeout: { Type: 'Number' } },
  Resources: {
    Inner: {
      Type: 'AWS::Lambda::Function',
      Properties: { Runtime: 'nodejs22.x', Timeout: { Ref: 'Timeout' }, Role: 'arn:aws:iam::333333333333:role/x' },
      Metadata: { 'aws:cdk:path': 'Orders/Nested/Inner/Resource' },
    },
  },
};
const text = (value: unknown): string => JSON.stringify(value, null, 1);
const files = {
  'cdk.out/Orders.template.json': text(orders),
  'cdk.out/Network.template.json': text(network),
  'cdk.out/OrdersNested.nested.template.json': text(nested),
  'cdk.out/manifest.json': text(manifest),
  'cdk.out/Network.metadata.json': text({ '/Network/Role/Resource': [{ type: 'aws:cdk:logicalId', data: 'Role1A2B' }] }),
  'cdk.out/tree.json': text({ version: 'tree-0.1', tree: {} }),
};

describe('a cdk.out folder', () => {
  const read = readAll(files);

  it('is read by its manifest, each template once', () => {
    expect(read.resources.map(({ at }) => at.logicalId).sort()).toEqual(['Inner', 'OrdersFn', 'Other', 'Role1A2B']);
    expect(read.problems).toEqual([]);
  });

  it('names constructs, accounts and stacks', () => {
    expect(only(read, 'function', 'OrdersFn').at).toMatchObject({
      constructPath: 'Orders/Fn/Resource',
      file: 'cdk.out/Orders.template.json',
      line: 3,
    });
    expect(only(read, 'role').at.constructPath).toBe('Network/Role/Resource');
    expect(only(read, 'user').at.constructPath).toBe('Orders/Other/Resource');
    expect(only(read, 'function', 'Inner').at.constructPath).toBe('Orders/Nested/Inner/Resource');
    expect(only(read, 'function', 'OrdersFn').resource).toMatchObject({ account: '333333333333', region: 'eu-west-1' });
    expect(fact(read, 'function', 'managedBy', 'OrdersFn')).toEqual({ tool: 'CDK', stack: 'Orders' });
    expect(fact(read, 'function', 'timeoutSeconds', 'Inner')).toBe(7);
    expect(fact(read, 'role', 'tags')).toEqual({ owner: 'platform' });
    expect(fact(read, 'function', 'tags', 'OrdersFn')).toEqual({});
  });

  it('follows what one stack imports from another, in whatever order they come', () => {
    expect(fact(read, 'function', 'roleArn', 'OrdersFn')).toBe(only(read, 'role').resource.arn);
    expect(fact(read, 'role', 'usedBy')).toEqual([only(read, 'function', 'OrdersFn').resource.arn]);
    expect(fact(read, 'function', 'rolePolicies', 'OrdersFn')).toEqual([]);
  });

  it('is read without its manifest too', () => {
    const { 'cdk.out/manifest.json': _, ...others } = files;
    const alone = readAll(others);
    expect(fact(alone, 'function', 'roleArn', 'OrdersFn')).toMatch(/^unknown: network:Role comes from another stack/);
    expect(only(alone, 'function', 'OrdersFn').at.constructPath).toBe('Orders/Fn/Resource');
  });
});
