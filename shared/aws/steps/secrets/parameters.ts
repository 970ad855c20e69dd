import { Refused } from '../../../model/errors.ts';
import { partitionOf } from '../../../model/resource.ts';
import { OWN_PREFIX } from '../../../names.ts';
import { parameterName, referenceTo } from '../../../secrets/resolver-contract.ts';
import { isCode, isGone, isThrottled } from '../../aws-error.ts';
import type { MemberClients } from '../../member.ts';
import { type RetryLimits, withRetries } from '../../retry.ts';
import { type Owner, ownerByTags, type Store, tagsOf } from './store.ts';

/** SSM takes three puts a second of an account and region (https://docs.aws.amazon.com/general/latest/gr/ssm.html). */
const PUT_RETRIES: RetryLimits = { tries: 8, baseMs: 500, maxMs: 4_000 };

export const PARAMETERS: Store = {
  title: 'Parameter Store',
  grant: {
    service: 'ssm',
    action: 'ssm:GetParameters',
    arnPart: ':parameter/',
    context: 'PARAMETER_ARN',
    ending: '',
  },
  placeOf: parameterName,
  referenceTo: (parameter) => referenceTo(parameter),
  arnOf: ({ region, account }, parameter) => `arn:${partitionOf(region)}:ssm:${region}:${account}:parameter${parameter}`,
  policyNameOf: (functionName) => `${OWN_PREFIX}secrets-${functionName}`,
  readOwner,

  // One that a cut-off run left can't be read by this role, and SSM wants half a minute between deleting a name and putting it again.
  put: async (deps, clients, target, move, value, { id, keyArn }) => {
    const key = keyArn === null ? {} : { KeyId: keyArn };
    const secure = { Name: move.place, Value: value, Type: 'SecureString', Tier: 'Standard', ...key };
    const put = (more: object) =>
      withRetries(deps, PUT_RETRIES, isThrottled, () => clients.light.call('ssm', 'PutParameter', { ...secure, ...more }));
    try {
      await put({ Overwrite: false, Tags: tagsOf(target, move, id) });
    } catch (error) {
      if (!isCode(error, 'ParameterAlreadyExists')) throw error;
      if ((await readOwner(clients, move.place, id)) !== 'ours') throw new Refused(takenMessage(move.place));
      await put({ Overwrite: true });
    }
  },

  takenMessage,

  read: async (clients, parameter) => {
    try {
      const answer = await clients.light.call('ssm', 'GetParameter', { Name: parameter, WithDecryption: true });
      const value = (answer.Parameter as { Value?: unknown } | undefined)?.Value;
      return typeof value === 'string' ? value : undefined;
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  },

  undoPut: async (clients, parameter) => {
    try {
      await clients.light.call('ssm', 'DeleteParameter', { Name: parameter });
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  },
};

async function readOwner(clients: MemberClients, parameter: string, mark: string): Promise<Owner> {
  try {
    const answer = await clients.light.call('ssm', 'ListTagsForResource', { ResourceType: 'Parameter', ResourceId: parameter });
    return ownerByTags((answer.TagList ?? []) as { Key?: string; Value?: string }[], mark);
  } catch (error) {
    if (isGone(error)) return 'none';
    throw error;
  }
}

function takenMessage(parameter: string): string {
  return `the parameter ${parameter} exists already, and its value must not be taken for the variable's: delete it, or move the variable by hand`;
}
