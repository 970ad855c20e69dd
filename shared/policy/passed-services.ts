import { type Action, actionsMatching } from './action-table.ts';
import type { NamedDocument } from './finding.ts';
import { type GrantOptions, grantsAction } from './grants.ts';
import { hasWildcard, matchesAction } from './wildcards.ts';

/**
 * What is known of a service's actions that take a role. `takers` are they, by the services that the role is handed to (the values of
 * `iam:PassedToService`); `unsaid` take one, too, but to which service is nowhere said. Of a service that is `whole` nothing else takes a role.
 */
interface ServiceRoles {
  readonly whole: boolean;
  readonly takers?: Readonly<Record<string, string>>;
  readonly unsaid?: string;
  /** Actions that take none, of a service that is not whole: patterns. */
  readonly none?: string;
}

/**
 * The service authorization reference names iam:PassRole as a dependent action of some of these and leaves most out
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html), so each service was
 * held against its API model: every action whose request has a role's ARN in it. The names of the services are from
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_PassedToService and from the trust policies that
 * each service's guide asks for.
 */
export const SERVICE_ROLES: Readonly<Record<string, ServiceRoles>> = {
  cloudformation: {
    whole: true,
    // Without a role it acts as its caller, who then needs the actions of the other services, which are seen by themselves.
    takers: {
      'cloudformation.amazonaws.com':
        'CreateStack UpdateStack DeleteStack RollbackStack ContinueUpdateRollback CreateChangeSet CreateStackSet UpdateStackSet',
    },
    unsaid: 'ActivateType RegisterType',
  },
  cloudwatch: { whole: true, takers: { 'streams.metrics.cloudwatch.amazonaws.com': 'PutMetricStream' }, unsaid: 'PutLogAlarm' },
  codebuild: {
    whole: true,
    takers: {
      'codebuild.amazonaws.com':
        'CreateProject UpdateProject StartBuild StartBuildBatch CreateFleet UpdateFleet UpdateProjectVisibility',
    },
  },
  devicefarm: { whole: false, unsaid: 'GetDevicePoolCompatibility' },
  dynamodb: { whole: true, unsaid: 'UpdateGlobalTableSettings UpdateTableReplicaAutoScaling' },
  ec2: {
    whole: false,
    takers: {
      'ec2.amazonaws.com':
        'RunInstances RequestSpotInstances AssociateIamInstanceProfile ReplaceIamInstanceProfileAssociation CreateFleet',
      'vpc-flow-logs.amazonaws.com': 'CreateFlowLogs',
    },
    none: 'CreateNetworkInterface DeleteNetworkInterface AssignPrivateIpAddresses UnassignPrivateIpAddresses CreateTags DeleteTags StartInstances StopInstances RebootInstances TerminateInstances',
  },
  ecs: {
    whole: true,
    takers: {
      'ecs-tasks.amazonaws.com':
        'RegisterTaskDefinition RegisterDaemonTaskDefinition RunTask StartTask CreateService UpdateService CreateTaskSet CreateExpressGatewayService UpdateExpressGatewayService',
      'ecs.amazonaws.com':
        'RunTask StartTask CreateService UpdateService CreateTaskSet CreateExpressGatewayService UpdateExpressGatewayService CreateCapacityProvider UpdateCapacityProvider',
      'ec2.amazonaws.com': 'CreateCapacityProvider UpdateCapacityProvider',
    },
  },
  events: { whole: true, takers: { 'events.amazonaws.com': 'PutRule PutTargets CreateEndpoint UpdateEndpoint' } },
  'execute-api': { whole: true },
  firehose: { whole: true, takers: { 'firehose.amazonaws.com': 'CreateDeliveryStream UpdateDestination' } },
  glue: {
    whole: true,
    takers: {
      'glue.amazonaws.com':
        'CreateJob UpdateJob CreateCrawler UpdateCrawler CreateDevEndpoint UpdateDevEndpoint CreateSession CreateMLTransform UpdateMLTransform StartBlueprintRun CreateColumnStatisticsTaskSettings UpdateColumnStatisticsTaskSettings StartColumnStatisticsTaskRun StartDataQualityRuleRecommendationRun StartDataQualityRulesetEvaluationRun CreateTableOptimizer UpdateTableOptimizer',
    },
    unsaid:
      'CreateCatalog UpdateCatalog CreateConnection UpdateConnection TestConnection RegisterConnectionType CreateIntegration ModifyIntegration CreateIntegrationResourceProperty UpdateIntegrationResourceProperty PutDataCatalogEncryptionSettings',
  },
  iam: { whole: true, unsaid: 'AddRoleToInstanceProfile' },
  iotdeviceadvisor: { whole: false, unsaid: 'GetEndpoint' },
  kinesis: { whole: true, unsaid: 'CreateChannel' },
  kinesisanalytics: { whole: false, unsaid: 'DiscoverInputSchema' },
  kms: { whole: true },
  lambda: {
    whole: true,
    takers: { 'lambda.amazonaws.com': 'CreateFunction UpdateFunctionConfiguration CreateCapacityProvider' },
  },
  logs: {
    whole: true,
    unsaid:
      'PutSubscriptionFilter PutDestination PutDeliveryDestination PutIntegration CreateImportTask CreateScheduledQuery UpdateScheduledQuery',
  },
  pipes: { whole: true, takers: { 'pipes.amazonaws.com': 'CreatePipe UpdatePipe' } },
  'rds-data': { whole: true },
  s3: { whole: false, none: '*Object* AbortMultipartUpload' },
  sagemaker: {
    whole: false,
    takers: {
      'sagemaker.amazonaws.com':
        'CreateTrainingJob CreateProcessingJob CreateHyperParameterTuningJob CreateAutoMLJob CreateAutoMLJobV2 CreateModel CreateNotebookInstance UpdateNotebookInstance CreatePipeline UpdatePipeline',
    },
    unsaid: 'RenderUiTemplate',
    none: 'InvokeEndpoint* CreateEndpoint UpdateEndpoint AddTags Delete* Stop*',
  },
  'sagemaker-geospatial': { whole: false, unsaid: 'GetTile' },
  scheduler: { whole: true, takers: { 'scheduler.amazonaws.com': 'CreateSchedule UpdateSchedule' } },
  secretsmanager: { whole: true, unsaid: 'RotateSecret' },
  ses: { whole: false, none: 'Send*' },
  sns: {
    whole: true,
    takers: {
      'sns.amazonaws.com': 'CreateTopic SetTopicAttributes CreatePlatformApplication SetPlatformApplicationAttributes',
    },
  },
  sqs: { whole: true },
  ssm: {
    whole: false,
    unsaid: 'StartExecutionPreview',
    none: 'PutParameter DeleteParameter DeleteParameters LabelParameterVersion UnlabelParameterVersion AddTagsToResource',
  },
  states: { whole: true, takers: { 'states.amazonaws.com': 'CreateStateMachine UpdateStateMachine TestState' } },
  sts: { whole: true },
  xray: { whole: true },
};

