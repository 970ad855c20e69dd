import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { ApiFacts } from '../../model/state.ts';
import { EXAMPLE_STAGE, isPrivate } from '../parts/api.ts';
import { byHand } from '../parts/by-hand.ts';
import { EXAMPLE_SETTINGS } from '../parts/example-context.ts';
import { listed } from '../parts/words.ts';

const NEEDS = ['protocol', 'endpointTypes', 'stages'] as const;
type Seen = Pick<ApiFacts, (typeof NEEDS)[number]>;

/** HTTP and WebSocket APIs can't have a web ACL (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html). */
function evaluate(state: Seen, { resource, settings }: RuleContext<'api'>): Violation | undefined {
  if (!settings.require.webAcl || state.protocol !== 'REST' || isPrivate(state)) return undefined;
  const bare = state.stages.filter((stage) => stage.webAclArn === null).map((stage) => stage.name);
  if (bare.length === 0) return undefined;
  return {
    summary: `no web ACL stands before its ${bare.length === 1 ? 'stage' : 'stages'} ${listed(bare)}`,
    evidence: bare.map((name) => ({ path: `stage ${name}: webAclArn`, found: 'none', expected: 'a regional web ACL' })),
    remedy: byHand(
      'Which requests a web ACL may refuse is for its owner to say.',
      `Associate one with the stage: aws wafv2 associate-web-acl --region ${resource.region} --web-acl-arn <arn> --resource-arn arn:aws:apigateway:${resource.region}::/restapis/${resource.name}/stages/${bare[0]}.`,
    ),
  };
}

const GUARDED: Seen = { protocol: 'REST', endpointTypes: ['EDGE'], stages: [EXAMPLE_STAGE] };
const BARE: Seen = { ...GUARDED, stages: [{ ...EXAMPLE_STAGE, webAclArn: null }] };

export default defineRule({
  id: 'apigateway-stage-waf-missing',
  title: "A web ACL stands before a REST API's stages",
  severity: 'medium',
  resource: 'api',
  checklist: ['fsbp-APIGateway.4', 'wa-SEC05-BP03'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'a web ACL', state: GUARDED },
      { name: 'an HTTP API, which can have none', state: { ...BARE, protocol: 'HTTP', endpointTypes: [] } },
      { name: 'a private API', state: { ...BARE, endpointTypes: ['PRIVATE'] } },
      {
        name: 'policy does not ask for one',
        state: BARE,
        settings: { require: { ...EXAMPLE_SETTINGS.require, webAcl: false } },
      },
    ],
    violates: [
      { name: 'an edge API without one', state: BARE },
      {
        name: 'one of two stages of a regional API',
        state: {
          ...GUARDED,
          endpointTypes: ['REGIONAL'],
          stages: [EXAMPLE_STAGE, { ...EXAMPLE_STAGE, name: 'beta', webAclArn: null }],
        },
      },
    ],
  },
});
