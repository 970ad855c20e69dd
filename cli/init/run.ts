import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseConfig, readConfig } from '../../shared/config/load.ts';
import { RULES } from '../../shared/rules/index.ts';
import { BadInput } from '../frame/bad-input.ts';
import { coloursOf } from '../frame/colours.ts';
import { EXIT } from '../frame/exit.ts';
import { note, print } from '../frame/output.ts';
import { answersTo, type Talk, talkOn } from './ask.ts';
import type { InitOptions } from './command.ts';
import { SLACK_MANIFEST } from './manifest.ts';
import { nextSteps } from './next-steps.ts';
import { type Answers, QUESTIONS } from './questions.ts';
import { configText } from './template.ts';

const MANIFEST_FILE = 'slack-app-manifest.yaml';
const RULE_IDS = RULES.map(({ id }) => id);

/** Answers the exit code. @throws BadInput for what is there already, and for answers that can't be. */
export async function runInit(file: string, options: InitOptions): Promise<number> {
  if (existsSync(file) && !options.force) throw new BadInput(file, 'it is there already; --force writes over it');
  const talk = options.yes ? undefined : talkOn(process.stdin, process.stderr);
  try {
    const answers = await answersTo(QUESTIONS, options, talk);
    const text = configText(answers, externalIdFor(file));
    // What init writes is what the bot reads: an error here is told like any other, and nothing is written.
    const config = parseConfig(text, file, RULE_IDS);
    if (talk && !(await isAgreed(talk, file, answers))) {
      note('cinch init: nothing was written');
      return EXIT.bad;
    }
    writeNew(file, text, options.force === true);
    const manifest = join(dirname(file), MANIFEST_FILE);
    if (!existsSync(manifest) || options.force) writeNew(manifest, SLACK_MANIFEST, true);
    await print(nextSteps({ config, file, manifest, mode: answers.mode }, coloursOf(process.stdout)));
    return EXIT.clean;
  } finally {
    talk?.end();
  }
}

/** The members' roles require it: a new one would lock the bot out of accounts that are deployed. */
function externalIdFor(file: string): string {
  const before = existsSync(file) ? readConfig(readFileSync(file, 'utf8'), RULE_IDS) : undefined;
  if (before && 'config' in before) return before.config.hub.externalId;
  if (before) note(`cinch init: ${file} could not be read, so the external id is a new one: deploy the member stacks again`);
  return randomBytes(24).toString('base64url');
}

async function isAgreed(talk: Talk, file: string, { units, members, mode }: Answers): Promise<boolean> {
  talk.say(`${file}: mode ${mode}, for ${[units, members].filter(Boolean).join(', ')}.`);
  for (;;) {
    const heard = await talk.hear('Write it? [yes] > ');
    const answer = heard?.trim().toLowerCase();
    if (answer === '' || answer === 'y' || answer === 'yes') return true;
    if (answer === undefined || answer === 'n' || answer === 'no') return false;
    talk.say('  yes or no.');
  }
}

function writeNew(file: string, text: string, mayReplace: boolean): void {
  try {
    writeFileSync(file, text, { flag: mayReplace ? 'w' : 'wx' });
  } catch (error) {
    const { code = 'an error' } = error as NodeJS.ErrnoException;
    throw new BadInput(file, code === 'ENOENT' ? 'there is no such folder' : `it can't be written (${code})`);
  }
}
