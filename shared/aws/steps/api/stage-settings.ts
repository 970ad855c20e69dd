import { Refused } from '../../../model/errors.ts';
import type { StepOf } from '../../../model/step.ts';
import type { StageAccessLog, StageThrottling } from '../../../model/steps/api.ts';
import { isCode } from '../../aws-error.ts';
import { type Json, objectIn, textIn } from '../../readers/api-calls.ts';
import { fieldStep } from '../field-step.ts';
import { type Gateway, gatewayOf, orMoved, stagePath } from './gateway.ts';

type StageStep = StepOf<'set-stage-throttling' | 'set-stage-access-log' | 'set-stage-tracing'>;

const stageName = (step: StageStep): string => `the stage ${step.stage} of the API ${step.target.name}`;
const readStage = (gateway: Gateway, step: StageStep): Promise<Json> =>
  orMoved(gateway.get(stagePath(step), 'GetStage'), stageName(step));

/** The settings of every method of a stage, as a reply names them. */
const ALL_METHODS = '*/*';

/**
 * REST APIs only. Removing the settings of all methods gives back what was before they were set, as deployment tools do it
 * (https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html); HTTP and WebSocket APIs have no such way: limits that are left
 * out become zero there, which refuses every request (https://github.com/hashicorp/terraform-provider-aws/issues/30373).
 */
export const setStageThrottling = fieldStep<'set-stage-throttling', StageThrottling | null>({
  name: (step) => `the limits of ${stageName(step)}`,
  from: (step) => step.from,
  to: (step) => step.to,
  read: async (deps, clients, step) => throttlingOf(await readStage(gatewayOf(deps, clients), step)),
  write: async (deps, clients, step, value) => {
    await gatewayOf(deps, clients).patch(stagePath(step), 'UpdateStage', limitOperations(value));
  },
});

function throttlingOf(stage: Json): StageThrottling | null {
  const { throttlingRateLimit: rate, throttlingBurstLimit: burst } = objectIn(objectIn(stage.methodSettings)[ALL_METHODS]);
  return typeof rate === 'number' && typeof burst === 'number' ? { rate, burst } : null;
}

function limitOperations(value: StageThrottling | null) {
  if (!value) return [{ op: 'remove', path: '/*/*' } as const];
  return [
    { op: 'replace', path: '/*/*/throttling/rateLimit', value: String(value.rate) },
    { op: 'replace', path: '/*/*/throttling/burstLimit', value: String(value.burst) },
  ] as const;
}

export const setStageAccessLog = fieldStep<'set-stage-access-log', StageAccessLog | null>({
  name: (step) => `the access log of ${stageName(step)}`,
  from: () => null,
  to: (step) => step.to,
  read: async (deps, clients, step) => {
    const { destinationArn, format } = objectIn((await readStage(gatewayOf(deps, clients), step)).accessLogSettings);
    return textIn(destinationArn) ? { destinationArn: textIn(destinationArn), format: textIn(format) } : null;
  },
  write: async (deps, clients, step, value) => {
    try {
      await writeAccessLog(gatewayOf(deps, clients), step, value);
    } catch (error) {
      // Without a role for logs in the account's settings, API Gateway takes no access log for a REST API.
      if (isCode(error, 'BadRequestException'))
        throw new Refused(
          `API Gateway takes no access log for ${stageName(step)}: see the account's settings for a role, and the log group's place`,
        );
      throw error;
    }
  },
});

async function writeAccessLog(
  gateway: Gateway,
  step: StepOf<'set-stage-access-log'>,
  value: StageAccessLog | null,
): Promise<void> {
  if (step.protocol === 'REST') {
    await gateway.patch(
      stagePath(step),
      'UpdateStage',
      value
        ? [
            { op: 'replace', path: '/accessLogSettings/destinationArn', value: value.destinationArn },
            { op: 'replace', path: '/accessLogSettings/format', value: value.format },
          ]
        : [{ op: 'remove', path: '/accessLogSettings' }],
    );
  } else if (value) await gateway.send('PATCH', stagePath(step), 'UpdateStage', { accessLogSettings: value });
  else await gateway.send('DELETE', `${stagePath(step)}/accesslogsettings`, 'DeleteAccessLogSettings');
}

export const setStageTracing = fieldStep<'set-stage-tracing', boolean>({
  name: (step) => `the tracing of ${stageName(step)}`,
  from: () => false,
  to: () => true,
  read: async (deps, clients, step) => (await readStage(gatewayOf(deps, clients), step)).tracingEnabled === true,
  write: async (deps, clients, step, value) => {
    const gateway = gatewayOf(deps, clients);
    await gateway.patch(stagePath(step), 'UpdateStage', [{ op: 'replace', path: '/tracingEnabled', value: String(value) }]);
  },
});
