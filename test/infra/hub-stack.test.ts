import { RemovalPolicy } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Runtime, RuntimeFamily } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { BOT_RUNTIME } from '../../infra/constructs/bot-function.ts';
import { QUEUES } from '../../infra/constructs/hub-queues.ts';
import { BOT_FUNCTIONS, type BotFunction, botRoleName, DECISIONS, METRIC_NAMESPACE, METRICS } from '../../shared/names.ts';
import {
  asList,
  configFor,
  flat,
  HUB,
  MEMBER,
  principalsOf,
  resourcesOf,
  type Statement,
  settingsFor,
  synthesize,
} from './stacks.ts';

const template = Template.fromStack(synthesize().hub);

function statementsOf(name: BotFunction, from = template): Statement[] {
  const [, role] =
    resourcesOf(from, 'AWS::IAM::Role').find(([, { Properties }]) => Properties.RoleName === botRoleName(name)) ?? [];
  const policies = role?.Properties.Policies as { PolicyDocument: { Statement: Statement[] } }[];
  expect(role?.Properties.ManagedPolicyArns).toBeUndefined();
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

const actionsOf = (name: BotFunction): string[] => statementsOf(name).flatMap(({ Action }) => asList(Action));
const granting = (name: BotFunction, action: string, from = template): string[] =>
  statementsOf(name, from)
    .filter(({ Action }) => asList(Action).includes(action))
    .flatMap(({ Resource }) => asList(Resource).map(flat));

const WITHOUT_RESOURCE = ['cloudwatch:GetMetricData', 'events:ListRuleNamesByTarget', 'lambda:ListEventSourceMappings'];

describe('the hub’s functions', () => {
  it('run on the newest managed Node runtime that the CDK knows', () => {
    const versions = Runtime.ALL.filter(({ family }) => family === RuntimeFamily.NODEJS).map(({ name }) =>
      Number(/^nodejs(\d+)/.exec(name)?.[1] ?? 0),
    );
    expect(BOT_RUNTIME.name).toBe(`nodejs${Math.max(...versions)}.x`);
  });

  it('are arm64, each with a role, a log group with an end, and nothing of another’s', () => {
    const functions = resourcesOf(template, 'AWS::Lambda::Function').map(([, { Properties }]) => Properties);
    expect(functions.map(({ FunctionName }) => FunctionName).sort()).toEqual(BOT_FUNCTIONS.map((name) => `cinch-${name}`).sort());
    for (const { Architectures, Runtime: runtime } of functions)
      expect([Architectures, runtime]).toEqual([['arm64'], BOT_RUNTIME.name]);
    expect(new Set(functions.map(({ Role }) => flat(Role))).size).toBe(BOT_FUNCTIONS.length);
    for (const name of BOT_FUNCTIONS)
      template.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: `/aws/lambda/cinch-${name}`, RetentionInDays: 30 });
  });

  it.each(BOT_FUNCTIONS)('%s: no action is a pattern, and no resource is everything', (name) => {
    for (const statement of statementsOf(name)) {
      expect(statement.Effect).toBe('Allow');
      for (const action of asList(statement.Action)) expect(action).not.toContain('*');
      // Nor does X-Ray know one.
      if (asList(statement.Action).every((action) => action.startsWith('xray:Put'))) continue;
      // The self-check's reads of which AWS knows no resource.
      if (name === 'sweep' && asList(statement.Action).every((action) => WITHOUT_RESOURCE.includes(action))) continue;
      for (const resource of asList(statement.Resource)) expect(flat(resource)).not.toBe('*');
    }
  });

  it('every one is traced, and may write its trace', () => {
    for (const [, { Properties }] of resourcesOf(template, 'AWS::Lambda::Function'))
      expect(Properties.TracingConfig).toEqual({ Mode: 'Active' });
    for (const name of BOT_FUNCTIONS) expect(actionsOf(name)).toContain('xray:PutTraceSegments');
  });

  it('sweep alone looks at the hub’s parts, and changes none', () => {
    const own = actionsOf('sweep').filter((action) => /^(lambda|events|cloudwatch):/.test(action));
    expect(own.filter((action) => !/:(Get|List|Describe)/.test(action))).toEqual(['events:PutEvents']);
    for (const name of BOT_FUNCTIONS.filter((one) => one !== 'sweep'))
      expect(actionsOf(name).filter((action) => WITHOUT_RESOURCE.includes(action))).toEqual([]);
  });

  it('only apply may assume a role that writes, and nobody reaches beyond the members', () => {
    const roles = (...names: string[]) => names.map((name) => `arn:<AWS::Partition>:iam::${MEMBER}:role/${name}`);
    expect(granting('on-change', 'sts:AssumeRole')).toEqual(roles('cinch-read'));
    expect(granting('sweep', 'sts:AssumeRole')).toEqual(roles('cinch-read', 'cinch-canary'));
    expect(granting('apply', 'sts:AssumeRole')).toEqual(roles('cinch-read', 'cinch-write', 'cinch-undo'));
    for (const name of ['on-slack', 'notify'] as const) expect(actionsOf(name)).not.toContain('sts:AssumeRole');
  });

  it('on-slack, which faces the internet, may only claim, queue clicks and read its secret', () => {
    expect(
      new Set(actionsOf('on-slack').filter((action) => !/^(kms:|xray:)/.test(action) && !action.startsWith('logs:'))),
    ).toEqual(new Set(['dynamodb:PutItem', 'sqs:SendMessage', 'secretsmanager:GetSecretValue']));
    const [put] = statementsOf('on-slack').filter(({ Action }) => asList(Action).includes('dynamodb:PutItem'));
    expect(put?.Condition).toEqual({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['CLAIM#*'] } });
    expect(granting('on-slack', 'sqs:SendMessage')).toEqual([expect.stringMatching(/^<Clicks/)]);
  });

  // Sweep asks what state it is in.
  const USES_OF_KEY: Partial<Record<string, string[]>> = {
    apply: ['kms:Decrypt', 'kms:GenerateDataKey'],
    sweep: ['kms:DescribeKey'],
  };

  it('only apply uses the key by itself; the others through the services that hold their data', () => {
    for (const name of BOT_FUNCTIONS) {
      const bare = statementsOf(name).filter(
        ({ Action, Condition }) => asList(Action).some((action) => action.startsWith('kms:')) && !Condition,
      );
      expect(
        bare.flatMap(({ Action }) => asList(Action)),
        name,
      ).toEqual(USES_OF_KEY[name] ?? []);
    }
  });

  it('only those who speak to Slack read its secret', () => {
    const readers = BOT_FUNCTIONS.filter((name) => actionsOf(name).includes('secretsmanager:GetSecretValue'));
    expect(readers).toEqual(['on-slack', 'notify']);
  });

  it('export may tell Security Hub of the account’s own findings, and note that it has', () => {
    const own = (resource: string) => [`arn:<AWS::Partition>:securityhub:eu-central-1:${HUB}:${resource}`];
    expect(granting('export', 'securityhub:BatchImportFindings')).toEqual(own(`product/${HUB}/default`));
    expect(granting('export', 'securityhub:BatchUpdateFindings')).toEqual(own('hub/default'));
    const [update] = statementsOf('export').filter(({ Action }) => asList(Action).includes('securityhub:BatchUpdateFindings'));
    expect(Object.keys(update?.Condition?.StringEquals ?? {})).toEqual(['securityhub:ASFFSyntaxPath/Workflow.Status']);
    const [put] = statementsOf('export').filter(({ Action }) => asList(Action).includes('dynamodb:PutItem'));
    expect(put?.Condition).toEqual({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['EXPORTED#*', 'FAILED#*'] } });
    const others = BOT_FUNCTIONS.filter((name) => name !== 'export').flatMap(actionsOf);
    expect(others.filter((action) => action.startsWith('securityhub:'))).toEqual([]);
    for (const action of ['sts:AssumeRole', 'sqs:SendMessage', 'events:PutEvents', 'dynamodb:DeleteItem'])
      expect(actionsOf('export')).not.toContain(action);
  });

  it('an organization as member: any account’s role by its exact name', () => {
    const { hub } = synthesize(configFor({ organizationId: 'o-abcdefghij' }));
    const statements = statementsOf('on-change', Template.fromStack(hub)).filter(({ Action }) => Action === 'sts:AssumeRole');
    expect(statements.map(({ Resource, Condition }) => [flat(Resource), Condition])).toEqual([
      [`arn:<AWS::Partition>:iam::${MEMBER}:role/cinch-read`, undefined],
      ['arn:<AWS::Partition>:iam::*:role/cinch-read', { StringEquals: { 'aws:ResourceOrgID': 'o-abcdefghij' } }],
    ]);
  });
});

