import type { Role } from '@aws-sdk/client-iam';
import {
  type FunctionConfiguration,
  GetFunctionCommand,
  ListFunctionEventInvokeConfigsCommand,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { lambdaNeeds } from '../../code/lambda-needs.ts';
import { type CodeLanguage, languageOf } from '../../code/read-code.ts';
import type { LedgerFacts } from '../../flows/ports.ts';
import { functionResource, type Resource } from '../../model/resource.ts';
import type { FunctionCalls, RoleFacts } from '../../model/state.ts';
import { isUnknown, type Known, unknown } from '../../model/unknown.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';
import { mapLimited } from '../concurrency.ts';
import type { MemberClients } from '../member.ts';
import { LARGEST_PACKAGE, readPackage } from './code-package.ts';
import { environmentOf } from './function-config.ts';
import { makeFunctionReads, type ReaderDeps } from './function-reads.ts';
import { readMappings } from './function-sources.ts';

/** What is kept between two readings: calls by the code's hash, and the versions of all functions of a region. Never the code. */
export interface KeptCode {
  readonly calls: Map<string, Promise<Known<readonly string[]>>>;
  readonly versions: Map<string, { readonly list: Promise<Known<readonly FunctionConfiguration[]>>; readonly until: number }>;
}
export const keptCode = (): KeptCode => ({ calls: new Map(), versions: new Map() });

const KEEP_MS = 10 * 60_000;
/** Fifty versions each; Lambda's control plane allows 15 calls a second an account. */
const MOST_PAGES = 100;
/** A role of more packages is shared by half an account: its calls would be everybody's. */
const MOST_PACKAGES = 25;
const AT_ONCE = 2;
const PATIENCE_MS = 45_000;

/**
 * What the code under a role calls, function by function, published versions included: they keep the role for good. Unknown unless all of it can
 * be told: who else may assume the role, or used it where no function of it is known, may call anything.
 */
export async function readRoleCode(
  deps: ReaderDeps,
  role: Role,
  resource: Resource<'role'>,
  ledger: LedgerFacts,
): Promise<Known<RoleFacts['codeCalls']>> {
  const roleArn = role.Arn ?? resource.arn;
  const regions = [...new Set((await ledger.functionsOfRole(roleArn)).map(({ region }) => region))].sort();
  const users: User[] = [];
  for (const region of regions) {
    const versions = await versionsIn(deps, resource.account, region);
    if (isUnknown(versions)) return versions;
    const own = versions.filter((version) => version.Role === roleArn);
    for (const [name, ofFunction] of byFunction(own))
      users.push({ target: functionResource(resource.account, region, name), versions: ofFunction });
  }
  const doubt = users.length === 0 ? undefined : whyNot(role, resource, users);
  if (doubt !== undefined) return unknown(doubt);
  const functions: FunctionCalls[] = [];
  const start = deps.clock.now().getTime();
  for (const { target, versions } of users) {
    // What was read stays known by its hash: the next look goes on from there.
    if (deps.clock.now().getTime() - start > PATIENCE_MS)
      return unknown(`the code under ${resource.name} takes longer to read than ${PATIENCE_MS / 1000} seconds`);
    const found = await readFunctionCode(deps, target, versions);
    if (isUnknown(found)) return unknown(`${target.name}: ${found.unknown}`);
    functions.push(found);
  }
  return functions;
}

/** A function with those of its versions that run under the role. */
interface User {
  readonly target: Resource<'function'>;
  readonly versions: readonly FunctionConfiguration[];
}

/** Why the code of these functions is not all that uses the role. */
function whyNot(role: Role, { name }: Resource<'role'>, users: readonly User[]): string | undefined {
  if (!isLambdaAlone(role)) return `others than Lambda may assume ${name}, and what they call is in no function's code`;
  const lastRegion = role.RoleLastUsed?.Region;
  if (lastRegion && !users.some(({ target }) => target.region === lastRegion))
    return `${name} was last used in ${lastRegion}, where no function under it is known`;
  const packages = new Set(users.flatMap(({ versions }) => versions.map(({ CodeSha256 }) => CodeSha256)));
  return packages.size > MOST_PACKAGES ? `more than ${MOST_PACKAGES} packages run under ${name}` : undefined;
}

function isLambdaAlone({ AssumeRolePolicyDocument: text = '', Arn: arn = '' }: Role): boolean {
  const allowed = parsePolicyDocument(text, `trust of ${arn}`).statements.filter(({ effect }) => effect === 'Allow');
  return (
    allowed.length > 0 &&
    allowed.every(
      ({ principals, notPrincipals }) =>
        notPrincipals.length === 0 &&
        principals.every(({ type, values }) => type === 'Service' && values.every((value) => value === 'lambda.amazonaws.com')),
    )
  );
}

/** Every version of every function: one that was published under the role keeps it, whatever its function runs under by now. */
function versionsIn(deps: ReaderDeps, account: string, region: string): Promise<Known<readonly FunctionConfiguration[]>> {
  const now = deps.clock.now().getTime();
  const key = `${account}/${region}`;
  const known = deps.code.versions.get(key);
  if (known && now < known.until) return known.list;
  const list = listVersions(deps.members.clients(account, region, 'read'), region);
  deps.code.versions.set(key, { list, until: now + KEEP_MS });
  list.catch(() => deps.code.versions.delete(key));
  return list;
}

async function listVersions({ lambda }: MemberClients, region: string): Promise<Known<readonly FunctionConfiguration[]>> {
  const found: FunctionConfiguration[] = [];
  let marker: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await lambda.send(new ListFunctionsCommand({ FunctionVersion: 'ALL', Marker: marker }));
    found.push(...(answer.Functions ?? []));
    marker = answer.NextMarker || undefined;
    if (!marker) return found;
  }
  return unknown(`${region} has more versions of functions than Cinch looks through`);
}

