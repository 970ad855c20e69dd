import {
  GetFunctionUrlConfigCommand,
  GetPolicyCommand,
  ListFunctionUrlConfigsCommand,
  ListVersionsByFunctionCommand,
} from '@aws-sdk/client-lambda';
import type { FunctionFacts, FunctionUrl, QualifiedPolicy } from '../../model/state.ts';
import { isUnknown, type Known } from '../../model/unknown.ts';
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
  const found: FunctionFacts['versions'][number][] = [];
  let marker: string | undefined;
  do {
    const page = await read.clients.lambda.send(
      new ListVersionsByFunctionCommand({ FunctionName: read.resource.name, Marker: marker }),
    );
    for (const { Version: version, Environment: given } of page.Versions ?? []) {
      if (!version || version === '$LATEST') continue;
      const environment = environmentOf(given);
      if (isUnknown(environment)) return environment;
      found.push({ version, environment });
    }
    marker = page.NextMarker || undefined;
  } while (marker);
  return found;
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

async function readPolicy(read: FunctionReads, qualifier: string | null): Promise<QualifiedPolicy | undefined> {
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

async function readUrl(read: FunctionReads, qualifier: string | null): Promise<FunctionUrl | undefined> {
  try {
    const { AuthType: authType } = await read.clients.lambda.send(
      new GetFunctionUrlConfigCommand({ FunctionName: read.resource.name, Qualifier: qualifier ?? undefined }),
    );
    return { qualifier, authType: authType === 'AWS_IAM' ? 'AWS_IAM' : 'NONE' };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
