import { describe, expect, it } from 'vitest';
import rule from '../../../../shared/rules/lambda/tracing-off.ts';
import { violationOf } from '../judge.ts';

describe('lambda-tracing-off', () => {
  it('says what is wrong and what to do', () => {
    const violation = violationOf(rule, 'write what violates');
    expect(violation.summary).toBe('write the sentence that people read');
    expect(violation.remedy).toMatchObject({ kind: 'manual' });
  });
});
