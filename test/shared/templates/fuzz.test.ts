import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTemplate } from '../../../shared/templates/parse.ts';
import { readTemplates } from '../../../shared/templates/read-templates.ts';
import { MalformedTemplate } from '../../../shared/templates/tree/malformed.ts';
import { parseJsonTree } from '../../../shared/templates/tree/parse-json.ts';

/** Properties of resources with anything in them, intrinsics among it. */
const names = fc.constantFrom('A', 'B', 'Role', 'Fn', 'P', 'AWS::Region', 'AWS::NoValue', 'constructor', '');
const { value } = fc.letrec<{ value: unknown; intrinsic: unknown; list: unknown; map: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('x', '*', 3, true, null, '${A}', '${B.Arn}', 'arn:aws:iam::aws:policy/AdministratorAccess'),
    tie('intrinsic'),
    tie('list'),
    tie('map'),
  ),
  intrinsic: fc
    .tuple(
      fc.constantFrom(
        'Ref',
        'Fn::GetAtt',
        'Fn::Sub',
        'Fn::If',
        'Fn::Join',
        'Fn::Select',
        'Fn::Split',
        'Fn::FindInMap',
        'Fn::ImportValue',
        'Fn::Cidr',
        'Fn::GetAZs',
        'Fn::ForEach::X',
        'Fn::Length',
        'Fn::Transform',
        'Fn::What',
      ),
      fc.oneof(names, tie('value'), fc.array(fc.oneof(names, tie('value')), { maxLength: 4 })),
    )
    .map(([name, argument]) => ({ [name]: argument })),
  list: fc.array(tie('value'), { maxLength: 3 }),
  map: fc.dictionary(
    fc.constantFrom(
      'Statement',
      'Effect',
      'Action',
      'Resource',
      'Principal',
      'Type',
      'Properties',
      'Variables',
      'Topic',
      'Queue',
      'Path',
      'Auth',
      'paths',
      'references',
      'toString',
    ),
    tie('value'),
    { maxKeys: 4 },
  ),
}));

const TYPES = [
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Alias',
  'AWS::Lambda::Url',
  'AWS::Lambda::EventSourceMapping',
  'AWS::IAM::Role',
  'AWS::IAM::Policy',
  'AWS::IAM::User',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
  'AWS::ApiGateway::RestApi',
  'AWS::ApiGateway::Method',
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Stage',
  'AWS::EC2::SecurityGroup',
  'AWS::CloudFormation::Stack',
  'AWS::Serverless::Function',
  'AWS::Serverless::Api',
  'AWS::Serverless::HttpApi',
  'AWS::Serverless::WebSocketApi',
  'AWS::Serverless::Connector',
  'Custom::LogRetention',
];
const PROPERTIES = [
  'FunctionName',
  'Role',
  'Timeout',
  'Environment',
  'Layers',
  'Tags',
  'VpcConfig',
  'Policies',
  'Events',
  'Principal',
  'Action',
  'SourceArn',
  'Queues',
  'PolicyDocument',
  'AssumeRolePolicyDocument',
  'ManagedPolicyArns',
  'Roles',
  'Groups',
  'RestApiId',
  'ApiId',
  'Body',
  'DefinitionBody',
  'Auth',
  'Routes',
  'EventSourceArn',
  'RedrivePolicy',
  'StageName',
  'HttpMethod',
  'AutoPublishAlias',
  'FunctionUrlConfig',
  'EventInvokeConfig',
  'DeadLetterQueue',
  'Domain',
  'Source',
  'Destination',
  'Permissions',
  'Name',
  'Path',
  'Cors',
  'Target',
  'TemplateURL',
  'Parameters',
  'SecurityGroupEgress',
  'LogGroupName',
]; // prettier-ignore

