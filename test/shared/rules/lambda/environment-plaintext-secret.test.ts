import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { functionResource } from '../../../../shared/model/resource.ts';
import { DEPLOY_TOOLS } from '../../../../shared/model/state.ts';
import rule from '../../../../shared/rules/lambda/environment-plaintext-secret.ts';
import { deploySnippet } from '../../../../shared/rules/parts/deploy-snippet.ts';
import { environmentAfter, environmentBytes } from '../../../../shared/rules/parts/migration-preflight.ts';
import { approvalOf, judgeChanged, stepsOf, violationOf } from '../judge.ts';

const PASSWORD = 'a password';
const SECRET = 'nB4-wq8_TzKf1Hc6';
const adviceOf = (name: string) => violationOf(rule, name).advice ?? [];

describe('lambda-environment-plaintext-secret', () => {
  it('moves the secret and nothing else, without asking when it is sure', () => {
    const violation = violationOf(rule, PASSWORD);
    expect(stepsOf(violation)).toMatchObject([
      {
        kind: 'move-secrets-to-ssm',
        roleArn: 'arn:aws:iam::222222222222:role/service-role/orders-api-role',
        architecture: 'arm64',
        variables: ['DB_PASSWORD'],
      },
    ]);
    expect(approvalOf(violation)).toBeUndefined();
    expect(violation.summary).toBe('its environment holds DB_PASSWORD in plain text');
    expect(violation.evidence).toMatchObject([
      { path: 'Environment.Variables.DB_PASSWORD', found: expect.stringMatching(/, 16 to 63 characters$/) },
    ]);
  });

  it.each([
    [PASSWORD, 'move-secrets-to-ssm', 'SSM Parameter Store'],
    ['for Secrets Manager', 'move-secrets-to-secrets-manager', 'Secrets Manager'],
    ['for Secrets Manager, by a tag', 'move-secrets-to-secrets-manager', 'Secrets Manager'],
    ['for Secrets Manager, from behind a NAT gateway', 'move-secrets-to-secrets-manager', 'Secrets Manager'],
    ['for SSM, by a tag', 'move-secrets-to-ssm', 'SSM Parameter Store'],
  ])('moves it to the store that is configured or that the function says: %s', (name, kind, title) => {
    const violation = violationOf(rule, name);
    expect(stepsOf(violation)).toMatchObject([{ kind, variables: ['DB_PASSWORD'] }]);
    expect(violation.evidence).toMatchObject([{ expected: `a reference to ${title}` }]);
  });

  it('takes no other word of the tag for a store', () => {
    expect(stepsOf(judgeChanged(rule, PASSWORD, { tags: { 'cinch:secret-store': 'vault' } }))).toMatchObject([
      { kind: 'move-secrets-to-ssm' },
    ]);
  });

  it('moves to Secrets Manager what SSM would refuse', () => {
    const environment = { DB_PASSWORD: 'a{{b\nc}}d8Kq2' };
    expect(judgeChanged(rule, PASSWORD, { environment })?.remedy).toMatchObject({
      kind: 'manual',
      instructions: expect.stringContaining('cinch:secret-store=secrets-manager'),
    });
    expect(stepsOf(judgeChanged(rule, 'for Secrets Manager', { environment }))).toHaveLength(1);
  });

  it('always says that it has to be rotated', () => {
    for (const { name } of rule.examples.violates)
      expect(adviceOf(name)[0]).toMatch(/^Rotate it: .* DB_PASSWORD|^Rotate it: .* DD_API_KEY/);
  });

  it('names the versions that still hold it, and the alias that serves one', () => {
    expect(adviceOf('a password that versions and an alias still hold')).toContain(
      'Published versions 3 and 7 still hold it. Served by the alias live (version 7): publish a version after the move and point there.',
    );
    const moved = { versions: [{ version: '4', environment: { DB_PASSWORD: 'cinch-ssm:/cinch/orders-api/DB_PASSWORD' } }] };
    expect(judgeChanged(rule, PASSWORD, moved)?.advice?.join(' ')).not.toContain('still');
    const one = { versions: [{ version: '4', environment: { DB_PASSWORD: 'old' } }] };
    expect(judgeChanged(rule, PASSWORD, one)?.advice).toContain('Published version 4 still holds it. Delete what nobody uses.');
  });

  it.each([
    ['five layers', '5 layers'],
    ['an OS-only runtime', 'provided.al2023'],
    ['a container image', 'image'],
    ['SnapStart', 'SnapStart'],
    ['signed code', 'signing'],
    ['at the edge', 'Edge'],
    ['a role of another account', '333333333333'],
    ['a role that is linked to a service', 'linked'],
    ['without a way to SSM', 'no way to SSM'],
    ['for Secrets Manager, without a sure way there', 'not certain that it can reach Secrets Manager'],
    ['an environment that would grow over 4 KB', '4096'],
    ['only what an extension reads', 'None of them'],
  ])('leaves to people: %s', (name, why) => {
    expect(violationOf(rule, name).remedy).toMatchObject({
      kind: 'manual',
      why: expect.stringContaining(why),
      instructions: expect.stringMatching(/\S/),
    });
  });

  it.each(['nodejs18.x', 'nodejs24.x', 'python3.9', 'python3.13', 'java8.al2', 'java21', 'ruby3.4', 'dotnet8', 'dotnet10'])(
    'moves under %s',
    (runtime) => {
      expect(judgeChanged(rule, PASSWORD, { runtime })?.remedy.kind).toBe('steps');
    },
  );

  it.each([
    'provided',
    'provided.al2',
    'go1.x',
    'nodejs8.10',
    'python3.7',
    'python2.7',
    'java8',
    'ruby2.5',
    'dotnetcore2.1',
    'cobol1.x',
    null,
  ])('does not move under %s', (runtime) => {
    expect(judgeChanged(rule, PASSWORD, { runtime })?.remedy.kind).toBe('manual');
  });

  it('does not move where its chain of wrappers was taken apart', () => {
    const environment = { DB_PASSWORD: SECRET, CINCH_NEXT_WRAPPER: '/opt/otel' };
    expect(judgeChanged(rule, PASSWORD, { environment })?.remedy).toMatchObject({
      why: expect.stringContaining('CINCH_NEXT_WRAPPER'),
    });
    const chained = { ...environment, AWS_LAMBDA_EXEC_WRAPPER: '/opt/cinch/secret-resolver' };
    expect(judgeChanged(rule, PASSWORD, { environment: chained })?.remedy.kind).toBe('steps');
  });

  it('leaves out what an extension reads, with the words of its vendor, and moves the rest', () => {
    const violation = violationOf(rule, 'what an extension reads, beside another');
    expect(stepsOf(violation)).toMatchObject([{ variables: ['DB_PASSWORD'] }]);
    expect(violation.advice?.find((line) => line.startsWith('DD_API_KEY stays'))).toContain('DD_API_KEY_SECRET_ARN');
  });

  it('leaves out a value that SSM would not store', () => {
    const environment = { DB_PASSWORD: SECRET, API_PASSWORD: `{{${SECRET}}}-9` };
    const violation = judgeChanged(rule, PASSWORD, { environment });
    expect(stepsOf(violation)).toMatchObject([{ variables: ['DB_PASSWORD'] }]);
  });

  it('asks when a tool owns the function, the role is shared, or there are many', () => {
    expect(approvalOf(violationOf(rule, 'owned by a SAM stack'))).toBe(
      'its SAM stack orders would put the plaintext back with the next deploy',
    );
    expect(approvalOf(violationOf(rule, 'with a role that another function uses'))).toContain('1 other function');
    expect(approvalOf(violationOf(rule, 'more variables than a cold start should read'))).toContain('2 secrets, more than 1');
  });

  it('asks when it is not sure', () => {
    // A digits-only password is one by its name only.
    const violation = judgeChanged(rule, PASSWORD, { environment: { DOOR_PASSWORD: '48151623' } });
    expect(approvalOf(violation)).toBe('it is not certain that DOOR_PASSWORD is a secret');
  });

  it('tells nothing of the value but its length, in three classes', () => {
    const found = (value: string) => judgeChanged(rule, PASSWORD, { environment: { DB_PASSWORD: value } })?.evidence[0]?.found;
    expect(found('x7Kp2mQz')).toContain('under 16 characters');
    expect(found(SECRET.repeat(5))).toContain('64 characters or more');
    expect(found(SECRET)).toBe(found([...SECRET].reverse().join('')));
  });
});

