import { Stack } from 'aws-cdk-lib';
import { CfnEventBus, CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Config } from '../../shared/config/schema.ts';
import { routePattern } from '../../shared/events/patterns.ts';
import { hubBusPolicy } from '../../shared/grants/hub-bus.ts';
import { BUS_NAME } from '../../shared/names.ts';

/** The bus that member accounts forward to. Its policy is a property of the bus, not a resource of its own. */
export function makeHubBus(scope: Construct, config: Config): CfnEventBus {
  const { partition, region, account } = Stack.of(scope);
  const { organizationId } = config.hub;
  return new CfnEventBus(scope, 'Bus', {
    name: BUS_NAME,
    description: 'Changes that member accounts forward, and what Cinch tells of its own',
    policy: hubBusPolicy({
      partition,
      hub: { account, region, organizationId },
      accounts: config.members.map((member) => member.account),
    }),
  });
}

/** Puts forwarded changes on the queue, and what can't be put there on another. */
export function routeToQueue(scope: Construct, bus: CfnEventBus, config: Config, queue: Queue, undelivered: Queue): CfnRule {
  const accounts = config.hub.organizationId ? undefined : config.members.map((member) => member.account);
  const rule = new CfnRule(scope, 'ToChanges', {
    description: 'Changes forwarded by member accounts',
    eventBusName: bus.ref,
    state: 'ENABLED',
    eventPattern: routePattern(accounts),
    targets: [{ id: 'changes', arn: queue.queueArn, deadLetterConfig: { arn: undelivered.queueArn } }],
  });
  for (const target of [queue, undelivered]) {
    target.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [target.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': rule.attrArn } },
      }),
    );
  }
  return rule;
}
