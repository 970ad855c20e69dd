import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { apply } from '../../shared/flows/apply.ts';
import { cleanLayer } from '../../shared/flows/clean-layer.ts';
import { parseWorkMessage } from '../../shared/flows/messages.ts';
import { RULES } from '../../shared/rules/index.ts';
import { wireApply } from '../../shared/wire.ts';
import { handleBatch } from '../batch.ts';

const world = wireApply();

export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  return handleBatch(event, {
    ...world,
    handle: async (body) => {
      const message = parseWorkMessage(body);
      if (message.kind === 'clean-layer') await cleanLayer(world, message);
      else await apply(world, RULES, message.planId);
    },
  });
}