describe('the environment after the move', () => {
  it('chains a wrapper that was there, and its own never', () => {
    const after = environmentAfter({ A: 'secret', AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel' }, 'orders', ['A'], 'ssm');
    expect(after).toEqual({
      A: 'cinch-ssm:/cinch/orders/A',
      AWS_LAMBDA_EXEC_WRAPPER: '/opt/cinch/secret-resolver',
      CINCH_NEXT_WRAPPER: '/opt/otel',
    });
    expect(environmentAfter(after, 'orders', [], 'ssm')).toEqual(after);
  });

  it('is measured as Lambda does, to the byte', () => {
    const room = (filler: number) => ({ environment: { DB_PASSWORD: SECRET, FILLER: ','.repeat(filler) } });
    const base = environmentBytes(environmentAfter(room(0).environment, 'orders-api', ['DB_PASSWORD'], 'ssm'));
    expect(judgeChanged(rule, PASSWORD, room(4096 - base))?.remedy.kind).toBe('steps');
    expect(judgeChanged(rule, PASSWORD, room(4097 - base))?.remedy.kind).toBe('manual');
    expect(environmentBytes({ A: 'é"' })).toBe('{"A":"é\\""}'.length + 1);
  });

  it('never holds a moved value', () => {
    const value = fc.string({ minLength: 12 }).filter((text) => text.trim().length > 10);
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[A-Z][A-Z0-9_]{1,12}$/), value), (environment) => {
        const names = Object.keys(environment);
        const after = environmentAfter(environment, 'orders', names, 'ssm');
        for (const name of names) expect(after[name]).not.toBe(environment[name]);
      }),
    );
  });
});

