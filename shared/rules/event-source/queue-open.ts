import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { byHand } from '../parts/by-hand.ts';
import { examplePolicy, openSources, sourceCommand } from '../parts/sources.ts';

type Seen = Pick<FunctionFacts, 'queues'>;

const ACTIONS = ['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:PurgeQueue', 'sqs:SetQueueAttributes'];

function evaluate({ queues }: Seen, { resource, settings }: RuleContext<'function'>): Violation | undefined {
  const open = openSources(
    queues.map(({ queueArn, document }) => ({ arn: queueArn, document })),
    'queue',
    ACTIONS,
    { account: resource.account, ...settings },
  );
  if (open === undefined) return undefined;
  return {
    summary: `the policy of its ${open.names} lets ${open.callers} in`,
    evidence: open.evidence,
    remedy: byHand(
      'Who sends to a queue is nowhere else written, so that closing it may cut off a sender.',
      `Limit the statement with aws:SourceArn and aws:SourceAccount, or to your accounts: ${sourceCommand(open.first.arn, 'sqs set-queue-attributes')} --queue-url <url> --attributes Policy=<policy>.`,
    ),
  };
}

const queue = (...statements: object[]) => ({
  queueArn: 'arn:aws:sqs:eu-central-1:222222222222:orders',
  visibilityTimeoutSeconds: 60,
  deadLetterArn: null,
  document: statements.length === 0 ? null : examplePolicy(...statements),
  encrypted: true,
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