function byFunction(versions: readonly FunctionConfiguration[]): Map<string, FunctionConfiguration[]> {
  const found = new Map<string, FunctionConfiguration[]>();
  for (const version of versions) {
    const name = version.FunctionName ?? '';
    found.set(name, [...(found.get(name) ?? []), version]);
  }
  return found;
}

async function readFunctionCode(
  deps: ReaderDeps,
  target: Resource<'function'>,
  versions: readonly FunctionConfiguration[],
): Promise<Known<FunctionCalls>> {
  const needs = await readNeeds(deps, target, versions);
  if (isUnknown(needs)) return needs;
  const answers = await mapLimited(versions, AT_ONCE, (version) => readVersionCalls(deps, target, version));
  const hidden = answers.find(isUnknown);
  if (hidden) return hidden;
  const calls = answers.flatMap((answer) => (isUnknown(answer) ? [] : answer));
  return { functionArn: target.arn, calls: [...new Set(calls)].sort(), lambda: needs };
}

/** Each package is read once, whatever versions share it. */
async function readVersionCalls(
  deps: ReaderDeps,
  target: Resource<'function'>,
  version: FunctionConfiguration,
): Promise<Known<readonly string[]>> {
  const {
    CodeSha256: hash = '',
    CodeSize: size = 0,
    PackageType: kind,
    Runtime: runtime,
    Version: qualifier = '$LATEST',
  } = version;
  const language = languageOf(runtime);
  if (kind === 'Image') return unknown('an image is not read');
  if (hash === '') return unknown('Lambda named no hash of its code');
  if (language === undefined) return unknown(`code for ${runtime ?? 'an unnamed runtime'} is not read`);
  if (size > LARGEST_PACKAGE) return unknown(`its package is bigger than ${LARGEST_PACKAGE / 1_000_000} MB`);
  const key = `${language} ${hash}`;
  const known = deps.code.calls.get(key);
  if (known) return known;
  const calls = readCallsOf(deps, target, qualifier, hash, language);
  deps.code.calls.set(key, calls);
  // Only an answer is kept.
  const forget = (): void => {
    if (deps.code.calls.get(key) === calls) deps.code.calls.delete(key);
  };
  calls.then((answer) => isUnknown(answer) && forget(), forget);
  return calls;
}

async function readCallsOf(
  deps: ReaderDeps,
  target: Resource<'function'>,
  qualifier: string,
  hash: string,
  language: CodeLanguage,
): Promise<Known<readonly string[]>> {
  const { lambda } = deps.members.clients(target.account, target.region, 'read');
  const named = qualifier === '$LATEST' ? {} : { Qualifier: qualifier };
  const { Code: code, Configuration: now } = await lambda.send(new GetFunctionCommand({ FunctionName: target.name, ...named }));
  if (!code?.Location) return unknown('Lambda gave no link to its code');
  if (now?.CodeSha256 !== hash) return unknown('its code was changed while it was read');
  return readPackage(code.Location, language);
}

/** What Lambda uses the role for, by the configuration of each version and by what feeds the function and takes its results. */
async function readNeeds(
  deps: ReaderDeps,
  target: Resource<'function'>,
  versions: readonly FunctionConfiguration[],
): Promise<Known<readonly string[]>> {
  const read = makeFunctionReads(deps, target, { note: undefined, functionsOfRole: async () => [] });
  const [mappings, destinations] = await Promise.all([readMappings(read), readDestinations(read.clients, target.name)]);
  const polled = mappings.map(({ EventSourceArn: arn }) => arn ?? null);
  const failed = mappings.flatMap((mapping) => mapping.DestinationConfig?.OnFailure?.Destination || []);
  const needs = new Set<string>();
  for (const version of versions) {
    const environment = environmentOf(version.Environment);
    if (isUnknown(environment)) return environment;
    const found = lambdaNeeds({
      isTraced: version.TracingConfig?.Mode === 'Active',
      isInVpc: (version.VpcConfig?.SubnetIds?.length ?? 0) > 0,
      isDurable: version.DurableConfig !== undefined,
      fileSystems: (version.FileSystemConfigs ?? []).map(({ Arn: arn }) => arn ?? ''),
      polled,
      destinations: [
        ...failed,
        ...destinations,
        ...(version.DeadLetterConfig?.TargetArn ? [version.DeadLetterConfig.TargetArn] : []),
      ],
      layers: (version.Layers ?? []).flatMap(({ Arn: arn }) => arn ?? []),
      environment,
    });
    if (isUnknown(found)) return found;
    for (const action of found) needs.add(action);
  }
  return [...needs].sort();
}

/** Where the results of asynchronous invocations go, good ones and bad ones. */
async function readDestinations({ lambda }: MemberClients, name: string): Promise<string[]> {
  const found: string[] = [];
  let marker: string | undefined;
  do {
    const page = await lambda.send(new ListFunctionEventInvokeConfigsCommand({ FunctionName: name, Marker: marker }));
    for (const { DestinationConfig: config } of page.FunctionEventInvokeConfigs ?? [])
      found.push(...[config?.OnSuccess?.Destination, config?.OnFailure?.Destination].flatMap((arn) => arn || []));
    marker = page.NextMarker || undefined;
  } while (marker);
  return found;
}
