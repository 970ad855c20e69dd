import { allCircles, approvalRule } from '../config/approval-rules.ts';
import type { Config } from '../config/schema.ts';
import { InvalidConfiguration } from '../model/errors.ts';
import { escapeMrkdwn } from '../slack/mrkdwn.ts';
import { HELP, parseSlashCommand, type SlashCommand } from '../slack/slash-command.ts';
import { checkCircles, checkMember, type Denied } from './approvers.ts';
import type { ClickWorld } from './click-context.ts';
import { describeStatus } from './command-status.ts';
import { exemptByCommand } from './exempt-command.ts';
import { readHalts, resetAccount, resumeAll, stopAll } from './halts.ts';
import type { CommandMessage } from './messages.ts';
import type { SlackUser } from './ports.ts';

/**
 * Carries out what somebody typed after `/cinch` and answers them. Verified like a click, and with the authority of one: to look is for
 * every member, to stop for everybody who may decide on anything, to go on for the common approvers.
 * @throws TryAgain when the ledger or a queue is down: the queue delivers it again, and it means the same then
 */
export async function decideCommand(world: ClickWorld, message: CommandMessage): Promise<void> {
  const command = parseSlashCommand(message.text);
  const answer = 'problem' in command ? `${command.problem}\n${HELP}` : await carryOut(world, message, command);
  await world.desk.respond(message.responseUrl, answer);
}

async function carryOut(world: ClickWorld, message: CommandMessage, command: SlashCommand): Promise<string> {
  try {
    const config = await world.config.read();
    const answer = await answerTo(world, config, message, command);
    world.log.info('command carried out', { verb: command.verb, user: message.userId });
    return answer;
  } catch (error) {
    if (!(error instanceof InvalidConfiguration)) throw error;
    return 'The configuration is invalid, so nothing is decided until it is corrected. Nothing is written to any account meanwhile.';
  }
}

async function answerTo(world: ClickWorld, config: Config, message: CommandMessage, command: SlashCommand): Promise<string> {
  switch (command.verb) {
    case 'help':
      return HELP;
    case 'status':
      return asked(await checkMember(world, message.userId), async () => describeStatus(world, config, await readHalts(world)));
    case 'exempt':
      return exemptByCommand(world, config, message, command);
    case 'stop':
      return asked(await checkCircles(world, allCircles(config), message.userId), async (user) => {
        if (!(await stopAll(world, user.id, command.reason, message.at)))
          return 'Cinch is stopped already: `/cinch status` says by whom and why.';
        return '🛑 Stopped: Cinch changes nothing more in any account, but for what somebody undoes. `/cinch resume` goes on.';
      });
    case 'resume':
      return asked(await checkCircles(world, [config.slack.approvers], message.userId), async (user) => {
        const goesOn = await resumeAll(world, user.id, message.at);
        if (config.guard.stopped)
          return 'The switch in Slack is off, but Cinch stays stopped: `guard.stopped` is set in the configuration.';
        return goesOn ? '▶️ Cinch goes on.' : 'Cinch was not stopped.';
      });
    case 'reset':
      return asked(await checkCircles(world, circlesOf(config, command.account), message.userId), async (user) => {
        if (!(await resetAccount(world, command.account, user.id, message.at)))
          return `There is nothing to reset in ${escapeMrkdwn(command.account)}: Cinch does not ask there for that reason.`;
        return `Cinch fixes by itself again in ${escapeMrkdwn(command.account)}, where the configuration lets it.`;
      });
  }
}

type Checked = Denied | { readonly kind: 'yes'; readonly user: SlackUser };

const asked = async (checked: Checked, act: (user: SlackUser) => Promise<string>): Promise<string> =>
  checked.kind === 'no' ? checked.why : act(checked.user);

/** As for what is critical there. */
const circlesOf = (config: Config, account: string) =>
  approvalRule(config, { account, severity: 'critical', steps: [], isEscalated: false }).circles;
