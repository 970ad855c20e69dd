import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, type Credentials, STSClient } from '@aws-sdk/client-sts';
import type { ConfigSource } from '../flows/ports.ts';
import { AccessRefused, TryAgain } from '../model/errors.ts';
import { partitionOf } from '../model/resource.ts';
import { ROLE_NAMES } from '../names.ts';
import { errorCode, isDenied, isPassing } from './aws-error.ts';
import { lazily } from './concurrency.ts';
import { type AwsCredentials, envCredentials } from './credentials.ts';
import { type LightClient, makeHubClient } from './hub-client.ts';
import type { Pace } from './pace.ts';
import type { Retrying } from './retry.ts';
import { CLIENT_SETTINGS } from './sdk-settings.ts';

export type MemberRole = keyof typeof ROLE_NAMES;

/** Clients for one account and region, made when first used. */
export interface MemberClients {
  readonly lambda: LambdaClient;
  readonly iam: IAMClient;
  readonly cloudwatch: CloudWatchClient;
  /** For SQS, KMS and SSM: its errors never quote what was sent, and parameters hold secrets. */
  readonly light: LightClient;
  /** For EC2's query API. */
  readonly credentials: () => Promise<AwsCredentials>;
  /** `cinch-read` and so on, for messages. */
  readonly roleName: string;
}

export interface MemberAccess {
  /** Makes no call: credentials come with the first one. A refusal surfaces there, as AccessRefused. */
  clients(account: string, region: string, role: MemberRole): MemberClients;
}

export interface MemberDeps extends Retrying {
  /** The hub's region: STS is asked there, and its partition is everybody's. */
  readonly region: string;
  readonly config: ConfigSource;
  /** The session's name, e.g. `cinch-apply`; undo's is `undo-cinch-apply`. CloudTrail shows it. */
  readonly session: string;
  /** For who is in no hurry: Lambda is asked at this pace in each account and region, and IAM in each account. */
  readonly pace?: Pace;
}

/** Of an assumed role, or of a person, whose may last. */
export type SessionCredentials = AwsCredentials & { readonly expiration?: Date };
type Session = Required<SessionCredentials>;

/** A session is renewed so long before it ends. */
export const RENEW_MS = 5 * 60_000;

/** IAM has one endpoint a partition (https://docs.aws.amazon.com/general/latest/gr/iam-service.html). */
const IAM_REGIONS: Readonly<Record<string, string>> = { aws: 'us-east-1', 'aws-cn': 'cn-north-1', 'aws-us-gov': 'us-gov-west-1' };

/** Clients that act as cinch-read, cinch-write or cinch-undo in an account. Sessions are kept: a warm event costs no AssumeRole. */
export function makeMemberAccess(deps: MemberDeps): MemberAccess {
  const sessionOf = makeSessions(deps);
  const kept = new Map<string, MemberClients>();
  return {
    clients: (account, region, role) => {
      const key = `${account}/${region}/${role}`;
      const clients =
        kept.get(key) ??
        makeMemberClients(deps, region, () => sessionOf(account, role), ROLE_NAMES[role], pacesIn(deps, account, region));
      kept.set(key, clients);
      return clients;
    },
  };
}

interface Paces {
  readonly lambda: () => Promise<void>;
  readonly iam: () => Promise<void>;
}

const pacesIn = ({ pace }: MemberDeps, account: string, region: string): Paces | undefined =>
  pace && { lambda: () => pace(`${account}/${region}`), iam: () => pace(`${account}/iam`) };

/** Waits before each request, the repeated ones too. */
function paced<T extends LambdaClient | IAMClient>(client: T, turn: (() => Promise<void>) | undefined): T {
  if (!turn) return client;
  const stack = client.middlewareStack as { add(middleware: unknown, at: object): void };
  const wait = (next: (request: unknown) => unknown) => async (request: unknown) => {
    await turn();
    return next(request);
  };
  // Within the retries, which are of this step with a higher priority.
  stack.add(wait, { step: 'finalizeRequest', priority: 'low', name: 'pace' });
  return client;
}

/** Clients for a region that ask for the credentials with each call: whoever gives them keeps them fresh. */
export function makeMemberClients(
  deps: Retrying,
  region: string,
  credentials: () => Promise<SessionCredentials>,
  roleName: string,
  paces?: Paces,
): MemberClients {
  const settings = { ...CLIENT_SETTINGS, region, credentials };
  const iamRegion = IAM_REGIONS[partitionOf(region)] ?? 'us-east-1';
  const lambda = lazily(() => paced(new LambdaClient(settings), paces?.lambda));
  const iam = lazily(() => paced(new IAMClient({ ...settings, region: iamRegion }), paces?.iam));
  const cloudwatch = lazily(() => new CloudWatchClient(settings));
  const light = lazily(() => makeHubClient({ clock: deps.clock, random: deps.random, region, credentials }));
  return {
    get lambda() {
      return lambda();
    },
    get iam() {
      return iam();
    },
    get cloudwatch() {
      return cloudwatch();
    },
    get light() {
      return light();
    },
    credentials,
    roleName,
  };
}

/** One session an account and role, whatever the region; one AssumeRole at a time for each. */
function makeSessions(deps: MemberDeps): (account: string, role: MemberRole) => Promise<Session> {
  const sts = lazily(() => new STSClient({ ...CLIENT_SETTINGS, region: deps.region, credentials: envCredentials }));
  const sessions = new Map<string, Promise<Session>>();
  const fresh = (key: string, account: string, role: MemberRole): Promise<Session> => {
    const asked = assume(sts(), deps, account, role);
    sessions.set(key, asked);
    asked.catch(() => {
      if (sessions.get(key) === asked) sessions.delete(key);
    });
    return asked;
  };
  return async (account, role) => {
    const key = `${account}/${role}`;
    const asked = sessions.get(key);
    if (!asked) return fresh(key, account, role);
    const session = await asked;
    const isFresh = session.expiration.getTime() - deps.clock.now().getTime() > RENEW_MS;
    if (isFresh) return session;
    const current = sessions.get(key);
    return current && current !== asked ? current : fresh(key, account, role);
  };
}

async function assume(sts: STSClient, deps: MemberDeps, account: string, role: MemberRole): Promise<Session> {
  const name = ROLE_NAMES[role];
  const { hub } = await deps.config.read();
  try {
    const { Credentials: given } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: `arn:${partitionOf(deps.region)}:iam::${account}:role/${name}`,
        RoleSessionName: role === 'undo' ? `undo-${deps.session}` : deps.session,
        ExternalId: hub.externalId,
      }),
    );
    return sessionFrom(given, `${name} of account ${account}`);
  } catch (error) {
    if (isDenied(error))
      throw new AccessRefused(`account ${account} does not let Cinch assume its role ${name}: is the member stack there?`);
    if (isPassing(error)) throw new TryAgain(`${name} of account ${account} could not be assumed: ${errorCode(error)}`);
    throw error;
  }
}

/**
 * @param role for the message
 * @throws TryAgain when something is missing
 */
export function sessionFrom(given: Credentials | undefined, role: string): Session {
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = given ?? {};
  if (!accessKeyId || !secretAccessKey || !sessionToken || !given?.Expiration)
    throw new TryAgain(`STS answered without credentials for ${role}`);
  return { accessKeyId, secretAccessKey, sessionToken, expiration: given.Expiration };
}
