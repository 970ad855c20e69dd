import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { ApiFacts } from '../../model/state.ts';
import { apiCommand, exampleRoute } from '../parts/api.ts';
import { byHand } from '../parts/by-hand.ts';
import { listed } from '../parts/words.ts';

const NEEDS = ['authorizers', 'routes'] as const;
type Seen = Pick<ApiFacts, (typeof NEEDS)[number]>;

/**
 * Without an audience a token that the same issuer made for any other application passes: `aud` is only compared with the configured entries
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html).
 */
function evaluate({ authorizers, routes }: Seen, { resource }: RuleContext<'api'>): Violation | undefined {
  const used = new Set(routes.map((route) => route.authorizerId));
  const open = authorizers.filter(({ id, kind, audiences }) => kind === 'JWT' && audiences.length === 0 && used.has(id));
  if (open.length === 0) return undefined;
  return {
    summary: `tokens that were made for other applications pass its JWT ${open.length === 1 ? 'authorizer' : 'authorizers'} ${listed(open.map(({ name }) => name))}`,
    evidence: open.map(({ name }) => ({
      path: `authorizer ${name}: JwtConfiguration.Audience`,
      found: 'none',
      expected: 'the client id of the application',
    })),
    remedy: byHand(
      'Only its owner knows for which applications the issuer makes tokens.',
      `Name the audience: ${apiCommand('HTTP', resource, 'update-authorizer', '--authorizer-id <id> --jwt-configuration Audience=<client id>,Issuer=<issuer>')}.`,
    ),
  };
}

const AUTHORIZER = { id: 'auth1', name: 'users', kind: 'JWT', audiences: ['orders-web'] } as const;
const ROUTES = [exampleRoute('GET /orders', 'JWT', { authorizerId: 'auth1' })];

export default defineRule({
  id: 'apigateway-authorizer-audience-missing',
  title: 'A JWT authorizer takes only tokens made for its own application',
  severity: 'medium',
  resource: 'api',
  checklist: ['wp-4'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'an audience', state: { authorizers: [AUTHORIZER], routes: ROUTES } },
      {
        name: 'another kind of authorizer',
        state: { authorizers: [{ ...AUTHORIZER, kind: 'REQUEST', audiences: [] }], routes: ROUTES },
      },
      { name: 'one that no route uses', state: { authorizers: [{ ...AUTHORIZER, id: 'auth2', audiences: [] }], routes: ROUTES } },
    ],
    violates: [
      { name: 'no audience', state: { authorizers: [{ ...AUTHORIZER, audiences: [] }], routes: ROUTES } },
      {
        name: 'one of two without an audience',
        state: {
          authorizers: [AUTHORIZER, { ...AUTHORIZER, id: 'auth2', name: 'partners', audiences: [] }],
          routes: [...ROUTES, exampleRoute('POST /orders', 'JWT', { authorizerId: 'auth2' })],
        },
      },
    ],
  },
});
