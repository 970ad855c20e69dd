import { Stack } from 'aws-cdk-lib';
import { CfnEventBus, CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { hasUnits, isOpen, namedMembers } from '../../shared/config/members.ts';
import type { Organization } from '../../shared/config/organization-schema.ts';
import type { Config } from '../../shared/config/schema.ts';
import { CLOUDTRAIL_DETAIL_TYPE } from '../../shared/events/patterns.ts';
import { WATCHED } from '../../shared/events/watched.ts';
import { BUS_NAME, EVENT_SOURCE } from '../../shared/names.ts';

/** The bus that member accounts forward to. Its policy is a property of the bus, not a resource of its own. */
export function makeHubBus(scope: Construct, config: Config): CfnEventBus {
  const { partition, region, account } = Stack.of(scope);
  const bus = `arn:${partition}:events:${region}:${account}:event-bus/${BUS_NAME}`;
  return new CfnEventBus(scope, 'Bus', {
    name: BUS_NAME,
    description: 'Changes that member accounts forward, and what Cinch tells of its own',
    policy: {
      Version: '2012-10-17',
      Statement: [
        ...admissions(config, partition).map(({ Sid, Principal, Condition }) => ({
          Sid,
          Effect: 'Allow',
          Principal,
          Action: 'events:PutEvents',
          Resource: bus,
          // A list of sources in the request: each of them must be AWS's own (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-example-policy-cross-account-custom-bus-source.html).
          Condition: { 'ForAllValues:StringLike': { 'events:source': 'aws.*' }, ...Condition },
        })),
        {
          Sid: 'NobodyElseSpeaksForCinch',
          Effect: 'Deny',
          Principal: '*',
          Action: 'events:PutEvents',
          Resource: bus,
          Condition: {
            'ForAnyValue:StringEquals': { 'events:source': EVENT_SOURCE },
            StringNotEquals: { 'aws:PrincipalAccount': account },
          },
        },
      ],
    },
  });
}

interface Admission {
  readonly Sid: string;
  readonly Principal: unknown;
  readonly Condition: Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;
}

/** Who may put events: accounts by their names, and those that are in the organization, or in its units, at that moment. */
function admissions(config: Config, partition: string): Admission[] {
  const { organization, hub } = config;
  const ofOrganization = hub.organizationId ? { StringEquals: { 'aws:PrincipalOrgID': hub.organizationId } } : {};
  const named = namedMembers(config).map(({ account }) => `arn:${partition}:iam::${account}:root`);
  if (organization && hasUnits(config))
    return [
      {
        Sid: 'UnitsForwardWhatAwsSends',
        Principal: '*',
        Condition: { ...ofOrganization, ...inUnits(organization, hub.organizationId) },
      },
      { Sid: 'MembersForwardWhatAwsSends', Principal: { AWS: named }, Condition: {} },
    ];
  return [{ Sid: 'MembersForwardWhatAwsSends', Principal: isOpen(config) ? '*' : { AWS: named }, Condition: ofOrganization }];
}

/**
 * In one of the units or below it, and not left out. A path is `o-id/r-id/ou-id/ou-id/`, and a unit's id is unique
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths).
 */
function inUnits({ units, excludedAccounts }: Organization, id = ''): Admission['Condition'] {
  const paths = units.map((unit) => (unit.startsWith('r-') ? `${id}/${unit}/*` : `${id}/*/${unit}/*`));
  return {
    'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': paths },
    ...(excludedAccounts.length > 0 ? { StringNotEquals: { 'aws:PrincipalAccount': excludedAccounts } } : {}),
  };
}

/** A pattern may hold 2,048 bytes: more accounts than this are left to the bus's policy and to the code. */
const MAX_ACCOUNTS_IN_PATTERN = 80;

/** Puts forwarded changes on the queue, and what can't be put there on another. */
export function routeToQueue(scope: Construct, bus: CfnEventBus, config: Config, queue: Queue, undelivered: Queue): CfnRule {
  const accounts = namedMembers(config).map(({ account }) => account);
  const narrow = !config.hub.organizationId && accounts.length <= MAX_ACCOUNTS_IN_PATTERN;
  const rule = new CfnRule(scope, 'ToChanges', {
    description: 'Changes forwarded by member accounts',
    eventBusName: bus.ref,
    state: 'ENABLED',
    eventPattern: {
      source: WATCHED.map(({ source }) => source),
      'detail-type': [CLOUDTRAIL_DETAIL_TYPE],
      ...(narrow ? { account: accounts } : {}),
      detail: { errorCode: [{ exists: false }] },
    },
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
    eventPattern: { source: [EVENT_SOURCE], 'detail-type': ['FindingChanged'] },
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
