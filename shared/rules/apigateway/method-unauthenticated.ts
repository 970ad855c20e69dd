import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { ApiFacts } from '../../model/state.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';
import { apiStackAdvice, exampleRoute, isPrivate, openRoutes, someKeys } from '../parts/api.ts';
import { isOpenToStrangers } from '../parts/api-callers.ts';
import { authorizerAdvice, closeRoutes } from '../parts/api-remedy.ts';
import { EXAMPLE_SETTINGS } from '../parts/example-context.ts';
import { counted } from '../parts/words.ts';

const NEEDS = ['protocol', 'endpointTypes', 'policy', 'tags', 'routes', 'authorizers'] as const;
type Seen = Pick<ApiFacts, (typeof NEEDS)[number]>;

function evaluate(state: Seen, { resource, settings }: RuleContext<'api'>): Violation | undefined {
  // A private API is a network's; whom its policy lets in is apigateway-private-api-policy-missing's matter.
  if (state.protocol !== 'REST' || isPrivate(state)) return undefined;
  const home = { account: resource.account, ...settings };
  const open = openRoutes(state.routes).filter((route) => isOpenToStrangers(state.policy, route, home));
  if (open.length === 0) return undefined;
  const keyed = open.some((route) => route.apiKeyRequired);
  return {
    summary: `it answers everybody on ${counted(open.length, 'method')}: ${someKeys(open)}`,
    evidence: open.map(({ key, apiKeyRequired }) => ({
      path: `${key}: authorizationType`,
      found: apiKeyRequired ? 'NONE, with an API key' : 'NONE',
      expected: 'AWS_IAM, COGNITO_USER_POOLS or CUSTOM, or a resource policy that limits the callers',
    })),
    remedy: closeRoutes(resource, { ...state, open, manualStages: [] }, settings.remedies),
    advice: [
      authorizerAdvice(resource, settings.remedies),
      ...(keyed ? ['An API key is for usage plans: it is sent in clear by every client and names nobody.'] : []),
      ...apiStackAdvice(state.tags, 'set the authorizer of its methods'),
    ],
  };
}

const limited = (...Statement: object[]) => parsePolicyDocument({ Version: '2012-10-17', Statement }, 'example');
const CALL = { Action: 'execute-api:Invoke', Resource: 'execute-api:/*', Principal: '*' };
const ALLOW = { Effect: 'Allow', ...CALL };
const GUARDED: Seen = {
  protocol: 'REST',
  endpointTypes: ['REGIONAL'],
  policy: null,
  tags: {},
  authorizers: [{ id: 'auth1', name: 'users', kind: 'COGNITO_USER_POOLS', audiences: [] }],
  routes: [
    exampleRoute('GET /orders', 'COGNITO_USER_POOLS', { authorizerId: 'auth1' }),
    exampleRoute('POST /orders', 'AWS_IAM'),
    exampleRoute('OPTIONS /orders', 'NONE', { functionArns: [] }),
  ],
};
const OPEN: Seen = { ...GUARDED, routes: [...GUARDED.routes, exampleRoute('ANY /{proxy+}', 'NONE')] };

export default defineRule({
  id: 'apigateway-method-unauthenticated',
  title: 'Every method of a REST API that strangers reach has an authorizer',
  severity: 'high',
  resource: 'api',
  checklist: ['wp-4', 'fsbp-APIGateway.8'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'an authorizer on each method, none on the preflight', state: GUARDED },
      { name: 'a private API', state: { ...OPEN, endpointTypes: ['PRIVATE'] } },
      {
        name: 'a policy that names the addresses of an office',
        state: { ...OPEN, policy: limited({ ...ALLOW, Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }) },
      },
      {
        name: 'a policy that allows all and denies what comes not through the VPC endpoint',
        state: {
          ...OPEN,
          policy: limited(ALLOW, { Effect: 'Deny', ...CALL, Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-0a1b' } } }),
        },
      },
      {
        name: 'a policy for the own organization',
        state: { ...OPEN, policy: limited({ ...ALLOW, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorg' } } }) },
        settings: { organizationId: 'o-exampleorg' },
      },
      {
        name: 'a policy that opens another path than the one without authorizer',
        state: {
          ...OPEN,
          routes: [exampleRoute('GET /admin', 'NONE')],
          policy: limited({ ...ALLOW, Resource: 'execute-api:/*/GET/health' }),
        },
      },
      { name: 'an HTTP API, which another rule judges', state: { ...OPEN, protocol: 'HTTP', endpointTypes: [] } },
    ],
    violates: [
      { name: 'a proxy to a function for everybody', state: OPEN },
      {
        name: 'nothing but an API key',
        state: {
          ...GUARDED,
          tags: { 'aws:cloudformation:stack-name': 'orders' },
          routes: [exampleRoute('GET /orders', 'NONE', { apiKeyRequired: true })],
        },
      },
      {
        name: 'a proxy for everybody, where the configuration names an authorizer',
        state: OPEN,
        settings: { remedies: { ...EXAMPLE_SETTINGS.remedies, authorizers: { a1b2c3d4e5: 'auth1' } } },
      },
      {
        name: 'a proxy for everybody, where the configuration names an authorizer that is not there',
        state: OPEN,
        settings: { remedies: { ...EXAMPLE_SETTINGS.remedies, authorizers: { a1b2c3d4e5: 'auth9' } } },
      },
      { name: 'a policy that limits nobody', state: { ...OPEN, policy: limited(ALLOW) } },
      {
        name: 'a Deny that only keeps one address out',
        state: {
          ...OPEN,
          policy: limited(ALLOW, { Effect: 'Deny', ...CALL, Condition: { IpAddress: { 'aws:SourceIp': '198.51.100.7/32' } } }),
        },
      },
      {
        name: 'an address range of the whole world',
        state: { ...OPEN, policy: limited({ ...ALLOW, Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } } }) },
      },
      {
        name: 'six methods',
        state: { ...GUARDED, routes: ['a', 'b', 'c', 'd', 'e', 'f'].map((path) => exampleRoute(`GET /${path}`, 'NONE')) },
      },
    ],
  },
});
