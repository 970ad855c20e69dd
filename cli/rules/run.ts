import { RULES } from '../../shared/rules/index.ts';
import { coloursOf } from '../frame/colours.ts';
import { EXIT } from '../frame/exit.ts';
import { print, printJson } from '../frame/output.ts';
import { lineWidth, terminalWidth } from '../frame/table.ts';
import { chooseRules } from './choose.ts';
import type { RulesOptions } from './command.ts';
import { describeRule } from './describe.ts';
import { rulePage, rulesMarkdown, rulesTable } from './print.ts';

/** Answers the exit code. @throws BadInput for an id that names no rule. */
export async function runRules(ids: readonly string[], options: RulesOptions): Promise<number> {
  const rules = (ids.length === 0 ? RULES : chooseRules(RULES, ids)).map(describeRule);
  const [only] = rules;
  const colours = coloursOf(process.stdout);
  if (options.format === 'json') await printJson({ rules });
  else if (options.format === 'markdown') await print(rulesMarkdown(rules));
  else if (only && rules.length === 1) await print(rulePage(only, colours, terminalWidth(process.stdout)));
  else await print(rulesTable(rules, colours, lineWidth(process.stdout)));
  return EXIT.clean;
}
