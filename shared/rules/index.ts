// Written by `npm run generate` from the files beside it.
import type { AnyRule } from '../model/rule.ts';
import apigatewayAuthorizerAudienceMissing from './apigateway/authorizer-audience-missing.ts';
import apigatewayConnectUnauthenticated from './apigateway/connect-unauthenticated.ts';
import apigatewayDomainTlsOutdated from './apigateway/domain-tls-outdated.ts';
import apigatewayMethodUnauthenticated from './apigateway/method-unauthenticated.ts';
import apigatewayPrivateApiPolicyMissing from './apigateway/private-api-policy-missing.ts';
import apigatewayRouteUnauthenticated from './apigateway/route-unauthenticated.ts';
import apigatewayStageAccessLogMissing from './apigateway/stage-access-log-missing.ts';
import apigatewayStageThrottlingMissing from './apigateway/stage-throttling-missing.ts';
import apigatewayStageTracingOff from './apigateway/stage-tracing-off.ts';
import apigatewayStageVariableSecret from './apigateway/stage-variable-secret.ts';
import apigatewayStageWafMissing from './apigateway/stage-waf-missing.ts';
import eventSourceBucketWritable from './event-source/bucket-writable.ts';
import eventSourceBusOpen from './event-source/bus-open.ts';
import eventSourceMappingFailureDestinationMissing from './event-source/mapping-failure-destination-missing.ts';
import eventSourceQueueOpen from './event-source/queue-open.ts';
import eventSourceQueueRedriveMissing from './event-source/queue-redrive-missing.ts';
import eventSourceQueueUnencrypted from './event-source/queue-unencrypted.ts';
import eventSourceQueueVisibilityShort from './event-source/queue-visibility-short.ts';
import eventSourceStreamOpen from './event-source/stream-open.ts';
import eventSourceStreamUnencrypted from './event-source/stream-unencrypted.ts';
import eventSourceTopicOpen from './event-source/topic-open.ts';
import eventSourceTopicUnencrypted from './event-source/topic-unencrypted.ts';
import iamRoleBeyondCode from './iam/role-beyond-code.ts';
import iamRoleBoundaryHollow from './iam/role-boundary-hollow.ts';
import iamRoleCredentialsExposure from './iam/role-credentials-exposure.ts';
import iamRoleDataExfiltration from './iam/role-data-exfiltration.ts';
import iamRoleDenyFailsOpen from './iam/role-deny-fails-open.ts';
import iamRoleInfrastructureModification from './iam/role-infrastructure-modification.ts';
import iamRoleManagedPolicyBroad from './iam/role-managed-policy-broad.ts';
import iamRoleManagedPolicyNeedless from './iam/role-managed-policy-needless.ts';
import iamRoleNotAction from './iam/role-not-action.ts';
import iamRoleNotResource from './iam/role-not-resource.ts';
import iamRoleOverbroad from './iam/role-overbroad.ts';
import iamRolePassRoleUnconditioned from './iam/role-pass-role-unconditioned.ts';
import iamRolePrivilegeEscalation from './iam/role-privilege-escalation.ts';
import iamRoleResourceExposure from './iam/role-resource-exposure.ts';
import iamRoleServiceUnused from './iam/role-service-unused.ts';
import iamRoleTrustConfusedDeputy from './iam/role-trust-confused-deputy.ts';
import iamRoleTrustForeign from './iam/role-trust-foreign.ts';
import iamRoleTrustMixed from './iam/role-trust-mixed.ts';
import iamRoleTrustPublic from './iam/role-trust-public.ts';
import iamRoleTrustServices from './iam/role-trust-services.ts';
import iamRoleWildcardResource from './iam/role-wildcard-resource.ts';
import iamUserDormantDeployer from './iam/user-dormant-deployer.ts';
import lambdaAsyncAgeUnlimited from './lambda/async-age-unlimited.ts';
import lambdaCodeSigningMissing from './lambda/code-signing-missing.ts';
import lambdaConcurrencyUnreserved from './lambda/concurrency-unreserved.ts';
import lambdaEnvironmentCodeInjection from './lambda/environment-code-injection.ts';
import lambdaEnvironmentKeyDefault from './lambda/environment-key-default.ts';
import lambdaEnvironmentPlaintextSecret from './lambda/environment-plaintext-secret.ts';
import lambdaFailureDestinationMissing from './lambda/failure-destination-missing.ts';
import lambdaFileSystemWritable from './lambda/file-system-writable.ts';
import lambdaLayerForeign from './lambda/layer-foreign.ts';
import lambdaLayerPublic from './lambda/layer-public.ts';
import lambdaLogGroupKeyMissing from './lambda/log-group-key-missing.ts';
import lambdaLogGroupUnretained from './lambda/log-group-unretained.ts';
import lambdaOwnerGone from './lambda/owner-gone.ts';
import lambdaOwnerMissing from './lambda/owner-missing.ts';
import lambdaPolicyCrossAccount from './lambda/policy-cross-account.ts';
import lambdaPolicyPublic from './lambda/policy-public.ts';
import lambdaRoleShared from './lambda/role-shared.ts';
import lambdaRuntimeDeprecated from './lambda/runtime-deprecated.ts';
import lambdaRuntimeExpiring from './lambda/runtime-expiring.ts';
import lambdaSecretUnrotated from './lambda/secret-unrotated.ts';
import lambdaSecurityGroupEgressOpen from './lambda/security-group-egress-open.ts';
import lambdaTimeoutExcessive from './lambda/timeout-excessive.ts';
import lambdaTmpNotCleaned from './lambda/tmp-not-cleaned.ts';
import lambdaTracingOff from './lambda/tracing-off.ts';
import lambdaUnused from './lambda/unused.ts';
import lambdaUrlCorsOpen from './lambda/url-cors-open.ts';
import lambdaUrlStatementsDangling from './lambda/url-statements-dangling.ts';
import lambdaUrlUnauthenticated from './lambda/url-unauthenticated.ts';
import lambdaVersionIdle from './lambda/version-idle.ts';
import lambdaVersionStale from './lambda/version-stale.ts';
import lambdaVpcEndpointMissing from './lambda/vpc-endpoint-missing.ts';
import lambdaVpcMissing from './lambda/vpc-missing.ts';
import lambdaVpcSingleZone from './lambda/vpc-single-zone.ts';
import lambdaVpcSubnetPublic from './lambda/vpc-subnet-public.ts';

