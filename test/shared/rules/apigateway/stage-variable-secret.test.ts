import { describe, expect, it } from 'vitest';
import rule from '../../../../shared/rules/apigateway/stage-variable-secret.ts';
import { EXAMPLE_STAGE } from '../../../../shared/rules/parts/api.ts';
import { judgeChanged } from '../judge.ts';

const VALUE = 'cAnArY-7f3Qz9-xYk2Lm8';

describe('apigateway-stage-variable-secret', () => {
  it('names stage, variable and kind, and never the value', () => {
    const stages = [{ ...EXAMPLE_STAGE, name: 'beta', variables: { API_TOKEN: VALUE, LOG_LEVEL: 'debug' } }];
    const violation = judgeChanged(rule, 'a password', { stages });
    expect(violation?.evidence).toMatchObject([{ path: 'stage beta: variable API_TOKEN' }]);
    expect(JSON.stringify(violation)).not.toContain(VALUE);
  });
});
