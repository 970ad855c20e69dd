import { isSameDocument, statementsOf } from '../../grants/compare.ts';
import type { Known } from '../../model/unknown.ts';
import { isUnknown, unknown } from '../../model/unknown.ts';
import { type BotFunction, botFunctionName, HUB_QUEUES, type HubQueue } from '../../names.ts';
import { counted } from '../../rules/parts/words.ts';
import { broken, fine, type Judgement, warned } from './check.ts';
import {
  type FunctionFacts,
  isEnabled,
  type MappingFacts,
  type QueueFacts,
  type RuleFacts,
  type SubscriptionFacts,
} from './hub-facts.ts';

/** What makes a part of the hub sound. Pure. */

export const HUB = 'hub';
export const DEPLOY_HUB = 'deploy the hub again: npx cdk deploy CinchHub';
export const MAY_READ = 'use credentials that may read it, and run it again';

export function functionIs(name: BotFunction, found: FunctionFacts | null): Judgement {
  if (!found) return broken(`${botFunctionName(name)} is not there`, DEPLOY_HUB);
  // Inactive is a function that nobody called for long: the next call wakes it (https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html).
  if (found.state === 'Failed' || found.lastUpdate === 'Failed')
    return broken(`it is ${found.state}, its last update ${found.lastUpdate}`, DEPLOY_HUB);
  return fine(found.state);
}

export function feedIs(queueArn: string, consumer: BotFunction, mappings: readonly MappingFacts[]): Judgement {
  const found = mappings.find((mapping) => mapping.queueArn === queueArn);
  if (!found) return broken(`nothing hands its messages to ${botFunctionName(consumer)}`, DEPLOY_HUB);
  if (found.state === 'Enabled') return fine(`to ${botFunctionName(consumer)}`);
  const list = `aws lambda list-event-source-mappings --function-name ${botFunctionName(consumer)}`;
  return broken(
    `its event source mapping is ${found.state}`,
    `find its UUID with '${list}', then: aws lambda update-event-source-mapping --enabled --uuid <UUID>`,
  );
}

export function drains(queue: HubQueue, found: QueueFacts | null, oldest: Known<number | null>): Judgement {
  if (!found) return broken('the queue is not there', DEPLOY_HUB);
  if (found.waiting === 0) return fine('nothing waits');
  const waiting = `${counted(found.waiting, 'message')} waiting`;
  if (isUnknown(oldest)) return { verdict: 'unknown', seen: `${waiting}; ${oldest.unknown}`, mend: MAY_READ };
  if (oldest === null)
    return { verdict: 'unknown', seen: `${waiting}, nobody knows for how long`, mend: 'run it again in five minutes' };
  const { oldMinutes, consumer } = HUB_QUEUES[queue];
  const words = `${waiting}, the oldest for ${Math.round(oldest)} s`;
  if (oldest <= oldMinutes * 60) return fine(words);
  return broken(words, `docs/runbook.md#message-age; the log: aws logs tail /aws/lambda/${botFunctionName(consumer)} --since 1h`);
}

export function deadIs(url: string, found: QueueFacts | null): Judgement {
  if (!found) return broken('the dead-letter queue is not there', DEPLOY_HUB);
  if (found.waiting === 0) return fine('empty');
  return broken(
    `${counted(found.waiting, 'message')} given up`,
    `docs/runbook.md#dead-letter-queue; look: aws sqs receive-message --queue-url ${url}`,
  );
}

/** Everything that is wanted must stand in it; what others have put there besides is told. */
export function admits(wanted: unknown, text: string | null): Judgement {
  if (text === null) return broken('the bus is not there', DEPLOY_HUB);
  const found = statementsOf(parsed(text));
  const missing = [...statementsOf(wanted)].filter((statement) => !found.has(statement));
  if (missing.length > 0)
    return broken(`its policy lacks ${missing.map(sidOf).join(' and ')}, as the configuration has the members`, DEPLOY_HUB);
  const more = found.size - statementsOf(wanted).size;
  if (more > 0)
    return warned(
      `${counted(more, 'statement')} that Cinch did not write`,
      'see whether it is yours: aws events describe-event-bus --name cinch',
    );
  return fine('the members, and nobody else');
}

