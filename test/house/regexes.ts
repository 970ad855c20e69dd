import fc from 'fast-check';
import { parseAst } from 'vitest/node';
import { filesIn, textOf } from './source-files.ts';

export interface Found {
  readonly source: string;
  readonly flags: string;
  readonly file: string;
}

/** Every regular expression that stands in the code of the bot, each once. Those that are put together at run time are not literals. */
export function regexLiterals(folders: readonly string[]): Found[] {
  const found = new Map<string, Found>();
  const visit = (node: unknown, file: string): void => {
    if (Array.isArray(node)) for (const item of node) visit(item, file);
    else if (typeof node === 'object' && node !== null) {
      const { regex } = node as { regex?: { pattern: string; flags: string } };
      if (regex) found.set(`/${regex.pattern}/${regex.flags}`, { source: regex.pattern, flags: regex.flags, file });
      else for (const value of Object.values(node)) visit(value, file);
    }
  };
  for (const file of filesIn(folders, /\.ts$/)) visit(parseAst(textOf(file), { lang: 'ts' }, file), file);
  return [...found.values()];
}

/** What may be repeated without end: only such an expression can take longer than its text is long. */
export const hasRepetition = ({ source }: Found): boolean =>
  /[*+]|\{\d+,\d*\}/.test(source.replaceAll(/\\./g, 'x').replaceAll(/\[(?:[^\]])*\]/g, 'c'));

/**
 * Texts that an expression almost matches, over and over: what it takes, and the beginnings and the single characters of that, each repeated.
 * `pieces` are repeated; the same ones every time.
 */
export function attackPieces({ source, flags }: Found): string[] {
  const pieces = new Set<string>(['a', '0', ' ', '\t', '-', '/', '.', '{', '"', '[', '=', ':', ',', '\n']);
  for (const sample of samplesOf(source, flags)) {
    for (const cut of [sample, ...cuts(sample)]) if (cut !== '' && cut.length <= 300) pieces.add(cut);
    for (const character of new Set(sample)) pieces.add(character);
  }
  return [...pieces].slice(0, 150);
}

const cuts = (text: string): string[] =>
  Array.from({ length: Math.min(24, text.length - 1) }, (_, index) => text.slice(0, Math.ceil(((index + 1) * text.length) / 25)));

/** A few texts that it matches. What fast-check can't read, as lookarounds, is left out of the expression first. */
function samplesOf(source: string, flags: string): string[] {
  const simpler = source.replaceAll(/\(\?<?[!=](?:[^()[\]\\]|\\.|\[(?:[^\]\\]|\\.)*\])*\)/g, '').replaceAll(/\\[bB]/g, '');
  for (const text of [source, simpler]) {
    try {
      const kept = flags.replaceAll(/[gyi]/g, '');
      return fc.sample(fc.stringMatching(new RegExp(text, kept), { size: 'xsmall' }), { numRuns: 6, seed: 1 });
    } catch {
      // Tried again in its simpler form; some have none.
    }
  }
  return [];
}

/** How long it takes to look for it in a text, in ms: from every place, or from its beginning alone where it is sticky. */
export function timeToSearch({ source, flags }: Found, text: string): number {
  const regex = new RegExp(source, flags);
  const start = performance.now();
  text.replace(regex, '');
  return performance.now() - start;
}
