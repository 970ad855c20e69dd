import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MalformedInput } from '../../../shared/model/errors.ts';
import { parsePolicyDocument } from '../../../shared/policy/parse.ts';

const SCALARS = `{"Version":"2012-10-17","Statement":{"Sid":"a b","Effect":"Allow","Principal":{"AWS":"222222222222","Service":["sns.amazonaws.com"]},
  "Action":"lambda:InvokeFunction","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":true},"NumericLessThan":{"s3:max-keys":[10,"20"]}}}}`;

describe('parsePolicyDocument', () => {
  it('makes lists of everything and keeps the text and the statement as they came', () => {
    const { text, statements } = parsePolicyDocument(SCALARS, 'test');
    expect(text).toBe(SCALARS);
    expect(statements).toEqual([
      {
        sid: 'a b',
        effect: 'Allow',
        actions: ['lambda:InvokeFunction'],
        notActions: [],
        resources: ['*'],
        notResources: [],
        principals: [
          { type: 'AWS', values: ['222222222222'] },
          { type: 'Service', values: ['sns.amazonaws.com'] },
        ],
        notPrincipals: [],
        conditions: { Bool: { 'aws:SecureTransport': ['true'] }, NumericLessThan: { 's3:max-keys': ['10', '20'] } },
        source: JSON.parse(SCALARS).Statement,
      },
    ]);
  });

  it('reads URL-encoded text as IAM answers it, and the object itself', () => {
    const encoded = parsePolicyDocument(encodeURIComponent(SCALARS), 'test');
    expect(encoded).toEqual(parsePolicyDocument(SCALARS, 'test'));
    expect(parsePolicyDocument(JSON.parse(SCALARS), 'test').statements).toEqual(encoded.statements);
  });

  it('reads a bare star, and the Not forms', () => {
    const [first, second] = parsePolicyDocument(
      {
        Statement: [
          { Effect: 'Allow', Principal: '*', NotAction: ['iam:*'], NotResource: 'arn:aws:s3:::a' },
          { Effect: 'Deny', NotPrincipal: { AWS: '222222222222' }, Action: '*', Resource: '*' },
        ],
      },
      'test',
    ).statements;
    expect(first).toMatchObject({
      sid: null,
      principals: [{ type: '*', values: ['*'] }],
      notActions: ['iam:*'],
      notResources: ['arn:aws:s3:::a'],
    });
    expect(second).toMatchObject({ effect: 'Deny', notPrincipals: [{ type: 'AWS', values: ['222222222222'] }], principals: [] });
  });

  it.each([
    ['{"Version":', 'role r: not JSON'],
    ['%7B%ZZ', 'role r: not URL-encoded'],
    ['[]', 'role r: a policy is a JSON object'],
    ['{}', 'role r: there is no Statement'],
    ['{"Statement":["x"]}', 'role r: Statement[0]: a statement is a JSON object'],
    ['{"Statement":{"Effect":"allow","Action":"*"}}', 'role r: Statement[0]: Effect is neither'],
    [
      '{"Statement":[{"Effect":"Allow","Action":"*"},{"Effect":"Allow"}]}',
      'role r: Statement[1]: there is neither Action nor NotAction',
    ],
    [
      '{"Statement":{"Effect":"Allow","Action":"*","NotAction":"*"}}',
      'role r: Statement[0]: Action and NotAction exclude each other',
    ],
    ['{"Statement":{"Effect":"Allow","Action":[1]}}', 'role r: Statement[0].Action: neither a text'],
    ['{"Statement":{"Effect":"Allow","Action":"*","Sid":7}}', 'role r: Statement[0]: Sid is not a text'],
    ['{"Statement":{"Effect":"Allow","Action":"*","Principal":"me"}}', 'role r: Statement[0].Principal: neither "*"'],
    ['{"Statement":{"Effect":"Allow","Action":"*","Condition":[]}}', 'role r: Statement[0].Condition: not a JSON object'],
    [
      '{"Statement":{"Effect":"Allow","Action":"*","Condition":{"Bool":true}}}',
      'role r: Statement[0].Condition.Bool: not a JSON object',
    ],
    [
      '{"Statement":{"Effect":"Allow","Action":"*","Condition":{"Bool":{"k":{}}}}}',
      'role r: Statement[0].Condition.Bool.k: neither',
    ],
  ])('refuses %s and says where', (text, message) => {
    expect(() => parsePolicyDocument(text, 'role r')).toThrow(MalformedInput);
    expect(() => parsePolicyDocument(text, 'role r')).toThrow(message);
  });

  it('never quotes the text, and throws nothing but MalformedInput', () => {
    expect(() => parsePolicyDocument('{"hunter2', 'role r')).toThrow(/^(?!.*hunter2)/);
    const json = fc.jsonValue();
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          json.map((value) => JSON.stringify({ Statement: value })),
        ),
        (text) => {
          try {
            parsePolicyDocument(text, 'any');
          } catch (error) {
            expect(error).toBeInstanceOf(MalformedInput);
          }
        },
      ),
    );
  });
});
