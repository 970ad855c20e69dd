import { type Action, actionNamed, actionsMatching, actionsOfService } from './action-table.ts';

/** Reads that carry data out of an account in bulk: objects, parameters, secrets. */
export const DATA_EXFILTRATION: readonly string[] = [
  's3:GetObject',
  'ssm:GetParameter',
  'ssm:GetParameters',
  'ssm:GetParametersByPath',
  'secretsmanager:GetSecretValue',
];

/** Calls that answer with credentials, or make some that are then used (https://gist.github.com/kmcquade/33860a617e651104d243c324ddf7992a). */
export const CREDENTIALS_EXPOSURE: readonly string[] = [
  'airflow:CreateCliToken',
  'airflow:CreateWebLoginToken',
  'appsync:CreateApiKey',
  'chime:CreateApiKey',
  'cloud9:CreateEnvironmentToken',
  'codeartifact:GetAuthorizationToken',
  'codepipeline:PollForJobs',
  'cognito-identity:GetCredentialsForIdentity',
  'cognito-identity:GetOpenIdToken',
  'cognito-identity:GetOpenIdTokenForDeveloperIdentity',
  'cognito-idp:GetSigningCertificate',
  'connect:GetFederationToken',
  'connect:GetFederationTokens',
  'ec2:GetPasswordData',
  'ecr-public:GetAuthorizationToken',
  'ecr:GetAuthorizationToken',
  'emr-containers:GetManagedEndpointSessionCredentials',
  'finspace-api:GetProgrammaticAccessCredentials',
  'gamelift:GetComputeAccess',
  'gamelift:GetComputeAuthToken',
  'gamelift:GetInstanceAccess',
  'gamelift:RequestUploadCredentials',
  'grafana:CreateWorkspaceApiKey',
  'iam:CreateAccessKey',
  'iam:CreateLoginProfile',
  'iam:CreateServiceSpecificCredential',
  'iam:ResetServiceSpecificCredential',
  'iam:UpdateAccessKey',
  'license-manager:GetAccessToken',
  'lightsail:CreateBucketAccessKey',
  'lightsail:DownloadDefaultKeyPair',
  'lightsail:GetInstanceAccessDetails',
  'lightsail:GetRelationalDatabaseMasterUserPassword',
  'mediapackage:RotateChannelCredentials',
  'mediapackage:RotateIngestEndpointCredentials',
  'rds-db:connect',
  'redshift-serverless:GetCredentials',
  'redshift:GetClusterCredentials',
  'redshift:GetClusterCredentialsWithIAM',
  'sso:GetRoleCredentials',
  'sts:AssumeRole',
  'sts:AssumeRoleWithSAML',
  'sts:AssumeRoleWithWebIdentity',
  'sts:GetFederationToken',
  'sts:GetSessionToken',
];

/**
 * Writes that decide who gets in, though AWS's reference calls them plain writes: identities and their credentials, sharing, directories,
 * and the calls that take a resource policy along.
 */
const ALSO_PERMISSIONS: readonly string[] = [
  'chime:*VoiceConnectorTerminationCredentials',
  'codebuild:*SourceCredentials',
  'cognito-identity:CreateIdentityPool',
  'cognito-identity:Delete*',
  'cognito-identity:MergeDeveloperIdentities',
  'cognito-identity:SetIdentityPoolRoles',
  'cognito-identity:Unlink*',
  'cognito-identity:UpdateIdentityPool',
  'ds:Create*Directory',
  'ds:CreateConditionalForwarder',
  'ds:CreateMicrosoftAD',
  'ds:CreateTrust',
  'ds:ShareDirectory',
  'es:CreateElasticsearchDomain',
  'es:UpdateElasticsearchDomainConfig',
  'iam:Add*',
  'iam:ChangePassword',
  'iam:Create*',
  'iam:DeactivateMFADevice',
  'iam:Delete*',
  'iam:EnableMFADevice',
  'iam:Remove*',
  'iam:Reset*',
  'iam:ResyncMFADevice',
  'iam:SetSecurityTokenServicePreferences',
  'iam:Update*',
  'iam:Upload*',
  'lambda:AddLayerVersionPermission',
  'mediapackage:RotateIngestEndpointCredentials',
  'quicksight:*Group*',
  'quicksight:*IAMPolicyAssignment',
  'quicksight:*User*',
  'quicksight:CreateAdmin',
  'ram:*ResourceShare*',
  'rds:ModifyDB*SnapshotAttribute',
  'sns:CreateTopic',
  'sqs:CreateQueue',
  'sso-directory:*',
  'sso:*',
  'storagegateway:*ChapCredentials',
  'storagegateway:Set*Password',
  'workmail:ResetPassword',
];

