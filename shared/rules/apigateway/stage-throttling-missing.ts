import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { ApiFacts, ApiStage } from '../../model/state.ts';
import { EXAMPLE_STAGE, stageCommand } from '../parts/api.ts';
import { byHand } from '../parts/by-hand.ts';
import { EXAMPLE_SETTINGS } from '../parts/example-context.ts';
import { listed } from '../parts/words.ts';

const NEEDS = ['protocol', 'stages'] as const;
type Seen = Pick<ApiFacts, (typeof NEEDS)[number]>;

const isThrottled = ({ throttling }: ApiStage): boolean => throttling !== null && throttling.rate > 0 && throttling.burst > 0;

/**
 * Without limits of its own a stage takes all that the account allows (10,000 requests a second), so that one flood starves every other API of
 * the account and region (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html).
 */
function evaluate({ protocol, stages }: Seen, { resource, settings }: RuleContext<'api'>): Violation | undefined {
  const open = stages.filter((stage) => !isThrottled(stage));
  const loose = open.map((stage) => stage.name);
  const [first] = loose;
  if (first === undefined) return undefined;
  const options =
    protocol === 'REST'
      ? "--patch-operations 'op=replace,path=/*/*/throttling/rateLimit,value=100' 'op=replace,path=/*/*/throttling/burstLimit,value=200'"
      : '--default-route-settings ThrottlingRateLimit=100,ThrottlingBurstLimit=200';
  const to = settings.remedies.throttling;
  return {
    summary: `only the account's own limit throttles its ${loose.length === 1 ? 'stage' : 'stages'} ${listed(loose)}`,
    evidence: loose.map((name) => ({ path: `stage ${name}: throttling`, found: 'none', expected: 'a rate and a burst limit' })),
    remedy:
      protocol === 'REST' && to
        ? {
            kind: 'steps',
            steps: open.map(({ name, throttling: from }) => ({
              kind: 'set-stage-throttling',
              target: resource,
              stage: name,
              from,
              to,
            })),
          }
        : byHand(
            protocol === 'REST'
              ? 'How many requests are too many is for its owner to say: remedies.throttling in cinch.yaml.'
              : 'Limits of such an API can not be taken away again, and come out as zero when they are left out later.',
            `Set limits that fit its traffic: ${stageCommand(protocol, resource, first, options)}.`,
          ),
  };
}

export default defineRule({
  id: 'apigateway-stage-throttling-missing',
  title: "An API's stages limit the rate of requests",
  severity: 'low',
  resource: 'api',
  checklist: ['wa-REL05-BP02'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'limits', state: { protocol: 'REST', stages: [EXAMPLE_STAGE] } },
      { name: 'no stage', state: { protocol: 'HTTP', stages: [] } },
    ],
    violates: [
      {
        name: 'a REST stage without limits, where the configuration says which',
        state: { protocol: 'REST', stages: [{ ...EXAMPLE_STAGE, throttling: null }] },
        settings: { remedies: { ...EXAMPLE_SETTINGS.remedies, throttling: { rate: 100, burst: 200 } } },
      },
      { name: 'a REST stage without limits', state: { protocol: 'REST', stages: [{ ...EXAMPLE_STAGE, throttling: null }] } },
      {
        name: 'a limit that is off',
        state: {
          protocol: 'HTTP',
          stages: [EXAMPLE_STAGE, { ...EXAMPLE_STAGE, name: '$default', throttling: { rate: -1, burst: 200 } }],
        },
      },
    ],
  },
});
