import { expect, it } from 'vitest';
import { keepFor, readAnew } from '../../../shared/aws/keep.ts';
import { makeClock } from '../../support/world.ts';

it('answers as it was for a while, then reads again; each key by itself', async () => {
  const clock = makeClock('2027-01-10T12:00:00Z');
  const keep = keepFor(clock, 1000);
  let reads = 0;
  const read = async () => ++reads;
  expect(await Promise.all([keep('a', read), keep('a', read), keep('b', read)])).toEqual([1, 1, 2]);
  clock.advance(999);
  expect(await keep('a', read)).toBe(1);
  clock.advance(1);
  expect(await keep('a', read)).toBe(3);
  expect([await readAnew('a', read), await readAnew('a', read)]).toEqual([4, 5]);
});

it('never keeps what failed', async () => {
  const keep = keepFor(makeClock('2027-01-10T12:00:00Z'), 1000);
  await expect(keep('a', () => Promise.reject(new Error('throttled')))).rejects.toThrow('throttled');
  expect(await keep('a', async () => 'read')).toBe('read');
});
