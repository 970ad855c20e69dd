import type { Resource } from '../../model/resource.ts';
import type { Remedy, RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { AsyncConfig, FunctionFacts } from '../../model/state.ts';
import { ASYNC_DEFAULTS, asyncConfigOf } from '../parts/async-cover.ts';
import { asyncSources } from '../parts/async-sources.ts';
import { byHand, lambdaCommand, qualifierOption } from '../parts/by-hand.ts';
import { exampleFunctionPolicy } from '../parts/example-policy.ts';
import { lastingAdvice, listed, qualified } from '../parts/words.ts';

const NEEDS = ['resourcePolicies', 'asyncConfigs', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

/** Lambda's own limit, and what holds without a configuration. */
const LONGEST_SECONDS = ASYNC_DEFAULTS.maximumAgeSeconds;
const PROPOSED_SECONDS = 3600;

function evaluate(state: Seen, { resource }: RuleContext<'function'>): Violation | undefined {
  const unlimited = asyncSources(state.resourcePolicies).flatMap(({ qualifier, services }) => {
    const config = asyncConfigOf(state.asyncConfigs, qualifier);
    return config === undefined || config.maximumAgeSeconds >= LONGEST_SECONDS ? [{ qualifier, services, config }] : [];
  });
  if (unlimited.length === 0) return undefined;
  return {
    summary: `events from ${listed([...new Set(unlimited.flatMap(({ services }) => services))].sort())} wait up to 6 hours for it, the longest that Lambda keeps them`,
    evidence: unlimited.map(({ qualifier, config }) => ({
      path: `MaximumEventAgeInSeconds of ${qualified(qualifier)}`,
      found: config === undefined ? 'no configuration, so 21600' : `${config.maximumAgeSeconds}`,
      expected: 'less than 21600',
    })),
    remedy: remedyFor(resource, unlimited),
    advice: lastingAdvice(state.managedBy, 'set the maximum age'),
  };
}

/** An event that has somewhere to go is not lost when it gets too old, so that a shorter age can be offered. */
function remedyFor(
  target: Resource<'function'>,
  unlimited: readonly { readonly qualifier: string | null; readonly config: AsyncConfig | undefined }[],
): Remedy {
  const kept = unlimited.flatMap(({ config }) => (config?.onFailureArn ? [config] : []));
  if (kept.length === unlimited.length)
    return {
      kind: 'steps',
      steps: kept.map(({ qualifier, ...from }) => ({
        kind: 'set-async-config',
        target,
        qualifier,
        from,
        to: { ...from, maximumAgeSeconds: PROPOSED_SECONDS },
        grant: null,
      })),
      approvalBecause: 'how old an event may be to be worth acting on is for its owner to say',
    };
  const options = `--maximum-event-age-in-seconds ${PROPOSED_SECONDS} --maximum-retry-attempts 2${qualifierOption(unlimited[0]?.qualifier ?? null)}`;
  return byHand(
    'How old an event may be to be worth acting on is for its owner to say, and older ones would be lost: it has no failure destination.',
    `Name a failure destination first; then choose an age: ${lambdaCommand(target, 'put-function-event-invoke-config', options)} (it replaces the whole configuration, so repeat its destinations).`,
  );
}

const policy = (qualifier: string | null, Service: string) => exampleFunctionPolicy(qualifier, { Principal: { Service } });
const config = (qualifier: string | null, maximumAgeSeconds: number) => ({
  qualifier,
  maximumAgeSeconds,
  maximumRetries: 2,
  onFailureArn: null,
});
const TOPIC = policy(null, 'sns.amazonaws.com');

export default defineRule({
  id: 'lambda-async-age-unlimited',
  title: 'A function that is invoked asynchronously says how old an event may be',
  severity: 'low',
  resource: 'function',
  checklist: ['wa-REL05-BP04'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      {
        name: 'a caller that waits',
        state: { resourcePolicies: [policy(null, 'lex.amazonaws.com')], asyncConfigs: [], managedBy: null },
      },
      { name: 'an hour', state: { resourcePolicies: [TOPIC], asyncConfigs: [config(null, 3600)], managedBy: null } },
    ],
    violates: [
      { name: 'no configuration', state: { resourcePolicies: [TOPIC], asyncConfigs: [], managedBy: null } },
      {
        name: 'the longest age',
        state: {
          resourcePolicies: [TOPIC],
          asyncConfigs: [config(null, 21_600)],
          managedBy: { tool: 'SAM', stack: 'orders' },
        },
      },
      {
        name: 'the longest age, with a failure destination',
        state: {
          resourcePolicies: [TOPIC],
          asyncConfigs: [{ ...config(null, 21_600), onFailureArn: 'arn:aws:sqs:eu-central-1:222222222222:lost-events' }],
          managedBy: null,
        },
      },
      {
        name: 'an alias without a configuration of its own',
        state: { resourcePolicies: [policy('live', 'events.amazonaws.com')], asyncConfigs: [config(null, 60)], managedBy: null },
      },
    ],
  },
});
