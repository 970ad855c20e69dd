import type { LedgerFacts } from '../../flows/ports.ts';
import type { Resource } from '../../model/resource.ts';
import type { FactName, FunctionFacts, ManagedBy, State } from '../../model/state.ts';
import { isUnknown, type Known } from '../../model/unknown.ts';
import { isGone } from '../aws-error.ts';
import { CONFIG_FACTS, readCodeSigned, readEdge } from './function-config.ts';
import { readAliases, readResourcePolicies, readUrls, readVersions } from './function-qualifiers.ts';
import { type FunctionReads, makeFunctionReads, type ReaderDeps } from './function-reads.ts';
import { makeSources } from './function-sources.ts';
import { known } from './known.ts';
import { joinManagedBy, managedByTags } from './managed-by.ts';
import { readDurations } from './metrics.ts';
import { readRoleUsers } from './role-users.ts';
import { readSsmReach } from './ssm-reach.ts';

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
  const readers = factReaders(read);
  const wanted = [...new Set(needs)].filter((name): name is Fact => Object.hasOwn(readers, name));
  const facts = Promise.all(
    wanted.map(async (name) => [name, await known<unknown>(read.clients.roleName, `${name} of ${resource.arn}`, readers[name])]),
  );
  // A fact's call may fail because the function is gone: then that is the answer.
  const settled = facts.catch((error: unknown) => error);
  const exists = await read.config().then(
    () => true,
    // Whatever else it is, the facts that need the configuration say so themselves.
    (error: unknown) => !isGone(error),
  );
  if (!exists) return undefined;
  await settled;
  return Object.fromEntries(await facts) as State<'function'>;
}

function factReaders(read: FunctionReads): { readonly [F in Fact]: FactReader<F> } {
  const sources = makeSources(read);
  return {
    ...configReaders(read),
    codeSigned: () => readCodeSigned(read),
    edge: () => readEdge(read),
    tags: read.tags,
    aliases: () => readAliases(read),
    versions: () => readVersions(read),
    resourcePolicies: () => readResourcePolicies(read),
    urls: () => readUrls(read),
    queues: sources.queues,
    otherSources: sources.otherSources,
    durations: () => readDurations(read.clients, read.resource, read.clock.now()),
    createdAt: async () => read.ledger.note?.createdAt ?? null,
    roleSharers: async () => {
      const roleArn = CONFIG_FACTS.roleArn(await read.config());
      return isUnknown(roleArn) ? roleArn : readRoleUsers(read, read.ledger, roleArn, read.resource.arn);
    },
    ssmReachable: async () => {
      const vpc = CONFIG_FACTS.vpc(await read.config());
      if (!vpc) return true;
      const { clock, random, clients, resource } = read;
      return readSsmReach({ clock, random, region: resource.region, credentials: clients.credentials }, vpc.subnetIds);
    },
    managedBy: () => readManagedBy(read),
  };
}

function configReaders(read: FunctionReads): { readonly [F in ConfigFact]: FactReader<F> } {
  const of = <F extends ConfigFact>(name: F): FactReader<F> => {
    const fact = CONFIG_FACTS[name] as (config: Awaited<ReturnType<FunctionReads['config']>>) => Known<FunctionFacts[F]>;
    return async () => fact(await read.config());
  };
  return {
    runtime: of('runtime'),
    packageType: of('packageType'),
    architecture: of('architecture'),
    timeoutSeconds: of('timeoutSeconds'),
    roleArn: of('roleArn'),
    layers: of('layers'),
    environment: of('environment'),
    snapStart: of('snapStart'),
    vpc: of('vpc'),
  };
}

/** When the tags are hidden, what was noted of it still counts; without either it is unknown. */
async function readManagedBy(read: FunctionReads): Promise<Known<ManagedBy | null>> {
  const noted = read.ledger.note?.managedBy ?? null;
  const tags = await known(read.clients.roleName, `the tags of ${read.resource.arn}`, read.tags);
  if (isUnknown(tags)) return noted ?? tags;
  return joinManagedBy(managedByTags(tags), noted);
}