describe('the snippet for the source', () => {
  it('is one piece of advice, the last, so that it can be copied whole', () => {
    const advice = adviceOf('owned by a Terraform configuration');
    expect(advice.filter((entry) => entry.includes('\n'))).toEqual([advice.at(-1)]);
    expect(advice.at(-1)).toContain('    DB_PASSWORD = "cinch-ssm:');
    expect(advice.at(-1)).toContain('kms:Decrypt');
  });

  const fn = functionResource('222222222222', 'cn-north-1', 'orders');

  it.each(DEPLOY_TOOLS)('has the layer, the wrapper, each reference and the right to read it: %s', (tool) => {
    const text = deploySnippet(tool, fn, ['DB_PASSWORD', 'API_TOKEN'], 'ssm', 'customer-managed').join('\n');
    expect(text).toContain('arn:aws-cn:lambda:cn-north-1:222222222222:layer:cinch-secret-resolver');
    expect(text).toContain('/opt/cinch/secret-resolver');
    for (const name of ['DB_PASSWORD', 'API_TOKEN']) {
      expect(text).toContain(`cinch-ssm:/cinch/orders/${name}`);
      expect(text).toContain(`arn:aws-cn:ssm:cn-north-1:222222222222:parameter/cinch/orders/${name}`);
    }
    expect(text).toContain('kms:Decrypt');
    expect(text).toContain('ssm.cn-north-1.amazonaws.com.cn');
  });

  it('is of the store that it moved to', () => {
    const text = deploySnippet('SAM', fn, ['DB_PASSWORD'], 'secrets-manager', 'customer-managed').join('\n');
    expect(text).toContain("DB_PASSWORD: 'cinch-sm:cinch/orders/DB_PASSWORD'");
    expect(text).toContain('"secretsmanager:GetSecretValue"');
    expect(text).toContain('arn:aws-cn:secretsmanager:cn-north-1:222222222222:secret:cinch/orders/DB_PASSWORD-??????');
    expect(text).toContain('secretsmanager.cn-north-1.amazonaws.com.cn');
    expect(text).not.toContain('ssm');
  });

  it('asks for no key where AWS’s own encrypts, and for the one that all members share', () => {
    expect(deploySnippet('SAM', fn, ['DB_PASSWORD'], 'ssm', 'aws-managed').join('\n')).not.toContain('kms');
    const shared = `arn:aws-cn:kms:cn-northwest-1:333333333333:key/mrk-${'0a'.repeat(16)}`;
    const text = deploySnippet('SAM', fn, ['DB_PASSWORD'], 'ssm', shared).join('\n');
    expect(text).toContain(shared.replace('northwest', 'north'));
    expect(text).not.toContain('cinch-parameters');
  });
});
