import { makeTable } from './aws/ledger/table.ts';
import { makeLocks } from './aws/ledger/locks.ts';
import { sendMessage } from './aws/queues.ts';
import { makeSlackSecret } from './aws/slack-secret.ts';
import type { OnSlackWorld } from './flows/on-slack.ts';
import { ENV, requireEnv } from './names.ts';
import { makeLightSlack } from './slack/light-calls.ts';
import type { SignatureProblem } from './slack/signature.ts';
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
    sendClick: (message, id) => sendMessage(hub, clicks, message, message.planId, id),
    countSignatureFailure,
  };
}

/** CloudWatch's embedded metric format: the alarm counts these lines. */
function countSignatureFailure(problem: SignatureProblem): void {
  const metrics = [{ Namespace: 'Cinch', Dimensions: [[]], Metrics: [{ Name: 'SignatureFailures', Unit: 'Count' }] }];
  const line = { level: 'error', message: 'bad signature', problem, SignatureFailures: 1, _aws: { Timestamp: Date.now(), CloudWatchMetrics: metrics } };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
