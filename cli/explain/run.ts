import { loadConfig } from '../../shared/config/load.ts';
import { hasUnits } from '../../shared/config/members.ts';
import type { Config } from '../../shared/config/schema.ts';
import { factOf } from '../../shared/flows/doctor/check.ts';
import { RULES } from '../../shared/rules/index.ts';
import { BadInput } from '../frame/bad-input.ts';
import { coloursOf } from '../frame/colours.ts';
import { EXIT } from '../frame/exit.ts';
import { print, printJson } from '../frame/output.ts';
import { readInput } from '../frame/read-files.ts';
import { terminalWidth } from '../frame/table.ts';
import { chooseRules } from '../rules/choose.ts';
import type { ExplainOptions } from './command.ts';
import { explain } from './explain.ts';
import type { Asked } from './organization.ts';
import { placeAsked } from './place.ts';
import { explanation } from './print.ts';

/** Answers the exit code. @throws BadInput for a rule or a place that can't be, InvalidConfiguration for a configuration with problems. */
export async function runExplain(id: string, options: ExplainOptions): Promise<number> {
  const [rule, ...others] = chooseRules(RULES, [id]);
  if (!rule || others.length > 0) throw new BadInput(id, 'name one rule');
  const file = options.config === '-' ? 'stdin' : options.config;
  const loaded = loadConfig(
    await readInput(options.config),
    file,
    RULES.map((one) => one.id),
  );
  const asked = placeAsked(loaded.config, rule, options);
  const place = { ...asked, inOrganization: await askOrganization(loaded.config, asked.account, options) };
  const document = explain(loaded, rule, options.severity ?? rule.severity, place, new Date().toISOString());
  if (options.format === 'json') await printJson(document);
  else await print(explanation(document, file, coloursOf(process.stdout), terminalWidth(process.stdout)));
  return EXIT.clean;
}

/** Only where the configuration has members by their units; a person who names the unit knows it. */
async function askOrganization(config: Config, account: string, { unit, profile }: ExplainOptions): Promise<Asked> {
  if (account === '' || unit !== undefined || !hasUnits(config)) return undefined;
  // Only here is a client of AWS loaded.
  const { wireExplain } = await import('../../shared/wire-explain.ts');
  const world = wireExplain(config.hub.region, profile === undefined ? {} : { profile });
  return factOf('Organizations', () => world.readAccount(account));
}
