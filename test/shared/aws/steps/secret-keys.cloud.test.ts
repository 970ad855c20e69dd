import { readFileSync } from 'node:fs';
import { GetRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient, PutKeyPolicyCommand, ReplicateKeyCommand } from '@aws-sdk/client-kms';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { statementsOfFamily } from '../../../../shared/grants/statements.ts';
import { Refused } from '../../../../shared/model/errors.ts';
import { sharedKeyArn } from '../../../../shared/model/secret-key.ts';
import { STEP_ROWS } from '../../../../shared/model/step.ts';
import type { MoveSecretsStep } from '../../../../shared/model/steps/secrets.ts';
import { ROLE_NAMES } from '../../../../shared/names.ts';
import { makeOrganization, type Organization } from '../../../local/cloud/organization.ts';
import {
  config,
  createExecutionRole,
  createFunction,
  MEMBER,
  type MemberCloud,
  newName,
  REGION,
  startMemberCloud,
} from '../cloud/member-cloud.ts';
import { keyOfSecret, MANAGER, STORES, type TestStore } from '../cloud/secret-stores.ts';
import { functionState, stepsOf } from '../cloud/step-bench.ts';

/** Secrets that are moved under each key that `secrets.key` may name, under IAM: what is granted, that the function reads, and the way back. */

/** Holds the one key of all members. */
const KEYS = '333333333333';
const PRIMARY = 'us-east-1';
const PASSWORD = 'tok-0123456789';

let cloud: MemberCloud;
let organization: Organization;
/** In the primary's region, as somebody would copy it. */
let multiRegion: string;

const kmsIn = (region: string) =>
  new KMSClient({ endpoint: cloud.cloud.endpoint, region, credentials: cloud.cloud.credentials(KEYS) });

const documented = /```json\n([^`]*kms:GenerateDataKey[^`]*)```/.exec(readFileSync('docs/install.md', 'utf8'))?.[1] ?? '';
/** As docs/install.md has it. */
const keyPolicy = (organization: string): string =>
  documented.replaceAll('<key account>', KEYS).replaceAll('o-abcdefghij', organization);

beforeAll(async () => {
  cloud = await startMemberCloud();
  organization = await makeOrganization(cloud.cloud, '999999999999');
  await organization.join(MEMBER);
  const Policy = keyPolicy(organization.id);
  const primary = await kmsIn(PRIMARY).send(new CreateKeyCommand({ MultiRegion: true, Policy }));
  multiRegion = primary.KeyMetadata?.Arn ?? '';
  await kmsIn(PRIMARY).send(new ReplicateKeyCommand({ KeyId: multiRegion, ReplicaRegion: REGION, Policy }));
  await allow(multiRegion);
});
afterAll(() => cloud?.stop());

/** What the member stack grants when it is deployed with this key. */
async function allow(key: string): Promise<void> {
  const place = { partition: 'aws', account: MEMBER, sharedKey: sharedKeyArn(key, '*') };
  for (const [RoleName, which] of [
    [ROLE_NAMES.write, 'permissions'],
    [ROLE_NAMES.undo, 'undoPermissions'],
  ] as const) {
    const Statement = statementsOfFamily(STEP_ROWS, 'secrets', which, place);
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await cloud.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: `secrets-${key.slice(-8)}`, PolicyDocument }));
  }
}

const stepsUnder = (key: string) => stepsOf(cloud, async () => [], { ...config, secrets: { ...config.secrets, key } });

async function make(store: TestStore): Promise<MoveSecretsStep> {
  const roleArn = await createExecutionRole(cloud, newName('exec'));
  const Environment = { Variables: { API_TOKEN: PASSWORD } };
  const target = await createFunction(cloud, newName('billing'), roleArn, { Timeout: 10, Environment });
  return { kind: store.kind, target, roleArn, architecture: 'x86_64', variables: ['API_TOKEN'] };
}

async function keysGranted(store: TestStore, { target, roleArn }: MoveSecretsStep): Promise<unknown> {
  const PolicyName = `${store.policyPrefix}${target.name}`;
  const found = await cloud.iam.send(new GetRolePolicyCommand({ RoleName: roleArn.split('/').at(-1), PolicyName }));
  const { Statement } = JSON.parse(decodeURIComponent(found.PolicyDocument ?? '')) as { Statement: { Resource: string[] }[] };
  return Statement.slice(1).map(({ Resource }) => Resource);
}

async function seen(name: string): Promise<unknown> {
  const { FunctionError, Payload } = await cloud.lambda.send(new InvokeCommand({ FunctionName: name }));
  const answer = JSON.parse(Payload?.transformToString() ?? '{}') as Record<string, unknown>;
  return FunctionError ?? answer.API_TOKEN;
}

describe.each(STORES)('$kind', (store) => {
  it.each([
    ['the account’s own key', () => 'customer-managed', () => [[cloud.keyArn]]],
    ['AWS’s own key, which asks for no right', () => 'aws-managed', () => []],
    ['a multi-Region key of another account', () => multiRegion, () => [[sharedKeyArn(multiRegion, REGION)]]],
  ])('under %s: the function reads, and undo gives everything back', async (_, choice, granted) => {
    const steps = stepsUnder(choice());
    const step = await make(store);
    const { name } = step.target;
    const before = await functionState(cloud.lambda, name);
    const captured = await steps.capture(step);
    const receipt = await steps.apply(step, captured);
    expect(await steps.verify(step, captured, receipt)).toBeUndefined();
    expect(await keysGranted(store, step)).toEqual(granted());
    expect(await seen(name)).toBe(PASSWORD);
    if (store === MANAGER) expect(await keyOfSecret(cloud, `${store.root}${name}/API_TOKEN`)).toBe(granted()[0]?.[0]);
    expect(await steps.undo(step, captured, receipt)).toEqual([]);
    expect(await functionState(cloud.lambda, name)).toEqual(before);
    expect(await store.places(cloud, name)).toEqual([]);
  });
});

describe('a multi-Region key', () => {
  it('without a replica where the function is: nothing is moved, and it says why', async () => {
    const { KeyMetadata } = await kmsIn(PRIMARY).send(
      new CreateKeyCommand({ MultiRegion: true, Policy: keyPolicy(organization.id) }),
    );
    const alone = KeyMetadata?.Arn ?? '';
    await allow(alone);
    const step = await make(MANAGER);
    await expect(stepsUnder(alone).capture(step)).rejects.toThrow(
      /has the multi-Region key of secrets.key a replica in eu-central-1/,
    );
  });

  it('that lets nobody of the account in: nothing is moved', async () => {
    const kms = kmsIn(REGION);
    const KeyId = sharedKeyArn(multiRegion, REGION);
    const step = await make(MANAGER);
    await kms.send(new PutKeyPolicyCommand({ KeyId, Policy: keyPolicy('o-anotherone1') }));
    try {
      await expect(stepsUnder(multiRegion).capture(step)).rejects.toThrow(/lets nobody of this account in/);
    } finally {
      await kms.send(new PutKeyPolicyCommand({ KeyId, Policy: keyPolicy(organization.id) }));
    }
  });

  it('is granted to no role while the configuration names another', async () => {
    const step = await make(MANAGER);
    const captured = await stepsUnder(multiRegion).capture(step);
    await expect(stepsUnder('customer-managed').apply(step, captured)).rejects.toThrow(Refused);
  });
});
