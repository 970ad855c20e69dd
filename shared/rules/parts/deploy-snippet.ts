import { partitionOf, type Resource } from '../../model/resource.ts';
import type { DeployTool } from '../../model/state.ts';
import { PARAMETER_KEY_ALIAS } from '../../names.ts';
import { LAYER_NAME, parameterName, referenceTo, WRAPPER_PATH, WRAPPER_VARIABLE } from '../../secrets/resolver-contract.ts';

/** What a function's own definition must say so that its next deploy keeps the moved secrets moved. Lines, without any value. */
export function deploySnippet(tool: DeployTool, fn: Resource<'function'>, variables: readonly string[]): string[] {
  const parts: Parts = {
    name: fn.name,
    layer: `arn:${partitionOf(fn.region)}:lambda:${fn.region}:${fn.account}:layer:${LAYER_NAME}:<version>`,
    variables: [
      ...variables.map((name): [string, string] => [name, referenceTo(parameterName(fn.name, name))]),
      [WRAPPER_VARIABLE, WRAPPER_PATH],
    ],
  };
  return [...SNIPPETS[tool](parts), ...policySnippet(fn, variables)];
}

interface Parts {
  readonly name: string;
  readonly layer: string;
  readonly variables: readonly (readonly [string, string])[];
}

const CLOUDFORMATION = ({ layer, variables }: Parts, type: string): string[] => [
  `# ${type}, under Properties`,
  'Layers:',
  `  - ${layer}`,
  'Environment:',
  '  Variables:',
  ...variables.map(([key, value]) => `    ${key}: '${value}'`),
];

const SNIPPETS: { readonly [T in DeployTool]: (parts: Parts) => string[] } = {
  CloudFormation: (parts) => CLOUDFORMATION(parts, 'AWS::Lambda::Function'),
  SAM: (parts) => CLOUDFORMATION(parts, 'AWS::Serverless::Function'),
  CDK: ({ layer, variables }) => [
    '// on the construct of the function',
    `fn.addLayers(lambda.LayerVersion.fromLayerVersionArn(this, 'SecretResolver', '${layer}'));`,
    ...variables.map(([key, value]) => `fn.addEnvironment('${key}', '${value}');`),
  ],
  Terraform: ({ layer, variables }) => [
    '# in the aws_lambda_function',
    `layers = ["${layer}"]`,
    'environment {',
    '  variables = {',
    ...variables.map(([key, value]) => `    ${key} = "${value}"`),
    '  }',
    '}',
  ],
  'Serverless Framework': ({ name, layer, variables }) => [
    'functions:',
    `  ${name}:`,
    '    layers:',
    `      - ${layer}`,
    '    environment:',
    ...variables.map(([key, value]) => `      ${key}: '${value}'`),
  ],
  Pulumi: ({ layer, variables }) => [
    '// in the arguments of aws.lambda.Function',
    `layers: ['${layer}'],`,
    `environment: { variables: { ${variables.map(([key, value]) => `${key}: '${value}'`).join(', ')} } },`,
  ],
};

/** The right that the execution role needs, where the role too is written down in the definition. */
function policySnippet(fn: Resource<'function'>, variables: readonly string[]): string[] {
  const partition = partitionOf(fn.region);
  const parameters = variables.map(
    (name) => `arn:${partition}:ssm:${fn.region}:${fn.account}:parameter${parameterName(fn.name, name)}`,
  );
  const statements = [
    { Effect: 'Allow', Action: 'ssm:GetParameters', Resource: parameters },
    {
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: `arn:${partition}:kms:${fn.region}:${fn.account}:key/*`,
      Condition: {
        'ForAnyValue:StringEquals': { 'kms:ResourceAliases': PARAMETER_KEY_ALIAS },
        StringEquals: {
          'kms:ViaService': `ssm.${fn.region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}`,
          'kms:EncryptionContext:PARAMETER_ARN': parameters,
        },
      },
    },
  ];
  return ['The statements for its execution role:', ...JSON.stringify(statements, null, 2).split('\n')];
}
