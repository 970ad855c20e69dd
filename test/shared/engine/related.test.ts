import { expect, it } from 'vitest';
import { apisOf } from '../../../shared/engine/related.ts';
import { apiResource } from '../../../shared/model/resource.ts';
import { parsePolicyDocument } from '../../../shared/policy/parse.ts';

const [ACCOUNT, REGION] = ['222222222222', 'eu-central-1'];
const execute = (id: string, account = ACCOUNT, region = REGION) => `arn:aws:execute-api:${region}:${account}:${id}/*/GET/orders`;
const allow = (condition: object, service = 'apigateway.amazonaws.com', effect = 'Allow') => ({
  Effect: effect,
  Principal: { Service: service },
  Action: 'lambda:InvokeFunction',
  Condition: condition,
});
const from = (...arns: string[]) => ({ ArnLike: { 'AWS:SourceArn': arns } });
const apis = (...statements: object[]) => {
  const document = parsePolicyDocument({ Statement: statements }, 'f');
  return apisOf([{ qualifier: null, revisionId: 'r', document }], ACCOUNT, REGION);
};

it('names each API once that a function’s policy lets invoke it', () => {
  expect(apis(allow(from(execute('abcd1234'))), allow(from(execute('abcd1234'), execute('efgh5678'))))).toEqual([
    apiResource(ACCOUNT, REGION, 'abcd1234'),
    apiResource(ACCOUNT, REGION, 'efgh5678'),
  ]);
});

it.each<[string, object]>([
  ['another account’s', allow(from(execute('abcd1234', '333333333333')))],
  ['another region’s', allow(from(execute('abcd1234', ACCOUNT, 'us-east-1')))],
  ['any API', allow(from(execute('*')))],
  ['one that is denied', allow(from(execute('abcd1234')), undefined, 'Deny')],
  ['one that another service names', allow(from(execute('abcd1234')), 's3.amazonaws.com')],
  ['one that it is not', allow({ ArnNotLike: { 'AWS:SourceArn': execute('abcd1234') } })],
  ['none', allow({ StringEquals: { 'AWS:SourceAccount': ACCOUNT } })],
])('leaves out %s', (_, statement) => expect(apis(statement)).toEqual([]));
