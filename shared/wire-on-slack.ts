import { makeLocks } from './aws/ledger/locks.ts';
import { makeTable } from './aws/ledger/table.ts';
import { sendMessage } from './aws/queues.ts';
import { makeSlackSecret } from './aws/slack-secret.ts';
import { aboutOf, type OnSlackWorld } from './flows/on-slack.ts';
import { ENV, requireEnv } from './names.ts';
import { makeLightSlack } from './slack/light-calls.ts';
import { signatureFailureLine } from './slack/signature.ts';
import { clock, hubClient, log, newId, retrying } from './wire-common.ts';

/** Apart from wire.ts, so that no AWS client is bundled with the function that must answer Slack at once. */
export function wireOnSlack(): OnSlackWorld {
  const hub = hubClient();
  const locks = makeLocks(makeTable(hub, requireEnv(ENV.table), retrying), clock, newId);
  const clicks = requireEnv(ENV.clicksQueue);
  return {
    clock,
    log,
    teamId: requireEnv(ENV.slackTeam),
    secret: makeSlackSecret({ hub, clock, arn: requireEnv(ENV.slackSecret) }),
    slack: makeLightSlack(process.env[ENV.slackApiUrl] || undefined),
    claim: locks.claim,
    send: (message, id) => sendMessage(hub, clicks, message, aboutOf(message), id),
    countSignatureFailure: (problem) => process.stdout.write(`${signatureFailureLine(problem, clock.now())}\n`),
  };
}
