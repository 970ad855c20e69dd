import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildAutomaton, findLiterals } from '../../../shared/secrets/aho-corasick.ts';

function all(literals: readonly string[], text: string): string[] {
  const found: string[] = [];
  findLiterals(buildAutomaton(literals), text, (literal, end) => {
    found.push(`${literals[literal]}@${end}`);
    return false;
  });
  return found.sort();
}

describe('findLiterals', () => {
  it('finds what overlaps and what lies within', () => {
    expect(all(['he', 'she', 'his', 'hers'], 'ushers')).toEqual(['he@4', 'hers@6', 'she@4']);
  });
  it('stops when told to', () => {
    let calls = 0;
    expect(findLiterals(buildAutomaton(['a']), 'aaa', () => ++calls === 2)).toBe(true);
    expect(calls).toBe(2);
  });
  it('finds what a plain search finds', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é', '-') });
    const literal = fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.uniqueArray(literal, { minLength: 1, maxLength: 8 }), text, (literals, value) => {
        const expected = literals.flatMap((one) =>
          [...value].flatMap((_, at) => (value.startsWith(one, at) ? [`${one}@${at + one.length}`] : [])),
        );
        expect(all(literals, value)).toEqual(expected.sort());
      }),
    );
  });
});
