import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { accept } from '../accept.ts';

const PATH = '/slack';

/** The address for Slack's interactivity requests: one route, throttled, logged without bodies. Answers its URL. */
export function makeSlackApi(scope: Construct, onSlack: IFunction): string {
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
  const logs = new LogGroup(scope, 'SlackApiLogs', { retention: RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY });
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
  return `https://${api.apiId}.execute-api.${region}.${urlSuffix}${PATH}`;
}