export const RULES: readonly AnyRule[] = [
  apigatewayAuthorizerAudienceMissing,
  apigatewayConnectUnauthenticated,
  apigatewayDomainTlsOutdated,
  apigatewayMethodUnauthenticated,
  apigatewayPrivateApiPolicyMissing,
  apigatewayRouteUnauthenticated,
  apigatewayStageAccessLogMissing,
  apigatewayStageThrottlingMissing,
  apigatewayStageTracingOff,
  apigatewayStageVariableSecret,
  apigatewayStageWafMissing,
  eventSourceBucketWritable,
  eventSourceBusOpen,
  eventSourceMappingFailureDestinationMissing,
  eventSourceQueueOpen,
  eventSourceQueueRedriveMissing,
  eventSourceQueueUnencrypted,
  eventSourceQueueVisibilityShort,
  eventSourceStreamOpen,
  eventSourceStreamUnencrypted,
  eventSourceTopicOpen,
  eventSourceTopicUnencrypted,
  iamRoleBeyondCode,
  iamRoleBoundaryHollow,
  iamRoleCredentialsExposure,
  iamRoleDataExfiltration,
  iamRoleDenyFailsOpen,
  iamRoleInfrastructureModification,
  iamRoleManagedPolicyBroad,
  iamRoleManagedPolicyNeedless,
  iamRoleNotAction,
  iamRoleNotResource,
  iamRoleOverbroad,
  iamRolePassRoleUnconditioned,
  iamRolePrivilegeEscalation,
  iamRoleResourceExposure,
  iamRoleServiceUnused,
  iamRoleTrustConfusedDeputy,
  iamRoleTrustForeign,
  iamRoleTrustMixed,
  iamRoleTrustPublic,
  iamRoleTrustServices,
  iamRoleWildcardResource,
  iamUserDormantDeployer,
  lambdaAsyncAgeUnlimited,
  lambdaCodeSigningMissing,
  lambdaConcurrencyUnreserved,
  lambdaEnvironmentCodeInjection,
  lambdaEnvironmentKeyDefault,
  lambdaEnvironmentPlaintextSecret,
  lambdaFailureDestinationMissing,
  lambdaFileSystemWritable,
  lambdaLayerForeign,
  lambdaLayerPublic,
  lambdaLogGroupKeyMissing,
  lambdaLogGroupUnretained,
  lambdaOwnerGone,
  lambdaOwnerMissing,
  lambdaPolicyCrossAccount,
  lambdaPolicyPublic,
  lambdaRoleShared,
  lambdaRuntimeDeprecated,
  lambdaRuntimeExpiring,
  lambdaSecretUnrotated,
  lambdaSecurityGroupEgressOpen,
  lambdaTimeoutExcessive,
  lambdaTmpNotCleaned,
  lambdaTracingOff,
  lambdaUnused,
  lambdaUrlCorsOpen,
  lambdaUrlStatementsDangling,
  lambdaUrlUnauthenticated,
  lambdaVersionIdle,
  lambdaVersionStale,
  lambdaVpcEndpointMissing,
  lambdaVpcMissing,
  lambdaVpcSingleZone,
  lambdaVpcSubnetPublic,
];
