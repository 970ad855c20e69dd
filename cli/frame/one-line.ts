import type { CommanderError } from 'commander';

/** Folds a text of several lines into one, and takes away what would steer a terminal. */
export function oneLine(text: string): string {
  return text
    .trim()
    .replace(/\s*\n\s*/g, '; ')
    .replace(/\p{Cc}/gu, ' ')
    .trim();
}

/** `unknown option '--formt'. Did you mean --format? See 'cinch check --help'.` */
export function usageLine({ message }: CommanderError, name: string): string {
  const [what = '', suggestion] = message
    .trim()
    .split('\n')
    .map((line) => line.trim());
  const said = what.replace(/^error: /, '').replace(/\.$/, '');
  return [`${said}.`, suggestion?.replace(/^\((.*)\)$/, '$1'), `See '${name} --help'.`].filter(Boolean).join(' ');
}
