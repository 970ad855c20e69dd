import {
  DeleteFunctionEventInvokeConfigCommand,
  GetFunctionEventInvokeConfigCommand,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import { StateMoved } from '../../../model/errors.ts';
import type { StepOf } from '../../../model/step.ts';
import { isGone } from '../../aws-error.ts';
import { withRetries } from '../../retry.ts';
import { isBusy } from '../function-config.ts';
import { policyNameOf } from './policy-names.ts';
import { grantingStep } from './role-grant.ts';

/** As AWS returns it; null is not set. */
interface AsyncConfig {
  readonly onFailureArn: string | null;
  readonly onSuccessArn: string | null;
  readonly maximumAgeSeconds: number | null;
  readonly maximumRetries: number | null;
}

/** What holds when nothing is set (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html). */
const DEFAULT_AGE_SECONDS = 6 * 3600;
const DEFAULT_RETRIES = 2;
const TRIES = { tries: 6, baseMs: 200, maxMs: 3_000 };

const invoked = ({ target, qualifier }: StepOf<'set-async-config'>) => ({
  FunctionName: target.name,
  ...(qualifier === null ? {} : { Qualifier: qualifier }),
});

/** A success destination is not Cinch's to look at. */
function same(one: AsyncConfig | null, other: AsyncConfig | null): boolean {
  if (one === null || other === null) return one === other;
  return (
    one.onFailureArn === other.onFailureArn &&
    (one.maximumAgeSeconds ?? DEFAULT_AGE_SECONDS) === (other.maximumAgeSeconds ?? DEFAULT_AGE_SECONDS) &&
    (one.maximumRetries ?? DEFAULT_RETRIES) === (other.maximumRetries ?? DEFAULT_RETRIES)
  );
}

/** Lambda has no revision for it: what is there is read right before the write, and all of it is written anew. */
export const setAsyncConfig = grantingStep<'set-async-config', AsyncConfig | null>({
  name: (step) =>
    `the configuration of asynchronous events of ${step.target.name}${step.qualifier === null ? '' : `:${step.qualifier}`}`,
  from: ({ from }) => (from === null ? null : { ...from, onSuccessArn: null }),
  to: ({ to }) => ({ ...to, onSuccessArn: null }),
  same,
  read: async (_deps, clients, step) => {
    try {
      const found = await clients.lambda.send(new GetFunctionEventInvokeConfigCommand(invoked(step)));
      return {
        onFailureArn: found.DestinationConfig?.OnFailure?.Destination || null,
        onSuccessArn: found.DestinationConfig?.OnSuccess?.Destination || null,
        maximumAgeSeconds: found.MaximumEventAgeInSeconds ?? null,
        maximumRetries: found.MaximumRetryAttempts ?? null,
      };
    } catch (error) {
      // A function or qualifier that is gone answers the same; its role was asked for before.
      if (isGone(error)) return null;
      throw error;
    }
  },
  write: async (deps, clients, step, wanted, before) => {
    const keptArn = before?.onSuccessArn ?? null;
    await withRetries(deps, TRIES, isBusy, async () => {
      if (wanted === null && keptArn === null) {
        await clients.lambda.send(new DeleteFunctionEventInvokeConfigCommand(invoked(step)));
        return;
      }
      await clients.lambda.send(
        new PutFunctionEventInvokeConfigCommand({
          ...invoked(step),
          ...(wanted?.maximumAgeSeconds == null ? {} : { MaximumEventAgeInSeconds: wanted.maximumAgeSeconds }),
          ...(wanted?.maximumRetries == null ? {} : { MaximumRetryAttempts: wanted.maximumRetries }),
          DestinationConfig: {
            OnSuccess: keptArn === null ? {} : { Destination: keptArn },
            OnFailure: wanted?.onFailureArn == null ? {} : { Destination: wanted.onFailureArn },
          },
        }),
      );
    }).catch((error: unknown) => {
      if (isGone(error)) throw new StateMoved(`${step.target.name} or its qualifier no longer exists`);
      throw error;
    });
  },
  policyName: (step) => policyNameOf('failure-destination', step.target, step.qualifier),
  functionOf: async (_deps, _clients, step) => invoked(step),
});
