import { describe, expect, it } from 'vitest';
import { isUnknown } from '../../../shared/model/unknown.ts';
import { resolve } from '../../../shared/templates/intrinsics/resolve.ts';
import { parseTemplate } from '../../../shared/templates/parse.ts';
import { readStack } from '../../../shared/templates/stack.ts';
import type { Value } from '../../../shared/templates/values.ts';

const HEAD = `
Parameters:
  Stage: {Type: String, Default: prod}
  NoDefault: {Type: String}
  Hidden: {Type: String, NoEcho: true, Default: s3cret}
  FromSsm: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /a/b}
  Zones: {Type: CommaDelimitedList, Default: 'a, b,c'}
Mappings:
  Sizes: {prod: {timeout: 29}, dev: {timeout: 3}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Not [!Condition IsProd]
  Maybe: !Equals [!Ref NoDefault, x]
  MaybeOrYes: !Or [!Condition Maybe, !Condition IsProd]
  MaybeAndNo: !And [!Condition Maybe, !Condition IsDev]
  Loop: !Not [!Condition Loop]
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Named: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub 'orders-\${Stage}'}}
  Key: {Type: AWS::KMS::Key}
  Role: {Type: AWS::IAM::Role, Properties: {Path: /app/}}
  Custom: {Type: Custom::Thing}
  AccessKey: {Type: AWS::IAM::AccessKey}
  Parameter: {Type: AWS::SSM::Parameter, Properties: {Name: /x, Value: !Ref Stage}}
  Probe: {Type: AWS::Cinch::Probe, Properties: {Value: `;

/** What a value of a template becomes. */
function resolved(yaml: string, given: Record<string, Value> = {}): Value | undefined {
  const template = parseTemplate(`${HEAD}${yaml} }}`, 'a.yaml');
  if (!template) throw new Error('no template');
  const stack = readStack({
    template,
    where: { account: '222222222222', region: 'eu-central-1', partition: 'aws' },
    stackName: 'orders',
    prefix: '',
    given: new Map(Object.entries(given)),
    importOf: (name) => (name === 'network-Vpc' ? 'vpc-1' : undefined),
    includeOf: () => undefined,
    nestedOutput: () => undefined,
    constructOf: () => undefined,
  });
  return stack.declared.find(({ logicalId }) => logicalId === 'Probe')?.properties.Value;
}