describe('the hub’s queues', () => {
  const queues = resourcesOf(template, 'AWS::SQS::Queue');

  it('are encrypted under the hub’s key, and refuse plain http', () => {
    for (const [id, { Properties }] of queues) expect(flat(Properties.KmsMasterKeyId), id).toMatch(/^<Key/);
    const refusing = resourcesOf(template, 'AWS::SQS::QueuePolicy').filter(([, { Properties }]) =>
      JSON.stringify(Properties.PolicyDocument).includes('"aws:SecureTransport":"false"'),
    );
    expect(refusing.length).toBe(queues.length);
  });

  it('feed a function that has six times its timeout, answers for each message, and gives up into a queue of the same kind', () => {
    const byId = new Map(queues);
    const functions = new Map(resourcesOf(template, 'AWS::Lambda::Function'));
    const mappings = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => Properties);
    expect(mappings.length).toBe(QUEUES.length);
    for (const mapping of mappings) {
      expect(mapping.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
      const queue = byId.get(getAtt(mapping.EventSourceArn))?.Properties;
      const fn = functions.get((mapping.FunctionName as { Ref: string }).Ref)?.Properties;
      expect(Number(queue?.VisibilityTimeout)).toBeGreaterThanOrEqual(6 * Number(fn?.Timeout));
      const redrive = queue?.RedrivePolicy as { deadLetterTargetArn: unknown; maxReceiveCount: number };
      expect(byId.get(getAtt(redrive.deadLetterTargetArn))?.Properties.FifoQueue).toBe(queue?.FifoQueue);
      // Slack may be down for ten minutes: tries back off to five minutes each. A look is wished for again by the next round.
      const isOfRound = getAtt(mapping.EventSourceArn).startsWith('Looks');
      expect(redrive.maxReceiveCount).toBeGreaterThanOrEqual(isOfRound ? 5 : 12);
    }
  });

  it('work, notices and looks are in order within a group', () => {
    const fifo = queues
      .filter(([id, { Properties }]) => Properties.FifoQueue === true && !id.includes('Dead'))
      .map(([id]) => id.slice(0, 4));
    expect(fifo.sort()).toEqual(['Look', 'Noti', 'Work']);
  });
});

