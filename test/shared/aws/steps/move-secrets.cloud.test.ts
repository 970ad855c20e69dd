import { GetRolePolicyCommand, ListRolePoliciesCommand, PutRolePermissionsBoundaryCommand } from '@aws-sdk/client-iam';
import {
  DeleteFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  ListLayerVersionsCommand,
  PublishLayerVersionCommand,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { previewStep } from '../../../../shared/engine/preview-step.ts';
import type { StepRunner } from '../../../../shared/flows/ports.ts';
import { Refused, StateMoved } from '../../../../shared/model/errors.ts';
import type { MoveSecretsStep } from '../../../../shared/model/steps/secrets.ts';
import {
  createExecutionRole,
  createFunction,
  MEMBER,
  type MemberCloud,
  newName,
  REGION,
  startMemberCloud,
} from '../cloud/member-cloud.ts';
import { keyOfSecret, MANAGER, restoreSecret, STORES, type TestStore } from '../cloud/secret-stores.ts';
import { changeBefore, declaredActions, functionState, recordActions, stepsOf } from '../cloud/step-bench.ts';

let cloud: MemberCloud;
let steps: StepRunner;
let used: { write: Set<string>; undo: Set<string> };

beforeAll(async () => {
  cloud = await startMemberCloud();
  steps = stepsOf(cloud);
  used = { write: recordActions(cloud, 'write'), undo: recordActions(cloud, 'undo') };
});
afterAll(() => cloud?.stop());

let store: TestStore = STORES[0];
const PASSWORD = 'p"w$(touch x)`é漢`\n\ttwo=lines';
const TOKEN = 'tok-0123456789';

async function make(more: Record<string, string> = {}, variables = ['DB_PASSWORD', 'API_TOKEN']): Promise<MoveSecretsStep> {
  const role = await createExecutionRole(cloud, newName('exec'));
  const target = await createFunction(cloud, newName('billing'), role, {
    Timeout: 10,
    Environment: { Variables: { DB_PASSWORD: PASSWORD, API_TOKEN: TOKEN, STAGE: 'prod', ...more } },
  });
  return { kind: store.kind, target, roleArn: role, architecture: 'x86_64', variables };
}

const variablesOf = async (name: string): Promise<Record<string, string>> =>
  (await cloud.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }))).Environment?.Variables ?? {};
const update = (name: string, change: object) =>
  cloud.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: name, ...change }));
const roleNameOf = (step: MoveSecretsStep): string => step.roleArn.split('/').at(-1) ?? '';
const inlineOf = async (step: MoveSecretsStep): Promise<string[]> =>
  (await cloud.iam.send(new ListRolePoliciesCommand({ RoleName: roleNameOf(step) }))).PolicyNames ?? [];
const grantOf = async (step: MoveSecretsStep): Promise<string> => {
  const PolicyName = `${store.policyPrefix}${step.target.name}`;
  const found = await cloud.iam.send(new GetRolePolicyCommand({ RoleName: roleNameOf(step), PolicyName }));
  return decodeURIComponent(found.PolicyDocument ?? '');
};
const placesOf = (step: MoveSecretsStep): Promise<string[]> => store.places(cloud, step.target.name);
const storedValue = (place: string): Promise<string | undefined> => store.value(cloud, place);
const placeOf = (step: MoveSecretsStep, variable: string): string => `${store.root}${step.target.name}/${variable}`;
const reference = (step: MoveSecretsStep, variable: string): string => `${store.prefix}${placeOf(step, variable)}`;
const write = () => cloud.members.clients(MEMBER, REGION, 'write').lambda;

async function invoke(name: string): Promise<Record<string, unknown>> {
  const answer = await cloud.lambda.send(new InvokeCommand({ FunctionName: name }));
  expect(answer.FunctionError).toBeUndefined();
  return JSON.parse(answer.Payload?.transformToString() ?? '{}') as Record<string, unknown>;
}

