import type { ApiProtocol } from '../api-facts.ts';
import type { Resource } from '../resource.ts';
import type { Permission, StepRows } from './step-row.ts';

export interface RouteAuthorization {
  readonly type: 'NONE' | 'AWS_IAM' | 'CUSTOM' | 'COGNITO_USER_POOLS' | 'JWT';
  readonly authorizerId: string | null;
}

/** Requests a second. */
export interface StageThrottling {
  readonly rate: number;
  readonly burst: number;
}

export interface StageAccessLog {
  readonly destinationArn: string;
  readonly format: string;
}

export type ApiStep =
  | {
      readonly kind: 'set-route-authorization';
      readonly target: Resource<'api'>;
      readonly protocol: ApiProtocol;
      /** `GET /orders`, `$connect`: methods of a REST API, routes of another. */
      readonly routes: readonly { readonly key: string; readonly from: RouteAuthorization }[];
      readonly to: RouteAuthorization;
    }
  | {
      /** Of a REST API: the limits of the others, once set, can not be taken away again, and come out as zero when left out. */
      readonly kind: 'set-stage-throttling';
      readonly target: Resource<'api'>;
      readonly stage: string;
      readonly from: StageThrottling | null;
      readonly to: StageThrottling;
    }
  | {
      readonly kind: 'set-stage-access-log';
      readonly target: Resource<'api'>;
      readonly protocol: ApiProtocol;
      readonly stage: string;
      readonly to: StageAccessLog;
    }
  /** Of a REST API: the others have no tracing. */
  | { readonly kind: 'set-stage-tracing'; readonly target: Resource<'api'>; readonly stage: string }
  | {
      readonly kind: 'raise-domain-tls';
      readonly target: Resource<'api'>;
      readonly domain: string;
      readonly from: string;
      readonly to: string;
    };

const GET: Permission = { actions: ['apigateway:GET'], on: 'api' };
const PATCH: Permission = { actions: ['apigateway:PATCH'], on: 'api' };
/** Who sets an access log must be able to make its delivery (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html). */
const DELIVERY: Permission = {
  actions: [
    'logs:CreateLogDelivery',
    'logs:GetLogDelivery',
    'logs:UpdateLogDelivery',
    'logs:DeleteLogDelivery',
    'logs:ListLogDeliveries',
    'logs:PutResourcePolicy',
    'logs:DescribeResourcePolicies',
    'logs:DescribeLogGroups',
  ],
  on: 'any',
};

export const API_ROWS: StepRows<ApiStep> = {
  'set-route-authorization': {
    title: 'Require authorization on methods and routes',
    family: 'api',
    risk: 'approval',
    changes: ['routes'],
    permissions: [GET, PATCH, { actions: ['apigateway:POST'], on: 'api' }],
    undoPermissions: [GET, PATCH, { actions: ['apigateway:DELETE'], on: 'api' }],
    undo: 'The old authorization, and the deployment that each stage served before.',
    mightBreak: 'Callers without the new credentials are refused; a browser’s preflight too, where a route takes any method.',
  },
  'set-stage-throttling': {
    title: 'Limit the rate of requests of a stage',
    family: 'api',
    risk: 'approval',
    changes: ['stages'],
    permissions: [GET, PATCH],
    undoPermissions: [GET, PATCH],
    undo: 'The old limits, or none.',
    mightBreak: 'Requests above the limits are answered with 429.',
  },
  'set-stage-access-log': {
    title: 'Write access logs of a stage',
    family: 'api',
    risk: 'approval',
    changes: ['stages'],
    permissions: [GET, PATCH, DELIVERY],
    undoPermissions: [GET, PATCH, { actions: ['apigateway:DELETE'], on: 'api' }, DELIVERY],
    undo: 'No access log, as before; what was logged stays.',
    mightBreak: 'Logs cost money, and hold the addresses of callers.',
  },
  'set-stage-tracing': {
    title: 'Trace a stage with X-Ray',
    family: 'api',
    risk: 'approval',
    changes: ['stages'],
    permissions: [GET, PATCH],
    undoPermissions: [GET, PATCH],
    undo: 'Tracing is off again.',
    mightBreak: 'Nothing; traces cost money.',
  },
  'raise-domain-tls': {
    title: 'Raise the least TLS version of a custom domain',
    family: 'api',
    risk: 'approval',
    changes: ['domains'],
    permissions: [{ actions: ['apigateway:GET', 'apigateway:PATCH'], on: 'api-domain' }],
    undoPermissions: [{ actions: ['apigateway:GET', 'apigateway:PATCH'], on: 'api-domain' }],
    undo: 'The old least version.',
    mightBreak: 'Clients that know nothing newer than TLS 1.1 can not connect.',
  },
};
