import { describe, expect, it } from 'vitest';
import { blockOf, mayAnybodyWrite } from '../../../shared/aws/readers/bucket.ts';
import { mappingOf } from '../../../shared/aws/readers/function-sources.ts';
import { documentOf, queueOf, streamOf, topicOf } from '../../../shared/aws/readers/source-details.ts';
import { allKnown, unknown } from '../../../shared/model/unknown.ts';
import { allowedSources, busOfRule } from '../../../shared/policy/allowed-sources.ts';
import { parsePolicyDocument } from '../../../shared/policy/parse.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:222222222222:orders';
const policies = (...statements: object[]) => [
  { qualifier: null, revisionId: 'r', document: parsePolicyDocument({ Statement: statements }, 'f') },
];
const invoke = (service: string, condition?: object, effect = 'Allow') => ({
  Effect: effect,
  Principal: { Service: service },
  Action: 'lambda:InvokeFunction',
  ...(condition ? { Condition: condition } : {}),
});
const from = (arn: string | string[]) => ({ ArnLike: { 'AWS:SourceArn': arn } });

describe('allowedSources', () => {
  it('the sources of one service, each once, with the account that a statement names', () => {
    const found = allowedSources(
      policies(
        invoke('sns.amazonaws.com', from(TOPIC)),
        invoke('sns.amazonaws.com', from([TOPIC, `${TOPIC}-2`])),
        invoke('s3.amazonaws.com', { ...from('arn:aws:s3:::b'), StringEquals: { 'AWS:SourceAccount': '222222222222' } }),
        invoke('sns.amazonaws.com', from(`${TOPIC}-denied`), 'Deny'),
        { Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: 'lambda:InvokeFunction' },
      ),
      'sns.amazonaws.com',
    );
    expect(found).toEqual([
      { arn: TOPIC, account: null },
      { arn: `${TOPIC}-2`, account: null },
    ]);
    expect(allowedSources(policies(), 'sns.amazonaws.com')).toEqual([]);
  });

  it.each<[string, object | undefined]>([
    ['names none', undefined],
    ['names its account only', { StringEquals: { 'AWS:SourceAccount': '222222222222' } }],
    ['names what it is not', { ArnNotLike: { 'AWS:SourceArn': TOPIC } }],
    ['may go without', { ArnLikeIfExists: { 'AWS:SourceArn': TOPIC } }],
    ['names a pattern', from(`${TOPIC}*`)],
  ])('is unknown when a statement %s', (_, condition) => {
    const known = invoke('sns.amazonaws.com', from(TOPIC));
    expect(allowedSources(policies(known, invoke('sns.amazonaws.com', condition)), 'sns.amazonaws.com')).toEqual({
      unknown: expect.stringContaining('sns.amazonaws.com'),
    });
  });
});

it.each([
  ['rule/nightly', 'default'],
  ['rule/shop/orders', 'shop'],
  ['rule/shop/*', 'shop'],
  ['rule/aws.partner/example.com/1/orders', 'aws.partner/example.com/1'],
  ['rule/*', undefined],
  ['rule/orders-*', undefined],
  ['rule/*/orders', undefined],
  ['event-bus/shop', undefined],
])('the bus of %s is %s', (rule, bus) => {
  const account = 'arn:aws:events:eu-central-1:222222222222';
  expect(busOfRule(`${account}:${rule}`)).toBe(bus && `${account}:event-bus/${bus}`);
});

it('one unknown part makes all unknown; what is gone is left out', () => {
  expect(allKnown([1, undefined, 2])).toEqual([1, 2]);
  expect(allKnown([1, unknown('why'), 2])).toEqual({ unknown: 'why' });
});

describe('a queue', () => {
  const ARN = 'arn:aws:sqs:eu-central-1:222222222222:q';
  it.each<[string, Record<string, string>, object]>([
    ['as made by default', { SqsManagedSseEnabled: 'false' }, { deadLetterArn: null, document: null, encrypted: false }],
    ['under SQS’s own key', { SqsManagedSseEnabled: 'true' }, { encrypted: true }],
    ['under a key', { SqsManagedSseEnabled: 'false', KmsMasterKeyId: 'alias/a' }, { encrypted: true }],
    [
      'with a dead-letter queue',
      { RedrivePolicy: '{"deadLetterTargetArn":"arn:d","maxReceiveCount":3}' },
      { deadLetterArn: 'arn:d' },
    ],
  ])('%s', (_, attributes, expected) =>
    expect(queueOf(ARN, { VisibilityTimeout: '30', ...attributes })).toMatchObject({ visibilityTimeoutSeconds: 30, ...expected }),
  );
  it('without a timeout is unknown, with a redrive policy that is none an error that names it', () => {
    expect(queueOf(ARN, {})).toEqual({ unknown: expect.stringContaining(ARN) });
    expect(() => queueOf(ARN, { VisibilityTimeout: '1', RedrivePolicy: '{secret' })).toThrow(
      `attribute: RedrivePolicy of ${ARN}: not JSON`,
    );
  });
});

