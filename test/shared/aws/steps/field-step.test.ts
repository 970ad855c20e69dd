import { describe, expect, it } from 'vitest';
import { fieldStep } from '../../../../shared/aws/steps/field-step.ts';
import type { StepDeps } from '../../../../shared/aws/steps/handler.ts';
import { roleResource } from '../../../../shared/model/resource.ts';
import type { StepOf } from '../../../../shared/model/step.ts';

type SetBoundary = StepOf<'set-boundary'>;
const target = roleResource('222222222222', 'orders');
const step = (fromArn: string | null, toArn: string | null): SetBoundary => ({ kind: 'set-boundary', target, fromArn, toArn });

/** A field in memory: what is tested is when the frame of most steps writes at all. */
function bench(start: string | null) {
  const written: (string | null)[] = [];
  let now = start;
  const handler = fieldStep<'set-boundary', string | null>({
    name: () => 'the boundary',
    from: ({ fromArn }) => fromArn,
    to: ({ toArn }) => toArn,
    shown: (arn) => arn ?? 'none',
    read: async () => now,
    write: async (_deps, _clients, _step, value) => {
      written.push(value);
      now = value;
    },
  });
  const deps = { members: { clients: () => ({}) } } as unknown as StepDeps;
  const set = (value: string | null): void => {
    now = value;
  };
  return { handler, deps, written, set, now: () => now };
}

describe('undo of a field', () => {
  it("writes only over the step's own result", async () => {
    const { handler, deps, written, set, now } = bench('a');
    const captured = await handler.capture(deps, step('a', 'b'));
    await handler.apply(deps, step('a', 'b'), captured);
    set('theirs');
    expect(await handler.undo(deps, step('a', 'b'), captured, { value: 'b' })).toEqual([
      'somebody changed the boundary since: it is theirs',
    ]);
    expect(written).toEqual(['b']);
    set('b');
    expect(await handler.undo(deps, step('a', 'b'), captured, { value: 'b' })).toEqual([]);
    expect(now()).toBe('a');
  });

  it('of an older fix leaves what a later one has set', async () => {
    const { handler, deps, now } = bench('a');
    const first = await handler.capture(deps, step('a', 'b'));
    await handler.apply(deps, step('a', 'b'), first);
    const second = await handler.capture(deps, step('b', 'c'));
    await handler.apply(deps, step('b', 'c'), second);
    expect(await handler.undo(deps, step('a', 'b'), first, { value: 'b' })).toHaveLength(1);
    expect(now()).toBe('c');
    expect(await handler.undo(deps, step('b', 'c'), second, { value: 'c' })).toEqual([]);
    expect(await handler.undo(deps, step('a', 'b'), first, { value: 'b' })).toEqual([]);
    expect(now()).toBe('a');
  });
});
