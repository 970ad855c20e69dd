import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { byHand } from '../parts/by-hand.ts';
import { examplePolicy, openSources, sourceCommand } from '../parts/sources.ts';

type Seen = Pick<FunctionFacts, 'streams'>;

const ACTIONS = ['kinesis:PutRecord', 'kinesis:PutRecords', 'kinesis:GetRecords', 'kinesis:SubscribeToShard'];

/** https://docs.aws.amazon.com/streams/latest/dev/resource-based-policy-examples.html */
function evaluate({ streams }: Seen, { resource, settings }: RuleContext<'function'>): Violation | undefined {
  const open = openSources(
    streams.map(({ streamArn, document }) => ({ arn: streamArn, document })),
    'stream',
    ACTIONS,
    { account: resource.account, ...settings },
  );
  if (open === undefined) return undefined;
  return {
    summary: `the policy of its ${open.names} lets ${open.callers} in`,
    evidence: open.evidence,
    remedy: byHand(
      'Which accounts share a stream on purpose is nowhere else written.',
      `Limit the statement to your accounts or with aws:PrincipalOrgID: ${sourceCommand(open.first.arn, 'kinesis put-resource-policy')} --resource-arn ${open.first.arn} --policy <policy>.`,
    ),
  };
}

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
