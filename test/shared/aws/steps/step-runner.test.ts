import { describe, expect, it } from 'vitest';
import type { MemberAccess } from '../../../../shared/aws/member.ts';
import { makeStepRunner } from '../../../../shared/aws/steps/index.ts';
import { AccessRefused, type CinchError, Refused, TryAgain } from '../../../../shared/model/errors.ts';
import { functionResource } from '../../../../shared/model/resource.ts';
import type { StepOf } from '../../../../shared/model/step.ts';

const step: StepOf<'lower-timeout'> = {
  kind: 'lower-timeout',
  target: functionResource('222222222222', 'eu-central-1', 'f'),
  fromSeconds: 900,
  toSeconds: 29,
};

const awsError = (name: string, message = 'said AWS'): Error => Object.assign(new Error(message), { name });

/** A Lambda that holds a timeout, is in a state, and answers updates with the given errors first. */
function fakeLambda(errors: Error[], states: string[] = []) {
  const waits: number[] = [];
  let timeout = 900;
  let updates = 0;
  let now = 0;
  const send = async (command: { constructor: { name: string }; input: { Timeout?: number } }) => {
    if (command.constructor.name === 'GetFunctionConfigurationCommand')
      return {
        Timeout: timeout,
        RevisionId: 'r',
        State: 'Active',
        LastUpdateStatus: states.length > 1 ? states.shift() : (states[0] ?? 'Successful'),
      };
    updates += 1;
    const error = errors.shift();
    if (error) throw error;
    timeout = command.input.Timeout ?? timeout;
    return {};
  };
  const members = { clients: () => ({ lambda: { send }, roleName: 'cinch-write' }) } as unknown as MemberAccess;
  const clock = {
    now: () => new Date(now),
    sleep: async (ms: number) => {
      waits.push(ms);
      now += ms;
    },
  };
  const runner = makeStepRunner({
    members,
    clock,
    random: () => 1,
    id: () => 'id',
    config: { read: () => Promise.reject(new Error('not needed')) },
    layerFolder: '/nowhere',
    functionsOfRole: async () => [],
  });
  return { runner, waits, timeout: () => timeout, updates: () => updates };
}
const repeat = (count: number, name: string): Error[] => Array.from({ length: count }, () => awsError(name));
const captured = { value: 900 };

describe('a write that meets trouble', () => {
  it.each(['ResourceConflictException', 'TooManyRequestsException', 'PreconditionFailedException'])(
    'goes on after %s',
    async (name) => {
      const fake = fakeLambda(repeat(2, name));
      await fake.runner.apply(step, captured);
      expect(fake.timeout()).toBe(29);
      expect(fake.updates()).toBe(3);
      expect(fake.waits).toEqual([200, 400]);
    },
  );

  it.each<[string, new (...given: never[]) => CinchError, number]>([
    ['ResourceConflictException', TryAgain, 6],
    ['TooManyRequestsException', TryAgain, 6],
    ['PreconditionFailedException', TryAgain, 3],
    ['AccessDeniedException', AccessRefused, 1],
    ['LimitExceededException', Refused, 1],
  ])('that stays %s ends so', async (name, expected, tries) => {
    const fake = fakeLambda(repeat(20, name));
    await expect(fake.runner.apply(step, captured)).rejects.toBeInstanceOf(expected);
    expect(fake.updates()).toBe(tries);
    expect(fake.timeout()).toBe(900);
  });

  it('never lets a message of AWS out, which may quote what was sent', async () => {
    const fake = fakeLambda([awsError('InvalidParameterValueException', 'String measured: {"PASSWORD":"hunter2"}')]);
    const error = await fake.runner.apply(step, captured).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: 'InvalidParameterValueException' });
    expect(`${String(error)} ${(error as Error).stack} ${JSON.stringify(error)} ${String((error as Error).cause)}`).not.toContain(
      'hunter2',
    );
  });
});

describe('a function that is being updated', () => {
  it('is waited for, ever more seldom', async () => {
    const fake = fakeLambda([], ['InProgress', 'InProgress', 'InProgress', 'Successful']);
    expect(await fake.runner.capture(step)).toEqual(captured);
    expect(fake.waits).toEqual([100, 150, 225]);
  });

  it('is left to the queue after a minute', async () => {
    const fake = fakeLambda([], ['InProgress']);
    await expect(fake.runner.capture(step)).rejects.toBeInstanceOf(TryAgain);
    const total = fake.waits.reduce((sum, wait) => sum + wait, 0);
    expect(total).toBeGreaterThanOrEqual(60_000);
    expect(total).toBeLessThan(63_000);
  });

  it('whose update failed does not verify', async () => {
    const fake = fakeLambda([], ['Failed']);
    expect(await fake.runner.verify({ ...step, toSeconds: 900 }, captured, captured)).toMatch(/update failed/);
  });
});

it('does not take a snapshot that is none', async () => {
  const fake = fakeLambda([]);
  await expect(fake.runner.apply(step, undefined)).rejects.toThrow(/captured state/);
  expect(fake.updates()).toBe(0);
});