it('a topic, as SNS writes its attributes', () => {
  const entry = (key: string, value: string) => `<entry><key>${key}</key><value>${value}</value></entry>`;
  const policy =
    '{&quot;Statement&quot;:[{&quot;Effect&quot;:&quot;Allow&quot;,&quot;Principal&quot;:&#34;*&#x22;,&quot;Action&quot;:&quot;SNS:Publish&quot;}]}';
  const xml = `<GetTopicAttributesResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><GetTopicAttributesResult><Attributes>${entry('Policy', policy)}${entry('Owner', '222222222222')}</Attributes></GetTopicAttributesResult></GetTopicAttributesResponse>`;
  expect(topicOf(TOPIC, xml)).toMatchObject({ document: { statements: [{ actions: ['SNS:Publish'] }] }, keyId: null });
  expect(topicOf(TOPIC, `<Attributes>${entry('KmsMasterKeyId', 'alias/aws/sns')}</Attributes>`)).toEqual({
    topicArn: TOPIC,
    document: null,
    keyId: 'alias/aws/sns',
  });
});

it('an empty policy is none, a broken one an error', () => {
  for (const none of [undefined, null, '', '{}', ' {\n} ']) expect(documentOf(none, 'x')).toBeNull();
  expect(() => documentOf('{', 'x')).toThrow(/x: not JSON/);
});

it('the stream of a consumer', () => {
  const stream = 'arn:aws:kinesis:eu-central-1:222222222222:stream/clicks';
  expect(streamOf(`${stream}/consumer/one:1700000000`)).toBe(stream);
  expect(streamOf(stream)).toBe(stream);
});

describe('a bucket', () => {
  const grant = (grantee: string, permission: string) =>
    `<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group">${grantee}</Grantee><Permission>${permission}</Permission></Grant>`;
  const group = (name: string) => `<URI>http://acs.amazonaws.com/groups/${name}</URI>`;
  const acl = (...grants: string[]) =>
    `<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>o</ID></Owner><AccessControlList>${grants.join('')}</AccessControlList></AccessControlPolicy>`;
  const owner = grant('<ID>o</ID>', 'FULL_CONTROL');
  it.each<[string, string, boolean]>([
    ['its owner only', acl(owner), false],
    ['everybody reads', acl(owner, grant(group('global/AllUsers'), 'READ')), false],
    ['everybody writes', acl(owner, grant(group('global/AllUsers'), 'WRITE')), true],
    ['every account has all', acl(grant(group('global/AuthenticatedUsers'), 'FULL_CONTROL')), true],
    ['everybody writes the ACL', acl(grant(group('global/AllUsers'), 'WRITE_ACP')), true],
    ['S3 logs are delivered', acl(grant(group('s3/LogDelivery'), 'WRITE')), false],
  ])('%s', (_, xml, expected) => expect(mayAnybodyWrite(xml)).toBe(expected));

  it('its block', () => {
    const xml = (publicPolicy: boolean, restrict: boolean) =>
      `<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>${publicPolicy}</BlockPublicPolicy><RestrictPublicBuckets>${restrict}</RestrictPublicBuckets></PublicAccessBlockConfiguration>`;
    // Only what takes the effect of a policy that stands counts: BlockPublicPolicy came too late for it.
    expect(blockOf(xml(true, false))).toEqual({ blocksPublicPolicy: false, ignoresPublicAcls: true });
    expect(blockOf(xml(false, true))).toEqual({ blocksPublicPolicy: true, ignoresPublicAcls: true });
    expect(blockOf('')).toEqual({ blocksPublicPolicy: false, ignoresPublicAcls: false });
  });
});

describe('a mapping', () => {
  const FunctionArn = 'arn:aws:lambda:eu-central-1:222222222222:function:f';
  it('of an alias, with what it leaves out', () => {
    expect(mappingOf({ UUID: 'u', FunctionArn: `${FunctionArn}:live`, State: 'Enabling' })).toEqual([
      {
        id: 'u',
        sourceArn: null,
        qualifier: 'live',
        enabled: true,
        onFailureArn: null,
        maximumRetries: null,
        maximumAgeSeconds: null,
        filtered: false,
      },
    ]);
  });
  it('is filtered also where the criteria may not be seen', () => {
    const hidden = { FilterCriteriaError: { ErrorCode: 'AccessDeniedException', Message: 'kms' } };
    expect(mappingOf({ UUID: 'u', FunctionArn, State: 'Disabled', ...hidden })).toMatchObject([
      { enabled: false, filtered: true },
    ]);
    expect(mappingOf({ UUID: 'u', FunctionArn, FilterCriteria: { Filters: [] } })).toMatchObject([{ filtered: false }]);
  });
});
