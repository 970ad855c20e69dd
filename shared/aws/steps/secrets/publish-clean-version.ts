import {
  type AliasConfiguration,
  DeleteFunctionCommand,
  type FunctionConfiguration,
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  GetProvisionedConcurrencyConfigCommand,
  ListAliasesCommand,
  PublishVersionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import { Refused, StateMoved, TryAgain } from '../../../model/errors.ts';
import type { StepOf } from '../../../model/step.ts';
import { isCode, isDenied, isGone } from '../../aws-error.ts';
import type { MemberClients } from '../../member.ts';
import { isBusy, readSettled, readVersions } from '../function-config.ts';
import { clientsFor, type StepDeps, type StepHandler } from '../handler.ts';
import { pollUntil } from '../polling.ts';
import { movedSince, releasedBesides } from './versions.ts';

type PublishStep = StepOf<'publish-clean-version'>;

interface Captured {
  /** Marks the version that this plan publishes: only such a one is deleted by undo. */
  readonly id: string;
  readonly fromVersion: string;
}

interface Receipt {
  readonly version: string;
}

/** A version with SnapStart takes minutes; the queue comes again until then. */
const ACTIVE_MS = 60_000;

const markOf = ({ id }: Captured): string => `Published by Cinch without secrets (${id})`;

/** Publishes $LATEST, which is the served version but for its secrets, and points the alias there. */
export const publishCleanVersion: StepHandler<'publish-clean-version', Captured, Receipt> = {
  capture: async (deps, step) => {
    const clients = clientsFor(deps, step.target, 'write');
    const latest = await readSettled(deps, clients, step.target);
    const alias = await readAlias(clients, step);
    if (alias.FunctionVersion !== step.fromVersion) throw movedAlias(alias, step);
    await requireSafe(clients, step, alias, latest);
    return { id: deps.id(), fromVersion: step.fromVersion };
  },

  apply: async (deps, step, captured) => {
    const clients = clientsFor(deps, step.target, 'write');
    const latest = await readSettled(deps, clients, step.target);
    const alias = await readAlias(clients, step);
    if (alias.FunctionVersion !== captured.fromVersion) return pointedAlready(clients, step, alias, captured);
    await requireSafe(clients, step, alias, latest);
    const version = (await publishedBy(clients, step, captured)) ?? (await applyPublish(clients, step, captured, latest));
    await waitActive(deps, clients, step, version);
    await applyAlias(clients, step, alias, version);
    return { version };
  },

  verify: async (deps, step, _captured, receipt) => {
    const clients = clientsFor(deps, step.target, 'write');
    const alias = await readAlias(clients, step);
    if (alias.FunctionVersion !== receipt.version) return `${step.alias} serves version ${alias.FunctionVersion}`;
    const config = await readVersion(clients, step, receipt.version);
    return config.State === 'Active' || config.State === 'Inactive' || config.State === undefined
      ? undefined
      : `version ${receipt.version} is in the state ${config.State}`;
  },

  undo: async (deps, step, captured, receipt) => {
    const clients = clientsFor(deps, step.target, 'undo');
    try {
      const ours = await publishedBy(clients, step, captured);
      const lines = await undoAlias(clients, step, captured, receipt?.version ?? ours);
      return ours === undefined ? lines : [...lines, ...(await undoPublish(clients, step, ours))];
    } catch (error) {
      if (isGone(error)) return [`${step.target.name} no longer exists`];
      throw error;
    }
  },
};

const movedAlias = (alias: AliasConfiguration, step: PublishStep): StateMoved =>
  new StateMoved(`somebody moved ${step.alias} of ${step.target.name} to version ${alias.FunctionVersion}`);

async function readAlias(clients: MemberClients, { target, alias }: PublishStep): Promise<AliasConfiguration> {
  try {
    return await clients.lambda.send(new GetAliasCommand({ FunctionName: target.name, Name: alias }));
  } catch (error) {
    if (isGone(error)) throw new StateMoved(`the alias ${alias} of ${target.name} no longer exists`);
    throw error;
  }
}

const readVersion = (clients: MemberClients, { target }: PublishStep, version: string): Promise<FunctionConfiguration> =>
  clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: target.name, Qualifier: version }));

const isWeighted = (alias: AliasConfiguration): boolean =>
  Object.keys(alias.RoutingConfig?.AdditionalVersionWeights ?? {}).length > 0;

/** @throws Refused when it would serve anything that nobody released. */
async function requireSafe(
  clients: MemberClients,
  step: PublishStep,
  alias: AliasConfiguration,
  latest: FunctionConfiguration,
): Promise<void> {
  if (isWeighted(alias)) throw new Refused(`${step.alias} shares its traffic between versions: a deployment may be under way`);
  const served = await readVersion(clients, step, step.fromVersion);
  if (served.CodeSha256 !== latest.CodeSha256)
    throw new Refused(`$LATEST holds other code than version ${step.fromVersion}: publishing it would release that code`);
  if (movedSince(served, latest).length === 0)
    throw new StateMoved(`version ${step.fromVersion} holds no secret that $LATEST holds by a reference`);
  const besides = releasedBesides(served, latest);
  if (besides.length > 0) throw new Refused(`publishing $LATEST would also release a change of ${besides.join(', ')}`);
  if (await hasProvisioned(clients, step))
    throw new Refused(`${step.alias} has provisioned concurrency, which would have to start anew`);
}

