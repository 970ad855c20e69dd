import { Refused } from '../../../model/errors.ts';
import type { Resource } from '../../../model/resource.ts';
import { PARAMETER_KEY_ALIAS } from '../../../names.ts';
import { isCode, isGone, isThrottled } from '../../aws-error.ts';
import type { MemberClients } from '../../member.ts';
import { type Retrying, type RetryLimits, withRetries } from '../../retry.ts';
import type { Move } from './environment.ts';

/** Says which capture of which plan made a parameter. */
const MARK_TAG = 'cinch:plan';
/** SSM takes three puts a second of an account and region (https://docs.aws.amazon.com/general/latest/gr/ssm.html). */
const PUT_RETRIES: RetryLimits = { tries: 8, baseMs: 500, maxMs: 4_000 };

/** The enabled key that parameters are encrypted under. @throws Refused when the member stack's key is not there or not usable. */
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

/** Whose a parameter is: `ours` (this plan's), `foreign`, or `none` when it bears no tag or is not there. */
export async function readOwner(clients: MemberClients, parameter: string, mark: string): Promise<'none' | 'ours' | 'foreign'> {
  try {
    const answer = await clients.light.call('ssm', 'ListTagsForResource', { ResourceType: 'Parameter', ResourceId: parameter });
    const tags = (answer.TagList ?? []) as { Key?: string; Value?: string }[];
    if (tags.length === 0) return 'none';
    return tags.some((tag) => tag.Key === MARK_TAG && tag.Value === mark) ? 'ours' : 'foreign';
  } catch (error) {
    if (isGone(error)) return 'none';
    throw error;
  }
}

/**
 * Puts a value under a name that was free. One that this plan's cut-off run left is overwritten with the value the function has now: it
 * can't be read by this role, and SSM wants half a minute between deleting a name and putting it again.
 * @throws Refused when the name is somebody else's.
 */
export async function applyParameter(
  retrying: Retrying,
  clients: MemberClients,
  target: Resource<'function'>,
  move: Move,
  value: string,
  mark: string,
): Promise<void> {
  const secure = { Name: move.parameter, Value: value, Type: 'SecureString', KeyId: PARAMETER_KEY_ALIAS, Tier: 'Standard' };
  const tags = [
    [MARK_TAG, mark],
    ['cinch:function', target.name],
    ['cinch:variable', move.variable],
  ].map(([Key, Value]) => ({ Key, Value }));
  const put = (more: object) =>
    withRetries(retrying, PUT_RETRIES, isThrottled, () => clients.light.call('ssm', 'PutParameter', { ...secure, ...more }));
  try {
    await put({ Overwrite: false, Tags: tags });
  } catch (error) {
    if (!isCode(error, 'ParameterAlreadyExists')) throw error;
    if ((await readOwner(clients, move.parameter, mark)) !== 'ours') throw new Refused(takenMessage(move.parameter));
    await put({ Overwrite: true });
  }
}

export const takenMessage = (parameter: string): string =>
  `the parameter ${parameter} exists already, and its value must not be taken for the variable's: delete it, or move the variable by hand`;

/** The parameter's value now, decrypted; undefined when there is no such parameter. Only undo's role may. */
export async function readParameter(clients: MemberClients, parameter: string): Promise<string | undefined> {
  try {
    const answer = await clients.light.call('ssm', 'GetParameter', { Name: parameter, WithDecryption: true });
    const value = (answer.Parameter as { Value?: unknown } | undefined)?.Value;
    return typeof value === 'string' ? value : undefined;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

export async function undoParameter(clients: MemberClients, parameter: string): Promise<void> {
  try {
    await clients.light.call('ssm', 'DeleteParameter', { Name: parameter });
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}
