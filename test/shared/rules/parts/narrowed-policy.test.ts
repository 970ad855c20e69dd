import { describe, expect, it } from 'vitest';
import type { Home } from '../../../../shared/policy/caller-reach.ts';
import { parsePolicyDocument } from '../../../../shared/policy/parse.ts';
import { exposedStatements } from '../../../../shared/rules/parts/exposed-statements.ts';
import { narrowedPolicy } from '../../../../shared/rules/parts/narrowed-policy.ts';

const ALONE: Home = { account: '222222222222', organizationId: null, allowedAccounts: [] };
const MEMBER: Home = { ...ALONE, organizationId: 'o-exampleorg', allowedAccounts: ['333333333333'] };
const ACTIONS = ['sqs:SendMessage'];
const SEND = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:eu-central-1:222222222222:orders' };
const OWN = { ...SEND, Sid: 'own', Principal: { AWS: '222222222222' } };

function narrow(statements: readonly object[], home = ALONE, indent = 0): string | null | undefined {
  const document = parsePolicyDocument(
    JSON.stringify({ Version: '2012-10-17', Id: 'orders', Statement: statements }, null, indent),
    'test',
  );
  return narrowedPolicy(document, exposedStatements(document, home, ACTIONS), home, ACTIONS);
}
const statementsOf = (text: string | null | undefined): unknown => (JSON.parse(text ?? '{}') as { Statement: unknown }).Statement;

describe('narrowedPolicy', () => {
  it('limits a star to callers of the account and to services on its behalf, each under a name of its own', () => {
    const open = { ...SEND, Sid: 'open', Principal: '*' };
    expect(statementsOf(narrow([OWN, open]))).toEqual([
      OWN,
      { ...open, Condition: { StringEquals: { 'aws:PrincipalAccount': '222222222222' } } },
      { ...open, Sid: 'open2', Condition: { StringEquals: { 'aws:SourceAccount': '222222222222' } } },
    ]);
    expect(statementsOf(narrow([{ ...OWN, Sid: 'open2' }, open]))).toMatchObject([
      { Sid: 'open2' },
      { Sid: 'open' },
      { Sid: 'open3' },
    ]);
  });

  it('limits it to the organization and the allowed accounts where they are known', () => {
    const limits = [
      { 'aws:PrincipalOrgID': 'o-exampleorg' },
      { 'aws:PrincipalAccount': '333333333333' },
      { 'aws:SourceAccount': ['222222222222', '333333333333'] },
      { 'aws:SourceOrgID': 'o-exampleorg' },
    ];
    expect(statementsOf(narrow([{ ...SEND, Principal: { AWS: '*' } }], MEMBER))).toEqual(
      limits.map((StringEquals) => ({ ...SEND, Principal: { AWS: '*' }, Condition: { StringEquals } })),
    );
  });

  it('keeps the conditions that are there, and takes a star with a source for services', () => {
    const Condition = { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::uploads' }, StringEquals: { 'aws:UserAgent': 'x' } };
    for (const Principal of ['*', { Service: 's3.amazonaws.com' }])
      expect(statementsOf(narrow([{ ...SEND, Principal, Condition }]))).toEqual([
        {
          ...SEND,
          Principal,
          Condition: { ...Condition, StringEquals: { 'aws:UserAgent': 'x', 'aws:SourceAccount': '222222222222' } },
        },
      ]);
  });

  it("drops others' principals and keeps the own ones beside them", () => {
    const AWS = ['arn:aws:iam::222222222222:root', '444444444444', 'arn:aws:iam::555555555555:role/x'];
    expect(statementsOf(narrow([{ ...SEND, Principal: { AWS } }, OWN]))).toEqual([{ ...SEND, Principal: { AWS: AWS[0] } }, OWN]);
    expect(narrow([{ ...SEND, Principal: { AWS: '444444444444' } }])).toBeNull();
  });

  it('keeps the rest of the text, and its writing', () => {
    const open = { ...SEND, Sid: 'open', Principal: { AWS: '444444444444' } };
    expect(narrow([OWN, open])).toBe(`{"Version":"2012-10-17","Id":"orders","Statement":[${JSON.stringify(OWN)}]}`);
    expect(narrow([OWN, open], ALONE, 2)).toContain('\n  "Id": "orders"');
  });

  it.each([
    ['a NotPrincipal', { ...SEND, NotPrincipal: { AWS: '444444444444' } }],
    [
      'a limit that names the own account beside another',
      { ...SEND, Principal: '*', Condition: { StringEquals: { 'AWS:PrincipalAccount': ['222222222222', '444444444444'] } } },
    ],
    [
      'a principal that can not be judged',
      { ...SEND, Principal: { AWS: '*', CanonicalUser: '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be' } },
    ],
  ])('leaves %s to people', (_what, statement) => {
    expect(narrow([OWN, statement])).toBeUndefined();
  });

  it('takes what is limited to others only away', () => {
    const Condition = { StringEquals: { 'aws:PrincipalOrgID': ['o-otherorg01', 'o-otherorg02'] } };
    expect(statementsOf(narrow([OWN, { ...SEND, Principal: '*', Condition }], MEMBER))).toEqual([OWN]);
  });
});
