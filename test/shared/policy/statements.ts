import type { PolicyDocument, Statement } from '../../../shared/model/policy-document.ts';
import { parsePolicyDocument } from '../../../shared/policy/parse.ts';

/** A parsed document from statements as they stand in JSON. */
export const documentOf = (...statements: object[]): PolicyDocument =>
  parsePolicyDocument(JSON.stringify({ Version: '2012-10-17', Statement: statements }), 'test');

export function statementOf(source: object): Statement {
  const [statement] = documentOf(source).statements;
  if (!statement) throw new Error('no statement');
  return statement;
}

export const allow = (Action: string | string[], Resource: string | string[] = '*', more: object = {}): object => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
export const deny = (Action: string | string[], Resource: string | string[] = '*', more: object = {}): object => ({
  ...allow(Action, Resource, more),
  Effect: 'Deny',
});
