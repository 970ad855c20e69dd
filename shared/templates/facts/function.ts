import { resourceFromArn } from '../../model/resource.ts';
import type { FunctionFacts, State } from '../../model/state.ts';
import type { Declared, World } from '../declared.ts';
import { referring } from '../references.ts';
import { at, listOf, NotTold, numberOf, objectOf, textOf, textsOf } from '../values.ts';
import { documentOf, notInTemplates, stateOf } from './fact.ts';
import { asyncConfigsOf, policiesOf, urlsOf } from './function-qualifiers.ts';
import { sourcesOf } from './function-sources.ts';
import { networkOf } from './function-vpc.ts';
import { attachedPoliciesOf, inlinePoliciesOf, tagsOf } from './iam-policies.ts';
import { layerPoliciesOf } from './layers.ts';
import { logGroupOf } from './log-group.ts';
import { functionsWith } from './role.ts';
import { roleArnOf, roleOf } from './role-of.ts';

/** AWS's own when a template says nothing (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-function.html). */
const TIMEOUT_SECONDS = 3;
const EPHEMERAL_STORAGE_MB = 512;

/** @param declared an AWS::Lambda::Function. */
export function functionState(world: World, declared: Declared): State<'function'> {
  const { properties } = declared;
  const of = (...path: string[]) => at(properties, ...path);
  let kept: ReturnType<typeof policiesOf> | undefined;
  const policies = () => {
    kept ??= policiesOf(world, declared);
    return kept;
  };
  const isImage = () => textOf(properties.PackageType) === 'Image';
  const vpc = () => {
    const subnetIds = textsOf(of('VpcConfig', 'SubnetIds'));
    return subnetIds.length > 0 ? { subnetIds, securityGroupIds: textsOf(of('VpcConfig', 'SecurityGroupIds')) } : null;
  };
  return stateOf<'function'>({
    runtime: () => {
      if (isImage()) return null;
      const runtime = textOf(properties.Runtime);
      if (runtime === undefined) throw new NotTold('the template names no runtime');
      return runtime;
    },
    packageType: () => (isImage() ? 'Image' : 'Zip'),
    architecture: () => (textsOf(properties.Architectures)[0] === 'arm64' ? 'arm64' : 'x86_64'),
    timeoutSeconds: () => numberOf(properties.Timeout) ?? TIMEOUT_SECONDS,
    roleArn: () => {
      const written = textOf(properties.Role);
      if (written === undefined) throw new NotTold('the template names no role');
      return roleArnOf(world, declared) ?? written;
    },
    layers: () => textsOf(properties.Layers),
    environment: () => variablesIn(declared),
    movedSecrets: notInTemplates('whether a secret that was moved was rotated since'),
    environmentKeyArn: () => textOf(properties.KmsKeyArn) || null,
    snapStart: () => textOf(of('SnapStart', 'ApplyOn')) === 'PublishedVersions',
    ephemeralStorageMb: () => numberOf(of('EphemeralStorage', 'Size')) ?? EPHEMERAL_STORAGE_MB,
    fileSystems: () =>
      listOf(properties.FileSystemConfigs).map((one) => ({
        accessPointArn: textOf(at(one, 'Arn')) ?? '',
        mountPath: textOf(at(one, 'LocalMountPath')) ?? '',
      })),
    tracing: () => textOf(of('TracingConfig', 'Mode')) === 'Active',
    deadLetterArn: () => textOf(of('DeadLetterConfig', 'TargetArn')) || null,
    lastModified: notInTemplates('when a function was last changed'),
    // Only a configuration refuses what is not signed; that the code itself is, a template does not tell
    // (https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html).
    codeSigned: () => Boolean(textOf(properties.CodeSigningConfigArn)),
    codeSigning: () => codeSigningOf(world, declared),
    edge: () => edgeOf(world, declared),
    vpc,
    tags: () => tagsOf(world, declared),
    taggedPrincipals: () => taggedPrincipalsOf(world, declared),
    aliases: () =>
      referring(world, 'AWS::Lambda::Alias', 'FunctionName', declared).map((alias) => ({
        name: textOf(alias.properties.Name) ?? alias.identity.name,
        version: textOf(alias.properties.FunctionVersion)?.split(':').at(-1) ?? '$LATEST',
      })),
    versions: () => {
      if (referring(world, 'AWS::Lambda::Version', 'FunctionName', declared).length === 0) return [];
      throw new NotTold('a template does not tell of the versions that were published before');
    },
    resourcePolicies: policies,
    urls: () => urlsOf(world, declared),
    asyncConfigs: () => asyncConfigsOf(world, declared),
    reservedConcurrency: () => numberOf(properties.ReservedConcurrentExecutions) ?? null,
    layerPolicies: () => layerPoliciesOf(world, declared),
    logGroup: () => logGroupOf(world, declared),
    ...sourcesOf(world, declared, policies),
    rolePolicies: () => {
      const role = roleOf(world, declared);
      if (!role) throw new NotTold('the template does not have its role');
      const attached = attachedPoliciesOf(world, role, 'Roles').map(({ name, document }) => ({ name, document }));
      return [...inlinePoliciesOf(world, role, 'Roles'), ...attached];
    },
    durations: notInTemplates('how long a function runs'),
    versionUses: notInTemplates('what hangs on versions that were published before'),
    lastInvoked: notInTemplates('when a function was last invoked'),
    createdAt: notInTemplates('when a function was made'),
    roleSharers: () => roleSharersOf(world, declared),
    ...networkOf(world, vpc),
    managedBy: () => ({ tool: world.tool, stack: world.stackOf(declared) }),
  });
}

