import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffPolicies, prettyPolicy } from '../../../shared/policy/diff.ts';

describe('diffPolicies', () => {
  it('shows what goes and what comes, indented alike', () => {
    expect(diffPolicies('{"Action":"s3:*","Resource":"a"}', '{\n "Action": "s3:GetObject", "Resource": "a"}')).toBe(
      ['  {', '-   "Action": "s3:*",', '+   "Action": "s3:GetObject",', '    "Resource": "a"', '  }'].join('\n'),
    );
  });

  it('says nothing when nothing changes', () => {
    expect(diffPolicies('{"a":1}', '{ "a": 1 }')).toBe('');
    expect(diffPolicies(null, null)).toBe('');
  });

  it('shows a policy that goes or comes as a whole', () => {
    expect(diffPolicies('{"a":1}', null)).toBe('- {\n-   "a": 1\n- }');
    expect(diffPolicies(null, '{"a":1}')).toBe('+ {\n+   "a": 1\n+ }');
  });

  it('leaves long stretches out that stay', () => {
    const before = { list: Array.from({ length: 40 }, (_, index) => index), end: 1 };
    const lines = diffPolicies(JSON.stringify(before), JSON.stringify({ ...before, end: 2 })).split('\n');
    expect(lines).toEqual(['…', '      38,', '      39', '    ],', '-   "end": 1', '+   "end": 2', '  }']);
  });

  it('always leads from the one to the other', () => {
    const value = fc.array(fc.constantFrom(1, 2, 3), { maxLength: 12 });
    const side = (diff: string, sign: string) =>
      diff
        .split('\n')
        .filter((line) => line.startsWith('  ') || line.startsWith(sign))
        .map((line) => line.slice(2));
    fc.assert(
      fc.property(value, value, (one, other) => {
        const [before, after] = [JSON.stringify(one), JSON.stringify(other)];
        const diff = diffPolicies(before, after);
        if (diff === '' || diff.includes('…')) return;
        expect(side(diff, '- ').join('\n')).toBe(prettyPolicy(before));
        expect(side(diff, '+ ').join('\n')).toBe(prettyPolicy(after));
      }),
    );
  });

  it('takes text that is no JSON as it is', () => {
    expect(diffPolicies('a', 'b')).toBe('- a\n+ b');
  });
});
