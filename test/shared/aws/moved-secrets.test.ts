import { describe, expect, it } from 'vitest';
import { movedSecretsOf } from '../../../shared/aws/readers/function-secrets.ts';
import { isUnknown } from '../../../shared/model/unknown.ts';
import { parseReference, type SecretReference } from '../../../shared/secrets/resolver-contract.ts';

const PARAMETER = '/cinch/orders/DB_PASSWORD';
const SECRET = 'cinch/orders/DB_PASSWORD';
const session = (role: string) => `arn:aws:sts::222222222222:assumed-role/${role}/session`;

/** What is said of a function whose DB_PASSWORD is a reference, when its store says so much. */
function judged(reference: string, metadata: object | undefined) {
  const parsed = parseReference(reference) as SecretReference;
  return movedSecretsOf(new Map([['DB_PASSWORD', parsed]]), new Map(metadata ? [[parsed.name, { ...metadata }]] : []));
}
const rotated = (reference: string, metadata: object): unknown => {
  const found = judged(reference, metadata);
  return isUnknown(found) ? found.unknown : found[0]?.rotated;
};

describe('a parameter', () => {
  const ALICE = 'arn:aws:iam::222222222222:user/alice';
  it.each([
    ['its first version', { Version: 1, LastModifiedUser: session('cinch-write') }, false],
    ['one that somebody overwrote', { Version: 2, LastModifiedUser: ALICE }, true],
    ['one of which SSM names nobody', { Version: 2 }, true],
    ['one that a move put twice', { Version: 2, LastModifiedUser: session('cinch-write') }, false],
    ["one whose writer's role has a name like Cinch's", { Version: 2, LastModifiedUser: session('cinch-writers') }, true],
  ])('%s', (_, metadata, expected) => {
    const found = rotated(`cinch-ssm:${PARAMETER}`, metadata);
    expect(found).toBe(expected);
  });

  it('is not rotated for a function that is held to the first version', () => {
    const newer = { Version: 3, LastModifiedUser: ALICE };
    expect(rotated(`cinch-ssm:${PARAMETER}:1`, newer)).toBe(false);
    expect(rotated(`cinch-ssm:${PARAMETER}:2`, newer)).toBe(true);
  });
});

describe('a secret of Secrets Manager', () => {
  it.each([
    ['its first version', { a: ['AWSCURRENT'] }, false],
    ['a rotation under way', { a: ['AWSCURRENT'], b: ['AWSPENDING'] }, false],
    ['a newer value', { a: ['AWSPREVIOUS'], b: ['AWSCURRENT', 'AWSPENDING'] }, true],
    ['Cinch’s own second put', { 'cinch-1': ['AWSPREVIOUS'], 'cinch-2': ['AWSCURRENT'] }, false],
  ])('%s', (_, VersionIdsToStages, expected) => {
    const found = rotated(`cinch-sm:${SECRET}`, { VersionIdsToStages });
    expect(found).toBe(expected);
  });
});

describe('what the store does not tell is unknown', () => {
  it.each([
    ['a parameter that is gone', `cinch-ssm:${PARAMETER}`, undefined],
    ['a secret that is gone', `cinch-sm:${SECRET}`, undefined],
    ['a parameter without a version', `cinch-ssm:${PARAMETER}`, {}],
    ['a secret without versions', `cinch-sm:${SECRET}`, {}],
  ])('%s', (_, reference, metadata) => {
    const found = judged(reference, metadata);
    expect(isUnknown(found)).toBe(true);
    expect(JSON.stringify(found)).toContain('DB_PASSWORD');
  });
});
