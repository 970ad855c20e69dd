import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { situationOf, withReferences, withValues } from '../../../../shared/aws/steps/secrets/environment.ts';
import { grantText, joinGrants, parseGrant, withoutPlaces } from '../../../../shared/aws/steps/secrets/grant.ts';
import { PARAMETERS } from '../../../../shared/aws/steps/secrets/parameters.ts';
import { SECRETS_MANAGER } from '../../../../shared/aws/steps/secrets/secrets-manager.ts';
import { Refused, StateMoved } from '../../../../shared/model/errors.ts';
import { functionResource } from '../../../../shared/model/resource.ts';

const LAYER = 'arn:aws:lambda:eu-central-1:222222222222:layer:cinch-secret-resolver:3';
const moves = ['A', 'B'].map((variable) => {
  const place = `/cinch/f/${variable}`;
  return { variable, place, reference: `cinch-ssm:${place}` };
});
const layersUpTo = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `arn:aws:lambda:r:1:layer:l${index}:1`);

describe('references and values', () => {
  it('whatever else the environment holds, values put back give the same configuration', () => {
    const variables = fc.dictionary(fc.stringMatching(/^[A-Z]{1,5}$/), fc.string({ minLength: 1, maxLength: 30 }), {
      maxKeys: 8,
    });
    const wrapper = fc.option(fc.stringMatching(/^\/opt\/[a-z]{1,8}$/), { nil: undefined });
    fc.assert(
      fc.property(variables, wrapper, fc.nat(4), (given, own, count) => {
        const full = { ...given, A: 'a"$(x)', B: 'b', ...(own ? { AWS_LAMBDA_EXEC_WRAPPER: own } : {}) };
        const before = { variables: full, layers: layersUpTo(count) };
        const after = withReferences(before, moves, LAYER);
        expect(situationOf(after.variables, moves)).toBe('after');
        expect(JSON.stringify(after)).not.toContain('$(x)');
        expect(
          withValues(
            after,
            new Map([
              ['A', full.A],
              ['B', full.B],
            ]),
          ),
        ).toEqual(before);
      }),
    );
  });

  it('refuses five layers, 4 KB and a next wrapper that is not ours', () => {
    const fits = { variables: { A: 'a', B: 'b' }, layers: layersUpTo(4) };
    expect(withReferences(fits, moves, LAYER).layers).toHaveLength(5);
    expect(() => withReferences({ ...fits, layers: layersUpTo(5) }, moves, LAYER)).toThrow(Refused);
    expect(withReferences({ ...fits, layers: [...layersUpTo(4), LAYER] }, moves, LAYER).layers).toHaveLength(5);
    expect(() => withReferences({ ...fits, variables: { ...fits.variables, X: 'é'.repeat(1990) } }, moves, LAYER)).toThrow(
      Refused,
    );
    expect(() =>
      withReferences({ ...fits, variables: { ...fits.variables, CINCH_NEXT_WRAPPER: '/opt/x' } }, moves, LAYER),
    ).toThrow(Refused);
  });

  it('tells before from after and calls everything else moved', () => {
    expect(situationOf({ A: 'x', B: 'y' }, moves)).toBe('before');
    for (const variables of [
      {},
      { A: 'x' },
      { A: 'x', B: '' },
      { A: 'x', B: 'cinch-ssm:/cinch/f/B' },
      { A: 'cinch-ssm:/cinch/other/A', B: 'y' },
    ])
      expect(() => situationOf(variables, moves)).toThrow(StateMoved);
  });

  it('leaves a wrapper that somebody put in place of ours', () => {
    const now = { variables: { A: 'cinch-ssm:/cinch/f/A', AWS_LAMBDA_EXEC_WRAPPER: '/opt/theirs' }, layers: [LAYER] };
    expect(withValues(now, new Map([['A', 'a']]))).toEqual({
      variables: { A: 'a', AWS_LAMBDA_EXEC_WRAPPER: '/opt/theirs' },
      layers: [LAYER],
    });
  });
});

describe('the grant', () => {
  const arn = (name: string, region = 'eu-central-1') => `arn:aws:ssm:${region}:222222222222:parameter/cinch/f/${name}`;
  const key = (region = 'eu-central-1') => `arn:aws:kms:${region}:222222222222:key/k`;

  it('names exact parameters, the key, the service and the context', () => {
    expect(JSON.parse(grantText(PARAMETERS.grant, { placeArns: [arn('B'), arn('A')], keyArns: [key()] })).Statement).toEqual([
      { Sid: 'CinchReadSecrets', Effect: 'Allow', Action: 'ssm:GetParameters', Resource: [arn('A'), arn('B')] },
      {
        Sid: 'CinchDecryptSecrets',
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: [key()],
        Condition: {
          StringEquals: {
            'kms:ViaService': ['ssm.eu-central-1.amazonaws.com'],
            'kms:EncryptionContext:PARAMETER_ARN': [arn('A'), arn('B')],
          },
        },
      },
    ]);
  });

  it('joins and parts again; a key goes with the last parameter of its region', () => {
    const here = { placeArns: [arn('A')], keyArns: [key()] };
    const both = joinGrants(here, { placeArns: [arn('A', 'us-east-1')], keyArns: [key('us-east-1')] });
    expect(parseGrant(PARAMETERS.grant, grantText(PARAMETERS.grant, both))).toEqual(both);
    expect(withoutPlaces(both, [arn('A', 'us-east-1')])).toEqual(here);
    expect(withoutPlaces(here, [arn('A')])).toBeNull();
  });

  it('does not take a policy that somebody changed for its own', () => {
    const text = grantText(PARAMETERS.grant, { placeArns: [arn('A')], keyArns: [key()] });
    expect(parseGrant(PARAMETERS.grant, text.replace('ssm:GetParameters', 'ssm:*'))).toBeUndefined();
    expect(
      parseGrant(PARAMETERS.grant, text.replace('"Resource":["arn:aws:kms', '"Resource":["*","arn:aws:kms')),
    ).toBeUndefined();
    for (const odd of ['', '{}', '{"Statement":[]}', 'null']) expect(parseGrant(PARAMETERS.grant, odd)).toBeUndefined();
  });

  it('names a secret by its name and the six characters that AWS adds', () => {
    const fn = functionResource('222222222222', 'cn-north-1', 'f');
    const places = ['B', 'A'].map((variable) => SECRETS_MANAGER.arnOf(fn, SECRETS_MANAGER.placeOf('f', variable)));
    const text = grantText(SECRETS_MANAGER.grant, { placeArns: places, keyArns: [key()] });
    const wanted = ['A', 'B'].map((name) => `arn:aws-cn:secretsmanager:cn-north-1:222222222222:secret:cinch/f/${name}-??????`);
    expect(JSON.parse(text).Statement).toEqual([
      { Sid: 'CinchReadSecrets', Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: wanted },
      {
        Sid: 'CinchDecryptSecrets',
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: [key()],
        Condition: {
          StringEquals: { 'kms:ViaService': ['secretsmanager.cn-north-1.amazonaws.com.cn'] },
          StringLike: { 'kms:EncryptionContext:SecretARN': wanted },
        },
      },
    ]);
    expect(parseGrant(SECRETS_MANAGER.grant, text)?.placeArns).toEqual(wanted);
    expect(parseGrant(SECRETS_MANAGER.grant, text.replaceAll('/A-??????', '/?-??????'))).toBeUndefined();
    expect(parseGrant(SECRETS_MANAGER.grant, text.replaceAll('/A-??????', '/A'))).toBeUndefined();
    expect(parseGrant(PARAMETERS.grant, text)).toBeUndefined();
  });
});
