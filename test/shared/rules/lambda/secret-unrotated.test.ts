import { describe, expect, it } from 'vitest';
import type { MovedSecret } from '../../../../shared/model/state.ts';
import rule from '../../../../shared/rules/lambda/secret-unrotated.ts';
import { exampleContext } from '../../../../shared/rules/parts/example-context.ts';
import { judgeChanged } from '../judge.ts';

const PARAMETER: MovedSecret = { variable: 'DB_PASSWORD', store: 'ssm', name: '/cinch/orders-api/DB_PASSWORD', rotated: false };
const SECRET: MovedSecret = { variable: 'TOKEN', store: 'secrets-manager', name: 'cinch/orders-api/TOKEN', rotated: false };

function instructionsFor(...movedSecrets: MovedSecret[]): string {
  const remedy = judgeChanged(rule, 'nothing was moved', { movedSecrets })?.remedy;
  return remedy?.kind === 'manual' ? remedy.instructions : '';
}

describe('lambda-secret-unrotated', () => {
  it('keeps a parameter under the key that it has', () => {
    const instructions = instructionsFor(PARAMETER);
    expect(instructions).toContain(`--name ${PARAMETER.name} --type SecureString --key-id alias/cinch-parameters --overwrite`);
    expect(instructions).not.toContain('secretsmanager');
  });

  it('names the key that the configuration names', () => {
    const under = (key: string) => {
      const settings = { secrets: { maxVariables: 10, key } };
      const violation = rule.evaluate({ movedSecrets: [PARAMETER] }, exampleContext('function', settings));
      return JSON.stringify(violation?.remedy);
    };
    expect(under('aws-managed')).toContain('--type SecureString --overwrite');
    const shared = `arn:aws:kms:us-east-1:333333333333:key/mrk-${'0a'.repeat(16)}`;
    expect(under(shared)).toContain(`--key-id ${shared.replace('us-east-1', 'eu-central-1')} --overwrite`);
  });

  it('puts a secret where it lies', () => {
    const instructions = instructionsFor(SECRET);
    expect(instructions).toContain(`aws secretsmanager put-secret-value --region eu-central-1 --secret-id ${SECRET.name}`);
    expect(instructions).not.toContain('put-parameter');
  });

  it('asks for a value for each, so that none ends up in two places', () => {
    const commands = instructionsFor(PARAMETER, SECRET).match(/read -rs NEW_VALUE && aws \w+ put-/g);
    expect(commands).toHaveLength(2);
  });

  it('says nothing of those that were rotated', () => {
    expect(instructionsFor(PARAMETER, { ...SECRET, rotated: true })).not.toContain(SECRET.name);
  });
});
