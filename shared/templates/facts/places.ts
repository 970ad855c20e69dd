/** The property that tells each fact, where one does; SAM's names are the same but for some. */
const PROPERTIES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'AWS::Lambda::Function': {
    runtime: ['Runtime'],
    packageType: ['PackageType'],
    architecture: ['Architectures'],
    timeoutSeconds: ['Timeout'],
    roleArn: ['Role'],
    layers: ['Layers'],
    layerPolicies: ['Layers'],
    environment: ['Environment', 'Variables'],
    environmentKeyArn: ['KmsKeyArn'],
    ephemeralStorageMb: ['EphemeralStorage'],
    fileSystems: ['FileSystemConfigs'],
    tracing: ['TracingConfig'],
    deadLetterArn: ['DeadLetterConfig'],
    codeSigning: ['CodeSigningConfigArn'],
    vpc: ['VpcConfig'],
    subnets: ['VpcConfig', 'SubnetIds'],
    openEgress: ['VpcConfig', 'SecurityGroupIds'],
    tags: ['Tags'],
    reservedConcurrency: ['ReservedConcurrentExecutions'],
    urls: ['FunctionUrlConfig'],
    asyncConfigs: ['EventInvokeConfig'],
    mappings: ['Events'],
  },
  'AWS::IAM::Role': {
    path: ['Path'],
    trustPolicy: ['AssumeRolePolicyDocument'],
    permissionsBoundaryArn: ['PermissionsBoundary'],
    boundary: ['PermissionsBoundary'],
    tags: ['Tags'],
    // SAM's role stands in its function under the same names.
    inlinePolicies: ['Policies'],
    attachedPolicies: ['ManagedPolicyArns'],
  },
  'AWS::IAM::User': { inlinePolicies: ['Policies'], attachedPolicies: ['ManagedPolicyArns'], tags: ['Tags'] },
  'AWS::ApiGateway::RestApi': {
    endpointTypes: ['EndpointConfiguration'],
    policy: ['Policy'],
    routes: ['Body', 'paths'],
    authorizers: ['Auth', 'Authorizers'],
    tags: ['Tags'],
  },
  'AWS::ApiGatewayV2::Api': { routes: ['Body', 'paths'], authorizers: ['Auth', 'Authorizers'], tags: ['Tags'] },
};

/** What SAM calls otherwise. */
const IN_SAM: Readonly<Record<string, readonly string[]>> = {
  tracing: ['Tracing'],
  deadLetterArn: ['DeadLetterQueue'],
  routes: ['DefinitionBody', 'paths'],
  endpointTypes: ['EndpointConfiguration'],
  trustPolicy: ['AssumeRolePolicyDocument'],
  attachedPolicies: ['Policies'],
};

/** @param type the resource's, in CloudFormation's words. */
export function propertiesOfFact(type: string, fact: string): (readonly string[])[] {
  return [PROPERTIES[type]?.[fact], IN_SAM[fact]].flatMap((property) => (property ? [property] : []));
}
