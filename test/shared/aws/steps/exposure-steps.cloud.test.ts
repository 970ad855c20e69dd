import {
  AddPermissionCommand,
  DeleteFunctionUrlConfigCommand,
  DeleteLayerVersionCommand,
  GetFunctionUrlConfigCommand,
  RemoveLayerVersionPermissionCommand,
  UpdateFunctionUrlConfigCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StepRunner } from '../../../../shared/flows/ports.ts';
import { StateMoved, TryAgain } from '../../../../shared/model/errors.ts';
import type { PermissionStatement, Step, StepOf } from '../../../../shared/model/step.ts';
import { forthAndBack } from '../cloud/forth-and-back.ts';
import { MEMBER, type MemberCloud, REGION, startMemberCloud } from '../cloud/member-cloud.ts';
import { changeBefore, declaredActions, recordActions, stepsOf } from '../cloud/step-bench.ts';
import { aLayer, aUrl, EXPOSURE_SCENARIOS } from './scenarios/exposure.ts';
import { aFunction } from './scenarios/first-steps.ts';

let cloud: MemberCloud;
let steps: StepRunner;
let used: { write: Set<string>; undo: Set<string> };

beforeAll(async () => {
  cloud = await startMemberCloud();
  steps = stepsOf(cloud);
  used = { write: recordActions(cloud, 'write'), undo: recordActions(cloud, 'undo') };
});
afterAll(() => cloud?.stop());

/** Right before the write role sends this command. */
const meanwhile = (command: string, change: () => Promise<unknown>) =>
  changeBefore(cloud.members.clients(MEMBER, REGION, 'write').lambda, command, change);

describe('each kind, forth and back', () => {
  it.each(EXPOSURE_SCENARIOS)('$kind $what', (scenario) => forthAndBack(cloud, steps, scenario));
});

describe('narrow-url-cors', () => {
  async function make() {
    const { target, qualifier, from } = await aUrl(cloud, null, ['*']);
    const step: StepOf<'narrow-url-cors'> = {
      kind: 'narrow-url-cors',
      target,
      qualifier,
      from,
      to: { ...from, allowCredentials: false },
    };
    const corsOf = async () => (await cloud.lambda.send(new GetFunctionUrlConfigCommand({ FunctionName: target.name }))).Cors;
    const set = (Cors: object) => cloud.lambda.send(new UpdateFunctionUrlConfigCommand({ FunctionName: target.name, Cors }));
    return { step, target, corsOf, set };
  }

  it('keeps methods and headers that somebody set since, forth and back', async () => {
    const { step, corsOf, set } = await make();
    const before = await corsOf();
    const captured = await steps.capture(step);
    await set({ ...before, AllowMethods: ['GET', 'PUT'] });
    await steps.apply(step, captured);
    expect(await corsOf()).toEqual({ ...before, AllowMethods: ['GET', 'PUT'], AllowCredentials: false });
    await set({ ...before, AllowCredentials: false, MaxAge: 5 });
    expect(await steps.undo(step, captured, undefined)).toEqual([]);
    expect(await corsOf()).toEqual({ ...before, MaxAge: 5 });
  });

  it('leaves origins that somebody named meanwhile, at apply and at undo', async () => {
    const { step, corsOf, set } = await make();
    const captured = await steps.capture(step);
    const theirs = { AllowOrigins: ['https://theirs.example.com'], AllowCredentials: true };
    await set(theirs);
    await expect(steps.capture(step)).rejects.toBeInstanceOf(StateMoved);
    await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(StateMoved);
    expect(await steps.undo(step, captured, undefined)).toEqual([expect.stringContaining('https://theirs.example.com with')]);
    expect(await corsOf()).toMatchObject(theirs);
  });

  it('a URL that is gone: moved to capture and apply, a line to undo', async () => {
    const { step, target } = await make();
    const captured = await steps.capture(step);
    await cloud.lambda.send(new DeleteFunctionUrlConfigCommand({ FunctionName: target.name }));
    await expect(steps.capture(step)).rejects.toBeInstanceOf(StateMoved);
    await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(StateMoved);
    expect(await steps.undo(step, captured, undefined)).toEqual([expect.stringContaining('is gone')]);
  });
});