async function hasProvisioned(clients: MemberClients, { target, alias }: PublishStep): Promise<boolean> {
  try {
    await clients.lambda.send(new GetProvisionedConcurrencyConfigCommand({ FunctionName: target.name, Qualifier: alias }));
    return true;
  } catch (error) {
    if (isCode(error, 'ProvisionedConcurrencyConfigNotFoundException')) return false;
    throw error;
  }
}

/** The version that an earlier try of this plan published. */
async function publishedBy(clients: MemberClients, step: PublishStep, captured: Captured): Promise<string | undefined> {
  const versions = await readVersions(clients, step.target);
  return versions.find(({ Description }) => Description === markOf(captured))?.Version;
}

/** An earlier try was cut off after it moved the alias, or another alias's step published first. @throws StateMoved otherwise */
async function pointedAlready(
  clients: MemberClients,
  step: PublishStep,
  alias: AliasConfiguration,
  captured: Captured,
): Promise<Receipt> {
  const version = alias.FunctionVersion ?? '';
  const served = await readVersion(clients, step, version);
  const former = await readVersion(clients, step, captured.fromVersion);
  const isClean = movedSince(former, served).length > 0 && releasedBesides(former, served).length === 0;
  if (isWeighted(alias) || !isClean) throw movedAlias(alias, step);
  return { version };
}

/** Lambda answers the newest version instead when nothing changed since, for instance to the second alias of a function. */
async function applyPublish(
  clients: MemberClients,
  { target }: PublishStep,
  captured: Captured,
  { CodeSha256, RevisionId }: FunctionConfiguration,
): Promise<string> {
  try {
    const { Version: version } = await clients.lambda.send(
      new PublishVersionCommand({ FunctionName: target.name, CodeSha256, RevisionId, Description: markOf(captured) }),
    );
    if (version === undefined) throw new TryAgain(`Lambda named no version of ${target.name}`);
    return version;
  } catch (error) {
    if (isBusy(error) || isCode(error, 'PreconditionFailedException'))
      throw new TryAgain(`${target.name} is being changed by somebody else`);
    throw error;
  }
}

async function waitActive(deps: StepDeps, clients: MemberClients, step: PublishStep, version: string): Promise<void> {
  const read = () => readVersion(clients, step, version);
  const settled = await pollUntil(deps.clock, ACTIVE_MS, read, ({ State }) => State !== 'Pending');
  if (!settled) throw new TryAgain(`version ${version} of ${step.target.name} is still being made`);
  if (settled.State === 'Failed') throw new Refused(`version ${version} of ${step.target.name} is in the state Failed`);
}

/** Under the revision that was read: when somebody moves the alias meanwhile, theirs stays. */
async function applyAlias(
  clients: MemberClients,
  { target, alias: Name }: PublishStep,
  { RevisionId }: AliasConfiguration,
  version: string,
): Promise<void> {
  try {
    await clients.lambda.send(new UpdateAliasCommand({ FunctionName: target.name, Name, FunctionVersion: version, RevisionId }));
  } catch (error) {
    if (isBusy(error) || isCode(error, 'PreconditionFailedException'))
      throw new TryAgain(`${Name} of ${target.name} is being changed by somebody else`);
    throw error;
  }
}

async function undoAlias(
  clients: MemberClients,
  step: PublishStep,
  captured: Captured,
  version: string | undefined,
): Promise<string[]> {
  const aliases = await readAliases(clients, step);
  const alias = aliases.find(({ Name }) => Name === step.alias);
  if (!alias) return [`the alias ${step.alias} was deleted since`];
  if (alias.FunctionVersion === captured.fromVersion) return [];
  if (alias.FunctionVersion !== version) return [`${step.alias} was moved to version ${alias.FunctionVersion} since`];
  if (isWeighted(alias)) return [`${step.alias} was given a share of another version since`];
  const versions = await readVersions(clients, step.target);
  if (!versions.some(({ Version }) => Version === captured.fromVersion))
    return [`version ${captured.fromVersion} was deleted since: ${step.alias} stays`];
  await applyAlias(clients, step, alias, captured.fromVersion);
  return [];
}

async function readAliases(clients: MemberClients, { target }: PublishStep): Promise<AliasConfiguration[]> {
  const found: AliasConfiguration[] = [];
  let marker: string | undefined;
  do {
    const page = await clients.lambda.send(new ListAliasesCommand({ FunctionName: target.name, Marker: marker }));
    found.push(...(page.Aliases ?? []));
    marker = page.NextMarker || undefined;
  } while (marker);
  return found;
}

/** Our own version, unless an alias names it; Lambda itself refuses when one is pointed there meanwhile. */
async function undoPublish(clients: MemberClients, step: PublishStep, version: string): Promise<string[]> {
  const aliases = await readAliases(clients, step);
  const naming = aliases.filter(
    ({ FunctionVersion, RoutingConfig }) =>
      FunctionVersion === version || RoutingConfig?.AdditionalVersionWeights?.[version] !== undefined,
  );
  if (naming.length > 0)
    return [`version ${version} stays: ${naming.map(({ Name }) => Name).join(', ')} of ${step.target.name} names it`];
  try {
    await clients.lambda.send(new DeleteFunctionCommand({ FunctionName: step.target.name, Qualifier: version }));
    return [];
  } catch (error) {
    if (isDenied(error)) return [`version ${version} stays: the undo role may not delete it`];
    if (isCode(error, 'ResourceConflictException')) return [`version ${version} stays: somebody uses it`];
    throw error;
  }
}
