import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { idsOf, parseChangeMessage } from '../../shared/flows/messages.ts';
import { onChange } from '../../shared/flows/on-change.ts';
import { RULES } from '../../shared/rules/index.ts';
import { wireOnChange } from '../../shared/wire.ts';
import { handleBatch } from '../batch.ts';

const world = wireOnChange();

export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  return handleBatch(event, {
    ...world,
    handle: async (body, isRepeated) => {
      const message = parseChangeMessage(body);
      const isOfRound = message.kind === 'look' && message.round !== undefined;
      const result = await onChange(isOfRound ? world.patient : world, RULES, message, isRepeated);
      const ids = idsOf(body);
      if (result.kind === 'ignored') world.log.info('ignored', { ...ids, reason: result.reason });
      else world.log.info('judged', { ...ids, resources: result.resources, violations: result.violations });
    },
  });
}
