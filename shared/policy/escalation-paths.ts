/**
 * One published way from some permissions to those of another principal. With `passedTo` it also needs iam:PassRole for a role that one of
 * these services may assume; then it doesn't matter on which of the service's resources the rest is allowed.
 */
export interface EscalationPath {
  /** Cloudsplaining's name where it has one, else the id at pathfinding.cloud or Prowler's name, with the source before it. */
  readonly method: string;
  readonly actions: readonly string[];
  readonly passedTo?: readonly string[];
  readonly published?: string;
  /** It is enough to have the permission on oneself: `user/${aws:username}`, or the role that holds the policy. */
  readonly onSelf?: true;
}

/**
 * Every published path: Rhino Security Labs' and Bishop Fox's (iam-vulnerable) in cloudsplaining's names, pathfinding.cloud's, Prowler's.
 * A path is a fact about AWS; the lists only say who wrote it down.
 */
export const ESCALATION_PATHS: readonly EscalationPath[] = [
  path('CreateAccessKey', 'iam:CreateAccessKey', { pathfinding: 'iam-002' }),
  path('CreateLoginProfile', 'iam:CreateLoginProfile', { pathfinding: 'iam-004' }),
  path('UpdateLoginProfile', 'iam:UpdateLoginProfile', { pathfinding: 'iam-006' }),
  path('AddUserToGroup', 'iam:AddUserToGroup', { pathfinding: 'iam-013' }),
  path('CreateNewPolicyVersion', 'iam:CreatePolicyVersion', { pathfinding: 'iam-001' }),
  path('SetExistingDefaultPolicyVersion', 'iam:SetDefaultPolicyVersion'),
  path('AttachUserPolicy', 'iam:AttachUserPolicy', { pathfinding: 'iam-008', onSelf: true }),
  path('AttachGroupPolicy', 'iam:AttachGroupPolicy', { pathfinding: 'iam-010' }),
  path('AttachRolePolicy', 'iam:AttachRolePolicy', { pathfinding: 'iam-009', onSelf: true }),
  path('PutUserPolicy', 'iam:PutUserPolicy', { pathfinding: 'iam-007', onSelf: true }),
  path('PutGroupPolicy', 'iam:PutGroupPolicy', { pathfinding: 'iam-011' }),
  path('PutRolePolicy', 'iam:PutRolePolicy', { pathfinding: 'iam-005', onSelf: true }),
  path('UpdateRolePolicyToAssumeIt', 'iam:UpdateAssumeRolePolicy', { pathfinding: 'iam-012' }),
  path('CreateEC2WithExistingIP', 'ec2:RunInstances', { passedTo: 'ec2', pathfinding: 'ec2-001' }),
  path('PassExistingRoleToNewLambdaThenInvoke', 'lambda:CreateFunction lambda:InvokeFunction', {
    passedTo: 'lambda',
    pathfinding: 'lambda-001',
  }),
  path(
    'PassExistingRoleToNewLambdaThenTriggerWithNewDynamo',
    'lambda:CreateFunction lambda:CreateEventSourceMapping dynamodb:CreateTable dynamodb:PutItem',
    { passedTo: 'lambda', pathfinding: 'lambda-002' },
  ),
  path('PassExistingRoleToNewLambdaThenTriggerWithExistingDynamo', 'lambda:CreateFunction lambda:CreateEventSourceMapping', {
    passedTo: 'lambda',
    pathfinding: 'lambda-002',
  }),
  path('PassExistingRoleToNewGlueDevEndpoint', 'glue:CreateDevEndpoint', { passedTo: 'glue', pathfinding: 'glue-001' }),
  path('PassExistingRoleToCloudFormation', 'cloudformation:CreateStack', {
    passedTo: 'cloudformation',
    pathfinding: 'cloudformation-001',
  }),
  path('PassExistingRoleToNewDataPipeline', 'datapipeline:CreatePipeline', {
    passedTo: 'datapipeline elasticmapreduce ec2',
    pathfinding: 'datapipeline-001',
  }),
  path('UpdateExistingGlueDevEndpoint', 'glue:UpdateDevEndpoint', { pathfinding: 'glue-002' }),
  path('EditExistingLambdaFunctionWithRole', 'lambda:UpdateFunctionCode', { pathfinding: 'lambda-003' }),
  path(
    'AccessExistingBedrockCodeInterpreterSession',
    'bedrock-agentcore:StartCodeInterpreterSession bedrock-agentcore:InvokeCodeInterpreter',
    { pathfinding: 'bedrock-002' },
  ),
  path('ExecuteCloudFormationChangeSet', 'cloudformation:CreateChangeSet cloudformation:ExecuteChangeSet', {
    pathfinding: 'cloudformation-005',
  }),
  path('ModifyEC2InstanceUserDataThenRestart', 'ec2:ModifyInstanceAttribute ec2:StopInstances ec2:StartInstances', {
    pathfinding: 'ec2-002',
  }),
  path('ModifyExistingEC2LaunchTemplate', 'ec2:CreateLaunchTemplateVersion ec2:ModifyLaunchTemplate', { pathfinding: 'ec2-004' }),
  path('EC2InstanceConnectSendSSHPublicKey', 'ec2-instance-connect:SendSSHPublicKey ec2:DescribeInstances', {
    pathfinding: 'ec2instanceconnect-003',
  }),
  path('ECSExecuteCommandOnRunningTask', 'ecs:ExecuteCommand ecs:DescribeTasks', { pathfinding: 'ecs-006' }),
  path('UpdateAndInvokeLambdaFunction', 'lambda:UpdateFunctionCode lambda:InvokeFunction', { pathfinding: 'lambda-004' }),
  path('UpdateLambdaFunctionAndAddPermission', 'lambda:UpdateFunctionCode lambda:AddPermission', { pathfinding: 'lambda-005' }),
  path('CreatePresignedSageMakerNotebookUrl', 'sagemaker:CreatePresignedNotebookInstanceUrl', { pathfinding: 'sagemaker-004' }),
  path(
    'UpdateSageMakerNotebookLifecycleConfig',
    'sagemaker:CreateNotebookInstanceLifecycleConfig sagemaker:StopNotebookInstance sagemaker:UpdateNotebookInstance sagemaker:StartNotebookInstance',
    { pathfinding: 'sagemaker-005' },
  ),
  path('PassExistingRoleToNewAppRunnerService', 'apprunner:CreateService', {
    passedTo: 'tasks.apprunner build.apprunner',
    pathfinding: 'apprunner-001',
  }),
  path(
    'PassExistingRoleToNewBedrockCodeInterpreter',
    'bedrock-agentcore:CreateCodeInterpreter bedrock-agentcore:StartCodeInterpreterSession bedrock-agentcore:InvokeCodeInterpreter',
    { passedTo: 'bedrock-agentcore', pathfinding: 'bedrock-001' },
  ),
  path('PassExistingRoleToNewCloudFormationStackSet', 'cloudformation:CreateStackSet cloudformation:CreateStackInstances', {
    passedTo: 'cloudformation',
    pathfinding: 'cloudformation-003',
  }),
  path('PassRoleToUpdateCloudFormationStackSet', 'cloudformation:UpdateStackSet', {
    passedTo: 'cloudformation',
    pathfinding: 'cloudformation-004',
  }),
  path('PassExistingRoleToNewCodeBuildProjectThenBuild', 'codebuild:CreateProject codebuild:StartBuild', {
    passedTo: 'codebuild',
    pathfinding: 'codebuild-001',
  }),
  path('PassExistingRoleToNewCodeBuildProjectThenBuildBatch', 'codebuild:CreateProject codebuild:StartBuildBatch', {
    passedTo: 'codebuild',
    pathfinding: 'codebuild-004',
  }),
  path('PassExistingRoleToNewEC2SpotInstance', 'ec2:RequestSpotInstances', { passedTo: 'ec2', pathfinding: 'ec2-003' }),
  path('PassExistingRoleToNewECSClusterServiceTask', 'ecs:CreateCluster ecs:RegisterTaskDefinition ecs:CreateService', {
    passedTo: 'ecs-tasks ecs',
    pathfinding: 'ecs-001',
  }),
  path('PassExistingRoleToNewECSClusterRunTask', 'ecs:CreateCluster ecs:RegisterTaskDefinition ecs:RunTask', {
    passedTo: 'ecs-tasks ecs',
    pathfinding: 'ecs-002',
  }),
  path('PassExistingRoleToNewECSService', 'ecs:RegisterTaskDefinition ecs:CreateService', {
    passedTo: 'ecs-tasks ecs',
    pathfinding: 'ecs-003',
  }),
  path('PassExistingRoleToNewECSTaskViaRunTask', 'ecs:RegisterTaskDefinition ecs:RunTask', {
    passedTo: 'ecs-tasks ecs',
    pathfinding: 'ecs-004',
  }),
  path('PassExistingRoleToNewECSTaskViaStartTask', 'ecs:RegisterTaskDefinition ecs:StartTask', {
    passedTo: 'ecs-tasks ecs',
    pathfinding: 'ecs-005',
  }),
  path('PassExistingRoleToNewGlueJobThenRun', 'glue:CreateJob glue:StartJobRun', { passedTo: 'glue', pathfinding: 'glue-003' }),
  path('PassExistingRoleToNewGlueJobViaTrigger', 'glue:CreateJob glue:CreateTrigger', {
    passedTo: 'glue',
    pathfinding: 'glue-004',
  }),
  path('PassExistingRoleToUpdatedGlueJobThenRun', 'glue:UpdateJob glue:StartJobRun', {
    passedTo: 'glue',
    pathfinding: 'glue-005',
  }),
  path('PassExistingRoleToUpdatedGlueJobViaTrigger', 'glue:UpdateJob glue:CreateTrigger', {
    passedTo: 'glue',
    pathfinding: 'glue-006',
  }),
  path('PassExistingRoleToNewLambdaThenAddPermission', 'lambda:CreateFunction lambda:AddPermission', {
    passedTo: 'lambda',
    pathfinding: 'lambda-006',
  }),
  path('PassExistingRoleToNewSageMakerNotebookInstance', 'sagemaker:CreateNotebookInstance', {
    passedTo: 'sagemaker',
    pathfinding: 'sagemaker-001',
  }),
  path('PassExistingRoleToNewSageMakerTrainingJob', 'sagemaker:CreateTrainingJob', {
    passedTo: 'sagemaker',
    pathfinding: 'sagemaker-002',
  }),
  path('PassExistingRoleToNewSageMakerProcessingJob', 'sagemaker:CreateProcessingJob', {
    passedTo: 'sagemaker',
    pathfinding: 'sagemaker-003',
  }),
  path('CreateAndRotateAccessKey', 'iam:CreateAccessKey iam:DeleteAccessKey', { pathfinding: 'iam-003' }),
  path('AttachUserPolicyThenCreateAccessKey', 'iam:AttachUserPolicy iam:CreateAccessKey', { pathfinding: 'iam-015' }),
  path('CreatePolicyVersionThenAssumeRole', 'iam:CreatePolicyVersion sts:AssumeRole', { pathfinding: 'iam-016' }),
  path('PutUserPolicyThenCreateAccessKey', 'iam:PutUserPolicy iam:CreateAccessKey', { pathfinding: 'iam-018' }),
  path('AttachRolePolicyThenUpdateAssumeRolePolicy', 'iam:AttachRolePolicy iam:UpdateAssumeRolePolicy', {
    pathfinding: 'iam-019',
  }),
  path('CreatePolicyVersionThenUpdateAssumeRolePolicy', 'iam:CreatePolicyVersion iam:UpdateAssumeRolePolicy', {
    pathfinding: 'iam-020',
  }),
  path('PutRolePolicyThenUpdateAssumeRolePolicy', 'iam:PutRolePolicy iam:UpdateAssumeRolePolicy', { pathfinding: 'iam-021' }),
  path('pathfinding:apprunner-002', 'apprunner:UpdateService'),
  path('pathfinding:cloudformation-002', 'cloudformation:UpdateStack'),
  path('pathfinding:codebuild-002', 'codebuild:StartBuild'),
  path('pathfinding:codebuild-003', 'codebuild:StartBuildBatch'),
  path('pathfinding:iam-014', 'iam:AttachRolePolicy sts:AssumeRole'),
  path('pathfinding:iam-017', 'iam:PutRolePolicy sts:AssumeRole'),
  path('pathfinding:ssm-001', 'ssm:StartSession'),
  path('pathfinding:ssm-002', 'ssm:SendCommand'),
  path('pathfinding:sts-001', 'sts:AssumeRole'),
  path(
    'pathfinding:bedrock-003',
    'bedrock-agentcore:CreateAgentRuntime bedrock-agentcore:CreateAgentRuntimeEndpoint bedrock-agentcore:CreateWorkloadIdentity bedrock-agentcore:InvokeAgentRuntimeCommand',
    { passedTo: 'bedrock-agentcore' },
  ),
  path('pathfinding:bedrock-004', 'bedrock-agentcore:InvokeAgentRuntimeCommand'),
  path(
    'pathfinding:bedrock-005',
    'bedrock-agentcore:CreateHarness bedrock-agentcore:CreateAgentRuntime bedrock-agentcore:CreateAgentRuntimeEndpoint bedrock-agentcore:CreateWorkloadIdentity bedrock-agentcore:GetAgentRuntime bedrock-agentcore:InvokeAgentRuntimeCommand',
    { passedTo: 'bedrock-agentcore' },
  ),
  path(
    'pathfinding:bedrock-006',
    'bedrock-agentcore:CreateBrowser bedrock-agentcore:StartBrowserSession bedrock-agentcore:ConnectBrowserAutomationStream',
    { passedTo: 'bedrock-agentcore' },
  ),
  path('pathfinding:bedrock-007', 'bedrock-agentcore:StartBrowserSession bedrock-agentcore:ConnectBrowserAutomationStream'),
  path('pathfinding:batch-001', 'batch:RegisterJobDefinition batch:SubmitJob', { passedTo: 'ecs-tasks batch' }),
  path('pathfinding:batch-002', 'batch:SubmitJob'),
  path(
    'pathfinding:batch-003',
    'batch:CreateComputeEnvironment batch:CreateJobQueue batch:RegisterJobDefinition batch:SubmitJob',
    { passedTo: 'ecs-tasks batch' },
  ),
  path('pathfinding:braket-001', 'braket:CreateJob', { passedTo: 'braket' }),
  path(
    'pathfinding:codedeploy-001',
    'codedeploy:CreateDeployment codedeploy:RegisterApplicationRevision codedeploy:GetDeploymentConfig',
  ),
  path('pathfinding:cognitoidentity-001', 'cognito-identity:SetIdentityPoolRoles', { passedTo: 'cognito-identity' }),
  path('pathfinding:ecs-009', 'ecs:StartTask', { passedTo: 'ecs-tasks ecs' }),
  path('pathfinding:emr-001', 'elasticmapreduce:RunJobFlow', { passedTo: 'elasticmapreduce ec2' }),
  path('pathfinding:emrserverless-001', 'emr-serverless:CreateApplication emr-serverless:StartJobRun', {
    passedTo: 'emr-serverless',
  }),
  path('pathfinding:gamelift-001', 'gamelift:CreateBuild gamelift:CreateFleet gamelift:RequestUploadCredentials', {
    passedTo: 'gamelift',
  }),
  path('pathfinding:glue-007', 'glue:CreateSession glue:RunStatement', { passedTo: 'glue' }),
  path(
    'pathfinding:imagebuilder-001',
    'imagebuilder:CreateComponent imagebuilder:CreateImageRecipe imagebuilder:CreateInfrastructureConfiguration imagebuilder:CreateImage',
    { passedTo: 'ec2' },
  ),
  path('pathfinding:kinesisanalytics-001', 'kinesisanalytics:CreateApplication kinesisanalytics:StartApplication', {
    passedTo: 'kinesisanalytics',
  }),
  path('pathfinding:omics-001', 'omics:CreateWorkflow omics:StartRun s3:GetObject', { passedTo: 'omics' }),
  path('pathfinding:scheduler-001', 'scheduler:CreateSchedule', { passedTo: 'scheduler' }),
  path('pathfinding:ssm-003', 'ssm:CreateDocument ssm:StartAutomationExecution', { passedTo: 'ssm' }),
  path('pathfinding:stepfunctions-001', 'states:CreateStateMachine states:StartExecution', { passedTo: 'states' }),
  path('pathfinding:stepfunctions-002', 'states:UpdateStateMachine states:StartExecution'),
  path('pathfinding:iam-022', 'iam:DeleteUserPermissionsBoundary'),
  path('pathfinding:iam-023', 'sts:AssumeRole iam:DeleteRolePermissionsBoundary'),
  path('pathfinding:sso-001', 'sso:CreatePermissionSet sso:CreateAccountAssignment sso:AttachManagedPolicyToPermissionSet'),
  path('pathfinding:sso-002', 'sso:AttachManagedPolicyToPermissionSet'),
  path('pathfinding:sso-003', 'sso:PutInlinePolicyToPermissionSet'),
  path('prowler:lambda:UpdateFunctionConfiguration', 'lambda:UpdateFunctionConfiguration'),
  path('prowler:AssumeRole+UpdateAssumeRolePolicy', 'sts:AssumeRole iam:UpdateAssumeRolePolicy'),
  path(
    'prowler:PassRole+AgentCoreCreateInterpreter+InvokeInterpreter',
    'bedrock-agentcore:CreateCodeInterpreter bedrock-agentcore:InvokeCodeInterpreter',
    { passedTo: 'bedrock-agentcore' },
  ),
  path('prowler:PassRole+CodeStar', 'codestar:CreateProject', { passedTo: 'codestar' }),
  path('prowler:PassRole+CreateAutoScaling', 'autoscaling:CreateAutoScalingGroup autoscaling:CreateLaunchConfiguration', {
    passedTo: 'ec2',
  }),
  path('prowler:PassRole+UpdateAutoScaling', 'autoscaling:UpdateAutoScalingGroup autoscaling:CreateLaunchConfiguration', {
    passedTo: 'ec2',
  }),
  path('prowler:PassRole+ECS+RunTask', 'ecs:RunTask', { passedTo: 'ecs-tasks ecs' }),
];

interface Written {
  readonly passedTo?: string;
  readonly pathfinding?: string;
  readonly onSelf?: true;
}

/** Lists are written with spaces between, so that a path is a line. */
function path(method: string, actions: string, { onSelf, passedTo, pathfinding }: Written = {}): EscalationPath {
  return {
    method,
    actions: actions.split(' '),
    ...(passedTo ? { passedTo: passedTo.split(' ') } : {}),
    ...(pathfinding ? { published: `pathfinding.cloud ${pathfinding}` } : {}),
    ...(onSelf ? { onSelf } : {}),
  };
}
