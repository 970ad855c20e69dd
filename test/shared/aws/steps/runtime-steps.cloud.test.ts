import {
  DeleteFunctionCommand,
  GetFunctionConcurrencyCommand,
  InvokeCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutProvisionedConcurrencyConfigCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StepRunner } from '../../../../shared/flows/ports.ts';
import { Refused, StateMoved } from '../../../../shared/model/errors.ts';
import type { Resource } from '../../../../shared/model/resource.ts';
import type { StepKind, StepOf } from '../../../../shared/model/step.ts';
import { RUNTIME_ROWS } from '../../../../shared/model/steps/runtime.ts';
import { WRAPPER_PATH } from '../../../../shared/secrets/resolver-contract.ts';
import { forthAndBack } from '../cloud/forth-and-back.ts';
import { type MemberCloud, startMemberCloud } from '../cloud/member-cloud.ts';
import { declaredActions, recordActions, stepsOf } from '../cloud/step-bench.ts';
import { runtimeBench } from './runtime-bench.ts';
import { aFunction } from './scenarios/first-steps.ts';
import { aLogged, aLogKey, RUNTIME_SCENARIOS } from './scenarios/runtime.ts';

let cloud: MemberCloud;
let steps: StepRunner;
let bench: ReturnType<typeof runtimeBench>;
let used: { write: Set<string>; undo: Set<string> };

beforeAll(async () => {
  cloud = await startMemberCloud();
  steps = stepsOf(cloud);
  bench = runtimeBench(cloud, steps);
  used = { write: recordActions(cloud, 'write'), undo: recordActions(cloud, 'undo') };
});
afterAll(() => cloud?.stop());

const variablesOf = async (target: Resource<'function'>) => (await bench.configOf(target)).Environment?.Variables;
const concurrencyOf = async ({ name }: Resource<'function'>) =>
  (await cloud.lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: name }))).ReservedConcurrentExecutions;
const reserve = ({ name }: Resource<'function'>, limit: number) =>
  cloud.lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions: limit }));
describe('each kind, forth and back', () => {
  it.each(RUNTIME_SCENARIOS)('$kind $what', (scenario) => forthAndBack(cloud, steps, scenario));

  it('has a scenario', () => {
    expect(new Set(RUNTIME_SCENARIOS.map(({ kind }) => kind))).toEqual(new Set(Object.keys(RUNTIME_ROWS)));
  });

  it.each(RUNTIME_SCENARIOS.filter(({ kind }) => !kind.startsWith('set-log')))(
    '$kind $what: a function that is gone is moved to capture and apply, and no more than a line to undo',
    async ({ prepare }) => {
      const { step } = await prepare(cloud);
      const captured = await steps.capture(step);
      await cloud.lambda.send(new DeleteFunctionCommand({ FunctionName: step.target.name }));
      await expect(steps.capture(step)).rejects.toBeInstanceOf(StateMoved);
      await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(StateMoved);
      expect(await steps.verify(step, captured, {})).toEqual(expect.any(String));
      await steps.undo(step, captured, undefined);
    },
  );
});

