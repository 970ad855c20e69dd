import { Refused } from '../../../model/errors.ts';
import { partitionOf } from '../../../model/resource.ts';
import { OWN_PREFIX } from '../../../names.ts';
import { referenceToSecret, secretName } from '../../../secrets/resolver-contract.ts';
import { isCode, isGone } from '../../aws-error.ts';
import type { MemberClients } from '../../member.ts';
import { type Owner, ownerByTags, type Store, tagsOf } from './store.ts';

/** The shortest that Secrets Manager takes: until then a deleted secret can be restored, and its name is taken. */
const RECOVERY_DAYS = 7;
/** AWS puts a hyphen and six random characters behind the name (https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_iam-permissions.html). */
const ANY_SUFFIX = '-??????';

export const SECRETS_MANAGER: Store = {
  title: 'Secrets Manager',
  grant: {
    service: 'secretsmanager',
    action: 'secretsmanager:GetSecretValue',
    arnPart: ':secret:',
    context: 'SecretARN',
    ending: ANY_SUFFIX,
  },
  placeOf: secretName,
  referenceTo: referenceToSecret,
  arnOf: ({ region, account }, secret) =>
    `arn:${partitionOf(region)}:secretsmanager:${region}:${account}:secret:${secret}${ANY_SUFFIX}`,
  policyNameOf: (functionName) => `${OWN_PREFIX}sm-secrets-${functionName}`,
  readOwner,

  // Who calls without an SDK has to send the token, which becomes the version's id: what Cinch puts is known by it (https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html).
  put: async (deps, clients, target, move, value, { id, keyArn }) => {
    const content = () => ({ SecretString: value, ClientRequestToken: `${OWN_PREFIX}${deps.id()}` });
    const key = keyArn === null ? {} : { KmsKeyId: keyArn };
    const created = { Name: move.place, Tags: tagsOf(target, move, id), ...key };
    try {
      await clients.light.call('secretsmanager', 'CreateSecret', { ...created, ...content() });
    } catch (error) {
      // InvalidRequestException: a secret of that name waits for its deletion.
      if (!isCode(error, 'ResourceExistsException', 'InvalidRequestException')) throw error;
      if ((await readOwner(clients, move.place, id)) !== 'ours') throw new Refused(takenMessage(move.place));
      await clients.light.call('secretsmanager', 'PutSecretValue', { SecretId: move.place, ...content() });
    }
  },

  takenMessage,

  read: async (clients, secret) => {
    try {
      const answer = await clients.light.call('secretsmanager', 'GetSecretValue', { SecretId: secret });
      return typeof answer.SecretString === 'string' ? answer.SecretString : undefined;
    } catch (error) {
      // InvalidRequestException: it waits for its deletion.
      if (isGone(error) || isCode(error, 'InvalidRequestException')) return undefined;
      throw error;
    }
  },

  undoPut: async (clients, secret) => {
    try {
      await clients.light.call('secretsmanager', 'DeleteSecret', { SecretId: secret, RecoveryWindowInDays: RECOVERY_DAYS });
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  },
};

/** One that waits for its deletion is nobody's to use: it keeps the name, and can be restored. */
async function readOwner(clients: MemberClients, secret: string, mark: string): Promise<Owner> {
  try {
    const answer = await clients.light.call('secretsmanager', 'DescribeSecret', { SecretId: secret });
    if (answer.DeletedDate) return 'foreign';
    const owner = ownerByTags((answer.Tags ?? []) as { Key?: string; Value?: string }[], mark);
    return owner === 'ours' ? 'ours' : 'foreign';
  } catch (error) {
    if (isGone(error)) return 'none';
    throw error;
  }
}

function takenMessage(secret: string): string {
  return `the secret ${secret} exists already or waits for its deletion, and its value must not be taken for the variable's: delete it with --force-delete-without-recovery, or move the variable by hand`;
}
