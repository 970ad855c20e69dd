import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { accept } from '../accept.ts';

const PATH = '/slack';
const APPROVALS = '/approvals';

export interface HubUrls {
  /** For Slack's interactivity requests. */
  readonly slack: string;
  /** For `cinch approvals`; every request is signed, and IAM says who may send which. */
  readonly approvals: string;
}

/** The hub's addresses: one route for Slack, and the approvals' under IAM; throttled, logged without bodies. */
export function makeSlackApi(scope: Construct, onSlack: IFunction, onApproval: IFunction, retention: RetentionDays): HubUrls {
  const api = new HttpApi(scope, 'SlackApi', {
    apiName: 'cinch-slack',
    description: 'Slack’s clicks for Cinch',
    createDefaultStage: false,
  });
  const [route] = api.addRoutes({
    path: PATH,
    methods: [HttpMethod.POST],
    integration: new HttpLambdaIntegration('OnSlack', onSlack),
  });
  if (route)
    accept(route, 'Slack signs its requests; on-slack verifies the signature over the raw body and refuses replays.', 'APIG4');
  const approvals = { integration: new HttpLambdaIntegration('OnApproval', onApproval), authorizer: new HttpIamAuthorizer() };
  api.addRoutes({ path: APPROVALS, methods: [HttpMethod.GET], ...approvals });
  api.addRoutes({ path: `${APPROVALS}/{id}`, methods: [HttpMethod.GET, HttpMethod.POST], ...approvals });
  const logs = new LogGroup(scope, 'SlackApiLogs', { retention, removalPolicy: RemovalPolicy.DESTROY });
  new HttpStage(scope, 'SlackApiStage', {
    httpApi: api,
    stageName: '$default',
    autoDeploy: true,
    throttle: { rateLimit: 20, burstLimit: 40 },
    accessLogSettings: {
      destination: new LogGroupLogDestination(logs),
      format: AccessLogFormat.custom(
        JSON.stringify({
          requestId: '$context.requestId',
          time: '$context.requestTime',
          ip: '$context.identity.sourceIp',
          route: '$context.routeKey',
          status: '$context.status',
          latencyMs: '$context.responseLatency',
        }),
      ),
    },
  });
  const { region, urlSuffix } = Stack.of(scope);
  const address = `https://${api.apiId}.execute-api.${region}.${urlSuffix}`;
  return { slack: `${address}${PATH}`, approvals: `${address}${APPROVALS}` };
}
