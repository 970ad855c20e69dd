import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyDocument, Statement } from '../../../shared/model/policy-document.ts';
import { parsePolicyDocument } from '../../../shared/policy/parse.ts';
import { widened } from '../../../shared/policy/widened.ts';
import { allow, deny, documentOf } from './statements.ts';

const S3 = 'arn:aws:s3:::orders/*';
const ofText = (Version: string | undefined, ...Statement: object[]) =>
  parsePolicyDocument(JSON.stringify({ ...(Version === undefined ? {} : { Version }), Statement }), 'test');
const wider = (before: object[], after: object[]) => widened([documentOf(...before)], [documentOf(...after)]);
const to = (Principal: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Principal,
  Action: 'sqs:SendMessage',
  Resource: '*',
  ...more,
});
const when = (Condition: object) => ({ Condition });
const MINE = when({ StringEquals: { 'aws:SourceAccount': '222222222222' } });

describe('what a policy grants more than another', () => {
  it.each<[string, object[], object[]]>([
    ['names in place of a wildcard', [allow('s3:*')], [allow(['s3:GetObject', 'S3:putobject'], S3)]],
    ['names in place of everything', [allow('*')], [allow(['s3:Get*', 'logs:*'])]],
    ['one service of NotAction', [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }], [allow('s3:*')]],
    [
      'NotAction that leaves more out',
      [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }],
      [{ Effect: 'Allow', NotAction: ['iam:*', 'sts:*'], Resource: '*' }],
    ],
    [
      'a resource beside those of NotResource',
      [{ Effect: 'Allow', Action: 's3:*', NotResource: 'arn:aws:s3:::hr/*' }],
      [allow('s3:*', S3)],
    ],
    ['a condition more', [allow('s3:*')], [allow('s3:*', '*', MINE)]],
    [
      'a value less, keys and operators in another case',
      [allow('s3:*', '*', when({ StringEquals: { 'aws:SourceAccount': ['1', '2'] } }))],
      [allow('s3:*', '*', when({ stringequals: { 'AWS:sourceaccount': '2' } }))],
    ],
    [
      'a value more of a negated one',
      [allow('s3:*', '*', when({ StringNotEquals: { 'aws:PrincipalTag/team': 'a' } }))],
      [allow('s3:*', '*', when({ StringNotEquals: { 'aws:PrincipalTag/team': ['a', 'b'] } }))],
    ],
    ['a Deny more', [allow('s3:*')], [allow('s3:*'), deny('s3:Delete*')]],
    ['a Deny without its condition', [deny('s3:*', '*', MINE)], [deny('s3:*')]],
    ['a wider Deny', [deny('s3:Get*', S3)], [deny('s3:*')]],
    [
      'an account in place of everybody',
      [to('*')],
      [to({ AWS: 'arn:aws:iam::222222222222:root' }), to({ Service: 'sns.amazonaws.com' })],
    ],
    ['an account in its short form', [to({ AWS: 'arn:aws:iam::222222222222:root' })], [to({ AWS: '222222222222' })]],
    [
      'one statement split in two',
      [allow(['s3:GetObject', 'iam:PassRole'])],
      [allow('s3:GetObject'), allow('iam:PassRole', '*', MINE)],
    ],
    ['a variable under a wildcard', [allow('s3:*', 'arn:aws:s3:::home/*')], [allow('s3:*', 'arn:aws:s3:::home/${aws:userid}/*')]],
  ])('nothing: %s', (_what, before, after) => {
    expect(wider(before, after)).toEqual([]);
  });

  it.each<[string, object[], object[], string]>([
    ['another action', [allow('s3:GetObject')], [allow(['s3:GetObject', 's3:PutObject'])], 'allows s3:PutObject on *'],
    [
      'a wildcard over names',
      [allow(['s3:GetObject', 's3:GetObjectAcl'])],
      [allow('s3:GetObject*')],
      'allows s3:GetObject* on *',
    ],
    ['another resource', [allow('s3:GetObject', S3)], [allow('s3:GetObject')], 'allows s3:GetObject on *'],
    ['what no single statement grants', [allow('s3:Get*', S3), allow('s3:Put*')], [allow('s3:*', S3)], `allows s3:* on ${S3}`],
    [
      'NotAction in place of names',
      [allow('s3:*')],
      [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }],
      'allows everything but iam:* on *',
    ],
    [
      'a service that NotAction left out',
      [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }],
      [allow('iam:Pass*')],
      'allows iam:Pass* on *',
    ],
    ['a condition less', [allow('s3:*', '*', MINE)], [allow('s3:*')], 'allows s3:* on *'],
    [
      'a value more',
      [allow('s3:*', '*', MINE)],
      [allow('s3:*', '*', when({ StringEquals: { 'aws:SourceAccount': ['222222222222', '*'] } }))],
      'allows s3:* on *',
    ],
    [
      'another operator, which can’t be told',
      [allow('s3:*', '*', MINE)],
      [allow('s3:*', '*', when({ StringEqualsIfExists: { 'aws:SourceAccount': '222222222222' } }))],
      'allows s3:* on *',
    ],
    ['a Deny that is gone', [allow('s3:*'), deny('s3:Delete*')], [allow('s3:Get*')], 'no longer denies s3:Delete* on *'],
    ['a Deny with a condition', [deny('s3:*')], [deny('s3:*', '*', MINE)], 'no longer denies s3:* on *'],
    [
      'another principal',
      [to({ AWS: '222222222222' })],
      [to({ AWS: ['222222222222', '333333333333'] })],
      'allows sqs:SendMessage on * to 333333333333',
    ],
    [
      'a role where its account stood: a role’s own grant needs no other',
      [to({ AWS: '222222222222' })],
      [to({ AWS: 'arn:aws:iam::222222222222:role/a' })],
      'allows sqs:SendMessage on * to arn:aws:iam::222222222222:role/a',
    ],
    [
      'everybody but one',
      [to({ AWS: '222222222222' })],
      [{ ...to('*'), Principal: undefined, NotPrincipal: { AWS: '1' } }],
      'allows sqs:SendMessage on * to everybody but a few',
    ],
  ])('%s', (_what, before, after, found) => {
    expect(wider(before, after)).toEqual([found]);
  });

  it('a variable that was plain text in the language before it', () => {
    const statement = allow('s3:GetObject', 'arn:aws:s3:::home/${aws:userid}');
    expect(widened([ofText(undefined, statement)], [ofText('2012-10-17', statement)])).toEqual([
      'allows s3:GetObject on arn:aws:s3:::home/${aws:userid}',
    ]);
    expect(widened([ofText('2012-10-17', statement)], [ofText('2012-10-17', statement)])).toEqual([]);
  });

  it('looks at all policies together, whichever a statement has moved to', () => {
    const [one, other] = [documentOf(allow('s3:Get*')), documentOf(allow('sqs:*'), deny('sqs:Purge*'))];
    expect(widened([one, other], [documentOf(allow('sqs:Send*'), deny('sqs:*', '*')), one])).toEqual([]);
    expect(widened([one, other], [one])).toEqual(['no longer denies sqs:Purge* on *']);
    expect(widened([], [one])).toEqual(['allows s3:Get* on *']);
    expect(widened([one], [])).toEqual([]);
  });

  it('names three and no more', () => {
    expect(wider([], [allow(['s3:A', 's3:B', 's3:C', 's3:D'])])).toHaveLength(3);
  });
});

