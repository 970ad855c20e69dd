import { counted } from '../../shared/rules/parts/words.ts';
import { coloursOf } from '../frame/colours.ts';
import { EXIT } from '../frame/exit.ts';
import { note, print, printJson } from '../frame/output.ts';
import { readInput } from '../frame/read-files.ts';
import { harmless, plainTable } from '../frame/table.ts';
import { FAIL_FROM, type SecretsOptions } from './command.ts';
import type { SecretsResult } from './document.ts';
import { classifyLines } from './lines.ts';

type Bad = Extract<SecretsResult, { error: object }>;
type Judged = Exclude<SecretsResult, Bad>;
const isBad = (result: SecretsResult): result is Bad => 'error' in result;

/** Answers the exit code. */
export async function runSecrets(file: string, options: SecretsOptions): Promise<number> {
  const results = classifyLines(await readInput(file));
  await (options.format === 'json' ? printJson({ results }) : print(secretsTable(results)));
  const bad = results.filter(isBad);
  const [first] = bad;
  if (first) {
    const where = file === '-' ? 'stdin' : file;
    const others = bad.length > 1 ? ` (and ${counted(bad.length - 1, 'more line')})` : '';
    note(`cinch secrets: ${where}:${first.error.line}: ${first.error.message}${others}`);
    return EXIT.bad;
  }
  return results.some((result) => !isBad(result) && failsBy(result, options.failOn)) ? EXIT.findings : EXIT.clean;
}

const failsBy = ({ secret, confidence }: Judged, failOn: SecretsOptions['failOn']): boolean =>
  secret && failOn !== 'none' && FAIL_FROM.indexOf(confidence) <= FAIL_FROM.indexOf(failOn);

export function secretsTable(results: readonly SecretsResult[]): string {
  const colours = coloursOf(process.stdout);
  const judged = results.filter((result): result is Judged => !isBad(result));
  const secrets = judged.filter(({ secret }) => secret);
  const rows = results.map((result) =>
    isBad(result)
      ? [colours.red('unreadable'), `line ${result.error.line}`, result.error.message, '']
      : [result.secret ? colours.red('secret') : colours.dim('no'), harmless(result.name), result.kind, result.confidence],
  );
  const summary = `${counted(secrets.length, 'secret')} among ${counted(judged.length, 'variable')}`;
  const table = rows.length === 0 ? [] : [...plainTable(['', 'name', 'kind', 'confidence'], rows, colours), ''];
  return [...table, colours.bold(summary), ''].join('\n');
}
