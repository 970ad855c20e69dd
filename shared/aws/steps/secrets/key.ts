import { Refused } from '../../../model/errors.ts';
import { PARAMETER_KEY_ALIAS } from '../../../names.ts';
import { isGone } from '../../aws-error.ts';
import type { MemberClients } from '../../member.ts';

/** The enabled key that parameters and secrets are encrypted under. @throws Refused when the member stack's key is not there or not usable. */
export async function readParameterKey(clients: MemberClients): Promise<string> {
  try {
    const answer = await clients.light.call('kms', 'DescribeKey', { KeyId: PARAMETER_KEY_ALIAS });
    const { Arn: arn, KeyState: state } = (answer.KeyMetadata ?? {}) as { Arn?: string; KeyState?: string };
    if (!arn || state !== 'Enabled') throw new Refused(`the key ${PARAMETER_KEY_ALIAS} is ${state ?? 'not there'}, not Enabled`);
    return arn;
  } catch (error) {
    if (isGone(error))
      throw new Refused(`there is no key ${PARAMETER_KEY_ALIAS} in ${clients.light.region}: is the member stack there?`);
    throw error;
  }
}
