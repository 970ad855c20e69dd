import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { situationOf, withReferences, withValues } from '../../../../shared/aws/steps/secrets/environment.ts';
import { grantText, joinGrants, parseGrant, withoutParameters } from '../../../../shared/aws/steps/secrets/grant.ts';
import { Refused, StateMoved } from '../../../../shared/model/errors.ts';

const LAYER = 'arn:aws:lambda:eu-central-1:222222222222:layer:cinch-secret-resolver:3';
const moves = ['A', 'B'].map((variable) => ({ variable, parameter: `/cinch/f/${variable}` }));
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
    expect(JSON.parse(grantText({ parameterArns: [arn('B'), arn('A')], keyArns: [key()] })).Statement).toEqual([
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
    const here = { parameterArns: [arn('A')], keyArns: [key()] };
    const both = joinGrants(here, { parameterArns: [arn('A', 'us-east-1')], keyArns: [key('us-east-1')] });
    expect(parseGrant(grantText(both))).toEqual(both);
    expect(withoutParameters(both, [arn('A', 'us-east-1')])).toEqual(here);
    expect(withoutParameters(here, [arn('A')])).toBeNull();
  });

  it('does not take a policy that somebody changed for its own', () => {
    const text = grantText({ parameterArns: [arn('A')], keyArns: [key()] });
    expect(parseGrant(text.replace('ssm:GetParameters', 'ssm:*'))).toBeUndefined();
    expect(parseGrant(text.replace('"Resource":["arn:aws:kms', '"Resource":["*","arn:aws:kms'))).toBeUndefined();
    for (const odd of ['', '{}', '{"Statement":[]}', 'null']) expect(parseGrant(odd)).toBeUndefined();
  });
});