describe.each(STORES)('$kind', (each) => {
  beforeAll(() => {
    store = each;
  });

  it('moves values, and the function sees the same; twice as once; undo restores everything', async () => {
    const step = await make();
    const { name } = step.target;
    const before = await functionState(cloud.lambda, name);
    expect(await invoke(name)).toMatchObject({ DB_PASSWORD: PASSWORD, API_TOKEN: TOKEN });

    const captured = await steps.capture(step);
    const receipt = await steps.apply(step, captured);
    expect(await steps.verify(step, captured, receipt)).toBeUndefined();
    expect(JSON.stringify([captured, receipt, previewStep(step)])).not.toMatch(/tok-|touch/);
    expect(await variablesOf(name)).toEqual({
      DB_PASSWORD: reference(step, 'DB_PASSWORD'),
      API_TOKEN: reference(step, 'API_TOKEN'),
      STAGE: 'prod',
      AWS_LAMBDA_EXEC_WRAPPER: '/opt/cinch/secret-resolver',
    });
    expect(await storedValue(placeOf(step, 'DB_PASSWORD'))).toBe(PASSWORD);
    const grant = JSON.parse(await grantOf(step)) as { Statement: { Resource: string[] }[] };
    expect(grant.Statement[0]?.Resource).toEqual(
      ['API_TOKEN', 'DB_PASSWORD'].map((variable) => store.grantedArn(placeOf(step, variable))),
    );
    expect(grant.Statement[1]?.Resource).toEqual([cloud.keyArn]);
    expect(await invoke(name)).toMatchObject({ DB_PASSWORD: PASSWORD, API_TOKEN: TOKEN });

    const moved = await functionState(cloud.lambda, name);
    expect(await steps.apply(step, captured)).toEqual(receipt);
    expect(await functionState(cloud.lambda, name)).toEqual(moved);

    expect(await steps.undo(step, captured, receipt)).toEqual([]);
    expect(await functionState(cloud.lambda, name)).toEqual(before);
    expect(await inlineOf(step)).toEqual([]);
    expect(await placesOf(step)).toEqual([]);
    expect(await invoke(name)).toMatchObject({ DB_PASSWORD: PASSWORD });
    expect(await steps.undo(step, captured, receipt)).toEqual([]);
    expect(await functionState(cloud.lambda, name)).toEqual(before);
  });

  it('publishes the layer once for all functions', async () => {
    for (const step of [await make(), await make()]) await steps.apply(step, await steps.capture(step));
    const layers = await cloud.lambda.send(new ListLayerVersionsCommand({ LayerName: 'cinch-secret-resolver' }));
    expect(layers.LayerVersions).toHaveLength(1);
  });

  it('chains a wrapper and keeps layers; undo gives them back', async () => {
    const layer = await cloud.lambda.send(
      new PublishLayerVersionCommand({
        LayerName: 'theirs',
        Content: { ZipFile: Buffer.from('504b0506000000000000000000000000000000000000', 'hex') },
      }),
    );
    const step = await make({ AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel-handler' });
    await update(step.target.name, { Layers: [layer.LayerVersionArn] });
    const before = await functionState(cloud.lambda, step.target.name);
    const captured = await steps.capture(step);
    const receipt = await steps.apply(step, captured);
    const { Layers } = (await functionState(cloud.lambda, step.target.name)) as { Layers: { Arn: string }[] };
    expect(Layers.map(({ Arn }) => Arn.split(':')[6])).toEqual(['theirs', 'cinch-secret-resolver']);
    expect(await variablesOf(step.target.name)).toMatchObject({
      AWS_LAMBDA_EXEC_WRAPPER: '/opt/cinch/secret-resolver',
      CINCH_NEXT_WRAPPER: '/opt/otel-handler',
    });
    expect(await steps.undo(step, captured, receipt)).toEqual([]);
    expect(await functionState(cloud.lambda, step.target.name)).toEqual(before);
  });

  it('a second move joins the grant; undoing the first keeps what the second needs', async () => {
    const first = await make({}, ['DB_PASSWORD']);
    const second = { ...first, variables: ['API_TOKEN'] };
    const before = await functionState(cloud.lambda, first.target.name);
    const [captured1] = [await steps.capture(first)];
    const receipt1 = await steps.apply(first, captured1);
    await steps.verify(first, captured1, receipt1);
    const captured2 = await steps.capture(second);
    const receipt2 = await steps.apply(second, captured2);
    expect(await steps.verify(second, captured2, receipt2)).toBeUndefined();
    expect(await steps.undo(first, captured1, receipt1)).toEqual([]);
    expect(await grantOf(first)).not.toContain('DB_PASSWORD');
    expect(await invoke(first.target.name)).toMatchObject({ DB_PASSWORD: PASSWORD, API_TOKEN: TOKEN });
    expect(await variablesOf(first.target.name)).toMatchObject({ AWS_LAMBDA_EXEC_WRAPPER: '/opt/cinch/secret-resolver' });
    expect(await steps.undo(second, captured2, receipt2)).toEqual([]);
    expect(await functionState(cloud.lambda, first.target.name)).toEqual(before);
    expect(await inlineOf(first)).toEqual([]);
  });

  it('resumes a run that was cut off before the update, with the value that is there now', async () => {
    const step = await make();
    const captured = await steps.capture(step);
    const stop = changeBefore(write(), 'UpdateFunctionConfigurationCommand', () => Promise.reject(new Error('cut off')));
    await expect(steps.apply(step, captured)).rejects.toThrow();
    stop();
    await update(step.target.name, {
      Environment: { Variables: { ...(await variablesOf(step.target.name)), API_TOKEN: 'rotated' } },
    });
    const receipt = await steps.apply(step, captured);
    expect(await steps.verify(step, captured, receipt)).toBeUndefined();
    expect(await storedValue(placeOf(step, 'API_TOKEN'))).toBe('rotated');
    expect(await invoke(step.target.name)).toMatchObject({ API_TOKEN: 'rotated', DB_PASSWORD: PASSWORD });
  });

  it('undo cleans up after a run that was cut off before the update', async () => {
    const step = await make();
    const before = await functionState(cloud.lambda, step.target.name);
    const captured = await steps.capture(step);
    const stop = changeBefore(write(), 'UpdateFunctionConfigurationCommand', () => Promise.reject(new Error('cut off')));
    await expect(steps.apply(step, captured)).rejects.toThrow();
    stop();
    expect(await placesOf(step)).toHaveLength(2);
    expect(await steps.undo(step, captured, undefined)).toEqual([]);
    expect(await placesOf(step)).toEqual([]);
    expect(await inlineOf(step)).toEqual([]);
    expect(await functionState(cloud.lambda, step.target.name)).toEqual(before);
  });

  it('says moved when a secret changes in the moment of writing, and keeps an unrelated change', async () => {
    const step = await make();
    const captured = await steps.capture(step);
    const theirs = { DB_PASSWORD: 'theirs', API_TOKEN: TOKEN, STAGE: 'prod' };
    const stop = changeBefore(write(), 'UpdateFunctionConfigurationCommand', () =>
      update(step.target.name, { Environment: { Variables: theirs } }),
    );
    await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(StateMoved);
    stop();
    expect(await variablesOf(step.target.name)).toEqual(theirs);
    expect(await steps.undo(step, captured, undefined)).toEqual([]);
    expect(await variablesOf(step.target.name)).toEqual(theirs);

    const other = await make();
    const captured2 = await steps.capture(other);
    const stop2 = changeBefore(write(), 'UpdateFunctionConfigurationCommand', () =>
      update(other.target.name, {
        Environment: { Variables: { DB_PASSWORD: PASSWORD, API_TOKEN: TOKEN, STAGE: 'prod', NEW: '1' } },
      }),
    );
    await steps.apply(other, captured2);
    stop2();
    expect(await variablesOf(other.target.name)).toMatchObject({ NEW: '1', API_TOKEN: reference(other, 'API_TOKEN') });
  });

  it('refuses a parameter that is there already, at capture and in between, and leaves it alone', async () => {
    const step = await make();
    const place = placeOf(step, 'API_TOKEN');
    const captured = await steps.capture(step);
    await store.putForeign(cloud, place, 'foreign');
    await expect(steps.capture(step)).rejects.toBeInstanceOf(Refused);
    await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(Refused);
    expect(await variablesOf(step.target.name)).toMatchObject({ API_TOKEN: TOKEN, DB_PASSWORD: PASSWORD });
    expect(await steps.undo(step, captured, undefined)).toEqual([]);
    expect(await placesOf(step)).toEqual([place]);
    expect(await storedValue(place)).toBe('foreign');
  });

  it('refuses what would not fit or start', async () => {
    const step = await make({ AWS_LAMBDA_EXEC_WRAPPER: '/opt/x' });
    await expect(steps.capture({ ...step, architecture: 'arm64' })).rejects.toBeInstanceOf(StateMoved);
    await expect(steps.capture({ ...step, roleArn: `${step.roleArn}x` })).rejects.toBeInstanceOf(StateMoved);
    await expect(steps.capture({ ...step, variables: ['NO_SUCH'] })).rejects.toBeInstanceOf(StateMoved);
    await update(step.target.name, { Environment: { Variables: { S: 's', BIG: 'x'.repeat(4050) } } });
    await functionState(cloud.lambda, step.target.name);
    await expect(steps.capture({ ...step, variables: ['S'] })).rejects.toBeInstanceOf(Refused);
  });

  it('refuses a role whose boundary could keep the function from starting', async () => {
    const step = await make();
    const PermissionsBoundary = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';
    await cloud.iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: roleNameOf(step), PermissionsBoundary }));
    await expect(steps.capture(step)).rejects.toThrow(PermissionsBoundary);
    expect(await placesOf(step)).toEqual([]);
  });

  it('undo puts a rotated value back, and leaves what somebody wrote over a reference', async () => {
    const step = await make();
    const { name } = step.target;
    const captured = await steps.capture(step);
    const receipt = await steps.apply(step, captured);
    await steps.verify(step, captured, receipt);
    await store.rotate(cloud, placeOf(step, 'API_TOKEN'), 'rotated');
    await update(name, { Environment: { Variables: { ...(await variablesOf(name)), DB_PASSWORD: 'theirs' } } });
    const lines = await steps.undo(step, captured, receipt);
    expect(lines).toEqual([expect.stringContaining('DB_PASSWORD was changed since')]);
    expect(await variablesOf(name)).toEqual({ DB_PASSWORD: 'theirs', API_TOKEN: 'rotated', STAGE: 'prod' });
    expect(await placesOf(step)).toEqual([placeOf(step, 'DB_PASSWORD')]);
  });

  it('undo keeps parameters that a published version reads, and references whose parameter is gone', async () => {
    const step = await make();
    const { name } = step.target;
    const captured = await steps.capture(step);
    const receipt = await steps.apply(step, captured);
    await steps.verify(step, captured, receipt);
    await cloud.lambda.send(new PublishVersionCommand({ FunctionName: name }));
    await store.remove(cloud, placeOf(step, 'API_TOKEN'));
    const lines = await steps.undo(step, captured, receipt);
    expect(lines).toEqual([
      expect.stringContaining('API_TOKEN could not be read'),
      expect.stringContaining('version 1 reads DB_PASSWORD'),
    ]);
    expect(await variablesOf(name)).toMatchObject({ DB_PASSWORD: PASSWORD, API_TOKEN: reference(step, 'API_TOKEN') });
    expect(await placesOf(step)).toEqual([placeOf(step, 'DB_PASSWORD')]);
    expect(await grantOf(step)).toContain(placeOf(step, 'DB_PASSWORD'));
  });

  it('undo of a function that was deleted since keeps the values, and says so', async () => {
    const step = await make();
    const captured = await steps.capture(step);
    const receipt = await steps.apply(step, captured);
    await steps.verify(step, captured, receipt);
    await cloud.lambda.send(new DeleteFunctionCommand({ FunctionName: step.target.name }));
    expect(await steps.undo(step, captured, receipt)).toEqual([expect.stringMatching(/(parameters|secrets) stay/)]);
    expect(await placesOf(step)).toHaveLength(2);
  });
});

