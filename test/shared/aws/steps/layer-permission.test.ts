import { describe, expect, it } from 'vitest';
import { layerPermissionInput } from '../../../../shared/aws/steps/exposure/remove-layer-permission.ts';

const STATEMENT = {
  Sid: 'open',
  Effect: 'Allow',
  Principal: '*',
  Action: 'lambda:GetLayerVersion',
  Resource: 'arn:aws:lambda:eu-central-1:222222222222:layer:shared:7',
};
const inputOf = (change: object) => layerPermissionInput(JSON.stringify({ ...STATEMENT, ...change }));
const BY_OPEN = { StatementId: 'open', Action: 'lambda:GetLayerVersion' };

describe('layerPermissionInput', () => {
  it.each([
    [{}, { Principal: '*' }],
    [{ Principal: { AWS: 'arn:aws:iam::333333333333:root' } }, { Principal: '333333333333' }],
    [
      { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } } },
      { Principal: '*', OrganizationId: 'o-abcdefghij' },
    ],
  ])('says %j', (change, input) => {
    expect(inputOf(change)).toEqual({ ...BY_OPEN, OrganizationId: undefined, ...input });
  });

  it.each([
    { Sid: undefined },
    { Effect: 'Deny' },
    { Action: 'lambda:*' },
    { Action: ['lambda:GetLayerVersion'] },
    { Principal: { Service: 's3.amazonaws.com' } },
    { Principal: { AWS: 'arn:aws:iam::333333333333:role/build' } },
    { Principal: { AWS: 'AROAABCDEFGHIJKLMNOPQ' } },
    {
      Principal: { AWS: '333333333333' },
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } },
    },
    { Condition: { StringEquals: { 'aws:SourceAccount': '333333333333' } } },
    { NotPrincipal: '*' },
  ])("can't say %j", (change) => {
    expect(inputOf(change)).toBeUndefined();
  });
});
