import { type EventBridgeClient, ListRuleNamesByTargetCommand } from '@aws-sdk/client-eventbridge';
import { HUB } from '../../local/system.ts';
import { botFunctionName } from '../../shared/names.ts';

/** The name of the rule that starts sweep every minute. @param events of the hub */
export async function scheduleOfSweep(events: EventBridgeClient): Promise<string> {
  const TargetArn = `arn:aws:lambda:${HUB.region}:${HUB.account}:function:${botFunctionName('sweep')}`;
  const { RuleNames = [] } = await events.send(new ListRuleNamesByTargetCommand({ TargetArn }));
  const [name] = RuleNames;
  if (name === undefined) throw new Error('no rule starts sweep');
  return name;
}
