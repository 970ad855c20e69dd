import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeGrants } from '../../../shared/policy/analyze-grants.ts';
import { ESCALATION_PATHS } from '../../../shared/policy/escalation-paths.ts';
import { allow, documentOf } from './statements.ts';

interface Written {
  readonly Action: string[];
  readonly Resource: string[];
}

const ACTIONS = [
  '*',
  '*:*',
  's*:*',
  's3:*',
  's3:Get*',
  's3:GetObject',
  's3:PutBucketPolicy',
  'iam:*',
  'iam:Put*y',
  'iam:PassRole',
  'iam:Pass?ole',
  'iam:CreateAccessKey',
  'lambda:CreateFunction',
  'lambda:InvokeFunction',
  'lambda:*',
  'sts:AssumeRole',
  'sts:*',
  'ec2:RunInstances',
  'logs:PutLogEvents',
  'sqs:SendMessage',
];
const action = fc.constantFrom(...ACTIONS);
const resource = fc.constantFrom(
  '*',
  'arn:aws:s3:::a/*',
  'arn:aws:s3:::*',
  'arn:aws:iam::222222222222:role/*',
  'arn:aws:iam::222222222222:role/a',
  'arn:aws:iam::*:role/app-*',
  'arn:aws:lambda:eu-central-1:222222222222:function:a',
);
const condition = fc.constantFrom<object>(
  {},
  { Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } } },
  { Condition: { StringEquals: { 'aws:ResourceTag/team': 'a' } } },
  { Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
);
const list = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 3 });
const allowed = fc
  .record({ Effect: fc.constant('Allow'), Action: list(action), Resource: list(resource) })
  .chain((statement) => condition.map((more) => ({ ...statement, ...more })));
const inverted = fc.record({ Effect: fc.constant('Allow'), NotAction: list(action), Resource: list(resource) });
const denied = fc.oneof(
  fc.record({ Effect: fc.constant('Deny'), Action: list(action), Resource: list(resource) }),
  fc.record({ Effect: fc.constant('Deny'), NotAction: list(action), Resource: list(resource) }),
  fc.record({ Effect: fc.constant('Deny'), Action: list(action), NotResource: list(resource) }),
);
const statements = fc.array(fc.oneof(allowed, denied, inverted), { minLength: 1, maxLength: 4 });

const keysOf = (all: readonly object[], documents = 1): Set<string> => {
  const named = Array.from({ length: documents }, (_, at) => ({
    name: `policy ${at}`,
    document: documentOf(...all.filter((_, index) => index % documents === at)),
  }));
  const found = analyzeGrants(named).map(({ id, method }) => (method === undefined ? id : `${id}:${method}`));
  const every = found.includes('privilege-escalation:*');
  // One finding for many paths stands for each of them.
  return new Set(every ? [...found, ...ESCALATION_PATHS.map(({ method }) => `privilege-escalation:${method}`)] : found);
};
const lost = (before: Set<string>, after: Set<string>) => [...before].filter((key) => !after.has(key));

describe('whatever the policies', () => {
  it('another Deny never adds a finding', () => {
    fc.assert(
      fc.property(statements, denied, (all, more) => {
        expect(lost(keysOf([...all, more]), keysOf(all)).filter((key) => key !== 'privilege-escalation:*')).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('a boundary never adds a finding', () => {
    const within = (all: object[], boundary: object[]) =>
      analyzeGrants([{ name: 'a', document: documentOf(...all) }], { boundary: documentOf(...boundary) });
    fc.assert(
      fc.property(statements, statements, (all, boundary) => {
        const keys = new Set(within(all, boundary).map(({ id }) => id as string));
        expect(lost(keys, new Set([...keysOf(all)].map((key) => key.replace(/:.*$/, ''))))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('a wider action or resource never removes one, but for what `*` on everything says', () => {
    const wider = (name: string) => fc.constantFrom(name, name.replace(/:.*$/, ':*'), '*');
    const widened = fc
      .record({ Action: list(action), Resource: list(resource), at: fc.nat(2), all: fc.boolean() })
      .chain(({ Action, Resource, all, at }) =>
        wider(Action[at % Action.length] ?? '*').map((wide) => ({
          before: { Action, Resource },
          after: {
            Action: Action.map((name, index) => (index === at % Action.length ? wide : name)),
            Resource: all ? ['*'] : Resource,
          },
        })),
      );
    fc.assert(
      fc.property(widened, statements, ({ after, before }, rest) => {
        const keys = (one: Written) => keysOf([allow(one.Action, one.Resource), ...rest]);
        const gone = lost(keys(before), keys(after));
        // Who may do everything assumes roles as well; that is said of nobody who has `*`.
        const everything = after.Action.some((name) => /^[*:]+$/.test(name)) && after.Resource.includes('*');
        expect(gone.filter((key) => key !== 'wildcard-assume-role' || !everything)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('the order of statements, the case of actions, and how they are spread over policies never matter', () => {
    const upper = (all: object[]) =>
      all.map((one) => {
        const { Action, NotAction } = one as { Action?: string[]; NotAction?: string[] };
        return {
          ...one,
          ...(Action ? { Action: Action.map((name) => name.toUpperCase()) } : {}),
          ...(NotAction ? { NotAction: NotAction.map((name) => name.toUpperCase()) } : {}),
        };
      });
    fc.assert(
      fc.property(statements, (all) => {
        const keys = keysOf(all);
        expect(keysOf([...all].reverse())).toEqual(keys);
        expect(keysOf(upper(all))).toEqual(keys);
        expect(keysOf(all, 2)).toEqual(keys);
      }),
      { numRuns: 100 },
    );
  });
});
