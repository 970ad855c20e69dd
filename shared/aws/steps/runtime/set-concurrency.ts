import {
  DeleteFunctionConcurrencyCommand,
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { Refused, StateMoved } from '../../../model/errors.ts';
import type { StepOf } from '../../../model/step.ts';
import { isCode, isGone } from '../../aws-error.ts';
import type { MemberClients } from '../../member.ts';
import { withRetries } from '../../retry.ts';
import { type Field, fieldStep, type Held } from '../field-step.ts';
import { isBusy } from '../function-config.ts';
import { clientsFor, type StepHandler } from '../handler.ts';

type Limit = number | null;

/** What Lambda keeps for functions without a limit (https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html). */
const LEAST_UNRESERVED = 100;
const TRIES = { tries: 6, baseMs: 200, maxMs: 3_000 };

/** Lambda has no revision for it: what is there is read right before the write. */
const field: Field<'set-concurrency', Limit> = {
  name: (step) => `the reserved concurrency of ${step.target.name}`,
  from: (step) => step.from,
  to: (step) => step.to,
  shown: (limit) => `${limit ?? 'none'}`,
  read: async (_deps, clients, step) => {
    try {
      const found = await clients.lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: step.target.name }));
      return found.ReservedConcurrentExecutions ?? null;
    } catch (error) {
      if (isGone(error)) throw new StateMoved(`${step.target.name} no longer exists`);
      throw error;
    }
  },
  write: async (deps, clients, step, limit, before) => {
    const FunctionName = step.target.name;
    try {
      await withRetries(deps, TRIES, isBusy, async () => {
        if (limit === null) await clients.lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
        else await clients.lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: limit }));
      });
    } catch (error) {
      if (isGone(error)) throw new StateMoved(`${FunctionName} no longer exists`);
      // Others have reserved what was free when it was looked at, or less would be reserved than is provisioned.
      if (isCode(error, 'InvalidParameterValueException'))
        throw new Refused((limit ?? 0) > (before ?? 0) ? tooMuch(limit) : tooLittle(step.target.name, limit));
      throw error;
    }
  },
};

const plain = fieldStep(field);

export const setConcurrency: StepHandler<'set-concurrency', Held<Limit>, Held<Limit>> = {
  ...plain,
  capture: async (deps, step) => {
    const held = await plain.capture(deps, step);
    await requireRoom(clientsFor(deps, step.target, 'write'), step);
    return held;
  },
};

const tooMuch = (limit: Limit): string =>
  `${limit} can't be reserved: Lambda keeps ${LEAST_UNRESERVED} of the account's concurrency for functions without a limit of their own`;

const tooLittle = (name: string, limit: Limit): string =>
  `Lambda does not take a limit of ${limit} for ${name}: it has provisioned concurrency, which must be deleted first`;

/** To stop a function, and to reserve less than before, there is always room. */
async function requireRoom(clients: MemberClients, { from, to }: StepOf<'set-concurrency'>): Promise<void> {
  const more = (to ?? 0) - (from ?? 0);
  if (more <= 0) return;
  const { AccountLimit: limits } = await clients.lambda.send(new GetAccountSettingsCommand({}));
  if ((limits?.UnreservedConcurrentExecutions ?? 0) - more < LEAST_UNRESERVED) throw new Refused(tooMuch(to));
}
