import type { Resource } from '../../model/resource.ts';
import type { ApiFacts, ApiProtocol, ApiRoute, ApiStage } from '../../model/state.ts';
import { listed } from './words.ts';

/** A CORS preflight carries no credentials, so that an authorizer there breaks browsers (https://developer.mozilla.org/docs/Glossary/Preflight_request). */
const isPreflight = ({ key }: ApiRoute): boolean => key.startsWith('OPTIONS ');

/** The routes that ask their callers for nothing. An API key is none of it: it counts calls, it doesn't tell who calls. */
export const openRoutes = (routes: readonly ApiRoute[]): ApiRoute[] =>
  routes.filter((route) => route.authorization === 'NONE' && !isPreflight(route));

/** The first five, for a summary. */
export const someKeys = (routes: readonly ApiRoute[]): string =>
  routes.length > 5 ? `${routes.slice(0, 5).map(keyOf).join(', ')} and ${routes.length - 5} more` : listed(routes.map(keyOf));
const keyOf = ({ key }: ApiRoute): string => key;

/** Whether only VPC endpoints reach it. Only REST APIs can be private. */
export const isPrivate = ({ protocol, endpointTypes }: Pick<ApiFacts, 'protocol' | 'endpointTypes'>): boolean =>
  protocol === 'REST' && endpointTypes.length > 0 && endpointTypes.every((type) => type === 'PRIVATE');

/** `aws apigateway update-stage --rest-api-id a1 ...`: REST APIs have their own command, the others share one. */
export function apiCommand(protocol: ApiProtocol, { name, region }: Resource<'api'>, verb: string, options: string): string {
  const [service, idOption] = protocol === 'REST' ? ['apigateway', '--rest-api-id'] : ['apigatewayv2', '--api-id'];
  return `aws ${service} ${verb} ${idOption} ${name} --region ${region} ${options}`;
}

/** The same for a stage, which `aws apigateway update-stage` patches and `aws apigatewayv2 update-stage` takes as options. */
export const stageCommand = (protocol: ApiProtocol, api: Resource<'api'>, stage: string, options: string): string =>
  apiCommand(protocol, api, 'update-stage', `--stage-name '${stage}' ${options}`);

/** The last lines of a finding on an API that a stack owns: the next deploy would bring the old value back. */
export function apiStackAdvice(tags: Readonly<Record<string, string>>, change: string): string[] {
  const stack = tags['aws:cloudformation:stack-name'];
  return stack === undefined ? [] : [`The stack ${stack} owns the API: ${change} in its template, or the next deploy undoes it.`];
}

/** A stage of the examples: everything as it should be. */
export const EXAMPLE_STAGE: ApiStage = {
  name: 'prod',
  accessLogArn: 'arn:aws:logs:eu-central-1:222222222222:log-group:orders-access',
  webAclArn: 'arn:aws:wafv2:eu-central-1:222222222222:regional/webacl/orders/0a1b2c3d',
  throttling: { rate: 100, burst: 200 },
  tracing: true,
  variables: { LOG_LEVEL: 'info' },
};

/** A route of the examples that leads to a function. */
export const exampleRoute = (
  key: string,
  authorization: ApiRoute['authorization'],
  more: Partial<Omit<ApiRoute, 'key' | 'authorization'>> = {},
): ApiRoute => ({
  key,
  authorization,
  authorizerId: null,
  apiKeyRequired: false,
  functionArns: ['arn:aws:lambda:eu-central-1:222222222222:function:orders-api'],
  ...more,
});
