/** Where in an event's body the thing it concerns is named. */
export type Concern =
  /** `functionName`, in any of its forms. */
  | 'function'
  /** An event source mapping: the function is in the request or only in the answer. */
  | 'mapping'
  /** A Lambda resource by its ARN, which may be no function. */
  | 'tags'
  | 'role'
  /** A managed policy: the roles it hangs on must be looked up. */
  | 'policy'
  /** An API of API Gateway by its id. */
  | 'api'
  /** An API and the functions that its integrations name. */
  | 'integration'
  /** As `integration`, and the API's id may be in the answer only. */
  | 'new-api'
  /** A resource of API Gateway by its ARN, which may be no API. */
  | 'api-arn';

export interface WatchedSource {
  readonly id: string;
  /** As EventBridge calls it. */
  readonly source: string;
  /** As CloudTrail calls it. */
  readonly eventSource: string;
  /** Only Lambda's event names carry API dates, and irregularly (`AddPermission20150331v2`, `CreateFunctionUrlConfig`). */
  readonly dated: boolean;
  /** Canonical name -> what it concerns. */
  readonly names: Readonly<Record<string, Concern>>;
}

function concerning(concern: Concern, names: readonly string[]): Record<string, Concern> {
  return Object.fromEntries(names.map((name) => [name, concern]));
}

/**
 * The watch list. The rules on the default buses, the parser and its tests are made from it.
 * A read-only call can't be put here: the rules drop those.
 *
 * What names nothing that Cinch looks at is left to sweep: a layer's versions and permissions (which functions use it is not in the record),
 * an API's domain names and usage plans, a base path mapping that was removed, log groups, queues, topics and buckets.
 */
export const WATCHED: readonly WatchedSource[] = [
  {
    id: 'lambda',
    source: 'aws.lambda',
    eventSource: 'lambda.amazonaws.com',
    dated: true,
    names: {
      ...concerning('function', [
        'CreateFunction',
        'UpdateFunctionConfiguration',
        'UpdateFunctionCode',
        'DeleteFunction',
        'AddPermission',
        'RemovePermission',
        'CreateFunctionUrlConfig',
        'UpdateFunctionUrlConfig',
        'DeleteFunctionUrlConfig',
        'PublishVersion',
        'CreateAlias',
        'UpdateAlias',
        'DeleteAlias',
        'PutFunctionConcurrency',
        'DeleteFunctionConcurrency',
        'PutFunctionEventInvokeConfig',
        'UpdateFunctionEventInvokeConfig',
        'DeleteFunctionEventInvokeConfig',
        'PutFunctionCodeSigningConfig',
        'DeleteFunctionCodeSigningConfig',
        'PutRuntimeManagementConfig',
      ]),
      ...concerning('mapping', ['CreateEventSourceMapping', 'UpdateEventSourceMapping', 'DeleteEventSourceMapping']),
      ...concerning('tags', ['TagResource', 'UntagResource']),
    },
  },
  {
    id: 'iam',
    source: 'aws.iam',
    eventSource: 'iam.amazonaws.com',
    dated: false,
    names: {
      ...concerning('role', [
        'CreateRole',
        'UpdateRole',
        'DeleteRole',
        'UpdateAssumeRolePolicy',
        'PutRolePolicy',
        'DeleteRolePolicy',
        'AttachRolePolicy',
        'DetachRolePolicy',
        'PutRolePermissionsBoundary',
        'DeleteRolePermissionsBoundary',
        'TagRole',
        'UntagRole',
      ]),
      // A policy that was just made hangs on nothing yet, but events come late and get lost: often its AttachRolePolicy has happened by now.
      ...concerning('policy', [
        'CreatePolicy',
        'CreatePolicyVersion',
        'SetDefaultPolicyVersion',
        'DeletePolicyVersion',
        'DeletePolicy',
      ]),
    },
  },
  {
    id: 'apigateway',
    source: 'aws.apigateway',
    eventSource: 'apigateway.amazonaws.com',
    dated: false,
    // REST and HTTP APIs share the source, and many names.
    names: {
      ...concerning('new-api', ['CreateRestApi', 'ImportRestApi', 'CreateApi', 'ImportApi']),
      ...concerning('integration', [
        'PutRestApi',
        'ReimportApi',
        'UpdateApi',
        'PutIntegration',
        'CreateIntegration',
        'UpdateIntegration',
        'DeleteIntegration',
      ]),
      ...concerning('api', [
        'UpdateRestApi',
        'DeleteRestApi',
        'DeleteApi',
        'PutMethod',
        'UpdateMethod',
        'DeleteMethod',
        'DeleteResource',
        'CreateRoute',
        'UpdateRoute',
        'DeleteRoute',
        'CreateAuthorizer',
        'UpdateAuthorizer',
        'DeleteAuthorizer',
        'CreateStage',
        'UpdateStage',
        'DeleteStage',
        'DeleteAccessLogSettings',
        'DeleteRouteSettings',
        // May make a stage, with its variables.
        'CreateDeployment',
        'CreateBasePathMapping',
        'CreateApiMapping',
        'UpdateApiMapping',
        'DeleteApiMapping',
      ]),
      ...concerning('api-arn', ['TagResource', 'UntagResource']),
    },
  },
  {
    id: 'wafv2',
    source: 'aws.wafv2',
    eventSource: 'wafv2.amazonaws.com',
    dated: false,
    names: concerning('api-arn', ['AssociateWebACL', 'DisassociateWebACL']),
  },
];

const BY_EVENT_SOURCE = new Map(
  WATCHED.map((watched) => [watched.eventSource, { watched, names: new Map(Object.entries(watched.names)) }]),
);

export const watchedSource = (eventSource: string): WatchedSource | undefined => BY_EVENT_SOURCE.get(eventSource)?.watched;

export const concernOf = (eventSource: string, canonicalName: string): Concern | undefined =>
  BY_EVENT_SOURCE.get(eventSource)?.names.get(canonicalName);