/**
 * The services that the holder of these policies can hand a role to, sorted: those of every action it holds that takes one. Undefined when an
 * action that it holds may take a role and to which service isn't known. Reading takes none, but for what {@link SERVICE_ROLES} says.
 */
export function servicesPassedTo(documents: readonly NamedDocument[], options: GrantOptions = {}): string[] | undefined {
  const allows = documents.flatMap(({ document }) => document.statements).filter(({ effect }) => effect === 'Allow');
  const held = new Map<string, Action>();
  for (const { actions, notActions } of allows) {
    if (notActions.length > 0) return undefined;
    for (const pattern of actions) {
      const found = actionsMatching(pattern);
      // A name that AWS doesn't list may be newer than the table.
      if (found.length === 0 && !hasWildcard(pattern)) return undefined;
      for (const action of found) held.set(action.key, action);
    }
  }
  const services = new Set<string>();
  for (const action of held.values()) {
    const takers = passedBy(action);
    if (takers?.length === 0 || !grantsAction(documents, action.name, options)) continue;
    if (takers === undefined) return undefined;
    for (const service of takers) services.add(service);
  }
  return [...services].sort();
}

/** The services that an action hands a role to; none when it takes no role, undefined when that isn't known. */
function passedBy({ access, name, service }: Action): readonly string[] | undefined {
  const known = Object.hasOwn(SERVICE_ROLES, service) ? SERVICE_ROLES[service] : undefined;
  const isOneOf = (names = ''): boolean => names.split(' ').some((one) => matchesAction(`${service}:${one}`, name));
  if (isOneOf(known?.unsaid)) return undefined;
  const takers = Object.entries(known?.takers ?? {}).filter(([, names]) => isOneOf(names));
  if (takers.length > 0) return takers.map(([to]) => to);
  const takesNone = known?.whole || access === 'Read' || access === 'List' || isOneOf(known?.none);
  return takesNone ? [] : undefined;
}
