import {
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  ListVersionsByFunctionCommand,
  UpdateFunctionConfigurationCommand,
  type UpdateFunctionConfigurationCommandInput,
} from '@aws-sdk/client-lambda';
import { Refused, StateMoved, TryAgain } from '../../model/errors.ts';
import type { Resource } from '../../model/resource.ts';
import { isCode, isGone, isThrottled } from '../aws-error.ts';
import type { MemberClients } from '../member.ts';
import { backoffMs, type Retrying, type RetryLimits } from '../retry.ts';
import { pollUntil } from './polling.ts';

const SETTLE_MS = 60_000;
/** Writes that meet another's update: Lambda's own take a second or two. */
const CONFLICTS: RetryLimits = { tries: 6, baseMs: 200, maxMs: 3_000 };
/** How often somebody else's write may come between our reading and our writing before the queue tries later. */
const PRECONDITIONS = 3;

/** What the function's or its qualifier's URL and policy are addressed by. */
export const qualifiedFunction = (step: { readonly target: Resource<'function'>; readonly qualifier: string | null }) => ({
  FunctionName: step.target.name,
  ...(step.qualifier ? { Qualifier: step.qualifier } : {}),
});

/**
 * Waits until Lambda has finished what is under way and answers the configuration of $LATEST.
 * @throws StateMoved when it is gone, Refused when it is broken, TryAgain when it does not settle in a minute.
 */
export async function readSettled(
  retrying: Retrying,
  clients: MemberClients,
  target: Resource<'function'>,
): Promise<FunctionConfiguration> {
  const read = () => readConfig(clients, target);
  const settled = await pollUntil(
    retrying.clock,
    SETTLE_MS,
    read,
    (config) => config.State !== 'Pending' && config.LastUpdateStatus !== 'InProgress',
  );
  if (!settled) throw new TryAgain(`${target.name} is still being updated`);
  if (settled.State === 'Failed')
    throw new Refused(`${target.name} is in the state Failed (${settled.StateReasonCode ?? 'no code'})`);
  return settled;
}

async function readConfig(clients: MemberClients, target: Resource<'function'>): Promise<FunctionConfiguration> {
  try {
    return await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: target.name }));
  } catch (error) {
    if (isGone(error)) throw new StateMoved(`${target.name} no longer exists`);
    throw error;
  }
}

export type ConfigChange = Omit<UpdateFunctionConfigurationCommandInput, 'FunctionName' | 'RevisionId'>;

/** What else goes away by itself, and how long to hope for it. */
export interface Patience {
  readonly limits: RetryLimits;
  readonly isPassing: (error: unknown) => boolean;
}

/**
 * Changes the configuration under its revision: what `decide` read is what the write replaces, or nothing is written. When somebody
 * else's write came between, it decides again on what is there then.
 * @param decide answers undefined when there is nothing to do, and throws StateMoved when it can't be done.
 * @param patience for errors of the update that go away by themselves, besides conflicts and throttling.
 */
export async function changeConfig(
  retrying: Retrying,
  clients: MemberClients,
  target: Resource<'function'>,
  decide: (config: FunctionConfiguration) => ConfigChange | undefined,
  patience: Patience = { limits: CONFLICTS, isPassing: () => false },
): Promise<void> {
  const { limits, isPassing } = patience;
  let overtaken = 0;
  for (let attempt = 0; attempt < limits.tries; attempt++) {
    const config = await readSettled(retrying, clients, target);
    const change = decide(config);
    if (!change) return;
    try {
      const revision = { FunctionName: target.name, RevisionId: config.RevisionId };
      await clients.lambda.send(new UpdateFunctionConfigurationCommand({ ...change, ...revision }));
      return;
    } catch (error) {
      if (isCode(error, 'PreconditionFailedException')) {
        overtaken += 1;
        // Not moved: what was decided on may still be there when the other has finished.
        if (overtaken >= PRECONDITIONS) throw new TryAgain(`${target.name} is being changed by somebody else`);
      } else if (!isBusy(error) && !isPassing(error)) throw error;
      await retrying.clock.sleep(backoffMs(attempt, limits, retrying.random));
    }
  }
  throw new TryAgain(`${target.name} is busy: Lambda took no update in ${limits.tries} tries`);
}

export const isBusy = (error: unknown): boolean => isThrottled(error) || isCode(error, 'ResourceConflictException');

/** What is wrong with the last update, or undefined. */
export function updateProblem(config: FunctionConfiguration): string | undefined {
  if (config.LastUpdateStatus !== 'Failed') return undefined;
  return `Lambda's last update failed (${config.LastUpdateStatusReasonCode ?? 'no code'})`;
}

/** Published versions: they keep what they were published with, for good. */
export async function readVersions(clients: MemberClients, target: Resource<'function'>): Promise<FunctionConfiguration[]> {
  const found: FunctionConfiguration[] = [];
  let marker: string | undefined;
  do {
    const page = await clients.lambda.send(new ListVersionsByFunctionCommand({ FunctionName: target.name, Marker: marker }));
    found.push(...(page.Versions ?? []).filter((version) => version.Version !== '$LATEST'));
    marker = page.NextMarker || undefined;
  } while (marker);
  return found;
}