describe('remove-variables', () => {
  const Variables = { TABLE: 'orders', LD_PRELOAD: '/tmp/fast.so' };
  async function make(): Promise<StepOf<'remove-variables'>> {
    const { target } = await aFunction(cloud, { Environment: { Variables } });
    return { kind: 'remove-variables', target, variables: ['LD_PRELOAD'] };
  }

  it('keeps what somebody added between reading and writing', async () => {
    const step = await make();
    const captured = await steps.capture(step);
    const stop = bench.meanwhile('UpdateFunctionConfigurationCommand', () =>
      bench.update(step.target, { Environment: { Variables: { ...Variables, NEW: '1' } } }),
    );
    await steps.apply(step, captured);
    stop();
    expect(await variablesOf(step.target)).toEqual({ TABLE: 'orders', NEW: '1' });
    expect(await steps.undo(step, captured, {})).toEqual([]);
    expect(await variablesOf(step.target)).toEqual({ ...Variables, NEW: '1' });
  });

  it('writes nothing when the value changed after it was captured', async () => {
    const step = await make();
    const captured = await steps.capture(step);
    const theirs = { Environment: { Variables: { ...Variables, LD_PRELOAD: '/opt/other.so' } } };
    const stop = bench.meanwhile('UpdateFunctionConfigurationCommand', () => bench.update(step.target, theirs));
    await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(StateMoved);
    stop();
    expect(await variablesOf(step.target)).toEqual(theirs.Environment.Variables);
  });

  it('undo leaves a variable that somebody set since, and says so without its value', async () => {
    const step = await make();
    const { undo } = await bench.applied(step);
    await bench.update(step.target, { Environment: { Variables: { TABLE: 'orders', LD_PRELOAD: 'SEcrEt-7' } } });
    expect(await undo()).toEqual(['LD_PRELOAD was set since: it stays']);
    expect((await variablesOf(step.target))?.LD_PRELOAD).toBe('SEcrEt-7');
  });

  it('undo says so when the environment is full meanwhile, and leaves it', async () => {
    const step = await make();
    const { undo } = await bench.applied(step);
    const full = { TABLE: 'orders', BIG: 'x'.repeat(4050) };
    await bench.update(step.target, { Environment: { Variables: full } });
    expect(await undo()).toEqual([expect.stringMatching(/no longer fit/)]);
    expect(await variablesOf(step.target)).toEqual(full);
  });

  it('is moved when a variable is gone, and never takes the resolver away', async () => {
    const step = await make();
    await expect(steps.capture({ ...step, variables: ['LD_PRELOAD', 'RUBYOPT'] })).rejects.toBeInstanceOf(StateMoved);
    await bench.update(step.target, { Environment: { Variables: { AWS_LAMBDA_EXEC_WRAPPER: WRAPPER_PATH } } });
    await expect(steps.capture({ ...step, variables: ['AWS_LAMBDA_EXEC_WRAPPER'] })).rejects.toBeInstanceOf(Refused);
  });
});

