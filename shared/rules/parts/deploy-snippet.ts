import { partitionOf, type Resource } from '../../model/resource.ts';
import { AWS_MANAGED, sharedKeyArn } from '../../model/secret-key.ts';
import type { DeployTool } from '../../model/state.ts';
import { PARAMETER_KEY_ALIAS } from '../../names.ts';
import {
  LAYER_NAME,
  movedReference,
  parameterName,
  type SecretStore,
  secretName,
  WRAPPER_PATH,
  WRAPPER_VARIABLE,
} from '../../secrets/resolver-contract.ts';

/** What a function's own definition must say so that its next deploy keeps the moved secrets moved. Lines, without any value. */
export function deploySnippet(
  tool: DeployTool,
  fn: Resource<'function'>,
  variables: readonly string[],
  store: SecretStore,
  key: string,
): string[] {
  const parts: Parts = {
    name: fn.name,
    layer: `arn:${partitionOf(fn.region)}:lambda:${fn.region}:${fn.account}:layer:${LAYER_NAME}:<version>`,
    variables: [
      ...variables.map((name): [string, string] => [name, movedReference(store, fn.name, name)]),
      [WRAPPER_VARIABLE, WRAPPER_PATH],
    ],
  };
  return [...SNIPPETS[tool](parts), ...policySnippet(fn, variables, store, key)];
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
function policySnippet(fn: Resource<'function'>, variables: readonly string[], store: SecretStore, key: string): string[] {
  const partition = partitionOf(fn.region);
  const service = store === 'ssm' ? 'ssm' : 'secretsmanager';
  const placeOf = (name: string): string =>
    // AWS puts a hyphen and six characters behind a secret's name.
    store === 'ssm' ? `parameter${parameterName(fn.name, name)}` : `secret:${secretName(fn.name, name)}-??????`;
  const places = variables.map((name) => `arn:${partition}:${service}:${fn.region}:${fn.account}:${placeOf(name)}`);
  const via = { 'kms:ViaService': `${service}.${fn.region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}` };
  const shared = sharedKeyArn(key, fn.region);
  const statements = [
    { Effect: 'Allow', Action: store === 'ssm' ? 'ssm:GetParameters' : 'secretsmanager:GetSecretValue', Resource: places },
    // AWS's own key admits whoever the store admits.
    ...(key === AWS_MANAGED
      ? []
      : [
          {
            Effect: 'Allow',
            Action: 'kms:Decrypt',
            Resource: shared ?? `arn:${partition}:kms:${fn.region}:${fn.account}:key/*`,
            Condition: {
              ...(shared ? {} : { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': PARAMETER_KEY_ALIAS } }),
              ...(store === 'ssm'
                ? { StringEquals: { ...via, 'kms:EncryptionContext:PARAMETER_ARN': places } }
                : { StringEquals: via, StringLike: { 'kms:EncryptionContext:SecretARN': places } }),
            },
          },
        ]),
  ];
  return ['The statements for its execution role:', ...JSON.stringify(statements, null, 2).split('\n')];
}
