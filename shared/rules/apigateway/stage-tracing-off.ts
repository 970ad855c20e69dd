import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { ApiFacts } from '../../model/state.ts';
import { EXAMPLE_STAGE } from '../parts/api.ts';
import { EXAMPLE_SETTINGS } from '../parts/example-context.ts';
import { listed } from '../parts/words.ts';

const NEEDS = ['protocol', 'stages'] as const;
type Seen = Pick<ApiFacts, (typeof NEEDS)[number]>;

/** Only REST APIs can trace (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html). */
function evaluate({ protocol, stages }: Seen, { resource, settings }: RuleContext<'api'>): Violation | undefined {
  if (!settings.require.tracing || protocol !== 'REST') return undefined;
  const dark = stages.filter((stage) => !stage.tracing).map((stage) => stage.name);
  if (dark.length === 0) return undefined;
  return {
    summary: `its ${dark.length === 1 ? 'stage' : 'stages'} ${listed(dark)} ${dark.length === 1 ? 'is' : 'are'} not traced with X-Ray`,
    evidence: dark.map((name) => ({ path: `stage ${name}: tracingEnabled`, found: 'false', expected: 'true' })),
    remedy: { kind: 'steps', steps: dark.map((stage) => ({ kind: 'set-stage-tracing', target: resource, stage })) },
    advice: ['Traces cost money for each request that is sampled.'],
  };
}

const DARK: Pick<ApiFacts, 'stages'> = { stages: [EXAMPLE_STAGE, { ...EXAMPLE_STAGE, name: 'beta', tracing: false }] };

export default defineRule({
  id: 'apigateway-stage-tracing-off',
  title: "A REST API's stages are traced with X-Ray",
  severity: 'low',
  resource: 'api',
  checklist: ['fsbp-APIGateway.3'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'traced', state: { protocol: 'REST', stages: [EXAMPLE_STAGE] } },
      { name: 'an HTTP API, which can not', state: { ...DARK, protocol: 'HTTP' } },
      {
        name: 'policy does not ask for it',
        state: { ...DARK, protocol: 'REST' },
        settings: { require: { ...EXAMPLE_SETTINGS.require, tracing: false } },
      },
    ],
    violates: [
      { name: 'one stage without', state: { ...DARK, protocol: 'REST' } },
      { name: 'every stage without', state: { protocol: 'REST', stages: [{ ...EXAMPLE_STAGE, tracing: false }] } },
    ],
  },
});
