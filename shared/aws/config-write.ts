import { STORED_TIER } from '../config/stored.ts';
import { TryAgain } from '../model/errors.ts';
import { errorCode } from './aws-error.ts';
import type { ConfigParameter } from './config-history.ts';

/**
 * Writes the next version, and answers its number. SSM has no conditional write: more than one above what was read means that somebody else wrote in
 * between, and the history has their version.
 * @throws TryAgain when SSM refuses, with its code
 */
export async function applyConfig({ hub, parameter }: ConfigParameter, text: string): Promise<number> {
  const input = { Name: parameter, Value: text, Type: 'String', Overwrite: true, Tier: STORED_TIER };
  const answer = await hub.call('ssm', 'PutParameter', input).catch((cause: unknown) => {
    throw new TryAgain(`${parameter} could not be written: ${errorCode(cause)}`);
  });
  return Number(answer.Version);
}
