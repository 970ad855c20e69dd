import { Stack } from 'aws-cdk-lib';
import { CfnEventBus, CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { admissionOf, routedAccounts } from '../../shared/config/admission.ts';
import type { Config } from '../../shared/config/schema.ts';
import { routePattern } from '../../shared/events/patterns.ts';
import { hubBusPolicy } from '../../shared/grants/hub-bus.ts';
import { BUS_NAME, EVENT_SOURCE } from '../../shared/names.ts';

/** The bus that member accounts forward to. Its policy is a property of the bus, not a resource of its own. */
export function makeHubBus(scope: Construct, config: Config): CfnEventBus {
  const { partition, region, account } = Stack.of(scope);
  return new CfnEventBus(scope, 'Bus', {
    name: BUS_NAME,
    description: 'Changes that member accounts forward, and what Cinch tells of its own',
    policy: hubBusPolicy({ partition, hub: { account, region }, ...admissionOf(config) }),
  });
}

/** Puts forwarded changes on the queue, and what can't be put there on another. */
export function routeToQueue(scope: Construct, bus: CfnEventBus, config: Config, queue: Queue, undelivered: Queue): CfnRule {
  const rule = new CfnRule(scope, 'ToChanges', {
    description: 'Changes forwarded by member accounts',
    eventBusName: bus.ref,
    state: 'ENABLED',
    eventPattern: routePattern(routedAccounts(config)),
    targets: [{ id: 'changes', arn: queue.queueArn, deadLetterConfig: { arn: undelivered.queueArn } }],
  });
  admitRule(rule, queue, undelivered);
  return rule;
}

/** How often everything is exported again. */
const REFRESH_HOURS = 6;

/** Puts what Cinch tells of findings on the queue of the export, and at times the wish to tell all of them again. */
export function routeToExport(scope: Construct, bus: CfnEventBus, queue: Queue, undelivered: Queue): void {
  const target = { id: 'exports', arn: queue.queueArn, deadLetterConfig: { arn: undelivered.queueArn } };
  const told = new CfnRule(scope, 'ToExports', {
    description: 'Findings that have changed, as Cinch itself tells of them',
    eventBusName: bus.ref,
    state: 'ENABLED',
    // The bus's policy lets nobody else speak as Cinch; this holds should somebody widen it.
    eventPattern: { source: [EVENT_SOURCE], account: [Stack.of(scope).account], 'detail-type': ['FindingChanged'] },
    targets: [target],
  });
  const refresh = new CfnRule(scope, 'RefreshExport', {
    description: 'What was lost, and what Security Hub would forget',
    scheduleExpression: `rate(${REFRESH_HOURS} hours)`,
    state: 'ENABLED',
    targets: [{ ...target, input: JSON.stringify({ kind: 'refresh' }) }],
  });
  for (const rule of [told, refresh]) admitRule(rule, queue, undelivered);
}

function admitRule(rule: CfnRule, ...targets: readonly Queue[]): void {
  for (const target of targets) {
    target.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [target.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': rule.attrArn } },
      }),
    );
  }
}
