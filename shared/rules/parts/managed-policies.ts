/**
 * What is known of AWS managed policies, gathered in November 2026 from what the services' pages of their managed policies have said over time.
 * AWS publishes no list of the deprecated ones; those that still exist are in
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html.
 */

/** Deprecated ones and what AWS names in their place: they no longer get fixes, and once detached can't be attached again. */
const DEPRECATED: Readonly<Record<string, string>> = {
  AWSLambdaFullAccess: 'AWSLambda_FullAccess',
  AWSLambdaReadOnlyAccess: 'AWSLambda_ReadOnlyAccess',
  AWSCodePipelineFullAccess: 'AWSCodePipeline_FullAccess',
  AWSCodePipelineReadOnlyAccess: 'AWSCodePipeline_ReadOnlyAccess',
  AWSConfigRole: 'AWS_ConfigRole',
  AWSElasticBeanstalkFullAccess: 'AdministratorAccess-AWSElasticBeanstalk',
  AWSElasticBeanstalkReadOnlyAccess: 'AWSElasticBeanstalkReadOnly',
  AWSElasticBeanstalkService: 'AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy',
  AmazonConnectFullAccess: 'AmazonConnect_FullAccess',
  AmazonDynamoDBFullAccess: 'AmazonDynamoDBFullAccess_v2',
  AmazonDynamoDBFullAccesswithDataPipeline: 'AmazonDynamoDBFullAccess_v2',
  AmazonEC2RoleforSSM: 'AmazonSSMManagedInstanceCore',
  AmazonElasticMapReduceFullAccess: 'AmazonEMRFullAccessPolicy_v2',
  AmazonElasticMapReduceReadOnlyAccess: 'AmazonEMRReadOnlyAccessPolicy_v2',
  AmazonElasticMapReduceRole: 'AmazonEMRServicePolicy_v2',
  CloudWatchFullAccess: 'CloudWatchFullAccessV2',
};

export const replacementOf = (name: string): string | undefined =>
  Object.hasOwn(DEPRECATED, name) ? DEPRECATED[name] : undefined;

/** Made for people who run a whole service or account; a function needs a few actions on a few resources of it. */
export const isForPeople = (name: string): boolean =>
  /Full_?Access(_?v\d+)?$/i.test(name) || /^(Amazon|AWS)\w+Administrator$/.test(name) || JOB_FUNCTIONS.has(name);

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html; ReadOnlyAccess reads all data, not only settings. */
const JOB_FUNCTIONS: ReadonlySet<string> = new Set([
  'AdministratorAccess',
  'DataScientist',
  'DatabaseAdministrator',
  'NetworkAdministrator',
  'PowerUserAccess',
  'ReadOnlyAccess',
  'SystemAdministrator',
]);

/** What Lambda itself uses the role for: logs, traces and network interfaces. Whether that is used says nothing of the function's own needs. */
export const isForRuntime = (name: string): boolean => RUNTIME.has(name);
const RUNTIME: ReadonlySet<string> = new Set([
  'AWSLambdaBasicExecutionRole',
  'AWSLambdaENIManagementAccess',
  'AWSLambdaVPCAccessExecutionRole',
  'AWSXRayDaemonWriteAccess',
  'CloudWatchLambdaInsightsExecutionRolePolicy',
]);
/** The services of those that a function's own policies name, too. */
export const isRuntimeService = (service: string): boolean => service === 'logs' || service === 'xray';
