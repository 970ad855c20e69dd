import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { ApiFacts } from '../../model/state.ts';
import { apiCommand, exampleRoute } from '../parts/api.ts';
import { byHand } from '../parts/by-hand.ts';

const NEEDS = ['protocol', 'routes'] as const;
type Seen = Pick<ApiFacts, (typeof NEEDS)[number]>;

/**
 * Only $connect can have an authorizer; whoever is connected may send on every route. An API without that route lets everybody connect
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-control-access.html).
 */
function evaluate({ protocol, routes }: Seen, { resource }: RuleContext<'api'>): Violation | undefined {
  if (protocol !== 'WEBSOCKET' || routes.length === 0) return undefined;
  const connect = routes.find(({ key }) => key === '$connect');
  if (connect !== undefined && connect.authorization !== 'NONE') return undefined;
  return {
    summary: 'everybody may connect to its WebSocket API and send on every route',
    evidence: [
      {
        path: '$connect: AuthorizationType',
        found: connect === undefined ? 'no such route' : 'NONE',
        expected: 'AWS_IAM or CUSTOM',
      },
    ],
    remedy: byHand(
      'Clients that connect without credentials would be turned away.',
      connect === undefined
        ? `Add the route: ${apiCommand(protocol, resource, 'create-route', "--route-key '$connect' --authorization-type AWS_IAM")}, then deploy the stage again.`
        : `Give the route an authorizer: ${apiCommand(protocol, resource, 'update-route', '--route-id <id> --authorization-type CUSTOM --authorizer-id <id>')}, then deploy the stage again.`,
    ),
  };
}

const SEND = exampleRoute('sendMessage', 'NONE');

export default defineRule({
  id: 'apigateway-connect-unauthenticated',
  title: "A WebSocket API's $connect route has an authorizer",
  severity: 'high',
  resource: 'api',
  checklist: ['wp-4', 'fsbp-APIGateway.8'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      {
        name: 'an authorizer on $connect',
        state: { protocol: 'WEBSOCKET', routes: [exampleRoute('$connect', 'CUSTOM', { authorizerId: 'a1' }), SEND] },
      },
      { name: 'a signature on $connect', state: { protocol: 'WEBSOCKET', routes: [exampleRoute('$connect', 'AWS_IAM'), SEND] } },
      { name: 'no route yet', state: { protocol: 'WEBSOCKET', routes: [] } },
      { name: 'an HTTP API', state: { protocol: 'HTTP', routes: [exampleRoute('$default', 'NONE')] } },
    ],
    violates: [
      { name: 'no authorizer on $connect', state: { protocol: 'WEBSOCKET', routes: [exampleRoute('$connect', 'NONE'), SEND] } },
      { name: 'no $connect at all', state: { protocol: 'WEBSOCKET', routes: [SEND] } },
    ],
  },
});
