import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Judged } from '../findings/judge.ts';
import { BadInput } from '../frame/bad-input.ts';
import { cannotRead, parseJson } from '../frame/read-files.ts';

/** What a scan has finished, one line a resource, so that the next one goes on from there. Holds findings, never a value that was read. */
export interface Journal {
  readonly done: ReadonlyMap<string, Judged>;
  write(arn: string, judged: Judged): void;
  /** Everything is done: the next scan begins anew. */
  remove(): void;
}

export const NO_JOURNAL: Journal = { done: new Map(), write: () => undefined, remove: () => undefined };

interface Line extends Judged {
  readonly arn: string;
}

/**
 * @param plan what the scan is of: accounts, regions and rules. A journal of another one is refused.
 * @throws BadInput
 */
export function openJournal(file: string, plan: string): Journal {
  const done = new Map<string, Judged>();
  const header = `${JSON.stringify({ journal: 'cinch scan', plan })}\n`;
  try {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    // A line that was cut off counts as not written.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const [first, ...lines] = whole.split('\n').slice(0, -1);
    if (first === undefined && text !== '') throw new BadInput(file, 'not a journal of a scan: name another file');
    if (first !== undefined) checkHeader(file, first, plan);
    for (const line of lines) {
      const entry = parseJson(line)?.value as Line | undefined;
      if (entry?.arn) {
        const { arn, ...judged } = entry;
        done.set(arn, judged);
      }
    }
    writeFileSync(file, whole === '' ? header : whole, { mode: 0o600 });
  } catch (error) {
    throw error instanceof BadInput ? error : cannotRead(file, error);
  }
  return {
    done,
    write: (arn, judged) => appendFileSync(file, `${JSON.stringify({ arn, ...judged })}\n`),
    remove: () => rmSync(file, { force: true }),
  };
}

function checkHeader(file: string, line: string, plan: string): void {
  const header = parseJson(line)?.value as { journal?: unknown; plan?: unknown } | undefined;
  if (header?.journal !== 'cinch scan') throw new BadInput(file, 'not a journal of a scan: name another file');
  if (header.plan !== plan)
    throw new BadInput(file, 'it belongs to a scan of other accounts, regions or rules: remove it, or name another file');
}
