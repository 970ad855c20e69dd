import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { ApiFacts } from '../../model/state.ts';
import { apiStackAdvice, exampleRoute, openRoutes, someKeys } from '../parts/api.ts';
import { authorizerAdvice, closeRoutes } from '../parts/api-remedy.ts';
import { EXAMPLE_SETTINGS } from '../parts/example-context.ts';
import { counted } from '../parts/words.ts';

const NEEDS = ['protocol', 'tags', 'routes', 'authorizers', 'manualStages'] as const;
type Seen = Pick<ApiFacts, (typeof NEEDS)[number]>;

/** HTTP APIs have no resource policy (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html): only the route decides. */
function evaluate(state: Seen, { resource, settings }: RuleContext<'api'>): Violation | undefined {
  if (state.protocol !== 'HTTP') return undefined;
  const open = openRoutes(state.routes);
  if (open.length === 0) return undefined;
  return {
    summary: `it answers everybody on ${counted(open.length, 'route')}: ${someKeys(open)}`,
    evidence: open.map(({ key }) => ({ path: `${key}: AuthorizationType`, found: 'NONE', expected: 'JWT, AWS_IAM or CUSTOM' })),
    remedy: closeRoutes(resource, { ...state, open }, settings.remedies),
    advice: [authorizerAdvice(resource, settings.remedies), ...apiStackAdvice(state.tags, 'set the authorizer of its routes')],
  };
}

const GUARDED: Seen = {
  protocol: 'HTTP',
  tags: {},
  manualStages: [],
  authorizers: [
    { id: 'auth1', name: 'users', kind: 'JWT', audiences: ['shop'] },
    { id: 'auth2', name: 'partners', kind: 'REQUEST', audiences: [] },
  ],
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
        state: { ...GUARDED, protocol: 'REST', authorizers: [], routes: [exampleRoute('GET /', 'NONE')] },
      },
    ],
    violates: [
      {
        name: 'a route, where the configuration names an authorizer',
        state: {
          ...GUARDED,
          routes: [exampleRoute('GET /', 'NONE')],
        },
        settings: { remedies: { ...EXAMPLE_SETTINGS.remedies, authorizers: { a1b2c3d4e5: 'auth1' } } },
      },
      {
        name: 'the route that takes the rest',
        state: { ...GUARDED, routes: [...GUARDED.routes, exampleRoute('$default', 'NONE')] },
      },
      {
        name: 'a route, where a stage does not deploy by itself',
        state: { ...GUARDED, manualStages: ['prod'], routes: [exampleRoute('GET /', 'NONE')] },
        settings: { remedies: { ...EXAMPLE_SETTINGS.remedies, authorizers: { a1b2c3d4e5: 'auth1' } } },
      },
      {
        name: 'a stack with every route open',
        state: {
          protocol: 'HTTP',
          tags: { 'aws:cloudformation:stack-name': 'orders' },
          authorizers: [],
          manualStages: [],
          routes: ['a', 'b', 'c', 'd', 'e', 'f'].map((path) => exampleRoute(`ANY /${path}`, 'NONE')),
        },
      },
    ],
  },
});