const resource = fc.record(
  {
    Type: fc.constantFrom(...TYPES),
    Properties: fc.oneof(value, fc.dictionary(fc.constantFrom(...PROPERTIES), value, { maxKeys: 8 })),
    Condition: fc.oneof(names, value),
    Metadata: value,
  },
  { requiredKeys: ['Type'] },
);
const template = fc.record(
  {
    Resources: fc.dictionary(
      fc.constantFrom('A', 'B', 'Role', 'Fn', 'constructor', 'Fn::ForEach::L'),
      fc.oneof({ weight: 9, arbitrary: resource }, { weight: 1, arbitrary: value }),
    ),
    Parameters: fc.oneof(
      value,
      fc.dictionary(names, fc.record({ Type: value, Default: value, NoEcho: value }, { requiredKeys: [] })),
    ),
    Conditions: fc.dictionary(
      names,
      fc.oneof(
        value,
        names.map((name) => ({ Condition: name })),
        names.map((name) => ({ 'Fn::Not': [{ Condition: name }] })),
      ),
    ),
    Mappings: value,
    Globals: fc.oneof(value, fc.record({ Function: value, Api: value })),
    Outputs: fc.oneof(value, fc.dictionary(names, fc.record({ Value: value, Export: fc.record({ Name: value }) }))),
    AWSTemplateFormatVersion: fc.constant('2010-09-09'),
  },
  { requiredKeys: ['Resources'] },
);

function neverThrows(text: string, path: string): void {
  const read = readTemplates([{ path, text }]);
  for (const { at, state } of read.resources) {
    expect(at.line).toBeGreaterThan(0);
    for (const name of Object.keys(state)) expect(at.placeOfFact(name).line).toBeGreaterThan(0);
  }
}

describe('no input throws', () => {
  it('random trees', () => {
    fc.assert(
      fc.property(template, (tree) => neverThrows(JSON.stringify(tree), 'a.json')),
      { numRuns: 400 },
    );
  });

  it('random plans', () => {
    const planned = fc.record({
      address: names,
      type: fc.constantFrom(
        'aws_lambda_function',
        'aws_iam_role',
        'aws_lambda_permission',
        'aws_sqs_queue',
        'aws_s3_bucket',
        'aws_api_gateway_rest_api',
        'aws_api_gateway_method',
        'aws_security_group',
      ),
      name: names,
      mode: fc.constantFrom('managed', 'data'),
      values: value,
      index: value,
    });
    const plan = fc.record({
      format_version: fc.constant('1.2'),
      planned_values: fc.record({ root_module: fc.record({ resources: fc.array(planned), child_modules: value }) }),
      resource_changes: fc.array(fc.record({ address: names, change: fc.record({ after_unknown: value }) })),
      configuration: fc.record({
        root_module: fc.record({ resources: fc.array(fc.record({ address: names, expressions: value })), module_calls: value }),
      }),
    });
    fc.assert(
      fc.property(plan, (tree) => neverThrows(JSON.stringify(tree), 'plan.json')),
      { numRuns: 200 },
    );
  });

  it('random manifests', () => {
    const manifest = fc.record({
      version: fc.constant('1'),
      artifacts: fc.dictionary(
        names,
        fc.oneof(
          value,
          fc.record({
            type: fc.constant('aws:cloudformation:stack'),
            environment: value,
            properties: fc.record({ templateFile: fc.constant('t.json'), stackName: value, tags: value }),
            metadata: value,
          }),
        ),
      ),
    });
    fc.assert(
      fc.property(manifest, template, (tree, other) => {
        readTemplates([
          { path: 'cdk.out/manifest.json', text: JSON.stringify(tree) },
          { path: 'cdk.out/t.json', text: JSON.stringify(other) },
        ]);
      }),
      { numRuns: 100 },
    );
  });

  it('broken texts, but for a clear refusal with its place', () => {
    const piece = fc.constantFrom(
      'Resources:',
      '\n',
      '  ',
      'A:',
      ' ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '"',
      "'",
      '!Ref',
      '!Sub',
      ' &a',
      ' *a',
      '<<:',
      '|',
      '>',
      '%',
      '#',
      '---',
      ':',
      ',',
      '\t',
      'é',
      '\u0000',
      'Type: AWS::Lambda::Function',
      '{"Resources":',
      '?',
      '@',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }).map((parts) => `Resources:${parts.join('')}`),
        (text) => {
          try {
            parseTemplate(text, 'a.yaml');
          } catch (error) {
            if (!(error instanceof MalformedTemplate)) throw error;
            expect(error.place.line).toBeGreaterThan(0);
            expect(error.place.column).toBeGreaterThan(0);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('and JSON is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        if (text.includes('__proto__')) return;
        expect(JSON.stringify(parseJsonTree(text, 'a').root)).toBe(JSON.stringify(JSON.parse(text)).replaceAll('-0', '-0'));
      }),
      { numRuns: 300 },
    );
  });
});
