import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { asyncConfigOf } from '../parts/async-cover.ts';
import { asyncSources } from '../parts/async-sources.ts';
import { byHand, lambdaCommand, qualifierOption } from '../parts/by-hand.ts';
import { exampleFunctionPolicy } from '../parts/example-policy.ts';
import { lastingAdvice, listed, qualified } from '../parts/words.ts';

const NEEDS = ['resourcePolicies', 'asyncConfigs', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

/** Lambda's own limit, and what holds without a configuration (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html). */
const LONGEST_SECONDS = 6 * 3600;

function evaluate(state: Seen, { resource }: RuleContext<'function'>): Violation | undefined {
  const unlimited = asyncSources(state.resourcePolicies).flatMap(({ qualifier, services }) => {
    const config = asyncConfigOf(state.asyncConfigs, qualifier);
    return config === undefined || config.maximumAgeSeconds >= LONGEST_SECONDS ? [{ qualifier, services, config }] : [];
  });
  const [first] = unlimited;
  if (first === undefined) return undefined;
  const command = lambdaCommand(
    resource,
    'put-function-event-invoke-config',
    `--maximum-event-age-in-seconds 3600 --maximum-retry-attempts 2${qualifierOption(first.qualifier)}`,
  );
  return {
    summary: `events from ${listed([...new Set(unlimited.flatMap(({ services }) => services))].sort())} wait up to 6 hours for it, the longest that Lambda keeps them`,
    evidence: unlimited.map(({ qualifier, config }) => ({
      path: `MaximumEventAgeInSeconds of ${qualified(qualifier)}`,
      found: config === undefined ? 'no configuration, so 21600' : `${config.maximumAgeSeconds}`,
      expected: 'less than 21600',
    })),
    remedy: byHand(
      'How old an event may be to be worth acting on is for its owner to say.',
      `Choose an age: ${command} (it replaces the whole configuration, so repeat its destinations).`,
    ),
    advice: lastingAdvice(state.managedBy, 'set the maximum age'),
  };
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
        name: 'an alias without a configuration of its own',
        state: { resourcePolicies: [policy('live', 'events.amazonaws.com')], asyncConfigs: [config(null, 60)], managedBy: null },
      },
    ],
  },
});
