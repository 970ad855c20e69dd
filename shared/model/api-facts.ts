import type { PolicyDocument } from './policy-document.ts';

export type ApiProtocol = 'REST' | 'HTTP' | 'WEBSOCKET';

/** Everything a rule can see of an API in API Gateway. */
export interface ApiFacts {
  /** GetRestApi or GetApi. */
  readonly protocol: ApiProtocol;
  readonly name: string;
  /** REST only: `EDGE`, `REGIONAL`, `PRIVATE`. Empty for the others, which are always regional. */
  readonly endpointTypes: readonly ('EDGE' | 'REGIONAL' | 'PRIVATE')[];
  /** REST only: the resource policy; null when there is none. */
  readonly policy: PolicyDocument | null;
  readonly tags: Readonly<Record<string, string>>;
  /** REST: GetResources with methods and their integrations; else GetRoutes and GetIntegrations. */
  readonly routes: readonly ApiRoute[];
  /** GetAuthorizers. */
  readonly authorizers: readonly ApiAuthorizer[];
  /** GetStages; wafv2 GetWebACLForResource fills nothing here: a REST stage itself names its web ACL. */
  readonly stages: readonly ApiStage[];
  /**
   * GetStages, HTTP and WebSocket APIs only: the names of the stages whose AutoDeploy is not true, where a changed route is served only after a
   * deployment. Empty for REST APIs, of which every stage needs one (https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages.html).
   */
  readonly manualStages: readonly string[];
  /** GetDomainNames and GetBasePathMappings or GetApiMappings: the custom domains that lead to it. */
  readonly domains: readonly { readonly name: string; readonly minimumTls: 'TLS_1_0' | 'TLS_1_2' | 'TLS_1_3' }[];
}

export interface ApiRoute {
  /** `GET /orders` or `ANY /{proxy+}`; `$default`, `$connect` and kin for route selection keys. */
  readonly key: string;
  readonly authorization: 'NONE' | 'AWS_IAM' | 'CUSTOM' | 'COGNITO_USER_POOLS' | 'JWT';
  readonly authorizerId: string | null;
  readonly apiKeyRequired: boolean;
  /** Unqualified ARNs of the functions that its integration names. */
  readonly functionArns: readonly string[];
}

export interface ApiAuthorizer {
  readonly id: string;
  readonly name: string;
  readonly kind: 'JWT' | 'REQUEST' | 'TOKEN' | 'COGNITO_USER_POOLS';
  /** JWT only. */
  readonly audiences: readonly string[];
}

export interface ApiStage {
  readonly name: string;
  /** Where access logs go. */
  readonly accessLogArn: string | null;
  readonly webAclArn: string | null;
  /**
   * The default limits of its routes (`*` + `/` + `*` in REST), null when only the account's stand. A limit of 0 or less counts as none.
   */
  readonly throttling: { readonly rate: number; readonly burst: number } | null;
  readonly tracing: boolean;
  /** Holds values: never copy them into evidence. */
  readonly variables: Readonly<Record<string, string>>;
}
