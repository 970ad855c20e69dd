import { GetRoleCommand } from '@aws-sdk/client-iam';
import {
  type EnvironmentResponse,
  type FunctionConfiguration,
  GetCodeSigningConfigCommand,
  GetFunctionCodeSigningConfigCommand,
} from '@aws-sdk/client-lambda';
import type { FunctionFacts } from '../../model/state.ts';
import { type Known, unknown } from '../../model/unknown.ts';
import { isGone } from '../aws-error.ts';
import { once } from '../concurrency.ts';
import type { FunctionReads } from './function-reads.ts';

/** What GetFunctionConfiguration alone tells. */
export const CONFIG_FACTS = {
  runtime: (config) => config.Runtime ?? null,
  packageType: (config) => (config.PackageType === 'Image' ? 'Image' : 'Zip'),
  architecture: (config) => (config.Architectures?.[0] === 'arm64' ? 'arm64' : 'x86_64'),
  timeoutSeconds: (config) => config.Timeout ?? unknown('Lambda named no timeout'),
  roleArn: (config) => config.Role ?? unknown('Lambda named no role'),
  layers: (config) => (config.Layers ?? []).flatMap((layer) => layer.Arn ?? []),
  environment: (config) => environmentOf(config.Environment),
  environmentKeyArn: (config) => config.KMSKeyArn || null,
  ephemeralStorageMb: (config) => config.EphemeralStorage?.Size ?? 512,
  fileSystems: (config) =>
    (config.FileSystemConfigs ?? []).flatMap(({ Arn: accessPointArn, LocalMountPath: mountPath }) =>
      accessPointArn && mountPath ? [{ accessPointArn, mountPath }] : [],
    ),
  tracing: (config) => config.TracingConfig?.Mode === 'Active',
  deadLetterArn: (config) => config.DeadLetterConfig?.TargetArn || null,
  // Lambda writes the zone as `+0000`, which is not ISO.
  lastModified: (config) => config.LastModified?.replace(/\+0000$/, 'Z') ?? unknown('Lambda named no time of the last change'),
  snapStart: (config) => config.SnapStart?.ApplyOn === 'PublishedVersions',
  vpc: (config) => {
    const { SubnetIds: subnetIds = [], SecurityGroupIds: securityGroupIds = [] } = config.VpcConfig ?? {};
    return subnetIds.length > 0 ? { subnetIds, securityGroupIds } : null;
  },
} as const satisfies { [F in keyof FunctionFacts]?: (config: FunctionConfiguration) => Known<FunctionFacts[F]> };

/** Lambda hides the variables when their key may not be used: the answer holds an error in their place. */
export function environmentOf(environment: EnvironmentResponse | undefined): Known<Readonly<Record<string, string>>> {
  const error = environment?.Error;
  if (error) return unknown(`the environment is encrypted under a key that Cinch may not use (${error.ErrorCode ?? 'no code'})`);
  return environment?.Variables ?? {};
}

export interface CodeSigning {
  readonly codeSigned: () => Promise<boolean>;
  readonly codeSigning: () => Promise<Known<FunctionFacts['codeSigning']>>;
}

/** A layer is refused when the function asks for signed code; the code itself may be signed even without. */
export function makeCodeSigning(read: FunctionReads): CodeSigning {
  const configArn = once(() => readSigningConfigArn(read));
  return {
    codeSigned: async () => {
      const [config, arn] = await Promise.all([read.config(), configArn()]);
      return Boolean(arn) || Boolean(config.SigningJobArn);
    },
    codeSigning: async () => {
      const arn = await configArn();
      if (!arn) return null;
      const found = await read.clients.lambda.send(new GetCodeSigningConfigCommand({ CodeSigningConfigArn: arn }));
      const onUntrusted = found.CodeSigningConfig?.CodeSigningPolicies?.UntrustedArtifactOnDeployment;
      const isKnown = onUntrusted === 'Enforce' || onUntrusted === 'Warn';
      return isKnown ? { configArn: arn, onUntrusted } : unknown(`what ${arn} does with unsigned code is new to Cinch`);
    },
  };
}

async function readSigningConfigArn(read: FunctionReads): Promise<string | undefined> {
  try {
    const asked = new GetFunctionCodeSigningConfigCommand({ FunctionName: read.resource.name });
    return (await read.clients.lambda.send(asked)).CodeSigningConfigArn;
  } catch (error) {
    // Not every region signs code.
    if (isGone(error)) return undefined;
    throw error;
  }
}

/**
 * A replica names its master. A master is known only by its role, which edgelambda.amazonaws.com may assume; it lies in us-east-1 and can
 * have no variables (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html).
 */
export async function readEdge(read: FunctionReads): Promise<boolean> {
  const config = await read.config();
  if (config.MasterArn) return true;
  if (read.resource.region !== 'us-east-1' || config.Environment || !config.Role) return false;
  const name = config.Role.slice(config.Role.lastIndexOf('/') + 1);
  const { Role: role } = await read.clients.iam.send(new GetRoleCommand({ RoleName: name }));
  return decodeURIComponent(role?.AssumeRolePolicyDocument ?? '').includes('"edgelambda.amazonaws.com"');
}
