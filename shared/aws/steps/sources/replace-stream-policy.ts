import { StateMoved } from '../../../model/errors.ts';
import { isGone } from '../../aws-error.ts';
import type { MemberClients } from '../../member.ts';
import { documentOf } from '../../readers/source-details.ts';
import { isSameJson } from '../canonical-json.ts';
import { fieldStep } from '../field-step.ts';
import { refuseWider } from '../no-wider.ts';

async function callStream(
  { light }: MemberClients,
  operation: 'PutResourcePolicy' | 'DeleteResourcePolicy',
  streamArn: string,
  more: object = {},
): Promise<void> {
  try {
    await light.call('kinesis', operation, { ResourceARN: streamArn, ...more });
  } catch (error) {
    if (isGone(error)) throw new StateMoved(`the stream ${streamArn} no longer exists`);
    throw error;
  }
}

export const replaceStreamPolicy = fieldStep<'replace-stream-policy', string | null>({
  name: (step) => `the policy of the stream ${step.streamArn}`,
  from: (step) => step.fromText,
  to: (step) => step.toText,
  read: async (_deps, { light }, { streamArn }) => {
    try {
      const { Policy: text } = await light.call('kinesis', 'GetResourcePolicy', { ResourceARN: streamArn });
      return documentOf(text, streamArn)?.text ?? null;
    } catch (error) {
      // No policy, or no stream: either way there is none.
      if (isGone(error)) return null;
      throw error;
    }
  },
  refuse: (_deps, _clients, step, now, wanted) => refuseWider(`the policy of the stream ${step.streamArn}`, now, wanted),
  write: (_deps, clients, { streamArn }, text) =>
    text === null
      ? callStream(clients, 'DeleteResourcePolicy', streamArn)
      : callStream(clients, 'PutResourcePolicy', streamArn, { Policy: text }),
  same: isSameJson,
});
