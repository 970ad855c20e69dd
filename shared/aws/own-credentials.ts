import { STSClient } from '@aws-sdk/client-sts';
import { AccessRefused } from '../model/errors.ts';
import type { CredentialSource } from './credentials.ts';
import { CLIENT_SETTINGS } from './sdk-settings.ts';

/**
 * A person's credentials: of a profile, else found as in every tool of AWS.
 * @throws AccessRefused when there are none
 */
export function ownCredentials(profile: string | undefined): CredentialSource {
  const own = new STSClient({ ...CLIENT_SETTINGS, region: 'us-east-1', ...(profile === undefined ? {} : { profile }) });
  return () =>
    own.config.credentials().catch((cause: unknown) => {
      throw new AccessRefused('there are no credentials: log in, or name a profile', { cause });
    });
}
