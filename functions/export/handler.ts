import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { exportMessages } from '../../shared/flows/export-findings.ts';
import { RULES } from '../../shared/rules/index.ts';
import { wireExport } from '../../shared/wire-export.ts';
import { handleTogether } from '../batch.ts';

const world = wireExport();

/** Only deployed where the configuration switches an export on. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  return handleTogether(event, {
    ...world,
    handle: (bodies) => exportMessages(world, RULES, bodies),
  });
}
