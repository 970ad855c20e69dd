import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coversPattern, matchesAction, matchesArn, matchesGlob, patternsOverlap } from '../../../shared/policy/wildcards.ts';

/** The slow and obvious way. */
const reference = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    's',
  ).test(text);

const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });

describe('wildcards', () => {
  it('match as a regular expression would', () => {
    fc.assert(
      fc.property(pattern, text, (p, t) => {
        expect(matchesGlob(p, t)).toBe(reference(p, t));
      }),
      { numRuns: 2000 },
    );
  });

  it('cover only what they match altogether', () => {
    fc.assert(
      fc.property(pattern, pattern, text, (broad, narrow, t) => {
        fc.pre(coversPattern(broad, narrow) && matchesGlob(narrow, t));
        expect(matchesGlob(broad, t)).toBe(true);
      }),
    );
    expect(coversPattern('s3:*', 's3:Get*')).toBe(true);
    expect(coversPattern('s3:Get*', 's3:*')).toBe(false);
    expect(coversPattern('?', '*')).toBe(false);
    expect(coversPattern('a?c', 'a?c')).toBe(true);
  });

  it('overlap exactly when some text matches both', () => {
    const texts = ['', 'a', 'b', 'aa', 'ab', 'ba', 'bb', 'aab', 'aba', 'abb', 'bab', 'bba', 'aaaa', 'abab', 'bbbbb', 'aabbaabb'];
    fc.assert(
      fc.property(pattern, pattern, (left, right) => {
        expect(patternsOverlap(left, right)).toBe(patternsOverlap(right, left));
        if (texts.some((t) => matchesGlob(left, t) && matchesGlob(right, t))) expect(patternsOverlap(left, right)).toBe(true);
        if (!/[*?]/.test(left)) expect(patternsOverlap(left, right)).toBe(matchesGlob(right, left));
      }),
      { numRuns: 2000 },
    );
    expect(patternsOverlap('lambda:*', 'dynamodb:PutItem')).toBe(false);
    expect(patternsOverlap('a*c', '*b*')).toBe(true);
    expect(patternsOverlap('a*b', 'b*a')).toBe(false);
  });

  it('ignore case in actions and keep it in ARNs', () => {
    expect(matchesAction('S3:get*', 's3:GetObject')).toBe(true);
    expect(matchesAction('s3:GetObjec?', 's3:GetObject')).toBe(true);
    expect(matchesAction('s3:GetObject?', 's3:GetObject')).toBe(false);
    expect(matchesArn('arn:aws:s3:::Bucket', 'arn:aws:s3:::bucket')).toBe(false);
  });

  it('stay within one part of an ARN, except in the last', () => {
    expect(matchesArn('arn:aws:sns:*:222222222222:orders', 'arn:aws:sns:eu-central-1:222222222222:orders')).toBe(true);
    expect(matchesArn('arn:aws:sns:*:orders', 'arn:aws:sns:eu-central-1:222222222222:orders')).toBe(false);
    expect(
      matchesArn(
        'arn:aws:lambda:eu-central-1:222222222222:function:*',
        'arn:aws:lambda:eu-central-1:222222222222:function:a:live',
      ),
    ).toBe(true);
    expect(matchesArn('*', 'arn:aws:s3:::bucket')).toBe(true);
  });

  it('are not slow on hostile patterns', () => {
    expect(matchesGlob(`${'a*'.repeat(500)}b`, 'a'.repeat(2000))).toBe(false);
  });
});