describe('remove-layer-permission', () => {
  async function make(others: readonly object[] = []) {
    const { target, layerArn, statement, ...rest } = await aLayer(cloud, others);
    const step: StepOf<'remove-layer-permission'> = { kind: 'remove-layer-permission', target, layerArn, statement };
    return { step, ...rest };
  }
  const remove = (at: object, StatementId: string) =>
    cloud.lambda.send(
      new RemoveLayerVersionPermissionCommand({ ...(at as { LayerName: string; VersionNumber: number }), StatementId }),
    );

  it('writes nothing when the policy changes between reading and writing, and does it the next time', async () => {
    const { step, permit, policy } = await make();
    const captured = await steps.capture(step);
    const stop = meanwhile('RemoveLayerVersionPermissionCommand', () =>
      permit({ StatementId: 'theirs', Principal: '333333333333' }),
    );
    await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(TryAgain);
    stop();
    expect(await policy()).toMatchObject({ Statement: [{ Sid: 'open' }, { Sid: 'theirs' }] });
    await steps.apply(step, captured);
    expect(await policy()).toMatchObject({ Statement: [{ Sid: 'theirs' }] });
    expect(await steps.undo(step, captured, undefined)).toEqual([]);
    expect(await policy()).toMatchObject({ Statement: [{ Sid: 'theirs' }, { Sid: 'open' }] });
  });

  it('leaves another statement of the same name, at apply and at undo', async () => {
    const { step, at, permit, policy } = await make();
    const captured = await steps.capture(step);
    await remove(at, 'open');
    await permit({ Principal: '333333333333' });
    const theirs = await policy();
    await expect(steps.capture(step)).rejects.toBeInstanceOf(StateMoved);
    await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(StateMoved);
    expect(await steps.undo(step, captured, undefined)).toEqual([expect.stringContaining('somebody changed the statement open')]);
    expect(await policy()).toEqual(theirs);
  });

  it('a version that is gone: moved to capture, a line to undo', async () => {
    const { step, at } = await make();
    const captured = await steps.capture(step);
    await steps.apply(step, captured);
    await cloud.lambda.send(new DeleteLayerVersionCommand(at as { LayerName: string; VersionNumber: number }));
    await expect(steps.capture(step)).rejects.toBeInstanceOf(StateMoved);
    expect(await steps.undo(step, captured, undefined)).toEqual([expect.stringContaining('no longer exists')]);
  });
});

it('both statements that a deleted URL left go and come back as they were', async () => {
  const { target, look } = await aFunction(cloud);
  const at = { FunctionName: target.name, Principal: '*' };
  const made = [
    { StatementId: 'to', Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' as const },
    { StatementId: 'via', Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true },
  ];
  const statements: PermissionStatement[] = [];
  for (const one of made) {
    const { Statement: text = '' } = await cloud.lambda.send(new AddPermissionCommand({ ...at, ...one }));
    statements.push({ sid: one.StatementId, text });
  }
  const before = await look();
  const step: Step = { kind: 'remove-permission', target, qualifier: null, statements };
  const captured = await steps.capture(step);
  const receipt = await steps.apply(step, captured);
  expect(await steps.verify(step, captured, receipt)).toBeUndefined();
  expect(JSON.stringify(await look())).not.toMatch(/FunctionUrl/);
  expect(await steps.undo(step, captured, receipt)).toEqual([]);
  expect(await look()).toEqual(before);
});

it('called all that these steps declare and nothing else', () => {
  const kinds = ['narrow-url-cors', 'remove-layer-permission', 'remove-permission'] as const;
  expect([...used.write].sort()).toEqual([...declaredActions(kinds, 'permissions')].sort());
  expect([...used.undo].sort()).toEqual([...declaredActions(kinds, 'undoPermissions')].sort());
});