const sidOf = (statement: string): string => (JSON.parse(statement) as { Sid?: string }).Sid ?? 'a statement';

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function routes(pattern: unknown, queueArn: string, rules: readonly RuleFacts[]): Judgement {
  const [rule] = rules;
  if (!rule) return broken('no rule of the bus puts changes on the queue', DEPLOY_HUB);
  if (!isEnabled(rule))
    return broken(`the rule is ${rule.state}`, `aws events enable-rule --event-bus-name cinch --name ${rule.name}`);
  if (!isSameDocument(rule.pattern, pattern)) return broken('its pattern is not what this version wants', DEPLOY_HUB);
  if (!rule.targets.some(({ arn, deadArn }) => arn === queueArn && deadArn !== null))
    return broken('its target has no dead-letter queue', DEPLOY_HUB);
  return fine(rule.state);
}

export function isScheduled(rules: readonly RuleFacts[]): Judgement {
  const enabled = rules.find(isEnabled);
  if (enabled) return fine(enabled.state);
  const [rule] = rules;
  if (!rule) return broken('no schedule calls sweep', DEPLOY_HUB);
  return broken(`the schedule is ${rule.state}`, `aws events enable-rule --name ${rule.name}`);
}

/** Long enough for CloudWatch to have the numbers. */
export const RUN_MINUTES = 15;

export function runs({ invocations, errors }: { readonly invocations: number; readonly errors: number }): Judgement {
  const log = `docs/runbook.md#function-errors; the log: aws logs tail /aws/lambda/${botFunctionName('sweep')} --since 1h`;
  if (invocations === 0) return broken(`no run within ${RUN_MINUTES} minutes`, log);
  if (errors >= invocations) return broken(`all of ${counted(invocations, 'run')} failed within ${RUN_MINUTES} minutes`, log);
  if (errors > 0) return warned(`${errors} of ${counted(invocations, 'run')} failed within ${RUN_MINUTES} minutes`, log);
  return fine(`${counted(invocations, 'run')} within ${RUN_MINUTES} minutes`);
}

export function stateIs(wanted: string, what: string, mend: string, state: string | null): Judgement {
  if (state === null) return broken(`${what} is not there`, mend);
  // A table that is being updated serves.
  return state === wanted || state === 'UPDATING' ? fine(state) : broken(`${what} is ${state}`, mend);
}

const NAME_SOMEBODY = 'name alarms.emails in cinch.yaml and deploy the hub, or subscribe to its topic';

/** Whoever is subscribed and has confirmed it. A topic that nobody hears is no part that is broken, but the one that would tell of it. */
export function reaches(subscriptions: readonly SubscriptionFacts[] | null): Judgement {
  if (!subscriptions) return broken('the topic of the alarms is not there', DEPLOY_HUB);
  const waiting = subscriptions.filter(({ isConfirmed }) => !isConfirmed).map(({ endpoint }) => endpoint);
  const confirm = `confirm it by the link in AWS's mail, which lapses after two days: then deploy the hub again without it, and with it`;
  if (subscriptions.length === 0) return warned('nobody is told', NAME_SOMEBODY);
  if (waiting.length > 0) return warned(`not confirmed yet: ${waiting.join(', ')}`, confirm);
  return fine(counted(subscriptions.length, 'subscription'));
}

/** What a function's environment names; a function that is gone names nothing. */
export function namedBy(found: Known<FunctionFacts | null>, name: BotFunction, variable: string): Known<string> {
  if (isUnknown(found)) return found;
  const value = found?.environment[variable];
  return value ?? unknown(`${botFunctionName(name)}, which would name it, ${found ? `has no ${variable}` : 'is not there'}`);
}
