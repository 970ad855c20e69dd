import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeOfJsonError } from '../../../shared/policy/json-place.ts';

describe('the place where text stops being JSON', () => {
  it('is the end of a document that stops too early', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), (value, cut) => {
        const text = JSON.stringify([value], null, 1);
        const short = text.slice(0, cut % text.length);
        const lines = short.split('\n');
        const place = placeOfJsonError(short);
        const [, line, column] = /^line (\d+), column (\d+)$/.exec(place) ?? [];
        expect(Number(line)).toBeLessThanOrEqual(lines.length);
        // A string or number that is cut is wrong from its start.
        expect(Number(column)).toBeGreaterThan(0);
      }),
    );
  });

  it('is the sign that may not stand there', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 2 }), (value) => {
        const text = JSON.stringify({ a: value });
        expect(placeOfJsonError(`${text}}`)).toBe(`line 1, column ${text.length + 1}`);
        expect(placeOfJsonError(`${text.slice(0, -1)} %`)).toBe(`line 1, column ${text.length + 1}`);
      }),
    );
  });
});
