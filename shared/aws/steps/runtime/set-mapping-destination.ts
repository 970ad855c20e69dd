import {
  type EventSourceMappingConfiguration,
  GetEventSourceMappingCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { Refused, StateMoved, TryAgain } from '../../../model/errors.ts';
import type { StepOf } from '../../../model/step.ts';
import { OWN_PREFIX } from '../../../names.ts';
import { isCode, isGone } from '../../aws-error.ts';
import type { MemberClients } from '../../member.ts';
import { type Retrying, withRetries } from '../../retry.ts';
import { isBusy } from '../function-config.ts';
import { pollUntil } from '../polling.ts';
import { grantingStep } from './role-grant.ts';

type SetDestination = StepOf<'set-mapping-destination'>;

const SETTLE_MS = 60_000;
const TRIES = { tries: 6, baseMs: 200, maxMs: 3_000 };
const SETTLED = ['Enabled', 'Disabled'];

/** Waits until Lambda has finished what is under way. @throws StateMoved when it is gone or another function's, TryAgain */
async function readMapping(
  retrying: Retrying,
  clients: MemberClients,
  { mappingId, target }: SetDestination,
): Promise<EventSourceMappingConfiguration> {
  const read = async () => {
    try {
      return await clients.lambda.send(new GetEventSourceMappingCommand({ UUID: mappingId }));
    } catch (error) {
      if (isGone(error)) throw new StateMoved(`the mapping ${mappingId} no longer exists`);
      throw error;
    }
  };
  const found = await pollUntil(retrying.clock, SETTLE_MS, read, ({ State: state }) => SETTLED.includes(state ?? ''));
  if (!found) throw new TryAgain(`the mapping ${mappingId} is still being updated`);
  const arn = found.FunctionArn ?? '';
  if (arn !== target.arn && !arn.startsWith(`${target.arn}:`)) throw new StateMoved(`the mapping ${mappingId} feeds ${arn} now`);
  return found;
}

/** Mappings have a name of their own for it. */
const isInUse = (error: unknown): boolean => isBusy(error) || isCode(error, 'ResourceInUseException');

const destinationOf = (mapping: EventSourceMappingConfiguration): string | null =>
  mapping.DestinationConfig?.OnFailure?.Destination || null;

/** Mappings have no revision: what is there is read right before the write, which names the destination alone. */
export const setMappingDestination = grantingStep<'set-mapping-destination', string | null>({
  name: (step) => `the failure destination of the mapping ${step.mappingId}`,
  from: (step) => step.from,
  to: (step) => step.to,
  read: async (deps, clients, step) => destinationOf(await readMapping(deps, clients, step)),
  write: async (deps, clients, step, destination) => {
    const UUID = step.mappingId;
    // An empty text takes it away; the field must be there (https://docs.aws.amazon.com/lambda/latest/api/API_OnFailure.html).
    const DestinationConfig = { OnFailure: { Destination: destination ?? '' } };
    await withRetries(deps, TRIES, isInUse, () =>
      clients.lambda.send(new UpdateEventSourceMappingCommand({ UUID, DestinationConfig })),
    );
    if (destinationOf(await readMapping(deps, clients, step)) !== destination)
      throw new Refused(`the mapping ${UUID} did not take its ${destination === null ? 'former lack of a' : ''} destination`);
  },
  policyName: (step) => `${OWN_PREFIX}mapping-destination-${step.mappingId}`,
  functionOf: async (deps, clients, step) => ({ FunctionName: (await readMapping(deps, clients, step)).FunctionArn ?? '' }),
});
