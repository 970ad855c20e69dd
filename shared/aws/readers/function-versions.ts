import type { AliasConfiguration, FunctionConfiguration } from '@aws-sdk/client-lambda';
import { canonicalJson } from '../../engine/fingerprint.ts';
import type { FunctionFacts, FunctionVersion, VersionUse } from '../../model/state.ts';
import { isUnknown, type Known } from '../../model/unknown.ts';
import { mapLimited } from '../concurrency.ts';
import { readPolicy } from './function-qualifiers.ts';
import type { FunctionReads } from './function-reads.ts';
import { listMappings } from './function-sources.ts';
import { readVersionsInvoked } from './metrics.ts';

/** Two calls each, of the fifteen a second that Lambda's control plane has for everybody in the account: of what is older nothing is said. */
const LOOKED_AT = 10;
const AT_ONCE = 2;

export async function readVersionUses(
  read: FunctionReads,
  versions: () => Promise<Known<FunctionFacts['versions']>>,
): Promise<Known<FunctionFacts['versionUses']>> {
  const [configured, published] = await Promise.all([read.aliases(), versions()]);
  if (isUnknown(published)) return published;
  const aliases = configured.map(pointing).sort().join(', ');
  const served = new Set(configured.flatMap(servedBy));
  const differs = differingFrom(await read.config());
  const free = published.flatMap((one) => (!served.has(one.version) && differs(one) ? one.version : [])).slice(-LOOKED_AT);
  const invoked = await readVersionsInvoked(read.clients, read.resource, free, read.clock.now());
  const uses = await mapLimited(free, AT_ONCE, async (version) => ({
    version,
    usedBy: await usedBy(read, version),
    lastInvoked: invoked.get(version) ?? null,
  }));
  const noted = read.ledger.note?.aliases;
  return { aliases, since: noted?.points === aliases ? noted.since : read.clock.now().toISOString(), versions: uses };
}

/** What is like $LATEST in all that a version can have kept is nobody's finding. */
function differingFrom(latest: FunctionConfiguration): (version: FunctionVersion) => boolean {
  const { Role: role, Runtime: runtime = null, Environment: environment } = latest;
  const now = canonicalJson(environment?.Variables ?? {});
  return (one) => one.roleArn !== role || one.runtime !== runtime || canonicalJson(one.environment) !== now;
}

const servedBy = ({ FunctionVersion: version, RoutingConfig: routing }: AliasConfiguration): string[] => [
  ...(version === undefined ? [] : [version]),
  ...Object.keys(routing?.AdditionalVersionWeights ?? {}).sort(),
];
const pointing = (alias: AliasConfiguration): string => `${alias.Name}=${servedBy(alias).join('+')}`;

async function usedBy(read: FunctionReads, version: string): Promise<VersionUse['usedBy']> {
  const [policy, mappings] = await Promise.all([
    readPolicy(read, version),
    listMappings(read, `${read.resource.name}:${version}`),
  ]);
  return [...(policy ? ['its policy'] : []), ...(mappings.length > 0 ? ['an event source mapping'] : [])];
}
