import { STSClient } from '@aws-sdk/client-sts';
import { AccessRefused } from '../model/errors.ts';
import type { CredentialSource } from './credentials.ts';
import { CLIENT_SETTINGS } from './sdk-settings.ts';

export interface PersonsAccess {
  /** @throws AccessRefused without any. */
  readonly credentials: CredentialSource;
  /** The region of the profile or the environment; undefined when neither names one. */
  homeRegion(): Promise<string | undefined>;
}

/** Whose credentials and region the shared configuration files, the environment or single sign-on give, as in every tool of AWS. */
export function personsAccess(profile: string | undefined): PersonsAccess {
  const own = new STSClient({ ...CLIENT_SETTINGS, ...(profile === undefined ? {} : { profile }) });
  return {
    credentials: () =>
      own.config.credentials().catch((cause: unknown) => {
        throw new AccessRefused('there are no credentials: log in, or name a profile', { cause });
      }),
    homeRegion: () => own.config.region().catch(() => undefined),
  };
}