describe('move-secrets-to-secrets-manager', () => {
  beforeAll(() => {
    store = MANAGER;
  });

  it('undo leaves the secret to be restored for seven days, and the same move then says why not', async () => {
    const step = await make();
    const captured = await steps.capture(step);
    const receipt = await steps.apply(step, captured);
    await steps.verify(step, captured, receipt);
    expect(await steps.undo(step, captured, receipt)).toEqual([]);
    await expect(steps.capture(step)).rejects.toThrow(/waits for its deletion/);
    await restoreSecret(cloud, placeOf(step, 'DB_PASSWORD'));
    expect(await storedValue(placeOf(step, 'DB_PASSWORD'))).toBe(PASSWORD);
  });

  it('encrypts under the key of Cinch', async () => {
    const step = await make({}, ['API_TOKEN']);
    await steps.apply(step, await steps.capture(step));
    expect(await keyOfSecret(cloud, placeOf(step, 'API_TOKEN'))).toBe(cloud.keyArn);
  });
});

it.each(['write', 'undo'] as const)('called all that these steps declare and nothing else, as %s', (role) => {
  const kinds = ['move-secrets-to-ssm', 'move-secrets-to-secrets-manager'] as const;
  const table = role === 'write' ? 'permissions' : 'undoPermissions';
  expect([...used[role]].sort()).toEqual([...declaredActions(kinds, table)].sort());
});
