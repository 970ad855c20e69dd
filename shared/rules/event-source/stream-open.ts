import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { closedPolicy, examplePolicy, judgeOpenSources, type OpenSourceWords, sourceCommand } from '../parts/sources.ts';

const ACTIONS = ['kinesis:PutRecord', 'kinesis:PutRecords', 'kinesis:GetRecords', 'kinesis:SubscribeToShard'];

/** https://docs.aws.amazon.com/streams/latest/dev/resource-based-policy-examples.html */
const WORDS: OpenSourceWords = {
  noun: 'stream',
  actions: ACTIONS,
  may: 'in',
  why: 'Which accounts share a stream on purpose is nowhere else written.',
  instructions: (arn) =>
    `Limit the statement to your accounts or with aws:PrincipalOrgID: ${sourceCommand(arn, 'kinesis put-resource-policy')} --resource-arn ${arn} --policy <policy>`,
  close: (source, context) => {
    const policy = closedPolicy(source, context, ACTIONS);
    return policy && [{ kind: 'replace-stream-policy', target: context.resource, streamArn: source.arn, ...policy }];
  },
};

const evaluate = ({ streams }: Pick<FunctionFacts, 'streams'>, context: RuleContext<'function'>): Violation | undefined =>
  judgeOpenSources(
    streams.map(({ streamArn: arn, document }) => ({ arn, document })),
    context,
    WORDS,
  );

const STREAM_ARN = 'arn:aws:kinesis:eu-central-1:222222222222:stream/clicks';
const stream = (...statements: object[]) => ({
  streamArn: STREAM_ARN,
  document: statements.length === 0 ? null : examplePolicy(...statements),
  encrypted: true,
});
const PUT = { Effect: 'Allow', Principal: '*', Action: ['kinesis:PutRecord', 'kinesis:PutRecords'], Resource: STREAM_ARN };

export default defineRule({
  id: 'event-source-stream-open',
  title: "Only its own accounts use a function's stream",
  severity: 'high',
  resource: 'function',
  checklist: ['wa-SEC03-BP07', 'wa-SEC03-BP08'],
  needs: ['streams'],
  evaluate,
  examples: {
    passes: [
      { name: 'no policy', state: { streams: [stream()] } },
      {
        name: 'a role of an allowed account',
        state: { streams: [stream({ ...PUT, Principal: { AWS: 'arn:aws:iam::333333333333:role/collector' } })] },
        settings: { allowedAccounts: ['333333333333'] },
      },
      { name: 'a star that only describes', state: { streams: [stream({ ...PUT, Action: 'kinesis:DescribeStreamSummary' })] } },
    ],
    violates: [
      { name: 'everybody', state: { streams: [stream(PUT)] } },
      {
        name: 'a reader of another account',
        state: { streams: [stream({ ...PUT, Action: 'kinesis:Get*', Principal: { AWS: '333333333333' } })] },
      },
    ],
  },
});
