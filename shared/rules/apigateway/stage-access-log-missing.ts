import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { ApiFacts } from '../../model/state.ts';
import { EXAMPLE_STAGE, stageCommand } from '../parts/api.ts';
import { byHand } from '../parts/by-hand.ts';
import { listed } from '../parts/words.ts';

const NEEDS = ['protocol', 'stages'] as const;
type Seen = Pick<ApiFacts, (typeof NEEDS)[number]>;

function evaluate({ protocol, stages }: Seen, { resource }: RuleContext<'api'>): Violation | undefined {
  const mute = stages.filter((stage) => stage.accessLogArn === null).map((stage) => stage.name);
  const [first] = mute;
  if (first === undefined) return undefined;
  const options =
    protocol === 'REST'
      ? "--patch-operations op=replace,path=/accessLogSettings/destinationArn,value=<log group ARN> op=replace,path=/accessLogSettings/format,value='$context.requestId $context.identity.sourceIp $context.status'"
      : "--access-log-settings 'DestinationArn=<log group ARN>,Format=$context.requestId $context.identity.sourceIp $context.status'";
  return {
    summary: `nothing records who calls its ${mute.length === 1 ? 'stage' : 'stages'} ${listed(mute)}`,
    evidence: mute.map((name) => ({
      path: `stage ${name}: access log`,
      found: 'none',
      expected: 'a log group or delivery stream',
    })),
    remedy: byHand(
      'The log needs a group with a retention that its owner chooses.',
      `Name a log group: ${stageCommand(protocol, resource, first, options)}.`,
    ),
  };
}

export default defineRule({
  id: 'apigateway-stage-access-log-missing',
  title: "An API's stages keep an access log",
  severity: 'medium',
  resource: 'api',
  checklist: ['fsbp-APIGateway.9', 'wa-SEC04-BP01'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'a log group', state: { protocol: 'HTTP', stages: [EXAMPLE_STAGE] } },
      { name: 'no stage', state: { protocol: 'REST', stages: [] } },
    ],
    violates: [
      { name: 'a REST stage without a log', state: { protocol: 'REST', stages: [{ ...EXAMPLE_STAGE, accessLogArn: null }] } },
      {
        name: 'one of two stages of a WebSocket API',
        state: { protocol: 'WEBSOCKET', stages: [EXAMPLE_STAGE, { ...EXAMPLE_STAGE, name: 'beta', accessLogArn: null }] },
      },
    ],
  },
});
