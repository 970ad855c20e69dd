import {
  type Cors,
  type FunctionConfiguration,
  GetFunctionUrlConfigCommand,
  GetPolicyCommand,
  ListFunctionEventInvokeConfigsCommand,
  ListFunctionUrlConfigsCommand,
  ListVersionsByFunctionCommand,
} from '@aws-sdk/client-lambda';
import type { AsyncConfig, FunctionFacts, FunctionUrl, FunctionVersion, QualifiedPolicy } from '../../model/state.ts';
import { isUnknown, type Known, unknown } from '../../model/unknown.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';
import { isGone } from '../aws-error.ts';
import { mapLimited } from '../concurrency.ts';
import { environmentOf } from './function-config.ts';
import type { FunctionReads } from './function-reads.ts';

const AT_ONCE = 4;

export async function readAliases(read: FunctionReads): Promise<FunctionFacts['aliases']> {
  return (await read.aliases()).flatMap(({ Name: name, FunctionVersion: version }) =>
    name && version ? [{ name, version }] : [],
  );
}

/** Published versions, $LATEST left out. One whose variables can't be read makes them all unknown. */
export async function readVersions(read: FunctionReads): Promise<Known<FunctionFacts['versions']>> {
  const found: FunctionVersion[] = [];
  let marker: string | undefined;
  do {
    const page = await read.clients.lambda.send(
      new ListVersionsByFunctionCommand({ FunctionName: read.resource.name, Marker: marker }),
    );
    for (const config of page.Versions ?? []) {
      if (config.Version === '$LATEST') continue;
      const version = versionOf(config);
      if (isUnknown(version)) return version;
      found.push(version);
    }
    marker = page.NextMarker || undefined;
  } while (marker);
  return found;
}

function versionOf(config: FunctionConfiguration): Known<FunctionVersion> {
  const environment = environmentOf(config.Environment);
  if (isUnknown(environment)) return environment;
  const { Version: version, Role: roleArn, Timeout: timeoutSeconds, Runtime: runtime = null } = config;
  if (!version || !roleArn || timeoutSeconds === undefined)
    return unknown('Lambda did not name a version, its role and its timeout');
  return { version, environment, roleArn, timeoutSeconds, runtime };
}

/** The function's own policy and each alias's: permissions hang on a qualifier. */
export async function readResourcePolicies(read: FunctionReads): Promise<readonly QualifiedPolicy[]> {
  const ofAliases = async () => {
    const names = (await read.aliases()).flatMap((alias) => alias.Name ?? []);
    return mapLimited(names, AT_ONCE, (alias) => readPolicy(read, alias));
  };
  const [own, others] = await Promise.all([readPolicy(read, null), ofAliases()]);
  return [own, ...others].flatMap((policy) => policy ?? []);
}

export async function readPolicy(read: FunctionReads, qualifier: string | null): Promise<QualifiedPolicy | undefined> {
  const where = qualifier ? `${read.resource.arn}:${qualifier}` : read.resource.arn;
  try {
    const { Policy: policy, RevisionId: revisionId } = await read.clients.lambda.send(
      new GetPolicyCommand({ FunctionName: read.resource.name, Qualifier: qualifier ?? undefined }),
    );
    if (!policy) return undefined;
    const document = parsePolicyDocument(policy, where);
    return document.statements.length > 0 ? { qualifier, revisionId: revisionId ?? '', document } : undefined;
  } catch (error) {
    // Lambda answers so when there is no policy; that the function exists is seen by its configuration.
    if (isGone(error)) return undefined;
    throw error;
  }
}

/**
 * The URLs of the function and of its aliases. Most functions have none, which one call tells; whose a listed one is, Lambda does not
 * reliably say, so each qualifier is asked then.
 */
export async function readUrls(read: FunctionReads): Promise<readonly FunctionUrl[]> {
  const list = new ListFunctionUrlConfigsCommand({ FunctionName: read.resource.name, MaxItems: 1 });
  const [listed, aliases] = await Promise.all([read.clients.lambda.send(list), read.aliases()]);
  if (!listed.FunctionUrlConfigs?.length) return [];
  const qualifiers = [null, ...aliases.flatMap((alias) => alias.Name ?? [])];
  const urls = await mapLimited(qualifiers, AT_ONCE, (qualifier) => readUrl(read, qualifier));
  return urls.flatMap((url) => url ?? []);
}

const corsOf = (cors: Cors | undefined): FunctionUrl['cors'] =>
  cors ? { allowOrigins: cors.AllowOrigins ?? [], allowCredentials: cors.AllowCredentials ?? false } : null;

async function readUrl(read: FunctionReads, qualifier: string | null): Promise<FunctionUrl | undefined> {
  try {
    const { AuthType: authType, Cors: cors } = await read.clients.lambda.send(
      new GetFunctionUrlConfigCommand({ FunctionName: read.resource.name, Qualifier: qualifier ?? undefined }),
    );
    return { qualifier, authType: authType === 'AWS_IAM' ? 'AWS_IAM' : 'NONE', cors: corsOf(cors) };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** AWS's own when nobody set them (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html). */
const MAXIMUM_AGE_SECONDS = 21_600;
const MAXIMUM_RETRIES = 2;

/** Of every qualifier that somebody configured. */
export async function readAsyncConfigs(read: FunctionReads): Promise<AsyncConfig[]> {
  const found: AsyncConfig[] = [];
  let marker: string | undefined;
  do {
    const page = await read.clients.lambda.send(
      new ListFunctionEventInvokeConfigsCommand({ FunctionName: read.resource.name, Marker: marker }),
    );
    for (const config of page.FunctionEventInvokeConfigs ?? []) {
      const qualifier = config.FunctionArn?.split(':')[7] ?? '$LATEST';
      found.push({
        qualifier: qualifier === '$LATEST' ? null : qualifier,
        maximumAgeSeconds: config.MaximumEventAgeInSeconds ?? MAXIMUM_AGE_SECONDS,
        maximumRetries: config.MaximumRetryAttempts ?? MAXIMUM_RETRIES,
        onFailureArn: config.DestinationConfig?.OnFailure?.Destination || null,
      });
    }
    marker = page.NextMarker || undefined;
  } while (marker);
  return found;
}
