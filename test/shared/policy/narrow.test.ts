import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { broadGrants, serviceOfWildcard } from '../../../shared/policy/breadth.ts';
import { DATA_PLANE } from '../../../shared/policy/data-plane.ts';
import { narrowDocument } from '../../../shared/policy/narrow.ts';
import { parsePolicyDocument } from '../../../shared/policy/parse.ts';
import { matchesAction } from '../../../shared/policy/wildcards.ts';
import { allow, deny, documentOf } from './statements.ts';

const narrowed = (...statements: object[]): { Version: string; Statement: Record<string, unknown>[] } | null => {
  const text = narrowDocument(documentOf(...statements));
  return text === null ? null : JSON.parse(text);
};

describe('narrowDocument', () => {
  it('leaves nothing of an administrator', () => {
    expect(narrowed(allow('*'))).toBeNull();
    expect(narrowed({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' })).toBeNull();
    expect(narrowed(allow('iam:*'), allow('ec2:*'), allow('iam:PassRole'))).toBeNull();
  });

  it('keeps what is not too broad exactly as it stood', () => {
    const fine = {
      Sid: 'Table',
      ...allow('dynamodb:getitem', 'arn:aws:dynamodb:eu-central-1:222222222222:table/orders'),
      Condition: { Bool: { 'aws:SecureTransport': true } },
    };
    expect(narrowed(fine, allow('*'))).toEqual({ Version: '2012-10-17', Statement: [fine] });
    expect(narrowed(deny('s3:Delete*'), allow('*'))?.Statement).toEqual([deny('s3:Delete*')]);
  });

  it("turns a known service's wildcard into what is done with its data, on the same resources", () => {
    const source = {
      Sid: 'Files',
      ...allow(['S3:*', 's3:GetObject', 'ec2:*', 'sqs:SendMessage'], ['arn:aws:s3:::a', 'arn:aws:s3:::a/*']),
    };
    expect(narrowed(source)?.Statement).toEqual([{ ...source, Action: [...(DATA_PLANE.s3 ?? []), 'sqs:SendMessage'] }]);
  });

  it('takes the services of everything on named resources from these', () => {
    const [statement] =
      narrowed(allow('*', ['arn:aws:sqs:eu-central-1:222222222222:orders', 'arn:aws:sns:*:222222222222:orders']))?.Statement ??
      [];
    expect(statement?.Action).toEqual([...(DATA_PLANE.sqs ?? []), ...(DATA_PLANE.sns ?? [])]);
  });

  it('takes passing on away and leaves the rest of its statement', () => {
    expect(narrowed(allow(['iam:PassRole', 'lambda:CreateFunction']))?.Statement).toEqual([allow(['lambda:CreateFunction'])]);
  });

  it('leaves a wildcard alone that a Deny of the role takes back', () => {
    const document = documentOf(allow('s3:*'));
    expect(JSON.parse(narrowDocument(document, documentOf(deny('s3:*')).statements) ?? '')).toEqual(JSON.parse(document.text));
  });

  it('ends with nothing too broad, and narrows no further the second time', () => {
    const action = fc.constantFrom(
      '*',
      's3:*',
      'sqs:*',
      'iam:*',
      'iam:PassRole',
      'ec2:*',
      'k*:*',
      'lambda:InvokeFunction',
      's3:Get*',
    );
    const resource = fc.constantFrom(
      '*',
      'arn:aws:s3:::a/*',
      'arn:aws:kms:*:222222222222:key/*',
      'arn:aws:iam::222222222222:role/*',
    );
    const statement = fc.record({
      Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
      Action: fc.array(action, { minLength: 1, maxLength: 4 }),
      Resource: fc.array(resource, { minLength: 1, maxLength: 2 }),
    });
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 4 }), (statements) => {
        const text = narrowDocument(documentOf(...statements));
        if (text === null) return;
        const again = parsePolicyDocument(text, 'narrowed');
        expect(broadGrants(again.statements)).toEqual([]);
        expect(narrowDocument(again)).toBe(text);
      }),
    );
  });
});

describe('the data plane', () => {
  it('names whole actions of the service they stand under, and nothing that passes roles on', () => {
    for (const [service, actions] of Object.entries(DATA_PLANE))
      for (const action of actions) {
        expect(action).toMatch(new RegExp(`^${service}:[A-Z][A-Za-z]+$`));
        expect(serviceOfWildcard(action)).toBeUndefined();
        expect(matchesAction(action, 'iam:PassRole')).toBe(false);
      }
  });
});