describe('the hub’s bus', () => {
  const policyOf = (from: Template): Statement[] => {
    const policies = resourcesOf(from, 'AWS::Events::EventBus').map(([, { Properties }]) => Properties.Policy);
    return (policies as { Statement: Statement[] }[]).flatMap(({ Statement }) => Statement);
  };

  it('admits the members, and only with what AWS sends and the canary', () => {
    const [members] = policyOf(template);
    expect(principalsOf(members).map(flat)).toEqual([`arn:<AWS::Partition>:iam::${MEMBER}:root`]);
    expect(members?.Condition).toEqual({ 'ForAllValues:StringLike': { 'events:source': ['aws.*', 'cinch.canary'] } });
    expect(flat(members?.Resource)).toBe(`arn:<AWS::Partition>:events:eu-central-1:${HUB}:event-bus/cinch`);
  });

  it('admits an organization instead, when there is one', () => {
    const [members] = policyOf(Template.fromStack(synthesize(configFor({ organizationId: 'o-abcdefghij' })).hub));
    expect(members?.Principal).toBe('*');
    expect(members?.Condition?.StringEquals).toEqual({ 'aws:PrincipalOrgID': 'o-abcdefghij' });
  });

  it('lets nobody else speak as Cinch', () => {
    const [, forged] = policyOf(template);
    expect(forged).toMatchObject({
      Effect: 'Deny',
      Principal: '*',
      Condition: { 'ForAnyValue:StringEquals': { 'events:source': 'cinch' }, StringNotEquals: { 'aws:PrincipalAccount': HUB } },
    });
  });

  it('puts the members’ changes on the queue, and what can’t be put there on another', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventBusName: { Ref: 'Bus' },
      EventPattern: { source: ['aws.lambda', 'aws.iam', 'aws.apigateway', 'aws.wafv2', 'cinch.canary'], account: [MEMBER] },
      Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
    });
  });
});

