import { describe, expect, it } from 'vitest';
import { isSameStatement, permissionInput, statementTexts } from '../../../../shared/aws/steps/exposure/permission-statement.ts';

const BASE = {
  Sid: 's-1_A',
  Effect: 'Allow',
  Principal: '*',
  Action: 'lambda:InvokeFunction',
  Resource: 'arn:aws:lambda:r:a:function:f',
};
const input = (change: object) => permissionInput(JSON.stringify({ ...BASE, ...change }));
const plain = { StatementId: 's-1_A', Action: 'lambda:InvokeFunction', Principal: '*' };

describe('permissionInput', () => {
  it.each<[string, object, object]>([
    ['everybody', {}, {}],
    [
      'a service with source',
      {
        Principal: { Service: 's3.amazonaws.com' },
        Condition: { StringEquals: { 'AWS:SourceAccount': '1' }, ArnLike: { 'AWS:SourceArn': 'arn:b' } },
      },
      { Principal: 's3.amazonaws.com', SourceAccount: '1', SourceArn: 'arn:b' },
    ],
    ['an account', { Principal: { AWS: 'arn:aws:iam::123456789012:root' } }, { Principal: 'arn:aws:iam::123456789012:root' }],
    ['an organization', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }, { PrincipalOrgID: 'o-1' }],
    [
      'a public URL',
      { Action: 'lambda:InvokeFunctionUrl', Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } } },
      { Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' },
    ],
    ['its second grant', { Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } } }, { InvokedViaFunctionUrl: true }],
    [
      'a skill',
      { Principal: { Service: 'alexa-appkit.amazon.com' }, Condition: { StringEquals: { 'lambda:EventSourceToken': 't' } } },
      { Principal: 'alexa-appkit.amazon.com', EventSourceToken: 't' },
    ],
    ['all actions', { Action: 'lambda:*' }, { Action: 'lambda:*' }],
  ])('says how to put back %s', (_, change, expected) => expect(input(change)).toEqual({ ...plain, ...expected }));

  it.each<[string, object]>([
    ['a Deny', { Effect: 'Deny' }],
    ['several actions', { Action: ['lambda:InvokeFunction', 'lambda:GetFunction'] }],
    ['several principals', { Principal: { AWS: ['arn:a', 'arn:b'] } }],
    ['two kinds of principal', { Principal: { AWS: 'arn:aws:iam::1:root', Service: 's3.amazonaws.com' } }],
    ['a deleted role', { Principal: { AWS: 'AROAXXXXXXXXXXXXXXXXX' } }],
    ['a star that AWS would write otherwise', { Principal: { AWS: '*' } }],
    ['a federated principal', { Principal: { Federated: 'x' } }],
    ['no principal', { Principal: undefined }],
    ['an operator it has not', { Condition: { StringLike: { 'AWS:SourceArn': 'arn:*' } } }],
    ['a key it has not', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }],
    ['a list of values', { Condition: { StringEquals: { 'aws:PrincipalOrgID': ['o-1', 'o-2'] } } }],
    ['a key twice', { Condition: { StringEquals: { 'AWS:SourceAccount': '1', 'aws:SourceAccount': '2' } } }],
    ['NotPrincipal', { NotPrincipal: '*' }],
    ['no Sid', { Sid: undefined }],
    ['a Sid it would not take', { Sid: 'a b' }],
    ['an odd boolean', { Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'yes' } } }],
  ])('does not promise to put back %s', (_, change) => expect(input(change)).toBeUndefined());

  it('does not take what is no statement', () => {
    for (const text of ['', '[]', 'null', '{', '"x"']) expect(permissionInput(text)).toBeUndefined();
  });
});

it('tells the statements of a policy by Sid, one or many', () => {
  const many = statementTexts(JSON.stringify({ Statement: [BASE, { ...BASE, Sid: 'b' }, { Effect: 'Allow' }] }));
  expect([...many.keys()]).toEqual(['s-1_A', 'b']);
  expect([...statementTexts(JSON.stringify({ Statement: BASE })).keys()]).toEqual(['s-1_A']);
  expect(statementTexts(undefined).size).toBe(0);
  expect(isSameStatement('{"a":1,"b":[{"d":1,"c":2}]}', '{"b":[{"c":2,"d":1}],"a":1}')).toBe(true);
  expect(isSameStatement('{"a":[1,2]}', '{"a":[2,1]}')).toBe(false);
});