/** Requests, and IAM's answer to them, written once more and with nothing of the reader's. */
interface Request {
  readonly action: string;
  readonly resource: string;
  readonly principal: string | null;
  readonly context: Readonly<Record<string, string>>;
}
const escaped = (text: string): string => text.replace(/[.+^${}()|[\]\\]/g, '\\$&');
const matches = (pattern: string, text: string, flags = ''): boolean =>
  new RegExp(`^${escaped(pattern).replaceAll('*', '.*').replaceAll('?', '.')}$`, flags).test(text);
const filled = (text: string, { context }: Request): string =>
  text.replace(/\$\{([^}]+)\}/g, (_all, key) => context[key] ?? '\0');

function speaksOf(
  { actions, conditions, notActions, notResources, principals, resources }: Statement,
  request: Request,
): boolean {
  const ofAction = (pattern: string) => matches(pattern === '*:*' ? '*' : pattern, request.action, 'i');
  const ofResource = (pattern: string) => matches(filled(pattern, request), request.resource);
  const holds = Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => {
      const value = request.context[key];
      if (operator === 'Null') return values.every((one) => (value === undefined) === (one === 'true'));
      if (operator === 'StringNotEquals') return value === undefined || values.every((one) => filled(one, request) !== value);
      if (value === undefined) return operator === 'StringEqualsIfExists';
      if (operator === 'StringLike') return values.some((one) => matches(filled(one, request), value));
      return values.some((one) => filled(one, request) === value);
    }),
  );
  const byPrincipal =
    request.principal === null
      ? principals.length === 0
      : principals.some(({ values }) => values.some((value) => value === '*' || value === request.principal));
  return (
    holds &&
    byPrincipal &&
    (notActions.length > 0 ? !notActions.some(ofAction) : actions.some(ofAction)) &&
    (notResources.length > 0 ? !notResources.some(ofResource) : resources.some(ofResource))
  );
}
const says = (effect: Statement['effect'], { statements }: PolicyDocument, request: Request): boolean =>
  statements.some((statement) => statement.effect === effect && speaksOf(statement, request));

