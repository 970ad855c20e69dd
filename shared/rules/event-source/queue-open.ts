import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import {
  closedPolicy,
  EXAMPLE_QUEUE,
  examplePolicy,
  judgeOpenSources,
  type OpenSourceWords,
  sourceCommand,
} from '../parts/sources.ts';

const ACTIONS = ['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:PurgeQueue', 'sqs:SetQueueAttributes'];

const WORDS: OpenSourceWords = {
  noun: 'queue',
  actions: ACTIONS,
  may: 'in',
  why: 'Who sends to a queue is nowhere else written, so that closing it may cut off a sender.',
  instructions: (arn) =>
    `Limit the statement with aws:SourceArn and aws:SourceAccount, or to your accounts: ${sourceCommand(arn, 'sqs set-queue-attributes')} --queue-url <url> --attributes Policy=<policy>`,
  close: (source, context) => {
    const policy = closedPolicy(source, context, ACTIONS);
    return policy && [{ kind: 'replace-queue-policy', target: context.resource, queueArn: source.arn, ...policy }];
  },
};

const evaluate = ({ queues }: Pick<FunctionFacts, 'queues'>, context: RuleContext<'function'>): Violation | undefined =>
  judgeOpenSources(
    queues.map(({ queueArn: arn, document }) => ({ arn, document })),
    context,
    WORDS,
  );

const queue = (...statements: object[]) => ({
  ...EXAMPLE_QUEUE,
  document: statements.length === 0 ? null : examplePolicy(...statements),
});
const SEND = { Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:eu-central-1:222222222222:orders' };
const ALL = { Effect: 'Allow', Principal: '*', ...SEND };
const FROM_TOPIC = { ArnEquals: { 'aws:SourceArn': 'arn:aws:sns:eu-central-1:222222222222:orders' } };

const INVOICES_ARN = 'arn:aws:sqs:eu-central-1:222222222222:invoices';

export default defineRule({
  id: 'event-source-queue-open',
  title: "Only its own accounts use a function's queue",
  severity: 'high',
  resource: 'function',
  checklist: ['fsbp-SQS.3', 'wa-SEC03-BP07'],
  needs: ['queues'],
  evaluate,
  examples: {
    passes: [
      { name: 'no policy', state: { queues: [queue()] } },
      { name: 'a topic of its account, named as the source', state: { queues: [queue({ ...ALL, Condition: FROM_TOPIC })] } },
      {
        name: 'the root of its account',
        state: { queues: [queue({ ...ALL, Action: 'SQS:*', Principal: { AWS: 'arn:aws:iam::222222222222:root' } })] },
      },
      {
        name: 'a star that a Deny limits to the organization',
        state: {
          queues: [
            queue(ALL, {
              ...ALL,
              Effect: 'Deny',
              Action: 'sqs:*',
              Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-exampleorg' } },
            }),
          ],
        },
        settings: { organizationId: 'o-exampleorg' },
      },
      {
        name: 'an account that is allowed',
        state: { queues: [queue({ ...ALL, Principal: { AWS: '333333333333' } })] },
        settings: { allowedAccounts: ['333333333333'] },
      },
      {
        name: 'a star for what only tells its name',
        state: { queues: [queue({ ...ALL, Action: 'sqs:GetQueueUrl' })] },
      },
    ],
    violates: [
      { name: 'everybody may send', state: { queues: [queue(ALL)] } },
      { name: 'every topic of everybody', state: { queues: [queue({ ...ALL, Principal: { Service: 'sns.amazonaws.com' } })] } },
      {
        name: 'a bucket, whose name is no account',
        state: { queues: [queue({ ...ALL, Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::uploads' } } })] },
      },
      {
        name: 'another account in one of two queues',
        state: {
          queues: [
            { ...queue(), queueArn: INVOICES_ARN },
            queue({ ...ALL, Principal: { AWS: 'arn:aws:iam::333333333333:root' } }),
          ],
        },
      },
      {
        name: 'another organization',
        state: { queues: [queue({ ...ALL, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-otherorg00' } } })] },
        settings: { organizationId: 'o-exampleorg' },
      },
      {
        name: 'a Deny of unencrypted transport, which limits nobody',
        state: { queues: [queue(ALL, { ...ALL, Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })] },
      },
    ],
  },
});
