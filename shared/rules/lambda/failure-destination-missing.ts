import type { Remedy, RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { ASYNC_DEFAULTS, asyncConfigOf } from '../parts/async-cover.ts';
import { type AsyncSource, asyncSources } from '../parts/async-sources.ts';
import { byHand, lambdaCommand, qualifierOption } from '../parts/by-hand.ts';
import { EXAMPLE_SETTINGS } from '../parts/example-context.ts';
import { exampleFunctionPolicy } from '../parts/example-policy.ts';
import { failureDestination, NAME_DESTINATION } from '../parts/failure-destination.ts';
import { lastingAdvice, listed, qualified } from '../parts/words.ts';

const NEEDS = ['resourcePolicies', 'asyncConfigs', 'deadLetterArn', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

/** After its retries Lambda drops an asynchronous event that has nowhere to go (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html). */
function evaluate(state: Seen, context: RuleContext<'function'>): Violation | undefined {
  if (state.deadLetterArn !== null) return undefined;
  const bare = asyncSources(state.resourcePolicies).filter(
    ({ qualifier }) => (asyncConfigOf(state.asyncConfigs, qualifier)?.onFailureArn ?? null) === null,
  );
  if (bare.length === 0) return undefined;
  const services = [...new Set(bare.flatMap((one) => one.services))].sort();
  return {
    summary: `events from ${listed(services)} are lost when it fails: it has neither a dead-letter queue nor a failure destination`,
    evidence: bare.map(({ qualifier, services: of }) => ({
      path: `DestinationConfig.OnFailure of ${qualified(qualifier)}`,
      found: `none, and ${listed(of)} ${of.length === 1 ? 'invokes' : 'invoke'} it asynchronously`,
      expected: 'a queue, topic, bus or bucket, or a dead-letter queue',
    })),
    remedy: remedyFor(state, bare, context),
    advice: lastingAdvice(state.managedBy, 'set the failure destination'),
  };
}

function remedyFor(state: Seen, bare: readonly AsyncSource[], context: RuleContext<'function'>): Remedy {
  const { resource: target } = context;
  const destination = failureDestination(context);
  if (destination === undefined) {
    const options = `--destination-config OnFailure={Destination=<queue ARN>}${qualifierOption(bare[0]?.qualifier ?? null)}`;
    return byHand(
      'Somebody must own the queue and look into it, and the role needs the right to send there.',
      `Let its role send to a queue, then run ${lambdaCommand(target, 'put-function-event-invoke-config', options)}, ${NAME_DESTINATION}.`,
    );
  }
  return {
    kind: 'steps',
    steps: bare.map(({ qualifier }) => {
      const config = asyncConfigOf(state.asyncConfigs, qualifier);
      const { maximumAgeSeconds, maximumRetries } = config ?? ASYNC_DEFAULTS;
      return {
        kind: 'set-async-config',
        target,
        qualifier,
        from: config === undefined ? null : { onFailureArn: null, maximumAgeSeconds, maximumRetries },
        to: { onFailureArn: destination.arn, maximumAgeSeconds, maximumRetries },
        grant: destination.grant,
      };
    }),
    approvalBecause: `somebody must look into what arrives at ${destination.arn}`,
  };
}

const QUEUE = 'arn:aws:sqs:eu-central-1:222222222222:orders-failed';
const policy = (qualifier: string | null, ...services: string[]) =>
  exampleFunctionPolicy(qualifier, ...services.map((Service, index) => ({ Sid: `s${index}`, Principal: { Service } })));
const config = (qualifier: string | null, onFailureArn: string | null) => ({
  qualifier,
  maximumAgeSeconds: 3600,
  maximumRetries: 2,
  onFailureArn,
});
const withDestination = (arn: string) => ({ remedies: { ...EXAMPLE_SETTINGS.remedies, failureDestination: arn } });
const BARE = { resourcePolicies: [], asyncConfigs: [], deadLetterArn: null, managedBy: null } satisfies Seen;
const BUCKET = policy(null, 's3.amazonaws.com');

export default defineRule({
  id: 'lambda-failure-destination-missing',
  title: 'A function that is invoked asynchronously keeps the events it fails on',
  severity: 'medium',
  resource: 'function',
  checklist: ['wa-REL05-BP04'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'no caller', state: BARE },
      { name: 'a caller that waits', state: { ...BARE, resourcePolicies: [policy(null, 'apigateway.amazonaws.com')] } },
      { name: 'a dead-letter queue', state: { ...BARE, resourcePolicies: [BUCKET], deadLetterArn: QUEUE } },
      { name: 'a failure destination', state: { ...BARE, resourcePolicies: [BUCKET], asyncConfigs: [config(null, QUEUE)] } },
    ],
    violates: [
      { name: 'a bucket', state: { ...BARE, resourcePolicies: [BUCKET] } },
      {
        name: 'a bucket, where a queue is configured',
        state: { ...BARE, resourcePolicies: [BUCKET] },
        settings: withDestination('arn:aws:sqs:{region}:{account}:lost-events'),
      },
      {
        name: 'a bucket and an alias with a configuration, where a topic is configured',
        state: {
          ...BARE,
          resourcePolicies: [BUCKET, policy('live', 'sns.amazonaws.com')],
          asyncConfigs: [config('live', null)],
        },
        settings: withDestination('arn:aws:sns:{region}:{account}:lost-events'),
      },
      {
        name: 'a bucket, where a queue of another region is configured',
        state: { ...BARE, resourcePolicies: [BUCKET] },
        settings: withDestination('arn:aws:sqs:us-east-1:{account}:lost-events'),
      },
      {
        name: 'rules and topics, with a configuration that names no destination, under a stack',
        state: {
          ...BARE,
          resourcePolicies: [policy(null, 'events.amazonaws.com', 'sns.amazonaws.com')],
          asyncConfigs: [config(null, null)],
          managedBy: { tool: 'SAM', stack: 'orders' },
        },
      },
      {
        name: "an alias, which does not inherit the function's destination",
        state: {
          ...BARE,
          resourcePolicies: [policy('live', 'logs.eu-central-1.amazonaws.com')],
          asyncConfigs: [config(null, QUEUE)],
        },
      },
    ],
  },
});
