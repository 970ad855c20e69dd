import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { DeleteParameterCommand, DescribeParametersCommand, GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import type { MoveSecretsStep } from '../../../../shared/model/steps/secrets.ts';
import { MEMBER, type MemberCloud, REGION } from './member-cloud.ts';

/** A store as its owner sees it, with an administrator's keys. */
export interface TestStore {
  readonly kind: MoveSecretsStep['kind'];
  readonly prefix: string;
  readonly root: string;
  readonly policyPrefix: string;
  grantedArn(place: string): string;
  places(cloud: MemberCloud, functionName: string): Promise<string[]>;
  value(cloud: MemberCloud, place: string): Promise<string | undefined>;
  putForeign(cloud: MemberCloud, place: string, value: string): Promise<void>;
  rotate(cloud: MemberCloud, place: string, value: string): Promise<void>;
  remove(cloud: MemberCloud, place: string): Promise<void>;
}

const FOREIGN = [{ Key: 'cinch:plan', Value: 'an earlier one' }];

const PARAMETERS: TestStore = {
  kind: 'move-secrets-to-ssm',
  prefix: 'cinch-ssm:',
  root: '/cinch/',
  policyPrefix: 'cinch-secrets-',
  grantedArn: (place) => `arn:aws:ssm:${REGION}:${MEMBER}:parameter${place}`,
  places: async ({ ssm }, functionName) => {
    const ParameterFilters = [{ Key: 'Name', Option: 'BeginsWith', Values: [`/cinch/${functionName}/`] }];
    const found = await ssm.send(new DescribeParametersCommand({ ParameterFilters }));
    return (found.Parameters ?? []).map(({ Name }) => Name ?? '').sort();
  },
  value: async ({ ssm }, Name) => (await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }))).Parameter?.Value,
  putForeign: async ({ ssm }, Name, Value) => {
    await ssm.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Tags: FOREIGN }));
  },
  rotate: async ({ ssm }, Name, Value) => {
    await ssm.send(new PutParameterCommand({ Name, Value, Overwrite: true, Type: 'SecureString' }));
  },
  remove: async ({ ssm }, Name) => {
    await ssm.send(new DeleteParameterCommand({ Name }));
  },
};

/** Its administrator is the one of the cloud's other clients. */
const managerOf = ({ cloud }: MemberCloud): SecretsManagerClient =>
  new SecretsManagerClient({ region: REGION, endpoint: cloud.endpoint, credentials: cloud.credentials(MEMBER) });

export const MANAGER: TestStore = {
  kind: 'move-secrets-to-secrets-manager',
  prefix: 'cinch-sm:',
  root: 'cinch/',
  policyPrefix: 'cinch-sm-secrets-',
  grantedArn: (place) => `arn:aws:secretsmanager:${REGION}:${MEMBER}:secret:${place}-??????`,
  places: async (cloud, functionName) => {
    const Filters = [{ Key: 'name' as const, Values: [`cinch/${functionName}/`] }];
    const found = await managerOf(cloud).send(new ListSecretsCommand({ Filters }));
    return (found.SecretList ?? []).map(({ Name }) => Name ?? '').sort();
  },
  value: async (cloud, SecretId) => (await managerOf(cloud).send(new GetSecretValueCommand({ SecretId }))).SecretString,
  putForeign: async (cloud, Name, SecretString) => {
    await managerOf(cloud).send(new CreateSecretCommand({ Name, SecretString, Tags: FOREIGN }));
  },
  rotate: async (cloud, SecretId, SecretString) => {
    await managerOf(cloud).send(new PutSecretValueCommand({ SecretId, SecretString }));
  },
  remove: async (cloud, SecretId) => {
    await managerOf(cloud).send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
  },
};

export const STORES = [PARAMETERS, MANAGER] as const;

export async function restoreSecret(cloud: MemberCloud, SecretId: string): Promise<void> {
  await managerOf(cloud).send(new RestoreSecretCommand({ SecretId }));
}

export const keyOfSecret = async (cloud: MemberCloud, SecretId: string): Promise<string | undefined> =>
  (await managerOf(cloud).send(new DescribeSecretCommand({ SecretId }))).KmsKeyId;
