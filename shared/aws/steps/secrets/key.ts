import { Refused } from '../../../model/errors.ts';
import { AWS_MANAGED, sharedKeyArn } from '../../../model/secret-key.ts';
import { PARAMETER_KEY_ALIAS } from '../../../names.ts';
import { isDenied, isGone } from '../../aws-error.ts';
import type { MemberClients } from '../../member.ts';

/**
 * The ARN of the enabled key that parameters and secrets are to be encrypted under; null for AWS's own, which is always there.
 * @param choice model/secret-key.ts
 * @throws Refused when the key is not there or not usable
 */
export async function readParameterKey(clients: MemberClients, choice: string): Promise<string | null> {
  if (choice === AWS_MANAGED) return null;
  const { region } = clients.light;
  const shared = sharedKeyArn(choice, region);
  const name = shared ?? PARAMETER_KEY_ALIAS;
  try {
    const answer = await clients.light.call('kms', 'DescribeKey', { KeyId: name });
    const { Arn: arn, KeyState: state } = (answer.KeyMetadata ?? {}) as { Arn?: string; KeyState?: string };
    if (!arn || state !== 'Enabled') throw new Refused(`the key ${name} is ${state ?? 'not there'}, not Enabled`);
    return arn;
  } catch (error) {
    if (isGone(error))
      throw new Refused(
        shared
          ? `there is no key ${shared}: has the multi-Region key of secrets.key a replica in ${region}?`
          : `there is no key ${name} in ${region}: is the member stack there?`,
      );
    if (shared && isDenied(error))
      throw new Refused(
        `the key ${shared} of secrets.key lets nobody of this account in, or the member stack was deployed without it: see docs/install.md`,
      );
    throw error;
  }
}
