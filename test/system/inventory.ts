import { ApiGatewayV2Client, GetApisCommand } from '@aws-sdk/client-apigatewayv2';
import { CloudFormationClient, ListStackResourcesCommand, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListEventBusesCommand, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { IAMClient, ListPoliciesCommand, ListRolePoliciesCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import { DescribeKeyCommand, KMSClient, ListAliasesCommand, ListKeysCommand } from '@aws-sdk/client-kms';
import {
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
  ListLayersCommand,
  ListLayerVersionsCommand,
} from '@aws-sdk/client-lambda';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DescribeParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { ClientConfig } from '../../local/system.ts';
import { sendSigned } from '../../shared/aws/signed-request.ts';
import { allOf } from '../../shared/aws/xml.ts';

/** What there is in an account and region, of each type that a stack of Cinch makes or that Cinch makes by itself: "type name", sorted. */
export async function inventory(settings: ClientConfig): Promise<string[]> {
  const found = await Promise.all(Object.entries(listersOf(settings)).map(async ([type, list]) => named(type, await list())));
  return found.flat().sort();
}

const named = (type: string, names: readonly (string | undefined)[]): string[] => names.map((name) => `${type} ${name}`);

/** Of what a stack holds and the lists below don't show: each is a part of something else, which they do show. */
const PARTS: readonly string[] = [
  'AWS::SQS::QueuePolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::Lambda::Permission',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::Logs::MetricFilter',
];

/** Of these stacks' resources, the types that `inventory` does not see. */
export async function unseen(settings: ClientConfig, StackName: string): Promise<string[]> {
  const client = new CloudFormationClient(settings);
  const { StackResourceSummaries = [] } = await client.send(new ListStackResourcesCommand({ StackName }));
  if (StackResourceSummaries.length === 0) throw new Error(`nothing is in ${StackName}`);
  const seen = [...Object.keys(listersOf(settings)), ...PARTS];
  return StackResourceSummaries.map(({ ResourceType = '' }) => ResourceType).filter((type) => !seen.includes(type));
}

function listersOf(settings: ClientConfig): Record<string, () => Promise<(string | undefined)[]>> {
  const [lambda, iam, events, kms] = [
    new LambdaClient(settings),
    new IAMClient(settings),
    new EventBridgeClient(settings),
    new KMSClient(settings),
  ];
  const watch = new CloudWatchClient(settings);
  const roles = async () => (await iam.send(new ListRolesCommand({}))).Roles ?? [];
  return {
    'AWS::ApiGatewayV2::Api': async () =>
      ((await new ApiGatewayV2Client(settings).send(new GetApisCommand({}))).Items ?? []).map(({ Name }) => Name),
    'AWS::CloudFormation::Stack': async () =>
      ((await new CloudFormationClient(settings).send(new ListStacksCommand({}))).StackSummaries ?? [])
        .filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE')
        .map(({ StackName }) => StackName),
    'AWS::CloudWatch::Alarm': async () =>
      ((await watch.send(new DescribeAlarmsCommand({}))).MetricAlarms ?? []).map(({ AlarmName }) => AlarmName),
    // By hand: there is no SDK client of SNS here, and CloudWatch's does not read what the emulator answers.
    'AWS::CloudWatch::Dashboard': () => queried(settings, 'monitoring', 'ListDashboards&Version=2010-08-01', 'DashboardName'),
    'AWS::DynamoDB::Table': async () => (await new DynamoDBClient(settings).send(new ListTablesCommand({}))).TableNames ?? [],
    'AWS::Events::EventBus': async () =>
      ((await events.send(new ListEventBusesCommand({}))).EventBuses ?? []).map(({ Name }) => Name),
    'AWS::Events::Rule': async () => {
      const { EventBuses = [] } = await events.send(new ListEventBusesCommand({}));
      const rules = await Promise.all(EventBuses.map(({ Name }) => events.send(new ListRulesCommand({ EventBusName: Name }))));
      return rules.flatMap(({ Rules = [] }) => Rules.map(({ Name }) => Name));
    },
    'AWS::IAM::Policy': async () => {
      const names = (await roles()).map(({ RoleName }) => RoleName);
      const policies = await Promise.all(
        names.map(async (RoleName) =>
          ((await iam.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames ?? []).map((name) => `${RoleName}/${name}`),
        ),
      );
      const { Policies = [] } = await iam.send(new ListPoliciesCommand({ Scope: 'Local' }));
      return [...policies.flat(), ...Policies.map(({ PolicyName }) => PolicyName)];
    },
    'AWS::IAM::Role': async () => (await roles()).map(({ RoleName }) => RoleName),
    'AWS::KMS::Alias': async () =>
      ((await kms.send(new ListAliasesCommand({}))).Aliases ?? [])
        .map(({ AliasName }) => AliasName)
        .filter((name) => !name?.startsWith('alias/aws/')),
    'AWS::KMS::Key': async () => {
      const { Keys = [] } = await kms.send(new ListKeysCommand({}));
      const keys = await Promise.all(Keys.map(({ KeyId }) => kms.send(new DescribeKeyCommand({ KeyId }))));
      return keys
        .map(({ KeyMetadata }) => KeyMetadata)
        .filter((key) => key?.KeyManager === 'CUSTOMER' && key.KeyState !== 'PendingDeletion')
        .map((key) => key?.Description);
    },
    'AWS::Lambda::EventSourceMapping': async () =>
      ((await lambda.send(new ListEventSourceMappingsCommand({}))).EventSourceMappings ?? []).map(({ UUID }) => UUID),
    'AWS::Lambda::Function': async () =>
      ((await lambda.send(new ListFunctionsCommand({}))).Functions ?? []).map(({ FunctionName }) => FunctionName),
    'AWS::Lambda::LayerVersion': async () => {
      const { Layers = [] } = await lambda.send(new ListLayersCommand({}));
      const versions = await Promise.all(Layers.map(({ LayerName }) => lambda.send(new ListLayerVersionsCommand({ LayerName }))));
      return versions.flatMap(({ LayerVersions = [] }) => LayerVersions.map(({ LayerVersionArn }) => LayerVersionArn));
    },
    'AWS::Logs::LogGroup': async () =>
      ((await new CloudWatchLogsClient(settings).send(new DescribeLogGroupsCommand({}))).logGroups ?? []).map(
        ({ logGroupName }) => logGroupName,
      ),
    'AWS::SecretsManager::Secret': async () =>
      ((await new SecretsManagerClient(settings).send(new ListSecretsCommand({}))).SecretList ?? []).map(({ Name }) => Name),
    'AWS::SNS::Topic': () => queried(settings, 'sns', 'ListTopics&Version=2010-03-31', 'TopicArn'),
    'AWS::SQS::Queue': async () => (await new SQSClient(settings).send(new ListQueuesCommand({}))).QueueUrls ?? [],
    'AWS::SSM::Parameter': async () =>
      ((await new SSMClient(settings).send(new DescribeParametersCommand({}))).Parameters ?? []).map(({ Name }) => Name),
  };
}

/** What the elements of that name hold in the answer to a call of a query API. */
export async function queried(settings: ClientConfig, service: string, action: string, element: string): Promise<string[]> {
  const { status, body } = await sendSigned({
    endpoint: new URL(settings.endpoint),
    service,
    region: settings.region,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: `Action=${action}`,
    credentials: settings.credentials,
  });
  if (status !== 200) throw new Error(`${action}: ${body}`);
  return allOf(body, element);
}
