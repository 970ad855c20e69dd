import { joinManagedBy, managedByTags } from '../../engine/managed-by.ts';
import type { LedgerFacts } from '../../flows/ports.ts';
import type { Resource } from '../../model/resource.ts';
import type { FactName, FunctionFacts, ManagedBy, State } from '../../model/state.ts';
import { isUnknown, type Known } from '../../model/unknown.ts';
import { once } from '../concurrency.ts';
import { CONFIG_FACTS, makeCodeSigning, readEdge } from './function-config.ts';
import {
  readLayerPolicies,
  readLogGroup,
  readReservedConcurrency,
  readRolePolicies,
  readTaggedPrincipals,
} from './function-neighbours.ts';
import { readAliases, readAsyncConfigs, readResourcePolicies, readUrls, readVersions } from './function-qualifiers.ts';
import { type FunctionReads, makeFunctionReads, type ReaderDeps } from './function-reads.ts';
import { readMovedSecrets } from './function-secrets.ts';
import { makeSources } from './function-sources.ts';
import { readVersionUses } from './function-versions.ts';
import { makeVpc } from './function-vpc.ts';
import { known } from './known.ts';
import { readDurations, readLastInvoked } from './metrics.ts';
import { type FactReaders, readAsked } from './read-asked.ts';
import { readRoleUsers } from './role-users.ts';

type Fact = FactName<'function'>;
type FactReader<F extends Fact> = () => Promise<Known<FunctionFacts[F]>>;
type ConfigFact = keyof typeof CONFIG_FACTS;

/** Reads the asked facts of a function, all calls at once. Undefined when it no longer exists. */
export async function readFunction(
  deps: ReaderDeps,
  resource: Resource<'function'>,
  needs: readonly string[],
  ledger: LedgerFacts,
): Promise<State<'function'> | undefined> {
  const read = makeFunctionReads(deps, resource, ledger);
  return readAsked<'function'>(read.clients.roleName, resource, factReaders(read), needs, read.config);
}

function factReaders(read: FunctionReads): FactReaders<'function'> {
  const policies = once(() => readResourcePolicies(read));
  const versions = once(() => readVersions(read));
  const now = () => read.clock.now();
  return {
    ...configReaders(read),
    ...makeCodeSigning(read),
    ...makeSources(read, policies),
    ...makeVpc(read),
    edge: () => readEdge(read),
    movedSecrets: () => readMovedSecrets(read),
    tags: read.tags,
    taggedPrincipals: () => readTaggedPrincipals(read),
    aliases: () => readAliases(read),
    versions,
    versionUses: () => readVersionUses(read, versions),
    resourcePolicies: policies,
    urls: () => readUrls(read),
    asyncConfigs: () => readAsyncConfigs(read),
    reservedConcurrency: () => readReservedConcurrency(read),
    layerPolicies: () => readLayerPolicies(read),
    logGroup: () => readLogGroup(read),
    rolePolicies: () => readRolePolicies(read),
    durations: () => readDurations(read.clients, read.resource, now()),
    lastInvoked: () => readLastInvoked(read.clients, read.resource, now()),
    createdAt: async () => read.ledger.note?.createdAt ?? null,
    roleSharers: async () => {
      const roleArn = CONFIG_FACTS.roleArn(await read.config());
      return isUnknown(roleArn) ? roleArn : readRoleUsers(read, read.ledger, roleArn, read.resource.arn);
    },
    managedBy: () => readManagedBy(read),
  };
}

function configReaders(read: FunctionReads): { readonly [F in ConfigFact]: FactReader<F> } {
  const of = <F extends ConfigFact>(name: F): FactReader<F> => {
    const fact = CONFIG_FACTS[name] as (config: Awaited<ReturnType<FunctionReads['config']>>) => Known<FunctionFacts[F]>;
    return async () => fact(await read.config());
  };
  const names = Object.keys(CONFIG_FACTS) as ConfigFact[];
  return Object.fromEntries(names.map((name) => [name, of(name)])) as { readonly [F in ConfigFact]: FactReader<F> };
}

/** When the tags are hidden, what was noted of it still counts; without either it is unknown. */
async function readManagedBy(read: FunctionReads): Promise<Known<ManagedBy | null>> {
  const noted = read.ledger.note?.managedBy ?? null;
  const tags = await known(read.clients.roleName, `the tags of ${read.resource.arn}`, read.tags);
  if (isUnknown(tags)) return noted ?? tags;
  return joinManagedBy(managedByTags(tags), noted);
}
