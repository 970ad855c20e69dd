import { describe, expect, it } from 'vitest';
import { prettyPolicy } from '../../../shared/policy/pretty.ts';

describe('prettyPolicy', () => {
  it('indents alike, whatever the policy came as', () => {
    expect(prettyPolicy('{"Action":"s3:*"}')).toBe('{\n  "Action": "s3:*"\n}');
    expect(prettyPolicy(prettyPolicy('{ "a":[1] }'))).toBe(prettyPolicy('{"a": [1]}'));
  });

  it('leaves text that is no JSON as it is', () => {
    expect(prettyPolicy('{not json')).toBe('{not json');
  });
});
