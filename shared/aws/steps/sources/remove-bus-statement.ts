import { Refused, StateMoved } from '../../../model/errors.ts';
import type { StepOf } from '../../../model/step.ts';
import { BUS_NAME } from '../../../names.ts';
import { isGone } from '../../aws-error.ts';
import type { LightClient } from '../../hub-client.ts';
import { isSameJson } from '../canonical-json.ts';
import { statementTexts } from '../exposure/permission-statement.ts';
import { fieldStep } from '../field-step.ts';
import { refuseLifting } from '../no-wider.ts';

const busName = (arn: string): string => arn.slice(arn.indexOf('/') + 1);

async function callBus(light: LightClient, operation: string, busArn: string, input: object): Promise<Record<string, unknown>> {
  try {
    return await light.call('events', operation, input);
  } catch (error) {
    if (isGone(error)) throw new StateMoved(`the event bus ${busArn} no longer exists`);
    throw error;
  }
}

async function readPolicy(light: LightClient, { busArn }: StepOf<'remove-bus-statement'>): Promise<string | undefined> {
  const { Policy: text } = await callBus(light, 'DescribeEventBus', busArn, { Name: busName(busArn) });
  return typeof text === 'string' && text !== '' ? text : undefined;
}

/** The statement alone: others of the policy may come and go. */
export const removeBusStatement = fieldStep<'remove-bus-statement', string | null>({
  name: (step) => `the statement ${step.statement.sid} of the event bus ${step.busArn}`,
  from: (step) => step.statement.text,
  to: () => null,
  read: async (_deps, { light }, step) => statementTexts(await readPolicy(light, step)).get(step.statement.sid) ?? null,
  refuse: (_deps, _clients, step, now) => {
    // IAM knows no resource for the call, so that its policy can't keep the hub's bus out.
    if (busName(step.busArn) === BUS_NAME) throw new Refused(`the event bus ${step.busArn} is Cinch's own`);
    if (now !== null) refuseLifting(`the policy of the event bus ${step.busArn}`, now);
  },
  write: async (_deps, { light }, step, text) => {
    const EventBusName = busName(step.busArn);
    if (text === null) {
      await callBus(light, 'RemovePermission', step.busArn, { EventBusName, StatementId: step.statement.sid });
      return;
    }
    // Only as a part of the whole policy PutPermission takes any statement; each Sid is in it once.
    const now: unknown = JSON.parse((await readPolicy(light, step)) ?? '{"Version":"2012-10-17"}');
    const Policy = JSON.stringify(withStatement(now as { readonly Statement?: unknown }, JSON.parse(text)));
    await callBus(light, 'PutPermission', step.busArn, { EventBusName, Policy });
  },
  same: isSameJson,
});

function withStatement(policy: { readonly Statement?: unknown }, statement: unknown): object {
  const { Statement: given = [] } = policy;
  return { ...policy, Statement: [...(Array.isArray(given) ? given : [given]), statement] };
}
