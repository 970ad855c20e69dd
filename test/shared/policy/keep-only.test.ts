import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grantsAction } from '../../../shared/policy/grants.ts';
import { keepOnly, type Needed } from '../../../shared/policy/keep-only.ts';
import { parsePolicyDocument } from '../../../shared/policy/parse.ts';
import { exampleAllow, exampleInline } from '../../../shared/rules/parts/example-role.ts';

const NEEDED: Needed = {
  actions: ['dynamodb:GetItem', 's3:GetObject', 's3:PutObject'],
  services: new Set(['rekognition']),
  named: new Set(['kms', 'logs']),
};
const TABLE = 'arn:aws:dynamodb:eu-central-1:222222222222:table/orders';
const kept = (...statements: object[]) => keepOnly(exampleInline('p', ...statements).document, NEEDED);
const statementsOf = (...statements: object[]) =>
  (JSON.parse(kept(...statements)?.text ?? '{}') as { Statement?: object[] }).Statement;

describe('keepOnly', () => {
  it('keeps names that are needed, and leaves resources, conditions and Deny as they stood', () => {
    const Condition = { Bool: { 'aws:SecureTransport': 'true' } };
    const deny = { Effect: 'Deny', Action: 's3:*', Resource: '*' };
    const left = statementsOf(
      { Sid: 'Both', ...exampleAllow(['DynamoDB:GetItem', 'dynamodb:DeleteItem'], TABLE), Condition },
      deny,
    );
    expect(left).toEqual([{ Sid: 'Both', ...exampleAllow(['DynamoDB:GetItem'], TABLE), Condition }, deny]);
  });

  it('makes wildcards names', () => {
    expect(statementsOf(exampleAllow('s3:*'))).toEqual([exampleAllow(['s3:GetObject', 's3:PutObject'])]);
    expect(statementsOf(exampleAllow('S3:get*'))).toEqual([exampleAllow(['s3:GetObject'])]);
    expect(statementsOf(exampleAllow('*', TABLE))).toEqual([exampleAllow([...NEEDED.actions, 'rekognition:*'], TABLE)]);
    expect(statementsOf(exampleAllow('*:Get*'))).toEqual([
      exampleAllow(['dynamodb:GetItem', 's3:GetObject', 'rekognition:Get*']),
    ]);
  });

  it('makes NotAction what is needed of it', () => {
    expect(statementsOf({ Sid: 'a', Effect: 'Allow', NotAction: ['iam:*', 's3:Put*'], Resource: '*' })).toEqual([
      { Sid: 'a', ...exampleAllow(['dynamodb:GetItem', 's3:GetObject', 'rekognition:*']) },
    ]);
    expect(kept({ Effect: 'Allow', NotAction: 'rekognition:Delete*', Resource: '*' })).toBeUndefined();
    expect(statementsOf({ Effect: 'Allow', NotAction: 'rekognition:*', Resource: '*' })).toEqual([
      exampleAllow([...NEEDED.actions]),
    ]);
  });

  it('leaves services that stay as they are, and the very text when nothing is too much', () => {
    const policy = exampleInline('p', exampleAllow(['kms:*', 'logs:Put*', 'rekognition:*', 's3:GetObject']));
    expect(keepOnly(policy.document, NEEDED)).toEqual({ text: policy.document.text, surplus: [] });
  });

  it('answers null when nothing is left', () => {
    expect(kept(exampleAllow('sqs:*'))?.text).toBeNull();
  });

  it('takes no needed right away, and gives none that was not there', () => {
    const actions = [
      's3:GetObject',
      's3:PutObject',
      's3:DeleteObject',
      'dynamodb:GetItem',
      'dynamodb:Query',
      'sqs:SendMessage',
      'kms:Decrypt',
      'rekognition:DetectText',
      'logs:PutLogEvents',
    ];
    const pattern = fc.constantFrom(
      ...actions,
      '*',
      's3:*',
      's3:Get*',
      'dynamodb:*',
      '*:Get*',
      'kms:*',
      'rekognition:Detect*',
      'sqs:Send?essage',
      's*:*',
    );
    const statement = fc.record({
      Effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
      Resource: fc.constantFrom('*', TABLE),
      patterns: fc.array(pattern, { minLength: 1, maxLength: 3 }),
      inverted: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 4 }), (drawn) => {
        const before = exampleInline(
          'p',
          ...drawn.map(({ patterns, inverted, ...rest }) => ({ ...rest, [inverted ? 'NotAction' : 'Action']: patterns })),
        );
        const found = keepOnly(before.document, NEEDED);
        if (!found) return;
        const after = {
          name: 'p',
          document: parsePolicyDocument(found.text ?? '{"Version":"2012-10-17","Statement":[]}', 'after'),
        };
        for (const action of actions)
          for (const resource of [TABLE, 'arn:aws:s3:::b/k']) {
            const had = grantsAction([before], action, { resource });
            const has = grantsAction([after], action, { resource });
            if (has) expect(had, `${action} is new`).toBe(true);
            if (had && NEEDED.actions.includes(action)) expect(has, `${action} is lost`).toBe(true);
            if (had && action.startsWith('rekognition:')) expect(has, `${action} is lost`).toBe(true);
          }
        // What is narrowed already stays as it is.
        if (found.text !== null) expect(keepOnly(after.document, NEEDED)?.surplus).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });
});
