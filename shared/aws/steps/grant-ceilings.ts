import { Refused } from '../../model/errors.ts';
import { NETWORK_INTERFACES, WRITE_SEGMENTS } from '../../model/steps/runtime.ts';
import { PARAMETER_PREFIX, SECRET_PREFIX } from '../../names.ts';
import { widened } from '../../policy/widened.ts';
import { documentsOf } from './no-wider.ts';

/**
 * Some changes work only when the function's role gets a right besides: the most that each may give, in an inline policy of Cinch's own. What
 * a plan asks for is held against it, for a plan comes from a table and a queue.
 */
const CEILINGS = {
  'set-tracing': () => [allow(WRITE_SEGMENTS.actions, WRITE_SEGMENTS.resource)],
  'attach-vpc': () => [allow(NETWORK_INTERFACES.actions, NETWORK_INTERFACES.resource)],
  'set-async-config': destinations,
  'set-mapping-destination': destinations,
  'move-secrets-to-ssm': (account: string, sharedKey?: string) => [
    allow('ssm:GetParameters', `arn:*:ssm:*:${account}:parameter${PARAMETER_PREFIX}*`),
    ...decryption(account, sharedKey),
  ],
  'move-secrets-to-secrets-manager': (account: string, sharedKey?: string) => [
    allow('secretsmanager:GetSecretValue', `arn:*:secretsmanager:*:${account}:secret:${SECRET_PREFIX}*`),
    ...decryption(account, sharedKey),
  ],
} as const satisfies Readonly<Record<string, (account: string, sharedKey?: string) => readonly object[]>>;

export type GivingKind = keyof typeof CEILINGS;

/** The account's keys, and the one that the configuration names. */
function decryption(account: string, sharedKey: string | undefined): object[] {
  return [`arn:*:kms:*:${account}:key/*`, ...(sharedKey ? [sharedKey] : [])].map((key) => allow('kms:Decrypt', key));
}

/** Queues and topics of the function's own account. */
function destinations(account: string): object[] {
  return [allow('sqs:SendMessage', `arn:*:sqs:*:${account}:*`), allow('sns:Publish', `arn:*:sns:*:${account}:*`)];
}

const allow = (Action: string | readonly string[], Resource: string): object => ({ Effect: 'Allow', Action, Resource });

/**
 * @param sharedKey the key of another account under which the configuration has moved secrets encrypted
 * @throws Refused when the policy would give more than changes of this kind ever need
 */
export function refuseBeyondCeiling(
  kind: GivingKind,
  account: string,
  policyName: string,
  text: string,
  sharedKey?: string,
): void {
  const ceiling = JSON.stringify({ Version: '2012-10-17', Statement: CEILINGS[kind](account, sharedKey) });
  const [more] = widened(documentsOf(policyName, ceiling), documentsOf(policyName, text));
  if (more !== undefined) throw new Refused(`the inline policy ${policyName} would give more than this change needs: it ${more}`);
}
