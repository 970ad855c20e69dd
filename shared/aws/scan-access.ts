import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { AccessRefused } from '../model/errors.ts';
import { errorCode, isDenied, isPassing } from './aws-error.ts';
import {
  type MemberAccess,
  type MemberClients,
  makeMemberClients,
  RENEW_MS,
  type SessionCredentials,
  sessionFrom,
} from './member.ts';
import type { Retrying } from './retry.ts';
import { CLIENT_SETTINGS } from './sdk-settings.ts';

export interface ScanAccessOptions extends Retrying {
  /** Of the shared configuration files; without it the environment, the default profile and so on, as in every tool of AWS. */
  readonly profile?: string;
  /** The role to assume in an account; undefined to read it with the caller's own credentials. */
  readonly roleIn: (account: string) => string | undefined;
  readonly externalId?: string;
}

/** Reads accounts with a person's credentials, or as a role that they may assume. It can't write: only the read role is given out. */
export interface ScanAccess extends MemberAccess {
  /** @throws AccessRefused when there are no credentials or AWS refuses them. */
  whoAmI(): Promise<{ readonly account: string; readonly arn: string }>;
  /** The region of the profile or the environment; undefined when neither names one. */
  homeRegion(): Promise<string | undefined>;
}

export function makeScanAccess(options: ScanAccessOptions): ScanAccess {
  const profile = options.profile === undefined ? {} : { profile: options.profile };
  const own = new STSClient({ ...CLIENT_SETTINGS, ...profile });
  const homeRegion = (): Promise<string | undefined> => own.config.region().catch(() => undefined);
  const sts = async (): Promise<STSClient> =>
    (await homeRegion()) === undefined ? new STSClient({ ...CLIENT_SETTINGS, ...profile, region: 'us-east-1' }) : own;
  const ownCredentials = async (): Promise<SessionCredentials> => own.config.credentials();
  const roleCredentials = makeSessions(options, sts);
  const kept = new Map<string, MemberClients>();
  return {
    homeRegion,
    whoAmI: async () => {
      try {
        const { Account: account = '', Arn: arn = '' } = await (await sts()).send(new GetCallerIdentityCommand({}));
        return { account, arn };
      } catch (error) {
        throw new AccessRefused(whyNobody(error), { cause: error });
      }
    },
    clients: (account, region) => {
      const key = `${account}/${region}`;
      const role = options.roleIn(account);
      const credentials = role === undefined ? ownCredentials : () => roleCredentials(role);
      const clients = kept.get(key) ?? makeMemberClients(options, region, credentials, role ?? 'the caller');
      kept.set(key, clients);
      return clients;
    },
  };
}

/** What the SDK says of profiles and logins names them and no more. */
function whyNobody(error: unknown): string {
  const code = errorCode(error);
  if (error instanceof Error && code === 'CredentialsProviderError')
    return `there are no credentials (${error.message.replace(/\.$/, '')}): log in, or name a profile`;
  return isPassing(error) ? `AWS can't be reached (${code})` : `AWS does not know who asks (${code}): log in, or name a profile`;
}

/** One session a role, renewed before it ends; one AssumeRole at a time for each. */
function makeSessions(
  options: ScanAccessOptions,
  sts: () => Promise<STSClient>,
): (roleArn: string) => Promise<SessionCredentials> {
  const sessions = new Map<string, { readonly asked: Promise<SessionCredentials>; endsAt: number }>();
  return (roleArn) => {
    const now = options.clock.now().getTime();
    const session = sessions.get(roleArn);
    if (session && session.endsAt - now > RENEW_MS) return session.asked;
    // Until AWS says when it ends, it counts as lasting: who asks in between waits for the same answer.
    const asked = assume(sts, roleArn, options.externalId);
    const fresh = { asked, endsAt: Number.POSITIVE_INFINITY };
    sessions.set(roleArn, fresh);
    asked.then(
      ({ expiration }) => {
        fresh.endsAt = expiration?.getTime() ?? now;
      },
      () => sessions.delete(roleArn),
    );
    return asked;
  };
}

async function assume(
  sts: () => Promise<STSClient>,
  roleArn: string,
  externalId: string | undefined,
): Promise<SessionCredentials> {
  try {
    const { Credentials: given } = await (await sts()).send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: 'cinch-scan',
        ...(externalId === undefined ? {} : { ExternalId: externalId }),
      }),
    );
    return sessionFrom(given, roleArn);
  } catch (error) {
    if (isDenied(error)) throw new AccessRefused(`${roleArn} may not be assumed with these credentials`, { cause: error });
    throw error;
  }
}
