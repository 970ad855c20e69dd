import type { Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { byHand } from '../parts/by-hand.ts';
import { sourceCommand, sourceName, sourceNames } from '../parts/sources.ts';

type Seen = Pick<FunctionFacts, 'streams'>;

function evaluate({ streams }: Seen): Violation | undefined {
  const plain = streams.filter((stream) => !stream.encrypted).map(({ streamArn }) => streamArn);
  const [first] = plain;
  if (first === undefined) return undefined;
  return {
    summary: `not encrypted at rest: its ${sourceNames('stream', plain)}`,
    evidence: plain.map((arn) => ({ path: `stream ${sourceName(arn)}: EncryptionType`, found: 'NONE', expected: 'KMS' })),
    remedy: byHand(
      // https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html
      'With a key of your own producers and consumers must be allowed to use it first.',
      `Switch it on with the key of Kinesis, which needs no permission: ${sourceCommand(first, 'kinesis start-stream-encryption')} --stream-arn ${first} --encryption-type KMS --key-id alias/aws/kinesis.`,
    ),
  };
}

const STREAM = { streamArn: 'arn:aws:kinesis:eu-central-1:222222222222:stream/clicks', document: null, encrypted: true };

export default defineRule({
  id: 'event-source-stream-unencrypted',
  title: "A function's stream is encrypted at rest",
  severity: 'medium',
  resource: 'function',
  checklist: ['fsbp-Kinesis.1', 'wa-SEC08-BP02'],
  needs: ['streams'],
  evaluate,
  examples: {
    passes: [
      { name: 'no stream', state: { streams: [] } },
      { name: 'encrypted', state: { streams: [STREAM] } },
    ],
    violates: [
      { name: 'not encrypted', state: { streams: [{ ...STREAM, encrypted: false }] } },
      {
        name: 'one of two',
        state: {
          streams: [
            STREAM,
            { ...STREAM, streamArn: 'arn:aws:kinesis:eu-central-1:222222222222:stream/orders', encrypted: false },
          ],
        },
      },
    ],
  },
});
