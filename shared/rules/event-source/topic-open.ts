import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { closedPolicy, examplePolicy, judgeOpenSources, type OpenSourceWords, sourceCommand } from '../parts/sources.ts';

// Subscribing reads what the function gets, but feeds it nothing: only publishing and managing count.
const ACTIONS = ['sns:Publish', 'sns:SetTopicAttributes', 'sns:AddPermission', 'sns:DeleteTopic'];

const WORDS: OpenSourceWords = {
  noun: 'topic',
  actions: ACTIONS,
  may: 'publish',
  why: 'Who publishes to a topic is nowhere else written, so that closing it may cut off a sender.',
  instructions: (arn) =>
    `Limit the statement with aws:SourceArn and aws:SourceAccount, or to your accounts: ${sourceCommand(arn, 'sns set-topic-attributes')} --topic-arn ${arn} --attribute-name Policy --attribute-value <policy>`,
  close: (source, context) => {
    const policy = closedPolicy(source, context, ACTIONS);
    // SNS takes no empty policy, and what it would put in its place is its own.
    if (!policy || policy.toText === null) return undefined;
    const { fromText, toText } = policy;
    return [{ kind: 'replace-topic-policy', target: context.resource, topicArn: source.arn, fromText, toText }];
  },
};

const evaluate = ({ topics }: Pick<FunctionFacts, 'topics'>, context: RuleContext<'function'>): Violation | undefined =>
  judgeOpenSources(
    topics.map(({ topicArn: arn, document }) => ({ arn, document })),
    context,
    WORDS,
  );

const TOPIC_ARN = 'arn:aws:sns:eu-central-1:222222222222:orders';
const topic = (...statements: object[]) => ({
  topicArn: TOPIC_ARN,
  document: statements.length === 0 ? null : examplePolicy(...statements),
  keyId: 'alias/aws/sns',
});
const PUBLISH = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sns:Publish', Resource: TOPIC_ARN };
/** What SNS gives a new topic. */
const DEFAULT = {
  ...PUBLISH,
  Action: ['SNS:Publish', 'SNS:Subscribe', 'SNS:SetTopicAttributes', 'SNS:AddPermission'],
  Condition: { StringEquals: { 'AWS:SourceOwner': '222222222222' } },
};

export default defineRule({
  id: 'event-source-topic-open',
  title: "Only its own accounts publish to a function's topic",
  severity: 'high',
  resource: 'function',
  checklist: ['fsbp-SNS.4', 'wa-SEC03-BP07'],
  needs: ['topics'],
  evaluate,
  examples: {
    passes: [
      { name: "SNS's default policy", state: { topics: [topic(DEFAULT)] } },
      {
        name: 'a bucket with its account',
        state: {
          topics: [
            topic({
              ...PUBLISH,
              Principal: { Service: 's3.amazonaws.com' },
              Condition: {
                ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::uploads' },
                StringEquals: { 'aws:SourceAccount': '222222222222' },
              },
            }),
          ],
        },
      },
      {
        name: 'another account may only subscribe',
        state: { topics: [topic({ ...PUBLISH, Action: 'sns:Subscribe', Principal: { AWS: '333333333333' } })] },
      },
      { name: 'no policy', state: { topics: [topic()] } },
    ],
    violates: [
      { name: 'everybody publishes', state: { topics: [topic(PUBLISH)] } },
      {
        name: 'a service on behalf of anybody',
        state: { topics: [topic({ ...PUBLISH, Principal: { Service: 's3.amazonaws.com' } })] },
      },
      {
        name: 'another account publishes',
        state: { topics: [topic(DEFAULT, { ...PUBLISH, Principal: { AWS: '333333333333' } })] },
      },
    ],
  },
});
