import { existsSync } from 'node:fs';
import { stringify } from 'yaml';
import { changesBetween, changeText, needsDeployment } from '../../shared/config/changes.ts';
import { parseConfig } from '../../shared/config/load.ts';
import type { Config } from '../../shared/config/schema.ts';
import { storedText, whyTooLarge } from '../../shared/config/stored.ts';
import type { ConfigVersion } from '../../shared/flows/ports.ts';
import { RULES } from '../../shared/rules/index.ts';
import { counted } from '../../shared/rules/parts/words.ts';
import { type ConfigWorld, wireConfig } from '../../shared/wire-config.ts';
import { BadInput } from '../frame/bad-input.ts';
import { EXIT } from '../frame/exit.ts';
import { nearest } from '../frame/nearest.ts';
import { note, print, printJson } from '../frame/output.ts';
import { parseJson, readText } from '../frame/read-files.ts';
import { harmless } from '../frame/table.ts';
import { talkOn } from '../init/ask.ts';
import { type ConfigOptions, VERBS } from './command.ts';
import type { HistoryDocument, PushDocument, ShowDocument } from './document.ts';

/** Answers the exit code. @throws BadInput, InvalidConfiguration, AccessRefused without credentials */
export async function runConfig(typed: string, file: string, options: ConfigOptions): Promise<number> {
  const verb = VERBS.find((known) => known === typed);
  if (!verb) {
    const near = nearest(typed, VERBS);
    throw new BadInput('verb', `${typed} is none of ${VERBS.join(', ')}${near ? `: ${near}?` : ''}`);
  }
  const config = verb === 'push' || existsSync(file) ? readFile(file) : undefined;
  const region = options.region ?? config?.hub.region;
  if (region === undefined) throw new BadInput('--region', `name the hub’s region: there is no ${file} that tells it`);
  const world = wireConfig({ region, profile: options.profile });
  if (verb === 'push' && config) return push(world, config, file, options);
  return verb === 'history' ? history(world, options) : show(world, options);
}

const readFile = (file: string): Config =>
  parseConfig(
    readText(file),
    file,
    RULES.map(({ id }) => id),
  );

async function push(world: ConfigWorld, config: Config, file: string, options: ConfigOptions): Promise<number> {
  const text = storedText(config);
  const tooLarge = whyTooLarge(text);
  if (tooLarge) throw new BadInput(file, tooLarge);
  const now = await newest(world);
  refuseOtherHub(now, config, file);
  const changes = changesBetween(now.text, text);
  const alsoDeploy = changes.filter(needsDeployment).map(({ path }) => path);
  const document: PushDocument = { verb: 'push', from: now.version, version: null, changes, alsoDeploy };
  const told = options.format === 'json' ? note : print;
  for (const change of changes) await told(harmless(changeText(change)));
  if (alsoDeploy.length > 0)
    note(`cinch config: ${alsoDeploy.join(', ')}: what is deployed holds these too; deploy the stacks as well`);
  if (changes.length === 0) return end(document, options, `${file} is what the bot goes by already (version ${now.version}).`);
  if (!options.yes && !(await isAgreed(changes.length))) {
    note('cinch config: nothing was changed');
    return EXIT.findings;
  }
  const version = await writeAfter(world, now, text);
  return end({ ...document, version }, options, `Pushed as version ${version}; the bot goes by it within a minute.`);
}

async function end(document: PushDocument, options: ConfigOptions, words: string): Promise<number> {
  if (options.format === 'json') await printJson(document);
  else await print(words);
  return EXIT.clean;
}

/** SSM has no conditional write. The version is read again right before; and what comes out tells whether somebody wrote in between all the same. */
async function writeAfter(world: ConfigWorld, { version }: ConfigVersion, text: string): Promise<number> {
  const latest = await world.latest();
  if (latest !== version)
    throw new BadInput('push', `somebody else has pushed version ${latest} meanwhile: nothing was changed; look again`);
  const written = await world.push(text);
  if (written !== version + 1)
    throw new BadInput(
      'push',
      `pushed as version ${written}, over what somebody else pushed in the same moment: see 'cinch config history'`,
    );
  return written;
}

/** Credentials of another hub's account would change that one. */
function refuseOtherHub({ text, version }: ConfigVersion, { hub }: Config, file: string): void {
  const stored = (parseJson(text)?.value ?? {}) as { hub?: { account?: unknown } };
  const account = stored.hub?.account;
  if (typeof account === 'string' && account !== hub.account)
    throw new BadInput(file, `it is for the hub in ${hub.account}, and these credentials lead to the one in ${account}`);
  if (account === undefined) note(`cinch config: version ${version} is not readable`);
}

/** With what it says, and who wrote it. */
async function newest(world: ConfigWorld): Promise<ConfigVersion> {
  const last = (await versionsOf(world)).at(-1);
  if (!last) throw new BadInput('push', 'the hub has no configuration yet: deploy it first');
  return last;
}

async function versionsOf(world: ConfigWorld): Promise<readonly ConfigVersion[]> {
  try {
    return await world.versions();
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'ParameterNotFound')
      throw new BadInput(
        'the hub',
        'there is none with these credentials and in this region: deploy it first, or name --profile and --region',
      );
    throw error;
  }
}

async function isAgreed(count: number): Promise<boolean> {
  const talk = talkOn(process.stdin, process.stderr);
  try {
    const heard = await talk.hear(`Push ${counted(count, 'change')}? [no] > `);
    return ['y', 'yes'].includes(heard?.trim().toLowerCase() ?? '');
  } finally {
    talk.end();
  }
}

async function history(world: ConfigWorld, options: ConfigOptions): Promise<number> {
  const all = await versionsOf(world);
  const versions = all.map(({ version, at, by, text }, index) => {
    const before = all[index - 1];
    return { version, at, by, changes: before ? changesBetween(before.text, text) : [] };
  });
  const document: HistoryDocument = { verb: 'history', versions };
  if (options.format === 'json') await printJson(document);
  else
    await print(
      versions
        .toReversed()
        .flatMap(({ version, at, by, changes }) => [
          `version ${version}  ${at}  ${by}`,
          ...changes.map((one) => `    ${changeText(one)}`),
        ])
        .map(harmless)
        .join('\n'),
    );
  return EXIT.clean;
}

async function show(world: ConfigWorld, options: ConfigOptions): Promise<number> {
  const { version, at, by, text } = await newest(world);
  const value = parseJson(text)?.value as { hub?: object } | undefined;
  const config = value?.hub ? { ...value, hub: { ...value.hub, externalId: '(hidden)' } } : null;
  const document: ShowDocument = { verb: 'show', version, at, by, config };
  if (options.format === 'json') await printJson(document);
  else await print(`# version ${version}, ${at}, by ${harmless(by)}\n${config ? stringify(config) : '# not readable\n'}`);
  return EXIT.clean;
}
