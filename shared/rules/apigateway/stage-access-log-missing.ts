import type { Resource } from '../../model/resource.ts';
import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { ApiFacts, ApiProtocol } from '../../model/state.ts';
import type { Step } from '../../model/step.ts';
import { EXAMPLE_STAGE, stageCommand } from '../parts/api.ts';
import { forEachStage } from '../parts/api-remedy.ts';
import { byHand } from '../parts/by-hand.ts';
import { EXAMPLE_SETTINGS } from '../parts/example-context.ts';
import { ownArn } from '../parts/own-arn.ts';
import { listed } from '../parts/words.ts';

const NEEDS = ['protocol', 'stages'] as const;
type Seen = Pick<ApiFacts, (typeof NEEDS)[number]>;

function evaluate({ protocol, stages }: Seen, { resource, settings }: RuleContext<'api'>): Violation | undefined {
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
    remedy: forEachStage(
      mute,
      accessLogStep(protocol, resource, settings.remedies.accessLogs),
      byHand(
        'Where to log to is for its owner to say: remedies.accessLogs in cinch.yaml.',
        `Name a log group: ${stageCommand(protocol, resource, first, options)}.`,
      ),
    ),
  };
}

/** Who called, when, what it came to; nothing of what was sent. */
const FORMAT =
  '{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","time":"$context.requestTime","method":"$context.httpMethod","route":"$context.resourcePath$context.routeKey","status":"$context.status","bytes":"$context.responseLength"}';

function accessLogStep(
  protocol: ApiProtocol,
  target: Resource<'api'>,
  arn: string | undefined,
): ((stage: string) => Step) | undefined {
  if (arn === undefined) return undefined;
  const to = { destinationArn: ownArn(arn, target), format: FORMAT };
  return (stage) => ({ kind: 'set-stage-access-log', target, protocol, stage, to });
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
      {
        name: 'a stage without a log, where the configuration names a log group',
        state: { protocol: 'HTTP', stages: [{ ...EXAMPLE_STAGE, accessLogArn: null }] },
        settings: {
          remedies: { ...EXAMPLE_SETTINGS.remedies, accessLogs: 'arn:aws:logs:{region}:{account}:log-group:api-access' },
        },
      },
      { name: 'a REST stage without a log', state: { protocol: 'REST', stages: [{ ...EXAMPLE_STAGE, accessLogArn: null }] } },
      {
        name: 'one of two stages of a WebSocket API',
        state: { protocol: 'WEBSOCKET', stages: [EXAMPLE_STAGE, { ...EXAMPLE_STAGE, name: 'beta', accessLogArn: null }] },
      },
    ],
  },
});
