/**
 * What SAM's policy templates grant, all of it allowed: `actions | ARNs | condition`, statements separated by `;`. A service stands for the
 * actions after it too, and SAM's parameters are written `${Name}`
 * (https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html).
 */
export const POLICY_TEMPLATES: Readonly<Record<string, string>> = {
  AMIDescribePolicy: 'ec2:DescribeImages | *',
  AWSSecretsManagerGetSecretValuePolicy: 'secretsmanager:GetSecretValue | ${SecretArn}',
  AWSSecretsManagerRotationPolicy:
    'secretsmanager:DescribeSecret GetSecretValue PutSecretValue UpdateSecretVersionStage | arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:* | StringEquals secretsmanager:resource/AllowRotationLambdaArn arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${FunctionName}; secretsmanager:GetRandomPassword | *',
  AcmGetCertificatePolicy: 'acm:GetCertificate | ${CertificateArn}',
  AthenaQueryPolicy:
    'athena:ListWorkGroups GetExecutionEngine GetExecutionEngines GetNamespace GetCatalogs GetNamespaces GetTables GetTable | *; athena:StartQueryExecution GetQueryResults DeleteNamedQuery GetNamedQuery ListQueryExecutions StopQueryExecution GetQueryResultsStream ListNamedQueries CreateNamedQuery GetQueryExecution BatchGetNamedQuery BatchGetQueryExecution GetWorkGroup | arn:${AWS::Partition}:athena:${AWS::Region}:${AWS::AccountId}:workgroup/${WorkGroupName}',
  CloudFormationDescribeStacksPolicy:
    'cloudformation:DescribeStacks | arn:${AWS::Partition}:cloudformation:${AWS::Region}:${AWS::AccountId}:stack/*',
  CloudWatchDashboardPolicy: 'cloudwatch:GetDashboard ListDashboards PutDashboard ListMetrics | *',
  CloudWatchDescribeAlarmHistoryPolicy: 'cloudwatch:DescribeAlarmHistory | *',
  CloudWatchPutMetricPolicy: 'cloudwatch:PutMetricData | *',
  CodeCommitCrudPolicy:
    'codecommit:GitPull GitPush CreateBranch DeleteBranch GetBranch ListBranches MergeBranchesByFastForward MergeBranchesBySquash MergeBranchesByThreeWay UpdateDefaultBranch BatchDescribeMergeConflicts CreateUnreferencedMergeCommit DescribeMergeConflicts GetMergeCommit GetMergeOptions BatchGetPullRequests CreatePullRequest DescribePullRequestEvents GetCommentsForPullRequest GetCommitsFromMergeBase GetMergeConflicts GetPullRequest ListPullRequests MergePullRequestByFastForward MergePullRequestBySquash MergePullRequestByThreeWay PostCommentForPullRequest UpdatePullRequestDescription UpdatePullRequestStatus UpdatePullRequestTitle DeleteFile GetBlob GetFile GetFolder PutFile DeleteCommentContent GetComment GetCommentsForComparedCommit PostCommentForComparedCommit PostCommentReply UpdateComment BatchGetCommits CreateCommit GetCommit GetCommitHistory GetDifferences GetObjectIdentifier GetReferences GetTree GetRepository UpdateRepositoryDescription ListTagsForResource TagResource UntagResource GetRepositoryTriggers PutRepositoryTriggers TestRepositoryTriggers GetBranch GetCommit UploadArchive GetUploadArchiveStatus CancelUploadArchive | arn:${AWS::Partition}:codecommit:${AWS::Region}:${AWS::AccountId}:${RepositoryName}',
  CodeCommitReadPolicy:
    'codecommit:GitPull GetBranch ListBranches BatchDescribeMergeConflicts DescribeMergeConflicts GetMergeCommit GetMergeOptions BatchGetPullRequests DescribePullRequestEvents GetCommentsForPullRequest GetCommitsFromMergeBase GetMergeConflicts GetPullRequest ListPullRequests GetBlob GetFile GetFolder GetComment GetCommentsForComparedCommit BatchGetCommits GetCommit GetCommitHistory GetDifferences GetObjectIdentifier GetReferences GetTree GetRepository ListTagsForResource GetRepositoryTriggers TestRepositoryTriggers GetBranch GetCommit GetUploadArchiveStatus | arn:${AWS::Partition}:codecommit:${AWS::Region}:${AWS::AccountId}:${RepositoryName}',
  CodePipelineLambdaExecutionPolicy: 'codepipeline:PutJobSuccessResult PutJobFailureResult | *',
  CodePipelineReadOnlyPolicy:
    'codepipeline:ListPipelineExecutions | arn:${AWS::Partition}:codepipeline:${AWS::Region}:${AWS::AccountId}:${PipelineName}',
  ComprehendBasicAccessPolicy:
    'comprehend:BatchDetectKeyPhrases DetectDominantLanguage DetectEntities BatchDetectEntities DetectKeyPhrases DetectSentiment BatchDetectDominantLanguage BatchDetectSentiment | *',
  CostExplorerReadOnlyPolicy:
    'ce:GetCostAndUsage GetDimensionValues GetReservationCoverage GetReservationPurchaseRecommendation GetReservationUtilization GetTags | *',
  DynamoDBBackupFullAccessPolicy:
    'dynamodb:CreateBackup DescribeContinuousBackups | arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}; dynamodb:DeleteBackup DescribeBackup ListBackups | arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}/backup/*',
  DynamoDBCrudPolicy:
    'dynamodb:GetItem DeleteItem PutItem Scan Query UpdateItem BatchWriteItem BatchGetItem DescribeTable ConditionCheckItem | arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName} arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}/index/*',
  DynamoDBReadPolicy:
    'dynamodb:GetItem Scan Query BatchGetItem DescribeTable | arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName} arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}/index/*',
  DynamoDBReconfigurePolicy:
    'dynamodb:UpdateTable | arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}',
  DynamoDBRestoreFromBackupPolicy:
    'dynamodb:RestoreTableFromBackup | arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}/backup/*; dynamodb:PutItem UpdateItem DeleteItem GetItem Query Scan BatchWriteItem | arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}',
  DynamoDBStreamReadPolicy:
    'dynamodb:DescribeStream GetRecords GetShardIterator | arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}/stream/${StreamName}; dynamodb:ListStreams | arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}/stream/*',
  DynamoDBWritePolicy:
    'dynamodb:PutItem UpdateItem BatchWriteItem | arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName} arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}/index/*',
  EC2CopyImagePolicy: 'ec2:CopyImage | arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:image/${ImageId}',
  EC2DescribePolicy: 'ec2:DescribeRegions DescribeInstances | *',
  EFSWriteAccessPolicy:
    'elasticfilesystem:ClientMount ClientWrite | arn:${AWS::Partition}:elasticfilesystem:${AWS::Region}:${AWS::AccountId}:file-system/${FileSystem} | StringEquals elasticfilesystem:AccessPointArn arn:${AWS::Partition}:elasticfilesystem:${AWS::Region}:${AWS::AccountId}:access-point/${AccessPoint}',
  EKSDescribePolicy: 'eks:DescribeCluster ListClusters | *',
  EcsRunTaskPolicy: 'ecs:RunTask | arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:task-definition/${TaskDefinition}',
  ElasticMapReduceAddJobFlowStepsPolicy:
    'elasticmapreduce:AddJobFlowSteps | arn:${AWS::Partition}:elasticmapreduce:${AWS::Region}:${AWS::AccountId}:cluster/${ClusterId}',
  ElasticMapReduceCancelStepsPolicy:
    'elasticmapreduce:CancelSteps | arn:${AWS::Partition}:elasticmapreduce:${AWS::Region}:${AWS::AccountId}:cluster/${ClusterId}',
  ElasticMapReduceModifyInstanceFleetPolicy:
    'elasticmapreduce:ModifyInstanceFleet ListInstanceFleets | arn:${AWS::Partition}:elasticmapreduce:${AWS::Region}:${AWS::AccountId}:cluster/${ClusterId}',
  ElasticMapReduceModifyInstanceGroupsPolicy:
    'elasticmapreduce:ModifyInstanceGroups ListInstanceGroups | arn:${AWS::Partition}:elasticmapreduce:${AWS::Region}:${AWS::AccountId}:cluster/${ClusterId}',
  ElasticMapReduceSetTerminationProtectionPolicy:
    'elasticmapreduce:SetTerminationProtection | arn:${AWS::Partition}:elasticmapreduce:${AWS::Region}:${AWS::AccountId}:cluster/${ClusterId}',
  ElasticMapReduceTerminateJobFlowsPolicy:
    'elasticmapreduce:TerminateJobFlows | arn:${AWS::Partition}:elasticmapreduce:${AWS::Region}:${AWS::AccountId}:cluster/${ClusterId}',
  ElasticsearchHttpPostPolicy:
    'es:ESHttpPost ESHttpPut | arn:${AWS::Partition}:es:${AWS::Region}:${AWS::AccountId}:domain/${DomainName}/*',
  EventBridgePutEventsPolicy:
    'events:PutEvents | arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/${EventBusName}',
  FilterLogEventsPolicy:
    'logs:FilterLogEvents | arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${LogGroupName}:log-stream:*',
  FirehoseCrudPolicy:
    'firehose:CreateDeliveryStream DeleteDeliveryStream DescribeDeliveryStream PutRecord PutRecordBatch UpdateDestination | arn:${AWS::Partition}:firehose:${AWS::Region}:${AWS::AccountId}:deliverystream/${DeliveryStreamName}',
  FirehoseWritePolicy:
    'firehose:PutRecord PutRecordBatch | arn:${AWS::Partition}:firehose:${AWS::Region}:${AWS::AccountId}:deliverystream/${DeliveryStreamName}',
  KMSDecryptPolicy: 'kms:Decrypt | arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${KeyId}',
  KMSEncryptPolicy: 'kms:Encrypt | arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${KeyId}',
  KMSEncryptPolicy_v2:
    'kms:Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext | arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${KeyId}',
  KinesisCrudPolicy:
    'kinesis:AddTagsToStream CreateStream DecreaseStreamRetentionPeriod DeleteStream DescribeStream DescribeStreamSummary GetShardIterator IncreaseStreamRetentionPeriod ListTagsForStream MergeShards PutRecord PutRecords SplitShard RemoveTagsFromStream | arn:${AWS::Partition}:kinesis:${AWS::Region}:${AWS::AccountId}:stream/${StreamName}',
  KinesisStreamReadPolicy:
    'kinesis:ListStreams DescribeLimits | arn:${AWS::Partition}:kinesis:${AWS::Region}:${AWS::AccountId}:stream/*; kinesis:DescribeStream DescribeStreamSummary GetRecords GetShardIterator | arn:${AWS::Partition}:kinesis:${AWS::Region}:${AWS::AccountId}:stream/${StreamName}',
  LambdaInvokePolicy:
    'lambda:InvokeFunction | arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${FunctionName}*',
  MobileAnalyticsWriteOnlyAccessPolicy: 'mobileanalytics:PutEvents | *',
  OrganizationsListAccountsPolicy: 'organizations:ListAccounts | *',
  PinpointEndpointAccessPolicy:
    'mobiletargeting:GetEndpoint UpdateEndpoint UpdateEndpointsBatch | arn:${AWS::Partition}:mobiletargeting:${AWS::Region}:${AWS::AccountId}:apps/${PinpointApplicationId}/endpoints/*',
  PollyFullAccessPolicy:
    'polly:GetLexicon DeleteLexicon | arn:${AWS::Partition}:polly:${AWS::Region}:${AWS::AccountId}:lexicon/${LexiconName}; polly:DescribeVoices ListLexicons PutLexicon SynthesizeSpeech | arn:${AWS::Partition}:polly:${AWS::Region}:${AWS::AccountId}:lexicon/*',
  RekognitionDetectOnlyPolicy: 'rekognition:DetectFaces DetectLabels DetectModerationLabels DetectText | *',
  RekognitionFacesManagementPolicy:
    'rekognition:IndexFaces DeleteFaces SearchFaces SearchFacesByImage ListFaces | arn:${AWS::Partition}:rekognition:${AWS::Region}:${AWS::AccountId}:collection/${CollectionId}',
  RekognitionFacesPolicy: 'rekognition:CompareFaces DetectFaces | *',
  RekognitionLabelsPolicy: 'rekognition:DetectLabels DetectModerationLabels | *',
  RekognitionNoDataAccessPolicy:
    'rekognition:CompareFaces DetectFaces DetectLabels DetectModerationLabels | arn:${AWS::Partition}:rekognition:${AWS::Region}:${AWS::AccountId}:collection/${CollectionId}',
  RekognitionReadPolicy:
    'rekognition:ListCollections ListFaces SearchFaces SearchFacesByImage | arn:${AWS::Partition}:rekognition:${AWS::Region}:${AWS::AccountId}:collection/${CollectionId}',
  RekognitionWriteOnlyAccessPolicy:
    'rekognition:CreateCollection IndexFaces | arn:${AWS::Partition}:rekognition:${AWS::Region}:${AWS::AccountId}:collection/${CollectionId}',
  Route53ChangeResourceRecordSetsPolicy:
    'route53:ChangeResourceRecordSets | arn:${AWS::Partition}:route53:::hostedzone/${HostedZoneId}',
  S3CrudPolicy:
    's3:GetObject ListBucket GetBucketLocation GetObjectVersion PutObject PutObjectAcl GetLifecycleConfiguration PutLifecycleConfiguration DeleteObject | arn:${AWS::Partition}:s3:::${BucketName} arn:${AWS::Partition}:s3:::${BucketName}/*',
  S3FullAccessPolicy:
    's3:GetObject GetObjectAcl GetObjectVersion PutObject PutObjectAcl DeleteObject DeleteObjectTagging DeleteObjectVersionTagging GetObjectTagging GetObjectVersionTagging PutObjectTagging PutObjectVersionTagging | arn:${AWS::Partition}:s3:::${BucketName}/*; s3:ListBucket GetBucketLocation GetLifecycleConfiguration PutLifecycleConfiguration | arn:${AWS::Partition}:s3:::${BucketName}',
  S3ReadPolicy:
    's3:GetObject ListBucket GetBucketLocation GetObjectVersion GetLifecycleConfiguration | arn:${AWS::Partition}:s3:::${BucketName} arn:${AWS::Partition}:s3:::${BucketName}/*',
  S3WritePolicy:
    's3:PutObject PutObjectAcl PutLifecycleConfiguration | arn:${AWS::Partition}:s3:::${BucketName} arn:${AWS::Partition}:s3:::${BucketName}/*',
  SESBulkTemplatedCrudPolicy:
    'ses:GetIdentityVerificationAttributes SendEmail SendRawEmail SendTemplatedEmail SendBulkTemplatedEmail VerifyEmailIdentity | arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${IdentityName}',
  SESBulkTemplatedCrudPolicy_v2:
    'ses:SendEmail SendRawEmail SendTemplatedEmail SendBulkTemplatedEmail | arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${IdentityName} arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:template/${TemplateName}; ses:GetIdentityVerificationAttributes VerifyEmailIdentity | *',
  SESCrudPolicy:
    'ses:GetIdentityVerificationAttributes SendEmail SendRawEmail VerifyEmailIdentity | arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${IdentityName}',
  SESEmailTemplateCrudPolicy: 'ses:CreateTemplate GetTemplate ListTemplates UpdateTemplate DeleteTemplate TestRenderTemplate | *',
  SESSendBouncePolicy: 'ses:SendBounce | arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${IdentityName}',
  SNSCrudPolicy:
    'sns:ListSubscriptionsByTopic CreateTopic SetTopicAttributes Subscribe Publish | arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:${TopicName}*',
  SNSPublishMessagePolicy: 'sns:Publish | arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:${TopicName}',
  SQSPollerPolicy:
    'sqs:ChangeMessageVisibility ChangeMessageVisibilityBatch DeleteMessage DeleteMessageBatch GetQueueAttributes ReceiveMessage | arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${QueueName}',
  SQSSendMessagePolicy: 'sqs:SendMessage* | arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${QueueName}',
  SSMParameterReadPolicy:
    'ssm:DescribeParameters | *; ssm:GetParameters GetParameter GetParametersByPath | arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/${ParameterName}',
  SSMParameterWithSlashPrefixReadPolicy:
    'ssm:DescribeParameters | *; ssm:GetParameters GetParameter GetParametersByPath | arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter${ParameterName}',
  SageMakerCreateEndpointConfigPolicy:
    'sagemaker:CreateEndpointConfig | arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:endpoint-config/${EndpointConfigName}',
  SageMakerCreateEndpointPolicy:
    'sagemaker:CreateEndpoint | arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:endpoint/${EndpointName}',
  ServerlessRepoReadWriteAccessPolicy:
    'serverlessrepo:CreateApplication CreateApplicationVersion UpdateApplication GetApplication ListApplications ListApplicationVersions ListApplicationDependencies | arn:${AWS::Partition}:serverlessrepo:${AWS::Region}:${AWS::AccountId}:applications/*',
  StepFunctionsCallbackPolicy:
    'states:SendTaskFailure SendTaskHeartbeat SendTaskSuccess | arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:${StateMachineName}',
  StepFunctionsExecutionPolicy:
    'states:StartExecution | arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:${StateMachineName}',
  StepFunctionsExecutionPolicy_v2:
    'states:StartExecution StartSyncExecution | arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:${StateMachineName}',
  TextractDetectAnalyzePolicy: 'textract:DetectDocumentText StartDocumentTextDetection StartDocumentAnalysis AnalyzeDocument | *',
  TextractGetResultPolicy: 'textract:GetDocumentTextDetection GetDocumentAnalysis | *',
  TextractPolicy: 'textract:* | *',
  VPCAccessPolicy: 'ec2:CreateNetworkInterface DeleteNetworkInterface DescribeNetworkInterfaces DetachNetworkInterface | *',
};