describe('what can be told', () => {
  it.each<[string, Value]>([
    ['!Ref Stage', 'prod'],
    ['!Ref Zones', ['a', 'b', 'c']],
    ['!Ref AWS::AccountId', '222222222222'],
    ['!Ref AWS::Region', 'eu-central-1'],
    ['!Ref AWS::Partition', 'aws'],
    ['!Ref AWS::StackName', 'orders'],
    ['!Sub "arn:${AWS::Partition}:s3:::${Stage}-${!Kept}"', 'arn:aws:s3:::prod-${Kept}'],
    ['!Sub ["${A}-${Stage}", {A: !Ref AWS::Region}]', 'eu-central-1-prod'],
    ['!Sub "${Queue.Arn}/x"', 'arn:aws:sqs:eu-central-1:222222222222:Queue/x'],
    ['!Join [":", [a, !Ref Stage, b]]', 'a:prod:b'],
    ['!Join [",", !Ref Zones]', 'a,b,c'],
    ['!Select [1, !Ref Zones]', 'b'],
    ['!Select [1, !Split ["|", "x|y"]]', 'y'],
    ['!FindInMap [Sizes, !Ref Stage, timeout]', 29],
    ['!FindInMap [Sizes, test, timeout, {DefaultValue: 5}]', 5],
    ['!Base64 ab', 'YWI='],
    ['!Select [1, !Cidr [10.0.0.0/16, 4, 8]]', '10.0.1.0/24'],
    ['!GetAZs ""', ['eu-central-1a', 'eu-central-1b', 'eu-central-1c']],
    ['!ImportValue network-Vpc', 'vpc-1'],
    ['!If [IsProd, 29, 3]', 29],
    ['!If [Maybe, same, same]', 'same'],
    ['!If [MaybeOrYes, yes-it-is, no]', 'yes-it-is'],
    ['!If [MaybeAndNo, a, b]', 'b'],
    ['[a, !If [IsDev, b, !Ref AWS::NoValue]]', ['a']],
    ['{a: !If [IsDev, b, !Ref AWS::NoValue], c: 1}', { c: 1 }],
    ['!Ref Queue', 'https://sqs.eu-central-1.amazonaws.com/222222222222/Queue'],
    ['!GetAtt Queue.QueueName', 'Queue'],
    ['!Ref Named', 'arn:aws:sns:eu-central-1:222222222222:orders-prod'],
    ['!GetAtt [Role, Arn]', 'arn:aws:iam::222222222222:role/app/Role'],
    ['!GetAtt Key.Arn', 'arn:aws:kms:eu-central-1:222222222222:key/Key'],
    ['!GetAtt Parameter.Value', 'prod'],
    ['{"Fn::ForEach::A": [X, [one, two], {"k${X}": !Sub "v-${X}"}]}', { kone: 'v-one', ktwo: 'v-two' }],
    ['{"Fn::Length": [1, 2]}', 2],
    ['{"Fn::ToJsonString": {a: !Ref Stage}}', '{"a":"prod"}'],
  ])('%s', (yaml, expected) => {
    expect(resolved(yaml)).toEqual(expected);
  });

  it('takes given values before defaults', () => {
    expect(resolved('!Ref Stage', { Stage: 'dev' })).toBe('dev');
    expect(resolved('!If [IsProd, a, b]', { Stage: 'dev' })).toBe('b');
    expect(resolved('!Ref NoDefault', { NoDefault: 'x' })).toBe('x');
  });
});

describe('what is told only when it is deployed', () => {
  it.each([
    ['!Ref NoDefault', /NoDefault has no default/],
    ['!Ref Hidden', /hidden/],
    ['!Ref FromSsm', /SSM/],
    ['!Ref Nobody', /no parameter or resource Nobody/],
    ['!GetAtt Nobody.Arn', /Nobody/],
    ['!ImportValue other-stack', /another stack/],
    ['!Sub "a-${NoDefault}"', /NoDefault/],
    ['!Join ["", [a, !Ref NoDefault]]', /NoDefault/],
    ['!If [Maybe, a, b]', /whether Maybe holds/],
    ['!If [Loop, a, b]', /holds itself/],
    ['!If [NoSuch, a, b]', /no condition NoSuch/],
    ['!FindInMap [Sizes, nowhere, timeout]', /no such entry/],
    ['!Select [7, !Ref Zones]', /Select/],
    ['!GetAtt AccessKey.SecretAccessKey', /deployed/],
    ['!Ref Custom', /deployed/],
    ['!GetAtt Custom.Anything', /deployed/],
    ['{"Fn::Transform": {Name: AWS::Include}}', /macro/],
    ['{"Fn::Nonsense": 1}', /Fn::Nonsense/],
    ['!Cidr [10.0.0.0/16, 999, 8]', /Cidr/],
    ['!Ref AWS::NotificationARNs', /deployed/],
  ])('%s', (yaml, why) => {
    const found = resolved(yaml);
    expect(isUnknown(found) ? found.unknown : found).toMatch(why);
  });

  it('never tells the default of a hidden parameter', () => {
    expect(JSON.stringify(resolved('!Sub "x${Hidden}"'))).not.toContain('s3cret');
  });

  it('does not take a map of the template for it', () => {
    expect(resolved('{unknown: x, other: !Ref Stage}')).toEqual({ unknown: 'x', other: 'prod' });
  });
});

it('resolves what has no intrinsics to itself', () => {
  const scope = { loopVariables: new Map() } as unknown as Parameters<typeof resolve>[1];
  expect(resolve({ a: [1, { b: null }] }, scope)).toEqual({ a: [1, { b: null }] });
});
