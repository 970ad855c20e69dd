import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { checkAccounts } from '../../shared/flows/doctor/check-account.ts';
import { checkMembersPage } from '../../shared/flows/doctor/check-page.ts';
import { type CheckPage, type CheckRequest, isCheckRequest } from '../../shared/flows/doctor/request.ts';
import { selfCheck } from '../../shared/flows/doctor/self-check.ts';
import { parsePlaceMessage } from '../../shared/flows/messages.ts';
import { sweep } from '../../shared/flows/sweep.ts';
import { sweepPlace } from '../../shared/flows/sweep-place.ts';
import { wireSweep } from '../../shared/wire.ts';
import { handleBatch } from '../batch.ts';

const world = wireSweep();

/** What one more page, its looks and its checkpoint may take when everything is slow; or eight accounts more for doctor. */
const PAGE_MS = 60_000;

/** From the schedule each minute; `{"lookNow": true}` by hand; a place, or accounts for the self-check, from their queue; or `cinch doctor`, which asks how the member accounts are. */
type SweepEvent = SQSEvent | CheckRequest | { readonly lookNow?: boolean };

export async function handler(event: SweepEvent, context: Context): Promise<SQSBatchResponse | CheckPage | undefined> {
  if (isCheckRequest(event)) return checkMembersPage(world, event.after ?? null, untilPage(context));
  if ('Records' in event) return handleBatch(event, { ...world, handle: (body) => handlePlace(body, context) });
  world.log.info('swept', await sweep(world, 'lookNow' in event && event.lookNow === true));
  const did = await selfCheck(world);
  if (did !== 'nothing') world.log.info('self-check', { did });
  return undefined;
}

const untilPage = (context: Context): Date =>
  new Date(world.clock.now().getTime() + context.getRemainingTimeInMillis() - PAGE_MS);

async function handlePlace(body: string, context: Context): Promise<void> {
  const message = parsePlaceMessage(body);
  if (message.kind === 'accounts') return checkAccounts(world, message);
  const result = await sweepPlace(world, message, untilPage(context));
  const { place, round } = message;
  if (result.kind === 'ignored') world.log.info('place ignored', { place, round, reason: result.reason });
  else world.log.info('place swept', { place, round, looks: result.looks, ended: result.ended ? 'yes' : 'no' });
}
