import { describe, expect, it } from 'vitest';
import { whyFailed } from '../../../cli/scan/list-resources.ts';
import { AccessRefused } from '../../../shared/model/errors.ts';

const errorOf = (more: object): Error => Object.assign(new Error('TOKEN=abc'), more);

describe('why a read failed', () => {
  it.each([
    ['what Cinch words', new AccessRefused('the role audit refuses'), 'the role audit refuses'],
    ['no network', errorOf({ code: 'ECONNREFUSED' }), "AWS can't be reached (ECONNREFUSED)"],
    [
      'too many calls',
      errorOf({ name: 'ThrottlingException' }),
      'AWS throttles its calls (ThrottlingException): a lower --concurrency helps',
    ],
    ['anything else', errorOf({ name: 'ValidationException' }), 'it could not be read (ValidationException)'],
    ['no error at all', 'TOKEN=abc', 'it could not be read (Unknown)'],
  ])('is said of %s, and never quotes what was read', (_, error, words) => {
    expect(whyFailed(error)).toBe(words);
  });
});
