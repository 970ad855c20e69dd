import { Command } from 'commander';
import { version } from '../package.json';
import { addApprovals } from './approvals/command.ts';
import { addCheck } from './check/command.ts';
import { addConfig } from './config/command.ts';
import { addCost } from './cost/command.ts';
import { addDoctor } from './doctor/command.ts';
import { addExplain } from './explain/command.ts';
import { addFindings } from './export/command.ts';
import { addInit } from './init/command.ts';
import { addPolicy } from './policy/command.ts';
import { addRedrive } from './redrive/command.ts';
import { addReplay } from './replay/command.ts';
import { addReport } from './report/command.ts';
import { addRules } from './rules/command.ts';
import { addScan } from './scan/command.ts';
import { addSecrets } from './secrets/command.ts';
import { addTrace } from './trace/command.ts';
import { addValidate } from './validate/command.ts';

const bold = (text: string): string => `\u001b[1m${text}\u001b[22m`;
const cyan = (text: string): string => `\u001b[36m${text}\u001b[39m`;

/** Every command with its options and help, and nothing of what it runs: that is loaded when it is called. */
export function makeProgram(): Command {
  const program = new Command('cinch')
    .description(
      'Finds what is wrong with AWS serverless functions, their roles and front doors: in templates, policies, events and live accounts.',
    )
    .usage('<command> [arguments]')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help, also of a command')
    .helpCommand(false)
    .exitOverride()
    // The error itself has the text: main prints it as one line.
    .configureOutput({ outputError: () => undefined })
    .configureHelp({
      styleTitle: bold,
      styleSubcommandTerm: cyan,
      styleOptionTerm: cyan,
      subcommandTerm: (command) => command.name(),
    });
  program.commandsGroup('Before it is deployed:');
  addCheck(program);
  addPolicy(program);
  addSecrets(program);
  program.commandsGroup('What is there:');
  addScan(program);
  addReplay(program);
  addReport(program);
  program.commandsGroup('The bot itself:');
  addInit(program);
  addRules(program);
  addValidate(program);
  addExplain(program);
  addConfig(program);
  addApprovals(program);
  addFindings(program);
  addCost(program);
  addDoctor(program);
  addTrace(program);
  addRedrive(program);
  addHelp(program);
  return program.addHelpText('after', ['', "'cinch help <command>' has each command's options and examples."].join('\n'));
}

function addHelp(program: Command): void {
  program
    .command('help')
    .summary('print the help of a command')
    .argument('[command]', 'its name')
    .action(async (name: string | undefined) => {
      const asked = program.commands.find((command) => command.name() === name);
      if (name === undefined) program.outputHelp();
      else if (asked) asked.outputHelp();
      // What isn't a command is refused with the name that comes nearest.
      else await program.parseAsync([name], { from: 'user' });
    });
}