const KEYS = ['aws:SourceAccount', 'aws:userid'];
const VALUES = ['a', 'ab', 'b'];
const product = <A, B>(left: readonly A[], right: readonly B[]): (readonly [A, B])[] =>
  left.flatMap((one) => right.map((other) => [one, other] as const));
const CONTEXTS = product([undefined, ...VALUES], [undefined, ...VALUES]).map(([one, other]) => ({
  ...(one === undefined ? {} : { [KEYS[0] ?? '']: one }),
  ...(other === undefined ? {} : { [KEYS[1] ?? '']: other }),
}));
const REQUESTS: Request[] = product(
  product(
    ['s3:GetObject', 's3:PutObject', 'iam:PassRole'],
    ['arn:aws:s3:::a', 'arn:aws:s3:::ab', 'arn:aws:s3:::b', 'arn:aws:iam::1:role/a'],
  ),
  product(CONTEXTS, [null, '1', '2']),
).map(([[action, resource], [context, principal]]) => ({ action, resource, context, principal }));

const some = (values: readonly string[]) => fc.array(fc.constantFrom(...values), { minLength: 1, maxLength: 2 });
const actionPart = fc
  .tuple(
    fc.constantFrom('Action', 'NotAction'),
    some(['*', '*:*', 's3:*', 's3:Get*', 's3:getobject', 's3:?etObject', 'iam:*', 's3:PutObject']),
  )
  .map(([key, values]) => ({ [key]: values }));
const resourcePart = fc
  .tuple(
    fc.constantFrom('Resource', 'NotResource'),
    some([
      '*',
      'arn:aws:s3:::*',
      'arn:aws:s3:::a',
      'arn:aws:s3:::a*',
      'arn:aws:s3:::?',
      'arn:aws:s3:::${aws:userid}',
      'arn:aws:iam::*:role/*',
    ]),
  )
  .map(([key, values]) => ({ [key]: values }));
const conditionPart = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  fc
    .tuple(
      fc.constantFrom('StringEquals', 'StringLike', 'StringNotEquals', 'StringEqualsIfExists', 'Null'),
      fc.constantFrom(...KEYS),
      some(['a', 'b', 'a*', '*', 'true', 'false', '${aws:userid}']),
    )
    .map(([operator, key, values]) => ({
      Condition: { [operator]: { [key]: operator === 'Null' ? values.map((one) => (one === 'a' ? 'true' : 'false')) : values } },
    })),
);
const principalPart = fc.constantFrom({}, { Principal: '*' }, { Principal: { AWS: '1' } }, { Principal: { AWS: ['1', '2'] } });
const statement = fc
  .tuple(fc.constantFrom('Allow', 'Allow', 'Deny'), actionPart, resourcePart, conditionPart, principalPart)
  .map(([Effect, ...parts]) => Object.assign({ Effect }, ...parts) as object);
const policyOf = fc.array(statement, { minLength: 1, maxLength: 3 });

describe('whatever the policies', () => {
  it('what is found to be no wider allows no request that was not allowed, and denies every one that was denied', () => {
    let narrower = 0;
    fc.assert(
      fc.property(policyOf, policyOf, fc.boolean(), (one, other, grow) => {
        // Half of them share statements, so that many are really narrower.
        const [before, after] = [documentOf(...one, ...(grow ? other : [])), documentOf(...other)];
        if (widened([before], [after]).length > 0) return;
        narrower += 1;
        for (const request of REQUESTS) {
          if (says('Allow', after, request)) expect(says('Allow', before, request)).toBe(true);
          if (says('Deny', before, request)) expect(says('Deny', after, request)).toBe(true);
        }
      }),
      { numRuns: 1_500 },
    );
    expect(narrower).toBeGreaterThan(150);
  });

  it('is the same as itself, and no less without one of its Allow statements', () => {
    fc.assert(
      fc.property(policyOf, fc.nat(2), (all, at) => {
        const whole = documentOf(...all);
        expect(widened([whole], [whole])).toEqual([]);
        const gone = whole.statements[at % all.length];
        const rest = documentOf(...all.filter((_, index) => index !== at % all.length));
        const found = widened([whole], [rest]);
        if (gone?.effect === 'Allow') expect(found).toEqual([]);
        const isLifted = REQUESTS.some((request) => says('Deny', whole, request) && !says('Deny', rest, request));
        if (isLifted) expect(found).not.toEqual([]);
        expect(found.filter((line) => !line.startsWith('no longer denies'))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is wider with a statement more, unless what it allows was allowed', () => {
    fc.assert(
      fc.property(policyOf, statement, (all, more) => {
        const [before, after] = [documentOf(...all), documentOf(...all, more)];
        const isNew = REQUESTS.some((request) => says('Allow', after, request) && !says('Allow', before, request));
        if (isNew) expect(widened([before], [after])).not.toEqual([]);
        if ((more as { Effect: string }).Effect === 'Deny') expect(widened([before], [after])).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});
