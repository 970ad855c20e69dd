import type { Change, Principal } from '../model/change.ts';
import { ROLE_NAMES } from '../names.ts';
import { type Fields, isFields, textOrNull } from './fields.ts';

/** Stands where CloudTrail names nobody: such an author is unknown, and approvals treat it so. */
export const UNKNOWN_PRINCIPAL = 'unknown';

/**
 * Who did it, from `userIdentity` (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html).
 * Never throws: an identity that can't be read is nobody's.
 */
export function parsePrincipal(identity: Fields | undefined, eventAccount: string): Principal {
  const type = textOrNull(identity, 'type') ?? typeOfArn(textOrNull(identity, 'arn'));
  const context = fieldsOf(identity, 'sessionContext');
  const account = textOrNull(identity, 'accountId');
  return {
    account: account && /^\d{12}$/.test(account) ? account : eventAccount,
    arn: principalArn(identity, type, fieldsOf(context, 'sessionIssuer')),
    type,
    session: sessionName(identity, type),
    sourceIdentity: textOrNull(context, 'sourceIdentity'),
  };
}

const SESSION = /^arn:([^:]+):sts::(\d{12}):(?:assumed-role|federated-user)\/([^/]+)(?:\/(.+))?$/;

function principalArn(identity: Fields | undefined, type: string, issuer: Fields | undefined): string {
  const arn = textOrNull(identity, 'arn');
  if (type === 'AssumedRole' || type === 'FederatedUser') {
    const issued = textOrNull(issuer, 'arn');
    if (issued) return issued;
    const [, partition, account, role] = (arn && SESSION.exec(arn)) || [];
    if (type === 'AssumedRole' && role) return `arn:${partition}:iam::${account}:role/${role}`;
  }
  if (arn) return arn;
  const service = textOrNull(identity, 'invokedBy');
  if (service) return service;
  const behalf = fieldsOf(identity, 'onBehalfOf');
  const store = textOrNull(behalf, 'identityStoreArn');
  const user = textOrNull(behalf, 'userId');
  if (store && user) return `${store}/user/${user}`;
  const account = textOrNull(identity, 'accountId');
  if (type === 'AWSAccount' && account) return `arn:aws:iam::${account}:root`;
  return UNKNOWN_PRINCIPAL;
}

function sessionName(identity: Fields | undefined, type: string): string | null {
  if (type !== 'AssumedRole' && type !== 'FederatedUser') return null;
  const [, , , first, second] = SESSION.exec(textOrNull(identity, 'arn') ?? '') ?? [];
  if (type === 'FederatedUser') return first ?? null;
  if (second) return second;
  // `AROA...:session`
  const id = textOrNull(identity, 'principalId');
  return id?.includes(':') ? id.slice(id.indexOf(':') + 1) || null : null;
}

function typeOfArn(arn: string | null): string {
  if (arn?.includes(':assumed-role/')) return 'AssumedRole';
  return arn?.includes(':user/') ? 'IAMUser' : 'Unknown';
}

function fieldsOf(source: Fields | undefined, key: string): Fields | undefined {
  const value = source?.[key];
  return isFields(value) ? value : undefined;
}

const OWN_ROLES: readonly string[] = [ROLE_NAMES.write, ROLE_NAMES.undo];

/** Whether Cinch made this change itself: its write or undo role, of the very account that changed. */
export function isOwnChange(change: Change): boolean {
  const [prefix, , service, region, account, role, ...rest] = change.principal.arn.split(':');
  if (prefix !== 'arn' || service !== 'iam' || region !== '' || account !== change.account || rest.length > 0) return false;
  return change.principal.account === change.account && OWN_ROLES.some((name) => role === `role/${name}`);
}

/** The change that the self-check makes: the canary's role tags itself, and may do no more. */
export function isCanaryChange(change: Change): boolean {
  const [resource, ...more] = change.resources;
  if (change.name !== 'TagRole' || resource?.kind !== 'role' || more.length > 0) return false;
  return resource.name === ROLE_NAMES.canary && resource.account === change.account && change.principal.arn === resource.arn;
}
