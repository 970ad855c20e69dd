import type { PolicyDocument, Statement } from '../../model/policy-document.ts';
import type { ApiRoute } from '../../model/state.ts';
import type { Home } from '../../policy/caller-reach.ts';
import { patternsOverlap } from '../../policy/wildcards.ts';
import { exposedStatements } from './exposed-statements.ts';

const INVOKE = ['execute-api:Invoke'];

/**
 * Whether a REST API's resource policy lets strangers call a route. Without a policy everybody may; with one, an unsigned request needs an Allow
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html). A single named account of others must sign,
 * so that only a star opens a route.
 */
export function isOpenToStrangers(policy: PolicyDocument | null, route: ApiRoute, home: Home): boolean {
  if (policy === null) return true;
  return exposedStatements(policy, home, INVOKE).some(
    ({ statement, exposure }) => exposure === 'public' && concerns(statement, route),
  );
}

/** Whether anybody's request passes the policy, whatever the route. */
export const letsEverybodyIn = (policy: PolicyDocument, home: Home): boolean =>
  exposedStatements(policy, home, INVOKE).some(({ exposure }) => exposure === 'public');

function concerns({ resources, notResources }: Statement, { key }: ApiRoute): boolean {
  if (notResources.length > 0) return true;
  // `ANY /orders/{id}` is called as `GET/orders/7`.
  const route = key
    .replace(' /', '/')
    .replace(/^ANY\//, '*/')
    .replace(/\{[^{}]*\}/g, '*');
  return resources.some((resource) => patternsOverlap(routePattern(resource), route));
}

/** What an `arn:...:api/stage/METHOD/path` or `execute-api:/stage/METHOD/path` says of method and path. */
const routePattern = (resource: string): string => resource.split('/').slice(2).join('/') || '*';
