import { isUnknown, type Unknown, unknown } from '../model/unknown.ts';
import { type ConditionTest, isOpenValue } from './condition-operators.ts';
import { arnParts, hasWildcard } from './wildcards.ts';

/** How far a condition lets callers come from: own and allowed accounts, accounts of others, anywhere, or it can't be told. */
export type Reach = 'own' | 'foreign' | 'anyone' | Unknown;

/** Whose accounts are one's own. */
export interface Home {
  /** The account of the resource that carries the policy. */
  readonly account: string;
  readonly organizationId: string | null;
  readonly allowedAccounts: readonly string[];
}

/** Names that anybody can register once they are free, so that the name alone doesn't say whose it is. */
const GLOBAL_NAME_SERVICES: ReadonlySet<string> = new Set(['s3']);
const PRIVATE_LINK_KEYS = ['aws:sourcevpc', 'aws:sourcevpce', 'aws:sourcevpcarn'];
const ACCOUNT_KEYS = ['aws:sourceaccount', 'aws:sourceowner', 'aws:principalaccount', 'kms:calleraccount'];
const ORGANIZATION_KEYS = ['aws:principalorgid', 'aws:sourceorgid', 'aws:principalorgpaths', 'aws:sourceorgpaths'];
const ARN_KEYS = ['aws:sourcearn', 'aws:principalarn'];

/** Keys that anybody can satisfy, or that speak of the resource and not of its caller. */
const NO_LIMIT =
  /^(aws:(securetransport|currenttime|epochtime|useragent|referer|multifactorauth.*|tokenissuetime|principaltype|principaltag\/.*|requesttag\/.*|resourcetag\/.*|tagkeys|username|requestedregion|viaawsservice|calledvia.*|principalisawsservice|principalservicename.*|resourceaccount|resourceorgid|resourceorgpaths|vpcsourceip|federatedprovider|sourceidentity)|lambda:(functionurlauthtype|invokedviafunctionurl|functionarn|principal|sourcefunctionarn))$/;

/** What one test of a condition says about where its caller may come from. Tests are joined by {@link narrowest}. */
export function reachOf(test: ConditionTest, home: Home): Reach {
  if (test.holdsWhenMissing || test.negated || test.operator === 'other') return openReach(test);
  if (test.values.some((value) => value.includes('${'))) return unknown(`the condition on ${test.key} holds a policy variable`);
  const read = readerOf(test);
  if (!read) return openReach(test);
  return widest(test.values.map((value) => read(value, home)));
}

/** Values are joined by OR: the widest counts. No value at all matches nobody. */
export function widest(reaches: readonly Reach[]): Reach {
  if (reaches.includes('anyone')) return 'anyone';
  return reaches.find(isUnknown) ?? (reaches.includes('foreign') ? 'foreign' : 'own');
}

/** Tests are joined by AND: the narrowest counts. */
export function narrowest(reaches: readonly Reach[]): Reach {
  if (reaches.includes('own')) return 'own';
  if (reaches.includes('foreign')) return 'foreign';
  return reaches.find(isUnknown) ?? 'anyone';
}

export function reachOfAccount(account: string, home: Home): Reach {
  return account === home.account || home.allowedAccounts.includes(account) ? 'own' : 'foreign';
}

type Read = (value: string, home: Home) => Reach;

function readerOf(test: ConditionTest): Read | undefined {
  const closed =
    (read: Read): Read =>
    (value, home) =>
      isOpenValue(test, value) ? 'anyone' : read(value, home);
  if (ACCOUNT_KEYS.includes(test.key)) return closed(reachOfAccount);
  if (ORGANIZATION_KEYS.includes(test.key)) return (value, home) => reachOfOrganization(test, value, home);
  if (ARN_KEYS.includes(test.key)) return (value, home) => reachOfArn(test, value, home);
  if (PRIVATE_LINK_KEYS.includes(test.key)) return closed(() => 'own');
  // The event source's own shared secret, e.g. an Alexa skill's id.
  if (test.key === 'lambda:eventsourcetoken') return closed(() => 'own');
  if (test.key === 'aws:userid') return (value) => (/^[*?]/.test(value) ? 'anyone' : 'own');
  if (test.key === 'aws:sourceip' && test.operator === 'IpAddress') return (value) => (isWideRange(value) ? 'anyone' : 'own');
  return undefined;
}

function openReach(test: ConditionTest): Reach {
  const known = [...ACCOUNT_KEYS, ...ORGANIZATION_KEYS, ...ARN_KEYS, ...PRIVATE_LINK_KEYS, 'lambda:eventsourcetoken'];
  if (NO_LIMIT.test(test.key) || known.includes(test.key) || test.key === 'aws:sourceip' || test.key === 'aws:userid')
    return 'anyone';
  return unknown(`the condition on ${test.key} can't be judged`);
}

/** Paths are `o-.../r-.../ou-.../*`: a wildcard after the organization's id stays inside it. */
function reachOfOrganization(test: ConditionTest, value: string, home: Home): Reach {
  const id = value.split('/')[0] ?? '';
  if (isOpenValue(test, id)) return 'anyone';
  if (home.organizationId === null) return unknown(`it is limited to the organization ${id}, and yours is not configured`);
  return id === home.organizationId ? 'own' : 'foreign';
}

function reachOfArn(test: ConditionTest, value: string, home: Home): Reach {
  // Under StringEquals a wildcard is a plain character, which no ARN has there: nobody matches.
  if (hasWildcard(value) && !isOpenValue(test, value)) return 'own';
  const [, , service = '', , account = '', resource = ''] = arnParts(value);
  if (hasWildcard(account)) return 'anyone';
  if (account !== '') return /^\d{12}$/.test(account) ? reachOfAccount(account, home) : 'own';
  // No account in it: an id that AWS assigned is as good as one, a name that anybody could register isn't.
  const assigned = service !== '' && !hasWildcard(service) && resource !== '' && !hasWildcard(resource);
  return assigned && !GLOBAL_NAME_SERVICES.has(service) ? 'own' : 'anyone';
}

/** Wider than what Amazon S3 calls a public range: /8 in IPv4, /32 in IPv6. */
function isWideRange(value: string): boolean {
  const [address = '', bits] = value.split('/');
  if (bits === undefined) return false;
  return Number(bits) < (address.includes(':') ? 32 : 8);
}