function variablesIn({ properties }: Declared): Record<string, string> {
  const variables = objectOf(at(properties, 'Environment', 'Variables'));
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, textOf(value) ?? '']));
}

function codeSigningOf(world: World, { properties }: Declared): FunctionFacts['codeSigning'] {
  const configArn = textOf(properties.CodeSigningConfigArn);
  if (!configArn) return null;
  const config = world.find(configArn, 'AWS::Lambda::CodeSigningConfig');
  if (!config) throw new NotTold('the template does not have its code signing configuration');
  const onUntrusted = textOf(at(config.properties, 'CodeSigningPolicies', 'UntrustedArtifactOnDeployment'));
  return { configArn, onUntrusted: onUntrusted === 'Enforce' ? 'Enforce' : 'Warn' };
}

/** As the live reader tells it: in us-east-1, without variables, and its role lets edgelambda.amazonaws.com assume it. */
function edgeOf(world: World, declared: Declared): boolean {
  if (world.region !== 'us-east-1' || Object.keys(variablesIn(declared)).length > 0) return false;
  const role = roleOf(world, declared);
  if (!role) throw new NotTold('the template does not have its role, whose trust tells whether it runs at the edge');
  const trust = documentOf(role.properties.AssumeRolePolicyDocument, `trust of ${role.logicalId}`);
  return trust.text.includes('"edgelambda.amazonaws.com"');
}

function taggedPrincipalsOf(world: World, declared: Declared): FunctionFacts['taggedPrincipals'] {
  return Object.entries(tagsOf(world, declared)).flatMap(([tag, arn]) => {
    const principal = arn.startsWith('arn:') ? resourceFromArn(arn) : undefined;
    if (principal?.account !== world.account || (principal.kind !== 'user' && principal.kind !== 'role')) return [];
    if (!world.find(principal.arn, 'AWS::IAM::Role', 'AWS::IAM::User'))
      throw new NotTold(`a template does not tell whether ${principal.arn} still exists`);
    return [{ tag, arn: principal.arn, exists: true }];
  });
}

/** A role that is made here is taken for these functions' own; of another one, only who shares it here is seen. */
function roleSharersOf(world: World, declared: Declared): string[] {
  const arn = roleArnOf(world, declared);
  if (arn === undefined) throw new NotTold(textOf(declared.properties.Role) ?? 'the template names no role');
  const others = functionsWith(world, arn).filter((one) => one !== declared.identity.arn);
  if (others.length === 0 && !roleOf(world, declared))
    throw new NotTold('a template does not tell who else has a role made elsewhere');
  return others;
}
