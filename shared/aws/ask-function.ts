import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { AccessRefused, MalformedInput, TryAgain } from '../model/errors.ts';
import { errorCode, isDenied, isGone } from './aws-error.ts';
import type { AwsCredentials } from './credentials.ts';

/** As long as the longest function of the hub may run. */
const ANSWER_MS = 310_000;

/**
 * Calls a function and waits for its answer, parsed.
 * @throws AccessRefused, TryAgain when it failed or does not answer, MalformedInput when it answers no JSON
 */
export async function askFunction(
  deps: { readonly region: string; readonly credentials: () => Promise<AwsCredentials> },
  functionName: string,
  payload: object,
): Promise<unknown> {
  const client = new LambdaClient({
    ...deps,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: ANSWER_MS },
  });
  const command = new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(payload) });
  const answer = await client.send(command).catch((error: unknown) => {
    if (isDenied(error)) throw new AccessRefused(`these credentials may not call ${functionName} (lambda:InvokeFunction)`);
    if (isGone(error)) throw new TryAgain(`${functionName} is not there`);
    throw new TryAgain(`${functionName} could not be called: ${errorCode(error)}`);
  });
  if (answer.FunctionError) throw new TryAgain(`${functionName} failed (${answer.FunctionError}): its log says why`);
  const text = answer.Payload?.transformToString() ?? '';
  try {
    return JSON.parse(text);
  } catch {
    throw new MalformedInput(`answer of ${functionName}`, 'body', `not JSON (${text.length} characters)`);
  }
}
