import { type Cors, GetFunctionUrlConfigCommand, UpdateFunctionUrlConfigCommand } from '@aws-sdk/client-lambda';
import { StateMoved, TryAgain } from '../../../model/errors.ts';
import type { StepOf } from '../../../model/step.ts';
import type { CorsReach } from '../../../model/steps/exposure.ts';
import { isGone } from '../../aws-error.ts';
import type { MemberClients } from '../../member.ts';
import { type RetryLimits, withRetries } from '../../retry.ts';
import { fieldStep } from '../field-step.ts';
import { isBusy, qualifiedFunction } from '../function-config.ts';

type NarrowCors = StepOf<'narrow-url-cors'>;

const TRIES: RetryLimits = { tries: 6, baseMs: 200, maxMs: 3_000 };
const urlOf = (step: NarrowCors): string => `the URL of ${step.target.name}${step.qualifier ? `:${step.qualifier}` : ''}`;
async function readCors(clients: MemberClients, step: NarrowCors): Promise<Cors> {
  try {
    return (await clients.lambda.send(new GetFunctionUrlConfigCommand(qualifiedFunction(step)))).Cors ?? {};
  } catch (error) {
    if (isGone(error)) throw new StateMoved(`${urlOf(step)} is gone`);
    throw error;
  }
}

const reachOf = ({ AllowOrigins: allowOrigins = [], AllowCredentials: allowCredentials = false }: Cors): CorsReach => ({
  allowOrigins,
  allowCredentials,
});

/** Lambda takes the CORS settings as a whole: methods, headers and age are sent as they are now, whoever set them. */
export const narrowUrlCors = fieldStep<'narrow-url-cors', CorsReach>({
  name: (step) => `the CORS settings of ${urlOf(step)}`,
  from: (step) => step.from,
  to: (step) => step.to,
  read: async (_deps, clients, step) => reachOf(await readCors(clients, step)),
  write: async (deps, clients, step, { allowOrigins, allowCredentials }) => {
    const now = await readCors(clients, step);
    const wanted: Cors = { ...now, AllowOrigins: [...allowOrigins], AllowCredentials: allowCredentials };
    try {
      await withRetries(deps, TRIES, isBusy, () =>
        clients.lambda.send(new UpdateFunctionUrlConfigCommand({ ...qualifiedFunction(step), Cors: wanted })),
      );
    } catch (error) {
      if (isGone(error)) throw new StateMoved(`${urlOf(step)} is gone`);
      if (isBusy(error)) throw new TryAgain(`${urlOf(step)} is being changed by somebody else`);
      throw error;
    }
  },
  shown: ({ allowOrigins, allowCredentials }) =>
    `${allowOrigins.join(', ') || 'no origin'} ${allowCredentials ? 'with' : 'without'} credentials`,
});
