import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { ApiFacts } from '../../model/state.ts';
import { apiCommand, apiStackAdvice, exampleRoute, openRoutes, someKeys } from '../parts/api.ts';
import { byHand } from '../parts/by-hand.ts';
import { counted } from '../parts/words.ts';

const NEEDS = ['protocol', 'tags', 'routes'] as const;
type Seen = Pick<ApiFacts, (typeof NEEDS)[number]>;

/** HTTP APIs have no resource policy (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html): only the route decides. */
function evaluate(state: Seen, { resource }: RuleContext<'api'>): Violation | undefined {
  if (state.protocol !== 'HTTP') return undefined;
  const open = openRoutes(state.routes);
  if (open.length === 0) return undefined;
  return {
    summary: `it answers everybody on ${counted(open.length, 'route')}: ${someKeys(open)}`,
    evidence: open.map(({ key }) => ({ path: `${key}: AuthorizationType`, found: 'NONE', expected: 'JWT, AWS_IAM or CUSTOM' })),
    remedy: byHand(
      'Callers that bring no credentials would be turned away.',
      `Give each route an authorizer: ${apiCommand('HTTP', resource, 'update-route', '--route-id <id> --authorization-type JWT --authorizer-id <id>')}.`,
    ),
    advice: apiStackAdvice(state.tags, 'set the authorizer of its routes'),
  };
}

const GUARDED: Seen = {
  protocol: 'HTTP',
  tags: {},
  routes: [
    exampleRoute('GET /orders', 'JWT', { authorizerId: 'auth1' }),
    exampleRoute('POST /orders', 'CUSTOM', { authorizerId: 'auth2' }),
    exampleRoute('OPTIONS /{proxy+}', 'NONE'),
  ],
};

export default defineRule({
  id: 'apigateway-route-unauthenticated',
  title: 'Every route of an HTTP API has an authorizer',
  severity: 'high',
  resource: 'api',
  checklist: ['wp-4', 'fsbp-APIGateway.8'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'an authorizer on each route, none on the preflight', state: GUARDED },
      {
        name: 'a REST API, which another rule judges',
        state: { ...GUARDED, protocol: 'REST', routes: [exampleRoute('GET /', 'NONE')] },
      },
    ],
    violates: [
      {
        name: 'the route that takes the rest',
        state: { ...GUARDED, routes: [...GUARDED.routes, exampleRoute('$default', 'NONE')] },
      },
      {
        name: 'a stack with every route open',
        state: {
          protocol: 'HTTP',
          tags: { 'aws:cloudformation:stack-name': 'orders' },
          routes: ['a', 'b', 'c', 'd', 'e', 'f'].map((path) => exampleRoute(`ANY /${path}`, 'NONE')),
        },
      },
    ],
  },
});
