import { lstatSync, readFileSync } from 'node:fs';
import { BadInput } from './bad-input.ts';

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'no permission to read it',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is no folder',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its links lead in a circle',
  ERR_STRING_TOO_LONG: 'it is too large',
};

/** A file's or stdin's (`-`) text. @throws BadInput that names the file. */
export async function readInput(file: string): Promise<string> {
  return file === '-' ? readStdin() : readText(file);
}

/** @throws BadInput that names the file. */
export function readText(file: string): string {
  try {
    return decoded(readFileSync(file));
  } catch (error) {
    throw cannotRead(file, error);
  }
}

/** The same for one of many: what can't be read is an answer too, and the others are read all the same. */
export async function tryRead(file: string): Promise<{ readonly text: string } | { readonly why: string }> {
  try {
    return { text: await readInput(file) };
  } catch (error) {
    if (error instanceof BadInput) return { why: error.why };
    throw error;
  }
}

/** What the operating system says, in words. */
export function cannotRead(file: string, error: unknown): BadInput {
  const { code = 'an error' } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' && isLink(file)) return new BadInput(file, 'the link leads nowhere');
  return new BadInput(file, WORDS[code] ?? `it can't be read (${code})`);
}

const isLink = (file: string): boolean => lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;

async function readStdin(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write('cinch reads from the terminal; end with Ctrl-D\n');
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return decoded(Buffer.concat(chunks));
}

/** UTF-8, or what a mark at the beginning says: PowerShell's `>` writes UTF-16. */
function decoded(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return bytes.toString('utf16le', 2);
  return bytes.toString('utf8');
}

/** Undefined for what is no JSON: the parser's own message quotes the text, which may hold what nobody should see. */
export function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text.replace(/^\uFEFF/, '')) };
  } catch {
    return undefined;
  }
}