describe('the export', () => {
  it('hears of each finding that changes, and every six hours of all of them', () => {
    const rules = resourcesOf(template, 'AWS::Events::Rule').map(([, { Properties }]) => Properties);
    const targetsOf = (rule: Record<string, unknown> | undefined) =>
      ((rule?.Targets ?? []) as { Arn: unknown; Input?: string }[]).map(({ Arn, Input }) => [getAtt(Arn).slice(0, 7), Input]);
    const told = rules.find(({ EventPattern }) => JSON.stringify(EventPattern)?.includes('FindingChanged'));
    expect(told).toMatchObject({
      EventBusName: { Ref: 'Bus' },
      EventPattern: { source: ['cinch'], 'detail-type': ['FindingChanged'] },
    });
    expect(targetsOf(told)).toEqual([['Exports', undefined]]);
    const refresh = rules.find(({ ScheduleExpression }) => ScheduleExpression === 'rate(6 hours)');
    expect(targetsOf(refresh)).toEqual([['Exports', '{"kind":"refresh"}']]);
    const allowed = resourcesOf(template, 'AWS::SQS::QueuePolicy').map(([, { Properties }]) => JSON.stringify(Properties));
    expect(allowed.filter((policy) => policy.includes('ToExports') && policy.includes('RefreshExport'))).toHaveLength(2);
  });

  it('is nowhere unless it is switched on', () => {
    const { hub } = synthesize(configFor({ extra: { exports: {} } }));
    const off = Template.fromStack(hub);
    expect(JSON.stringify(off.toJSON()).match(/securityhub|cinch-export|Exports/g)).toBeNull();
    off.resourceCountIs('AWS::Lambda::Function', BOT_FUNCTIONS.length - 1);
  });
});

describe('the hub’s data', () => {
  it('the table: on demand, restorable, with an end for each item, under the key, not deleted by mistake', () => {
    template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
        KeySchema: [{ AttributeName: 'pk' }, { AttributeName: 'sk' }],
        GlobalSecondaryIndexes: [
          { IndexName: 'by-status', KeySchema: [{ AttributeName: 'gsi_pk' }, { AttributeName: 'gsi_sk' }] },
        ],
      },
    });
  });

  it('goes with the stack only when asked', () => {
    const gone = Template.fromStack(synthesize(configFor(), settingsFor({ removal: RemovalPolicy.DESTROY })).hub);
    gone.hasResource('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete', Properties: { DeletionProtectionEnabled: false } });
  });

  it('the key turns every year', () => {
    template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
    template.hasResourceProperties('AWS::KMS::Alias', { AliasName: 'alias/cinch-hub' });
  });

  it('the configuration: SSM makes it an advanced parameter when it grows; refused above 8 KB', () => {
    const tierOf = (accounts: number): unknown => {
      const allowedAccounts = Array.from({ length: accounts }, (_, index) => String(500_000_000_000 + index));
      const { hub } = synthesize(configFor({ extra: { allowedAccounts } }));
      return resourcesOf(Template.fromStack(hub), 'AWS::SSM::Parameter')[0]?.[1].Properties.Tier;
    };
    expect(tierOf(0)).toBe('Intelligent-Tiering');
    expect(tierOf(300)).toBe('Intelligent-Tiering');
    expect(() => tierOf(600)).toThrow(/8192/);
  });

  it('the Slack secret is empty until the operator fills it, or is an existing one', () => {
    template.hasResourceProperties('AWS::SecretsManager::Secret', {
      Name: 'cinch/slack',
      SecretString: '{"signingSecret":"","botToken":""}',
    });
    const arn = `arn:aws:secretsmanager:eu-central-1:${HUB}:secret:ours-AbCdEf`;
    const existing = Template.fromStack(synthesize(configFor(), settingsFor({ slackSecretArn: arn })).hub);
    existing.resourceCountIs('AWS::SecretsManager::Secret', 0);
    expect(granting('notify', 'secretsmanager:GetSecretValue', existing)).toEqual([arn]);
  });
});

