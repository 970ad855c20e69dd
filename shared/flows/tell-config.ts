import { TryAgain } from '../model/errors.ts';
import { mention, mrkdwn } from '../slack/mrkdwn.ts';
import { OutcomeUnknown } from '../slack/slack-errors.ts';
import type { World } from './ports.ts';
import { CONFIG_RECORD } from './watch-config.ts';

type TellConfigWorld = Pick<World, 'log' | 'config' | 'ledger' | 'desk'>;

const DAYS_90 = 90 * 86_400;
const MAX_LINES = 10;

/**
 * Tells the common channel of a new version of the configuration, once: who, and what changed.
 * @throws TryAgain when it is not recorded yet, or Slack is down
 */
export async function tellConfig(world: TellConfigWorld, version: number): Promise<void> {
  const entry = (await world.ledger.readAudit(CONFIG_RECORD)).findLast(({ what }) => what === `version ${version}`);
  if (!entry) throw new TryAgain(`version ${version} of the configuration is not recorded yet`);
  const { slack } = await world.config.read();
  const claim = `config-told-${version}-${entry.at}`;
  if (!(await world.ledger.claim(claim, DAYS_90))) return;
  const changes = entry.detail.split('; ');
  const more = changes.length > MAX_LINES ? `\n… and ${changes.length - MAX_LINES} more` : '';
  const lines = changes.slice(0, MAX_LINES).map((change) => mrkdwn`\n• ${change}`);
  const text = mrkdwn`⚙️ The configuration was changed by ${mention(entry.by)} (version ${version}):` + lines.join('') + more;
  try {
    await world.desk.post(slack.channel, { text, blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }] });
  } catch (error) {
    // Where nobody knows whether Slack took it, once at most: the ledger and the bus have it in any case.
    if (!(error instanceof OutcomeUnknown)) await world.ledger.releaseClaim(claim);
    throw error;
  }
}
