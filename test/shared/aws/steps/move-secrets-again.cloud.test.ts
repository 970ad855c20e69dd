import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AwsError } from '../../../../shared/aws/aws-error.ts';
import { readMovedSecrets } from '../../../../shared/aws/readers/function-secrets.ts';
import type { StepRunner } from '../../../../shared/flows/ports.ts';
import { TryAgain } from '../../../../shared/model/errors.ts';
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
import { STORES, type TestStore } from '../cloud/secret-stores.ts';
import { functionState, stepsOf } from '../cloud/step-bench.ts';

let cloud: MemberCloud;
let steps: StepRunner;
beforeAll(async () => {
  cloud = await startMemberCloud();
  steps = stepsOf(cloud);
});
afterAll(() => cloud?.stop());

const TOKEN = 'tok-0123456789';
async function make(store: TestStore): Promise<MoveSecretsStep> {
  const roleArn = await createExecutionRole(cloud, newName('exec'));
  const target = await createFunction(cloud, newName('billing'), roleArn, {
    Environment: { Variables: { API_TOKEN: TOKEN, STAGE: 'prod' } },
  });
  return { kind: store.kind, target, roleArn, architecture: 'x86_64', variables: ['API_TOKEN'] };
}
const variablesOf = async ({ target }: MoveSecretsStep): Promise<Record<string, string>> =>
  (await cloud.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: target.name }))).Environment?.Variables ?? {};
const put = async ({ target }: MoveSecretsStep, Variables: Record<string, string>): Promise<void> => {
  await functionState(cloud.lambda, target.name);
  await cloud.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: target.name, Environment: { Variables } }));
  await functionState(cloud.lambda, target.name);
};

/** AWS does what it is asked, and what it answers to the first of these calls gets lost. */
function loseAnswer(operation: string): () => void {
  const { light } = cloud.members.clients(MEMBER, REGION, 'write');
  const call = light.call;
  let isLost = false;
  Object.assign(light, {
    call: async (...given: Parameters<typeof call>) => {
      const answer = await call(...given);
      if (isLost || given[1] !== operation) return answer;
      isLost = true;
      throw new AwsError(`${given[0]}:${operation}`, 'ECONNRESET', 0);
    },
  });
  return () => {
    Object.assign(light, { call });
  };
}

/** The same request comes twice, as from a client that heard nothing of the first. */
function sendTwice(operation: string): () => void {
  const { light } = cloud.members.clients(MEMBER, REGION, 'write');
  const call = light.call;
  Object.assign(light, {
    call: async (...given: Parameters<typeof call>) => {
      if (given[1] === operation) await call(...given);
      return call(...given);
    },
  });
  return () => {
    Object.assign(light, { call });
  };
}

describe.each(STORES)('$kind', (store) => {
  const creates = store.kind === 'move-secrets-to-ssm' ? 'PutParameter' : 'CreateSecret';
  const placeOf = (step: MoveSecretsStep): string => `${store.root}${step.target.name}/API_TOKEN`;
  const rotatedOf = async ({ target }: MoveSecretsStep): Promise<unknown> => {
    const clients = cloud.members.clients(MEMBER, REGION, 'read');
    const config = () => cloud.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: target.name }));
    return readMovedSecrets({ clients, resource: target, config } as unknown as Parameters<typeof readMovedSecrets>[0]);
  };

  it.each([
    ['a lost answer, when the run is taken up again', loseAnswer, 1],
    ['an answer that was lost on the way and asked for again', sendTwice, 0],
  ] as const)('puts once in spite of %s', async (_what, trouble, failures) => {
    const step = await make(store);
    const before = await functionState(cloud.lambda, step.target.name);
    const captured = await steps.capture(step);
    const stop = trouble(creates);
    if (failures > 0) await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(TryAgain);
    const receipt = await steps.apply(step, captured);
    stop();
    expect(await steps.verify(step, captured, receipt)).toBeUndefined();
    expect(await store.places(cloud, step.target.name)).toEqual([placeOf(step)]);
    expect(await store.value(cloud, placeOf(step))).toBe(TOKEN);
    // Its own second put is not a rotation.
    expect(await rotatedOf(step)).toMatchObject([{ variable: 'API_TOKEN', rotated: false }]);
    await store.rotate(cloud, placeOf(step), 'another');
    expect(await rotatedOf(step)).toMatchObject([{ variable: 'API_TOKEN', rotated: true }]);
    await store.rotate(cloud, placeOf(step), TOKEN);
    expect(await steps.undo(step, captured, receipt)).toEqual([]);
    expect(await functionState(cloud.lambda, step.target.name)).toEqual(before);
  });

  it('undo of a move whose place a later move has taken leaves all of the later one', async () => {
    const step = await make(store);
    const first = await steps.capture(step);
    const receipt = await steps.apply(step, first);
    // Somebody takes the first move back by hand, and the secret is moved again.
    await store.remove(cloud, placeOf(step));
    await put(step, { API_TOKEN: 'a newer one', STAGE: 'prod' });
    const second = await steps.capture(step);
    const receipt2 = await steps.apply(step, second);
    const moved = await functionState(cloud.lambda, step.target.name);

    expect(await steps.undo(step, first, receipt)).toEqual([expect.stringContaining('API_TOKEN stays as it is')]);
    expect(await functionState(cloud.lambda, step.target.name)).toEqual(moved);
    expect(await steps.verify(step, second, receipt2)).toBeUndefined();
    expect(await store.value(cloud, placeOf(step))).toBe('a newer one');

    await steps.undo(step, second, receipt2);
    expect(await variablesOf(step)).toMatchObject({ API_TOKEN: 'a newer one', STAGE: 'prod' });
  });
});
