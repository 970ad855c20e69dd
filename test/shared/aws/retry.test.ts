import { describe, expect, it } from 'vitest';
import { errorCode, isThrottled } from '../../../shared/aws/aws-error.ts';
import type { MemberClients } from '../../../shared/aws/member.ts';
import { backoffMs, withRetries } from '../../../shared/aws/retry.ts';
import { writeInline } from '../../../shared/aws/steps/roles/role-policies.ts';

const limits = { tries: 4, baseMs: 100, maxMs: 300 };
const throttled = (name = 'Throttling') => Object.assign(new Error('Rate exceeded'), { name });

function clockOf() {
  const waits: number[] = [];
  return {
    waits,
    clock: {
      now: () => new Date(0),
      sleep: async (ms: number) => {
        waits.push(ms);
      },
    },
  };
}

describe('retries', () => {
  it('wait up to twice as long each time, never longer than the most, by chance all over that', () => {
    expect([0, 1, 2, 3, 10].map((attempt) => backoffMs(attempt, limits, () => 1))).toEqual([100, 200, 300, 300, 300]);
    expect(backoffMs(2, limits, () => 0)).toBe(0);
    expect(backoffMs(2, limits, () => 0.5)).toBe(150);
  });

  it('end after their tries, with the last error', async () => {
    const { clock, waits } = clockOf();
    let calls = 0;
    const call = async () => {
      calls += 1;
      throw new Error(`try ${calls}`);
    };
    await expect(withRetries({ clock, random: () => 1 }, limits, () => true, call)).rejects.toThrow('try 4');
    expect(waits).toEqual([100, 200, 300]);
  });

  it('are not made for what does not get better', async () => {
    const { clock, waits } = clockOf();
    const call = async () => Promise.reject(throttled('MalformedPolicyDocument'));
    await expect(withRetries({ clock, random: () => 1 }, limits, isThrottled, call)).rejects.toThrow();
    expect(waits).toEqual([]);
  });
});

describe('an IAM write', () => {
  const iamThat = (failures: Error[]) => {
    const sent: string[] = [];
    const send = async (command: object) => {
      sent.push(command.constructor.name);
      const failure = failures.shift();
      if (failure) throw failure;
    };
    return { sent, clients: { iam: { send } } as unknown as MemberClients };
  };

  it.each(['Throttling', 'ConcurrentModification'])('goes on after %s', async (name) => {
    const { clock, waits } = clockOf();
    const { sent, clients } = iamThat([throttled(name), throttled(name)]);
    await writeInline({ clock, random: () => 1 }, clients, 'role', 'policy', '{}');
    expect([sent.length, waits]).toEqual([3, [200, 400]]);
  });

  it('that stays throttled ends after five tries', async () => {
    const { clock } = clockOf();
    const { sent, clients } = iamThat(Array.from({ length: 9 }, () => throttled()));
    const error = await writeInline({ clock, random: () => 1 }, clients, 'role', 'policy', '{}').catch(
      (thrown: unknown) => thrown,
    );
    expect(errorCode(error)).toBe('Throttling');
    expect(sent).toHaveLength(5);
  });
});