describe('set-concurrency', () => {
  async function make(from: number | null, to: number | null): Promise<StepOf<'set-concurrency'>> {
    const { target } = await aFunction(cloud);
    if (from !== null) await reserve(target, from);
    return { kind: 'set-concurrency', target, from, to };
  }

  it('a function with a limit of 0 is not invoked any more', async () => {
    const step = await make(null, 0);
    const { undo } = await bench.applied(step);
    const invoke = () => cloud.lambda.send(new InvokeCommand({ FunctionName: step.target.name }));
    await expect(invoke()).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    expect(await undo()).toEqual([]);
    expect((await invoke()).StatusCode).toBe(200);
  });

  it('is moved when somebody set another limit', async () => {
    const step = await make(7, 0);
    await expect(steps.capture({ ...step, from: null })).rejects.toBeInstanceOf(StateMoved);
    const captured = await steps.capture(step);
    await reserve(step.target, 8);
    await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(StateMoved);
    expect(await concurrencyOf(step.target)).toBe(8);
  });

  it('undo leaves a limit that somebody set since', async () => {
    const step = await make(null, 0);
    const { undo } = await bench.applied(step);
    await reserve(step.target, 3);
    expect(await undo()).toEqual([expect.stringMatching(/somebody changed .* since/)]);
    expect(await concurrencyOf(step.target)).toBe(3);
  });

  it("refuses what would leave less than 100 of the account's, when it is captured and when others were faster", async () => {
    await expect(steps.capture(await make(null, 901))).rejects.toBeInstanceOf(Refused);
    const step = await make(null, 800);
    const captured = await steps.capture(step);
    const { target: other } = await aFunction(cloud);
    const stop = bench.meanwhile('PutFunctionConcurrencyCommand', () => reserve(other, 200));
    await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(Refused);
    stop();
    expect(await concurrencyOf(step.target)).toBeUndefined();
    await cloud.lambda.send(new DeleteFunctionCommand({ FunctionName: other.name }));
  });

  it('refuses to stop a function whose provisioned concurrency keeps it running', async () => {
    const step = await make(null, 0);
    const FunctionName = step.target.name;
    const { Version: version } = await cloud.lambda.send(new PublishVersionCommand({ FunctionName }));
    await cloud.lambda.send(
      new PutProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier: version, ProvisionedConcurrentExecutions: 2 }),
    );
    const captured = await steps.capture(step);
    await expect(steps.apply(step, captured)).rejects.toThrow(/provisioned concurrency/);
    expect(await concurrencyOf(step.target)).toBeUndefined();
  });

  it('undo says so when there is no room for the old limit any more', async () => {
    const step = await make(500, 0);
    const { undo } = await bench.applied(step);
    const { target: other } = await aFunction(cloud);
    await reserve(other, 700);
    expect(await undo()).toEqual([expect.stringMatching(/500 can't be reserved/)]);
    expect(await concurrencyOf(step.target)).toBe(0);
    await cloud.lambda.send(new DeleteFunctionCommand({ FunctionName: other.name }));
  });
});

describe('set-log-retention and set-log-key', () => {
  it('never shorten a retention that somebody chose, and undo leaves it', async () => {
    const { target, logGroupName, json } = await aLogged(cloud);
    const step: StepOf<'set-log-retention'> = { kind: 'set-log-retention', target, logGroupName, toDays: 30 };
    const { captured, undo } = await bench.applied(step);
    await json('logs', 'Logs_20140328.PutRetentionPolicy', { logGroupName, retentionInDays: 731 });
    await expect(steps.capture(step)).rejects.toBeInstanceOf(StateMoved);
    await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(StateMoved);
    expect(await undo()).toEqual([expect.stringMatching(/somebody changed .* since/)]);
  });

  it('a group that is gone is moved, and a line to undo', async () => {
    const { target, logGroupName, json } = await aLogged(cloud);
    const step: StepOf<'set-log-retention'> = { kind: 'set-log-retention', target, logGroupName, toDays: 30 };
    const { undo } = await bench.applied(step);
    await json('logs', 'Logs_20140328.DeleteLogGroup', { logGroupName });
    await expect(steps.capture(step)).rejects.toBeInstanceOf(StateMoved);
    expect(await undo()).toEqual([expect.stringMatching(/no longer exists/)]);
  });

  it('refuses a key that does not let CloudWatch Logs use it', async () => {
    const { target, logGroupName, look } = await aLogged(cloud);
    const step: StepOf<'set-log-key'> = { kind: 'set-log-key', target, logGroupName, keyArn: await aLogKey(cloud, false) };
    const before = await look();
    const captured = await steps.capture(step);
    await expect(steps.apply(step, captured)).rejects.toThrow(/does not let logs\.eu-central-1/);
    expect(await look()).toEqual(before);
  });

  it('undo leaves a key that somebody chose since', async () => {
    const { target, logGroupName, json } = await aLogged(cloud);
    const { undo } = await bench.applied({ kind: 'set-log-key', target, logGroupName, keyArn: await aLogKey(cloud) });
    await json('logs', 'Logs_20140328.AssociateKmsKey', { logGroupName, kmsKeyId: await aLogKey(cloud) });
    expect(await undo()).toEqual([expect.stringMatching(/somebody changed .* since/)]);
  });
});

describe('upgrade-runtime', () => {
  async function make(more: Parameters<typeof aFunction>[1] = {}): Promise<StepOf<'upgrade-runtime'>> {
    const { target } = await aFunction(cloud, more);
    return { kind: 'upgrade-runtime', target, from: 'nodejs20.x', to: 'nodejs24.x', undoableUntil: null };
  }

  it('refuses when AWS would not take the old one back', async () => {
    const step = await make();
    await expect(steps.capture({ ...step, undoableUntil: '2020-01-01' })).rejects.toThrow(/could not be undone/);
  });

  it('is moved by another runtime at capture and in the moment of writing; undo leaves a third', async () => {
    const step = await make();
    await expect(steps.capture({ ...step, from: 'nodejs18.x' })).rejects.toBeInstanceOf(StateMoved);
    const captured = await steps.capture(step);
    const stop = bench.meanwhile('UpdateFunctionConfigurationCommand', () =>
      bench.update(step.target, { Runtime: 'nodejs22.x' }),
    );
    await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(StateMoved);
    stop();
    expect(await steps.undo(step, captured, undefined)).toEqual([expect.stringMatching(/somebody changed .* since/)]);
    expect((await bench.configOf(step.target)).Runtime).toBe('nodejs22.x');
  });
});

it('uses the actions that the rows declare, and no other', () => {
  const kinds = Object.keys(RUNTIME_ROWS) as StepKind[];
  expect([...used.write].sort()).toEqual([...declaredActions(kinds, 'permissions')].sort());
  expect([...used.undo].sort()).toEqual([...declaredActions(kinds, 'undoPermissions')].sort());
});