describe('the hub’s edge and its watch', () => {
  it('the addresses: one route for Slack, which signs; the others under IAM; throttled, logged', () => {
    const routes = resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
    expect(Object.fromEntries(routes.map(({ RouteKey, AuthorizationType }) => [RouteKey, AuthorizationType]))).toEqual({
      'POST /slack': 'NONE',
      'GET /approvals': 'AWS_IAM',
      'GET /approvals/{id}': 'AWS_IAM',
      'POST /approvals/{id}': 'AWS_IAM',
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 },
      AccessLogSettings: { DestinationArn: Match.anyValue() },
    });
  });

  it('sweeps every minute', () => {
    template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(1 minute)' });
  });

  it('each dead-letter queue, function and queue has its alarm, which names a page of the runbook and tells somebody', () => {
    const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
    const metrics = (name: string) => alarms.filter(({ MetricName }) => MetricName === name).length;
    const dead = resourcesOf(template, 'AWS::SQS::Queue').filter(([id]) => id.includes('Dead')).length;
    expect(dead).toBe(QUEUES.length + 1);
    expect(metrics('ApproximateNumberOfMessagesVisible')).toBe(dead);
    expect(metrics('Errors')).toBe(BOT_FUNCTIONS.length);
    expect(metrics('ApproximateAgeOfOldestMessage')).toBe(QUEUES.length);
    expect(metrics('SignatureFailures')).toBe(1);
    expect(metrics('BreakerTrips')).toBe(1);
    expect(alarms.filter(({ TreatMissingData }) => TreatMissingData === 'breaching').map(({ MetricName }) => MetricName)).toEqual(
      ['DoctorBroken'],
    );
    for (const { AlarmDescription, AlarmActions } of alarms) {
      expect(AlarmDescription).toMatch(
        /Runbook: https:\/\/example\.com\/runbook\.md#(dead-letter-queue|function-errors|message-age|signature-failures|circuit-breaker|self-check)$/,
      );
      expect(AlarmActions).toHaveLength(1);
    }
    template.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
  });

  it('the dashboard shows every alarm, and every metric of Cinch’s own that no alarm watches', () => {
    const board = JSON.stringify(resourcesOf(template, 'AWS::CloudWatch::Dashboard'));
    for (const [id] of resourcesOf(template, 'AWS::CloudWatch::Alarm')) expect(board).toContain(`"${id}"`);
    const alarmed = new Set(resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties.MetricName));
    for (const { name } of Object.values(METRICS))
      if (!alarmed.has(name)) expect(board).toContain(`\\"${METRIC_NAMESPACE}\\",\\"${name}\\"`);
    for (const decision of DECISIONS) expect(board).toContain(`\\"Decision\\",\\"${decision}\\"`);
  });

  it('says what the operator needs next', () => {
    expect(Object.keys(template.toJSON().Outputs)).toEqual(
      expect.arrayContaining(['SlackRequestUrl', 'SlackSecretArn', 'HubBusArn']),
    );
  });
});

function getAtt(value: unknown): string {
  return (value as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'][0];
}
