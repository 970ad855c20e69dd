import { Refused, StateMoved } from '../../../model/errors.ts';
import type { StepKind, StepOf } from '../../../model/step.ts';
import { isGone } from '../../aws-error.ts';
import { endpointOf } from '../../endpoints.ts';
import type { LightClient } from '../../hub-client.ts';
import type { MemberClients } from '../../member.ts';
import { recordOf } from '../../readers/source-details.ts';
import { isSameJson } from '../canonical-json.ts';
import { fieldStep } from '../field-step.ts';
import type { StepHandler } from '../handler.ts';
import { refuseWider } from '../no-wider.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html: "up to 60 seconds". */
const SETTLE_MS = 60_000;

type QueueStep = StepOf<StepKind & ('replace-queue-policy' | 'set-queue-visibility' | 'encrypt-queue')>;

function urlOf(light: LightClient, queueArn: string): string {
  const [, , , , account = '', name = ''] = queueArn.split(':');
  return new URL(`/${account}/${name}`, endpointOf('sqs', light.region)).href;
}

async function callQueue(
  { light }: MemberClients,
  operation: 'GetQueueAttributes' | 'SetQueueAttributes',
  { queueArn }: QueueStep,
  input: object,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await light.call('sqs', operation, { QueueUrl: urlOf(light, queueArn), ...input });
  } catch (error) {
    if (isGone(error)) throw new StateMoved(`the queue ${queueArn} no longer exists`);
    throw error;
  }
}

/** All of them: SQS refuses to name some that a queue of this kind does not have. */
async function readAttributes(clients: MemberClients, step: QueueStep): Promise<Readonly<Record<string, unknown>>> {
  return recordOf((await callQueue(clients, 'GetQueueAttributes', step, { AttributeNames: ['All'] })).Attributes);
}

/** SQS has no revision and keeps what is not named, so only the one attribute is sent, right after it was read. */
async function writeAttribute(clients: MemberClients, step: QueueStep, name: string, value: string): Promise<void> {
  await callQueue(clients, 'SetQueueAttributes', step, { Attributes: { [name]: value } });
}

export const replaceQueuePolicy = fieldStep<'replace-queue-policy', string | null>({
  name: (step) => `the policy of the queue ${step.queueArn}`,
  settleMs: SETTLE_MS,
  from: (step) => step.fromText,
  to: (step) => step.toText,
  read: async (_deps, clients, step) => {
    const { Policy: text } = await readAttributes(clients, step);
    return typeof text === 'string' && text !== '' ? text : null;
  },
  refuse: (_deps, _clients, step, now, wanted) => refuseWider(`the policy of the queue ${step.queueArn}`, now, wanted),
  // An empty text takes the policy away.
  write: (_deps, clients, step, text) => writeAttribute(clients, step, 'Policy', text ?? ''),
  same: isSameJson,
});

export const setQueueVisibility = fieldStep<'set-queue-visibility', number>({
  name: (step) => `the visibility timeout of the queue ${step.queueArn}`,
  settleMs: SETTLE_MS,
  from: (step) => step.fromSeconds,
  to: (step) => step.toSeconds,
  read: async (_deps, clients, step) => Number((await readAttributes(clients, step)).VisibilityTimeout),
  write: (_deps, clients, step, seconds) => writeAttribute(clients, step, 'VisibilityTimeout', String(seconds)),
  shown: (seconds) => `${seconds} s`,
});

export const encryptQueue: StepHandler<'encrypt-queue', { readonly value: boolean }, { readonly value: boolean }> = fieldStep({
  name: (step) => `the encryption of the queue ${step.queueArn}`,
  settleMs: SETTLE_MS,
  from: () => false,
  to: () => true,
  read: async (_deps, clients, step) => {
    const attributes = await readAttributes(clients, step);
    // To set either kind switches the other off: a key that somebody chose is more than what this step gives.
    if (attributes.KmsMasterKeyId) throw new Refused(`the queue ${step.queueArn} has a KMS key now`);
    return attributes.SqsManagedSseEnabled === 'true';
  },
  write: (_deps, clients, step, isOn) => writeAttribute(clients, step, 'SqsManagedSseEnabled', String(isOn)),
});
