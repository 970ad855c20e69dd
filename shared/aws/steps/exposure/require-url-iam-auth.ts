import { GetFunctionUrlConfigCommand, UpdateFunctionUrlConfigCommand } from '@aws-sdk/client-lambda';
import { StateMoved, TryAgain } from '../../../model/errors.ts';
import type { StepOf } from '../../../model/step.ts';
import { isGone } from '../../aws-error.ts';
import type { MemberClients } from '../../member.ts';
import { type RetryLimits, withRetries } from '../../retry.ts';
import { isBusy, qualifiedFunction } from '../function-config.ts';
import { clientsFor, type StepDeps, type StepHandler } from '../handler.ts';

type RequireUrlAuth = StepOf<'require-url-iam-auth'>;
type AuthType = 'NONE' | 'AWS_IAM';
interface Captured {
  readonly authType: AuthType;
}

const TRIES: RetryLimits = { tries: 6, baseMs: 200, maxMs: 3_000 };
const urlOf = (step: RequireUrlAuth): string => `the URL of ${step.target.name}${step.qualifier ? `:${step.qualifier}` : ''}`;
/** Only the authentication is sent: Lambda keeps CORS and invoke mode, whoever set them meanwhile. */
export const requireUrlIamAuth: StepHandler<'require-url-iam-auth', Captured, Captured> = {
  capture: async (deps, step) => {
    const authType = await readAuth(clientsFor(deps, step.target, 'write'), step);
    if (authType !== 'NONE') throw new StateMoved(`${urlOf(step)} ${authType ? `asks for ${authType} already` : 'is gone'}`);
    return { authType };
  },

  apply: async (deps, step, captured) => {
    const clients = clientsFor(deps, step.target, 'write');
    const now = await readAuth(clients, step);
    if (now === undefined) throw new StateMoved(`${urlOf(step)} is gone`);
    if (now === captured.authType) await writeAuth(deps, clients, step, 'AWS_IAM');
    return { authType: 'AWS_IAM' };
  },

  verify: async (deps, step) => {
    const now = await readAuth(clientsFor(deps, step.target, 'write'), step);
    return now === 'AWS_IAM' ? undefined : `${urlOf(step)} ${now ? `has authentication ${now}` : 'is gone'}`;
  },

  undo: async (deps, step, captured) => {
    const clients = clientsFor(deps, step.target, 'undo');
    const now = await readAuth(clients, step);
    if (now === undefined) return [`${urlOf(step)} is gone`];
    if (now !== captured.authType) await writeAuth(deps, clients, step, captured.authType);
    return [];
  },
};

async function readAuth(clients: MemberClients, step: RequireUrlAuth): Promise<AuthType | undefined> {
  try {
    const { AuthType: type } = await clients.lambda.send(new GetFunctionUrlConfigCommand(qualifiedFunction(step)));
    return type === 'AWS_IAM' ? 'AWS_IAM' : 'NONE';
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

async function writeAuth(deps: StepDeps, clients: MemberClients, step: RequireUrlAuth, type: AuthType): Promise<void> {
  try {
    await withRetries(deps, TRIES, isBusy, () =>
      clients.lambda.send(new UpdateFunctionUrlConfigCommand({ ...qualifiedFunction(step), AuthType: type })),
    );
  } catch (error) {
    if (isGone(error)) throw new StateMoved(`${urlOf(step)} is gone`);
    if (isBusy(error)) throw new TryAgain(`${urlOf(step)} is being changed by somebody else`);
    throw error;
  }
}
