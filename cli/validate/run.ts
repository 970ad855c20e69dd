import { formatProblem, readConfig } from '../../shared/config/load.ts';
import { RULES } from '../../shared/rules/index.ts';
import { counted } from '../../shared/rules/parts/words.ts';
import { EXIT } from '../frame/exit.ts';
import { note, print, printJson } from '../frame/output.ts';
import { readInput } from '../frame/read-files.ts';
import { harmless } from '../frame/table.ts';
import type { ValidateOptions } from './command.ts';
import type { ValidateDocument } from './document.ts';

/** Answers the exit code. */
export async function runValidate(file: string, options: ValidateOptions): Promise<number> {
  const text = await readInput(file);
  const name = file === '-' ? 'stdin' : file;
  const result = readConfig(
    text,
    RULES.map(({ id }) => id),
  );
  const problems = 'problems' in result ? [...result.problems] : [];
  const document: ValidateDocument = { file: name, valid: problems.length === 0, problems };
  if (options.format === 'json') await printJson(document);
  else
    await print(
      problems.length === 0 ? `${name} is valid.` : problems.map((one) => harmless(formatProblem(name, one))).join('\n'),
    );
  if (problems.length === 0) return EXIT.clean;
  note(`cinch validate: ${name} has ${counted(problems.length, 'problem')}`);
  return EXIT.bad;
}
