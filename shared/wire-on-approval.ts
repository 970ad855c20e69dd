import { makeLedger } from './aws/ledger.ts';
import { sendMessage } from './aws/queues.ts';
import type { OnApprovalWorld } from './flows/on-approval.ts';
import { ENV, requireEnv } from './names.ts';
import { clock, hubClient, log, newId, retrying } from './wire-common.ts';

/** Apart from wire.ts, so that no AWS client is bundled with a function that only reads the ledger. */
export function wireOnApproval(): OnApprovalWorld {
  const hub = hubClient();
  const clicks = requireEnv(ENV.clicksQueue);
  return {
    clock,
    log,
    ledger: makeLedger({ ...retrying, hub, table: requireEnv(ENV.table), id: newId }),
    // A group of its own plan: decisions on one plan come one after another, as clicks do.
    send: (message, id) => sendMessage(hub, clicks, message, message.planId, id),
  };
}
