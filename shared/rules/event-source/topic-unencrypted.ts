import type { Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { byHand } from '../parts/by-hand.ts';
import { sourceCommand, sourceName, sourceNames } from '../parts/sources.ts';

type Seen = Pick<FunctionFacts, 'topics'>;

function evaluate({ topics }: Seen): Violation | undefined {
  const plain = topics.filter((topic) => topic.keyId === null);
  const [first] = plain;
  if (first === undefined) return undefined;
  return {
    summary: `not encrypted at rest: its ${sourceNames(
      'topic',
      plain.map(({ topicArn }) => topicArn),
    )}`,
    evidence: plain.map(({ topicArn }) => ({
      path: `topic ${sourceName(topicArn)}: KmsMasterKeyId`,
      found: 'none',
      expected: 'a KMS key',
    })),
    remedy: byHand(
      // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
      'AWS services that publish to an encrypted topic must be allowed in the policy of its key first.',
      `Choose a customer managed key if AWS services publish to it, else the one of SNS: ${sourceCommand(first.topicArn, 'sns set-topic-attributes')} --topic-arn ${first.topicArn} --attribute-name KmsMasterKeyId --attribute-value alias/aws/sns.`,
    ),
  };
}

const TOPIC = { topicArn: 'arn:aws:sns:eu-central-1:222222222222:orders', document: null, keyId: 'alias/aws/sns' };

export default defineRule({
  id: 'event-source-topic-unencrypted',
  title: "A function's topic is encrypted at rest",
  severity: 'medium',
  resource: 'function',
  checklist: ['fsbp-SNS.1', 'wa-SEC08-BP02'],
  needs: ['topics'],
  evaluate,
  examples: {
    passes: [
      { name: 'no topic', state: { topics: [] } },
      { name: "SNS's own key", state: { topics: [TOPIC] } },
    ],
    violates: [
      { name: 'no key', state: { topics: [{ ...TOPIC, keyId: null }] } },
      {
        name: 'one of two',
        state: { topics: [TOPIC, { ...TOPIC, topicArn: 'arn:aws:sns:eu-central-1:222222222222:invoices', keyId: null }] },
      },
    ],
  },
});
