import { CreateRoleCommand, GetRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateAliasCommand, CreateKeyCommand, DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetLayerVersionCommand, ListFunctionUrlConfigsCommand, PublishLayerVersionCommand } from '@aws-sdk/client-lambda';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParametersCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cloud, startCloud } from '../../../local/cloud/start.ts';
import { type IamStatement, statementsOfFamily } from '../../../shared/grants/statements.ts';
import { STEP_ROWS } from '../../../shared/model/step.ts';
import {
  type Account,
  type Credentials,
  createExecutionRole,
  openAccount,
  policyOf,
  type Statement,
  trustOf,
} from './account.ts';
import { zip } from './zip.ts';

const hubId = '111111111111';
const memberId = '222222222222';
const anyRole = { Action: 'sts:AssumeRole', Resource: '*' };

let cloud: Cloud;
let hub: Account;
let member: Account;

beforeAll(async () => {
  cloud = await startCloud();
  hub = openAccount(cloud, hubId);
  member = openAccount(cloud, memberId);
});
afterAll(() => cloud?.stop());

async function createRole(account: Account, name: string, trust: string, ...statements: Statement[]): Promise<string> {
  const made = await account.iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }));
  if (statements.length > 0) {
    const PolicyDocument = policyOf(...statements);
    await account.iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'own', PolicyDocument }));
  }
  return made.Role?.Arn ?? '';
}

async function assume(account: Account, RoleArn: string, ExternalId?: string): Promise<Credentials> {
  const input = { RoleArn, RoleSessionName: 'test', ...(ExternalId === undefined ? {} : { ExternalId }) };
  const { Credentials } = await account.sts.send(new AssumeRoleCommand(input));
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
}

/** The hub's account as a role that may do just this. */
async function become(name: string, ...statements: Statement[]): Promise<{ credentials: Credentials; as: Account }> {
  const arn = await createRole(hub, name, trustOf({ AWS: `arn:aws:iam::${hubId}:root` }), ...statements);
  const credentials = await assume(hub, arn);
  return { credentials, as: openAccount(cloud, hubId, 'us-east-1', credentials) };
}

const denied = { name: expect.stringMatching(/^AccessDenied/) };

describe('a role of another account that trusts one role by its ARN and asks for an external id', () => {
  let trusted: Account;
  let target: string;
  beforeAll(async () => {
    const reader = await become('reader', anyRole);
    trusted = reader.as;
    const condition = { StringEquals: { 'sts:ExternalId': 'the-right-one' } };
    target = await createRole(member, 'cinch-read', trustOf({ AWS: `arn:aws:iam::${hubId}:role/reader` }, condition));
  });

  test('is assumed by that role with the right id', async () => {
    const session = openAccount(cloud, memberId, 'us-east-1', await assume(trusted, target, 'the-right-one'));
    const identity = await session.sts.send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe(`arn:aws:sts::${memberId}:assumed-role/cinch-read/test`);
    await expect(session.iam.send(new GetRoleCommand({ RoleName: 'cinch-read' }))).rejects.toMatchObject(denied);
  });

  test.each([['the-wrong-one'], [undefined]])('is refused with the id %s', async (externalId) => {
    await expect(assume(trusted, target, externalId)).rejects.toMatchObject(denied);
  });

  test('is refused to another role, and to the root, of the same account', async () => {
    const other = await become('other', anyRole);
    await expect(assume(other.as, target, 'the-right-one')).rejects.toMatchObject(denied);
    await expect(assume(hub, target, 'the-right-one')).rejects.toMatchObject(denied);
  });
});

test('a caller without sts:AssumeRole is refused by a role that trusts its account', async () => {
  const open = await createRole(member, 'open', trustOf({ AWS: `arn:aws:iam::${hubId}:root` }));
  const { as } = await become('idle');
  await expect(assume(as, open)).rejects.toMatchObject(denied);
});