/** Writes that every function makes for its own logs, traces, metrics and network: on `*` they are no finding. */
const HARMLESS =
  /^(logs:(create(loggroup|logstream)|putlogevents|(put|delete)retentionpolicy)|xray:put(tracesegments|telemetryrecords)|cloudwatch:putmetricdata|ec2:((un)?assign(privateip|ipv6)addresses|(create|delete|attach|detach|modify)networkinterface(attribute)?))$/;

const PASS_ROLE = 'iam:passrole';
const reads = (action: Action): boolean => action.access === 'Read' || action.access === 'List';

/** Whether the action changes something that could be named, so that `*` as its resource is too much. Passing roles has findings of its own. */
export const isWideWrite = (action: Action): boolean =>
  action.onResource && !reads(action) && action.key !== PASS_ROLE && !HARMLESS.test(action.key);

const BUILDS =
  /:(accept|associate|attach|authorize|copy|create|delete|deregister|detach|disable|disassociate|enable|import|modify|reboot|register|release|replace|reset|restore|revoke|run|start|stop|terminate|update)[A-Z]/i;

/** Whether the action makes, changes or removes infrastructure, as against data in it. */
export const isInfrastructure = (action: Action): boolean =>
  isWideWrite(action) && action.access === 'Write' && BUILDS.test(action.name);

const exposing = new Map<string, ReadonlySet<Action>>();

/** A service's actions that decide who gets at a resource, of those that can be limited to resources. */
export function exposingActions(service: string): ReadonlySet<Action> {
  const known = exposing.get(service);
  if (known) return known;
  const extra = ALSO_PERMISSIONS.filter((pattern) => pattern.startsWith(`${service}:`)).flatMap(actionsMatching);
  const own = actionsOfService(service).filter(({ access }) => access === 'Permissions management');
  const found = new Set([...own, ...extra].filter(isExposing));
  exposing.set(service, found);
  return found;
}

const isExposing = (action: Action): boolean =>
  action.onResource && !reads(action) && action.access !== 'Tagging' && action.key !== PASS_ROLE;

/** A list of actions, of which a service's are looked up when somebody asks for them. */
export interface Watched {
  /** By the action's key. */
  readonly named: (key: string) => Action | undefined;
  readonly of: (service: string) => readonly Action[];
  readonly all: () => readonly Action[];
}

/** What AWS's reference lacks is taken for a write on resources. */
export function watch(names: readonly string[]): Watched {
  const byKey = new Map(names.map((name) => [name.toLowerCase(), name]));
  const services = new Map<string, string[]>();
  for (const key of byKey.keys()) {
    const service = key.slice(0, key.indexOf(':'));
    const known = services.get(service);
    if (known) known.push(key);
    else services.set(service, [key]);
  }
  const found = new Map<string, readonly Action[]>();
  let everything: readonly Action[] | undefined;
  return { named, of, all };

  function named(key: string): Action | undefined {
    const name = byKey.get(key);
    if (name === undefined) return undefined;
    return (
      actionNamed(name) ?? {
        service: key.slice(0, key.indexOf(':')),
        name,
        key,
        access: 'Write',
        onResource: true,
        ofSeveralKinds: false,
      }
    );
  }

  function of(service: string): readonly Action[] {
    const known = found.get(service);
    if (known) return known;
    const actions = (services.get(service) ?? []).flatMap((key) => named(key) ?? []);
    if (services.has(service)) found.set(service, actions);
    return actions;
  }

  function all(): readonly Action[] {
    everything ??= [...services.keys()].flatMap(of);
    return everything;
  }
}
