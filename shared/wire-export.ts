import { makeConfigSource } from './aws/config-source.ts';
import { envCredentials } from './aws/credentials.ts';
import { makeLedger } from './aws/ledger.ts';
import { makeSecurityHub } from './aws/security-hub.ts';
import type { ExportWorld } from './flows/export-findings.ts';
import { ENV, requireEnv } from './names.ts';
import { clock, hubClient, log, newId, region, retrying } from './wire-common.ts';
import { consumer, type QueueConsumer } from './wire-consumer.ts';

/** Apart from wire.ts, so that no AWS client is bundled with a function that speaks to the hub's own services. */
export function wireExport(): ExportWorld & QueueConsumer {
  const hub = hubClient();
  const config = makeConfigSource({ hub, clock, parameter: requireEnv(ENV.configParameter) });
  const account = async () => (await config.read()).hub.account;
  return {
    clock,
    log,
    config,
    ledger: makeLedger({ ...retrying, hub, table: requireEnv(ENV.table), id: newId }),
    securityHub: makeSecurityHub({ ...retrying, region: region(), credentials: envCredentials, account }),
    ...consumer(hub),
  };
}
