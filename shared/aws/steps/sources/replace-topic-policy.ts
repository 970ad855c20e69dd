import { StateMoved } from '../../../model/errors.ts';
import { isCode, isGone } from '../../aws-error.ts';
import type { MemberClients } from '../../member.ts';
import { callQuery } from '../../query-client.ts';
import { allOf, textOf } from '../../xml.ts';
import { isSameJson } from '../canonical-json.ts';
import { fieldStep } from '../field-step.ts';
import type { StepDeps } from '../handler.ts';
import { refuseWider } from '../no-wider.ts';

/** SNS sets one attribute a call and keeps the others; it knows no revision. */
async function callTopic(
  deps: StepDeps,
  clients: MemberClients,
  action: 'GetTopicAttributes' | 'SetTopicAttributes',
  topicArn: string,
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const call = { clock: deps.clock, random: deps.random, region: clients.light.region, credentials: clients.credentials };
  try {
    return await callQuery(call, 'sns', action, { TopicArn: topicArn, ...more });
  } catch (error) {
    // SNS writes it without `Exception`.
    if (isGone(error) || isCode(error, 'NotFound')) throw new StateMoved(`the topic ${topicArn} no longer exists`);
    throw error;
  }
}

export const replaceTopicPolicy = fieldStep<'replace-topic-policy', string>({
  name: (step) => `the policy of the topic ${step.topicArn}`,
  from: (step) => step.fromText,
  to: (step) => step.toText,
  read: async (deps, clients, { topicArn }) => {
    const entries = allOf(await callTopic(deps, clients, 'GetTopicAttributes', topicArn), 'entry');
    const policy = entries.find((entry) => textOf(entry, 'key') === 'Policy');
    return (policy && textOf(policy, 'value')) ?? '';
  },
  refuse: (_deps, _clients, step, now, wanted) => refuseWider(`the policy of the topic ${step.topicArn}`, now, wanted),
  write: async (deps, clients, { topicArn }, text) => {
    await callTopic(deps, clients, 'SetTopicAttributes', topicArn, { AttributeName: 'Policy', AttributeValue: text });
  },
  same: isSameJson,
});
