import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACCESS_LEVELS, decodeActions, encodeActions, type TableRow } from '../../../shared/policy/action-code.ts';
import {
  accessLevelOf,
  actionNamed,
  actionsMatching,
  actionsOfService,
  eachActionMatching,
  SERVICE_PREFIXES,
} from '../../../shared/policy/action-table.ts';
import { matchesAction } from '../../../shared/policy/wildcards.ts';

const namesOf = (pattern: string) => actionsMatching(pattern).map(({ name }) => name);

describe('the code of the table', () => {
  const name = fc.stringMatching(/^[A-Z][A-Za-z0-9]{0,12}([A-Z][a-z]{2,8}){0,3}$/);
  const row: fc.Arbitrary<TableRow> = fc.record({
    name,
    access: fc.constantFrom(...ACCESS_LEVELS),
    kinds: fc.constantFrom(0, 1, 2),
  });
  const rows = fc.uniqueArray(row, { selector: (one) => one.name.toLowerCase(), maxLength: 30 });

  it('gives back what went in, sorted', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9-]{1,8}$/), rows, { maxKeys: 4 }), (services) => {
        const { dictionary, services: lines } = encodeActions(new Map(Object.entries(services)));
        const words = dictionary.split(' ');
        for (const line of lines.split('\n').filter((one) => one !== '')) {
          const gap = line.indexOf(' ');
          const expected = [...(services[line.slice(0, gap)] ?? [])].sort((one, other) =>
            one.name.toLowerCase() < other.name.toLowerCase() ? -1 : 1,
          );
          expect(decodeActions(line.slice(gap + 1), words)).toEqual(expected);
        }
      }),
    );
  });

  it('refuses a name that it could not give back', () => {
    expect(() => encodeActions(new Map([['s3', [{ name: 'Get!', access: 'Read', kinds: 1 }]]]))).toThrow('Get!');
  });
});

describe('the table', () => {
  it('knows what AWS says of an action', () => {
    expect(actionNamed('S3:getobject')).toEqual({
      service: 's3',
      name: 's3:GetObject',
      key: 's3:getobject',
      access: 'Read',
      onResource: true,
      ofSeveralKinds: true,
    });
    expect(accessLevelOf('lambda:AddPermission')).toBe('Permissions management');
    expect(accessLevelOf('lambda:TagResource')).toBe('Tagging');
    expect(accessLevelOf('s3:ListAllMyBuckets')).toBe('List');
    expect(actionNamed('ecr:GetAuthorizationToken')?.onResource).toBe(false);
    expect(actionNamed('dynamodb:PutItem')?.ofSeveralKinds).toBe(false);
  });

  it('knows nothing of what AWS does not list', () => {
    expect(accessLevelOf('s3:GetNothing')).toBeUndefined();
    expect(accessLevelOf('nothing:GetObject')).toBeUndefined();
    expect(accessLevelOf('GetObject')).toBeUndefined();
    expect(actionsOfService('nothing')).toEqual([]);
  });

  it('has every service', () => {
    expect(SERVICE_PREFIXES.length).toBeGreaterThan(400);
    expect(actionsMatching('*').length).toBeGreaterThan(20_000);
    expect(namesOf('*:*').length).toBe(namesOf('*').length);
  });
});

describe('a pattern', () => {
  it.each<[string, string[]]>([
    ['iam:PassRole', ['iam:PassRole']],
    ['IAM:PASS*', ['iam:PassRole']],
    ['iam:Pass?ole', ['iam:PassRole']],
    ['*:PassRole', ['iam:PassRole']],
    ['i?m:passrole', ['iam:PassRole']],
    ['s3:Get*BucketAcl', ['s3:GetBucketAcl']],
    ['sts:*Identity', ['sts:AssumeRoleWithWebIdentity', 'sts:GetCallerIdentity', 'sts:SetSourceIdentity']],
    ['s3:', []],
    ['s3', []],
    ['', []],
  ])('%s', (pattern, expected) => {
    expect(namesOf(pattern)).toEqual(expected);
  });

  it('stops at the first that is wanted', () => {
    const seen: string[] = [];
    expect(eachActionMatching('sts:Assume*', ({ name }) => seen.push(name) === 2)).toBe(true);
    expect(seen).toHaveLength(2);
    expect(eachActionMatching('sts:Assume*', () => false)).toBe(false);
  });

  it('names what comparing each action would name', () => {
    const all = ['iam', 'sqs', 'sts'].flatMap(actionsOfService);
    const piece = fc.constantFrom('*', '?', 'Get', 'get', 'Create', 'Role', 'e', 'Queue', 'Access', 's');
    const pattern = fc
      .tuple(fc.constantFrom('iam', 'sqs', 'STS', 's?s', '*'), fc.array(piece, { maxLength: 4 }))
      .map(([service, pieces]) => `${service}:${pieces.join('')}`);
    fc.assert(
      fc.property(pattern, (one) => {
        const found = actionsMatching(one).filter(({ service }) => ['iam', 'sqs', 'sts'].includes(service));
        expect(found).toEqual(all.filter(({ name }) => matchesAction(one, name)));
      }),
      { numRuns: 300 },
    );
  });
});
