import { GetRoleCommand } from '@aws-sdk/client-iam';
import {
  type EnvironmentResponse,
  type FunctionConfiguration,
  GetFunctionCodeSigningConfigCommand,
} from '@aws-sdk/client-lambda';
import type { FunctionFacts } from '../../model/state.ts';
import { type Known, unknown } from '../../model/unknown.ts';
import { isGone } from '../aws-error.ts';
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

/** A layer is refused when the function asks for signed code; the code itself may be signed even without. */
export async function readCodeSigned(read: FunctionReads): Promise<boolean> {
  const [config, arn] = await Promise.all([read.config(), readSigningConfig(read)]);
  return Boolean(arn) || Boolean(config.SigningJobArn);
}

async function readSigningConfig(read: FunctionReads): Promise<string | undefined> {
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