describe('a secret parameter under a customer key', () => {
  const name = '/cinch/orders/DB_PASSWORD';
  const parameter = `arn:aws:ssm:us-east-1:${hubId}:parameter${name}`;
  const value = 'not a real one: "quoted", $(echo x)';
  let key: string;
  let decrypt: Statement;

  const read = ({ credentials }: { credentials: Credentials }, ...names: string[]): Promise<(string | undefined)[]> =>
    new SSMClient({ endpoint: cloud.endpoint, region: 'us-east-1', credentials })
      .send(new GetParametersCommand({ Names: names, WithDecryption: true }))
      .then((answer) => (answer.Parameters ?? []).map((each) => each.Value));

  beforeAll(async () => {
    const root = { endpoint: cloud.endpoint, region: 'us-east-1', credentials: cloud.credentials(hubId) };
    const kms = new KMSClient(root);
    key = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? '';
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/cinch', TargetKeyId: key }));
    const ssm = new SSMClient(root);
    await ssm.send(new PutParameterCommand({ Name: name, Value: value, Type: 'SecureString', KeyId: 'alias/cinch' }));
    await ssm.send(new PutParameterCommand({ Name: '/cinch/other/X', Value: 'x', Type: 'String' }));
    const StringEquals = { 'kms:ViaService': 'ssm.us-east-1.amazonaws.com', 'kms:EncryptionContext:PARAMETER_ARN': parameter };
    decrypt = { Action: 'kms:Decrypt', Resource: key, Condition: { StringEquals } };
  });

  const get = { Action: 'ssm:GetParameters', Resource: parameter };

  test('is read with exactly the two permissions it takes, and nothing beside it is', async () => {
    const reader = await become('both', get, decrypt);
    expect(await read(reader, name)).toEqual([value]);
    expect(await read(reader, parameter)).toEqual([value]);
    await expect(read(reader, name, '/cinch/other/X')).rejects.toMatchObject(denied);
  });

  test.each([
    ['without the key', 'no-key', [get]],
    ['without the parameter', 'no-parameter', [{ ...get, Resource: `${parameter}2` }]],
  ] as const)('is refused %s', async (_why, role, statements) => {
    await expect(read(await become(role, ...statements), name)).rejects.toMatchObject(denied);
  });

  test("is refused under another parameter's encryption context", async () => {
    const Condition = { StringEquals: { 'kms:EncryptionContext:PARAMETER_ARN': `${parameter}2` } };
    const reader = await become('wrong-context', get, { ...decrypt, Condition });
    await expect(read(reader, name)).rejects.toMatchObject(denied);
  });

  test('leaves the key unusable for anything else', async () => {
    const { credentials } = await become('via-ssm-only', decrypt);
    const root = new KMSClient({ endpoint: cloud.endpoint, region: 'us-east-1', credentials: cloud.credentials(hubId) });
    const EncryptionContext = { PARAMETER_ARN: parameter };
    const { CiphertextBlob } = await root.send(
      new EncryptCommand({ KeyId: key, Plaintext: Buffer.from('x'), EncryptionContext }),
    );
    const own = new KMSClient({ endpoint: cloud.endpoint, region: 'us-east-1', credentials });
    await expect(own.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }))).rejects.toMatchObject(denied);
    const wrong = { CiphertextBlob, EncryptionContext: { PARAMETER_ARN: `${parameter}2` } };
    await expect(root.send(new DecryptCommand(wrong))).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
  });
});

describe('a secret under a customer key', () => {
  const isOfSecrets = ({ Action }: IamStatement) => Action.some((action) => /^(secretsmanager|kms):/.test(action));
  const own = statementsOfFamily(STEP_ROWS, 'secrets', 'permissions', { partition: 'aws', account: hubId }).filter(isOfSecrets);
  const Tags = [{ Key: 'cinch:plan', Value: 'one' }];
  const create = async (role: string, statements: readonly IamStatement[], Name: string): Promise<string | undefined> => {
    const { credentials } = await become(role, ...statements.map(({ Effect: _, ...statement }) => statement as Statement));
    const manager = new SecretsManagerClient({ endpoint: cloud.endpoint, region: 'us-east-1', credentials });
    return (await manager.send(new CreateSecretCommand({ Name, SecretString: 'x', KmsKeyId: 'alias/secrets', Tags }))).Name;
  };

  beforeAll(async () => {
    const kms = new KMSClient({ endpoint: cloud.endpoint, region: 'us-east-1', credentials: cloud.credentials(hubId) });
    const TargetKeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn;
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/secrets', TargetKeyId }));
  });

  test('is made with what the step of Cinch may, below its own prefix', async () => {
    expect(await create('keeper', own, 'cinch/orders/TOKEN')).toBe('cinch/orders/TOKEN');
    await expect(create('keeper-elsewhere', own, 'orders/TOKEN')).rejects.toMatchObject(denied);
  });

  test('is refused where the key may be used for the secret and not be tried before', async () => {
    const narrow = own.map((statement) => JSON.parse(JSON.stringify(statement).replace(',"RequestToValidateKeyAccess"', '')));
    expect(narrow).not.toEqual(own);
    await expect(create('keeper-untried', narrow, 'cinch/orders/KEY')).rejects.toMatchObject(denied);
  });
});

test('the least privilege that works on AWS works here', async () => {
  const layer = `arn:aws:lambda:us-east-1:${hubId}:layer:cinch`;
  const { as } = await become(
    'narrow',
    { Action: ['lambda:PublishLayerVersion', 'lambda:GetLayerVersion'], Resource: [layer, `${layer}:*`] },
    { Action: 'lambda:ListFunctionUrlConfigs', Resource: `arn:aws:lambda:us-east-1:${hubId}:function:orders` },
    { Action: ['iam:GetRole', 'iam:CreateRole'], Resource: `arn:aws:iam::${hubId}:role/app/*` },
  );
  await as.lambda.send(
    new PublishLayerVersionCommand({ LayerName: 'cinch', Content: { ZipFile: zip({ name: 'a', text: 'a' }) } }),
  );
  await as.lambda.send(new GetLayerVersionCommand({ LayerName: 'cinch', VersionNumber: 1 }));
  const AssumeRolePolicyDocument = trustOf({ Service: 'lambda.amazonaws.com' });
  await as.iam.send(new CreateRoleCommand({ RoleName: 'inside', Path: '/app/', AssumeRolePolicyDocument }));
  await as.iam.send(new GetRoleCommand({ RoleName: 'inside' }));
  await expect(as.iam.send(new CreateRoleCommand({ RoleName: 'outside', AssumeRolePolicyDocument }))).rejects.toMatchObject(
    denied,
  );
  await createExecutionRole(hub, 'elsewhere');
  await expect(as.iam.send(new GetRoleCommand({ RoleName: 'elsewhere' }))).rejects.toMatchObject(denied);
  const urls = as.lambda.send(new ListFunctionUrlConfigsCommand({ FunctionName: 'orders' }));
  await expect(urls).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(as.lambda.send(new ListFunctionUrlConfigsCommand({ FunctionName: 'bills' }))).rejects.toMatchObject(denied);
});
