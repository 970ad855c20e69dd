import { unzipSync } from 'fflate';
import { type CodeFile, type CodeLanguage, isCode, isOpaque, readCalls } from '../../code/read-code.ts';
import { type Known, unknown } from '../../model/unknown.ts';
import { AwsError, errorCode } from '../aws-error.ts';

/** Lambda takes packages of 50 MB; what is bigger than this is a model or a browser, and would not fit beside itself in memory. */
export const LARGEST_PACKAGE = 20_000_000;
/** Bytes of code, unpacked: it is kept in memory twice while it is read. */
const MOST_CODE = 16_000_000;
const PATIENCE_MS = 20_000;

/**
 * The calls in the package that a presigned link leads to. The code is held while it is read and nowhere else: nothing of it is kept, logged or
 * answered but the names of calls, or the place and kind of what makes it unreadable.
 * @throws AwsError when the link gives no answer
 */
export async function readPackage(location: string, language: CodeLanguage): Promise<Known<readonly string[]>> {
  const zip = await download(location);
  if (zip === undefined) return unknown(`its package is bigger than ${LARGEST_PACKAGE / 1_000_000} MB`);
  const files = unpack(zip, language);
  return 'unknown' in files ? files : readCalls(files, language);
}

/** Undefined when it is too big. An error names no link: whoever has it has the code. */
async function download(location: string): Promise<Uint8Array | undefined> {
  try {
    const answer = await fetch(location, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!answer.ok || !answer.body) throw new AwsError('the code of a function', `HTTP${answer.status}`, answer.status);
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of answer.body as AsyncIterable<Uint8Array>) {
      size += part.length;
      if (size > LARGEST_PACKAGE) return undefined;
      parts.push(part);
    }
    return Buffer.concat(parts);
  } catch (error) {
    throw error instanceof AwsError ? error : new AwsError('the code of a function', errorCode(error), 0);
  }
}

/** The code among the files, and the names of what is none but runs. */
function unpack(zip: Uint8Array, language: CodeLanguage): readonly CodeFile[] | { readonly unknown: string } {
  const opaque: CodeFile[] = [];
  let size = 0;
  try {
    const unpacked = unzipSync(zip, {
      filter: ({ name, originalSize }) => {
        if (isOpaque(name, language)) opaque.push({ path: name, text: null });
        const isWanted = isCode(name, language);
        if (isWanted) size += originalSize;
        return isWanted && size <= MOST_CODE;
      },
    });
    if (size > MOST_CODE) return unknown(`its package holds more than ${MOST_CODE / 1_000_000} MB of code`);
    const files = Object.entries(unpacked).map(([path, bytes]): CodeFile => ({ path, text: textOf(bytes) }));
    return [...opaque, ...files];
  } catch {
    return unknown('its package is no zip that can be read');
  }
}

function textOf(bytes: Uint8Array): string | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return text.includes('\0') ? null : text;
}
