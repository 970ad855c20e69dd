import { type Known, unknown } from '../model/unknown.ts';
import { callsOfJavaScript } from './javascript.ts';
import { isDoubt } from './names.ts';
import { callsOfPython } from './python.ts';

/** One file of a deployment package. `text` is null for what is no text. */
export interface CodeFile {
  readonly path: string;
  readonly text: string | null;
}

export type CodeLanguage = 'node' | 'python';

/** The language whose code can be read, of a runtime's name: `nodejs22.x`. */
export function languageOf(runtime: string | null | undefined): CodeLanguage | undefined {
  if (runtime?.startsWith('nodejs')) return 'node';
  return runtime?.startsWith('python3') ? 'python' : undefined;
}

const CODE: { readonly [L in CodeLanguage]: RegExp } = { node: /\.[cm]?[jt]s$/, python: /\.pyw?$/ };
/** AWS's own code: what it can call is known by its names. */
const OF_AWS: { readonly [L in CodeLanguage]: RegExp } = {
  node: /(?:^|\/)node_modules\/(?:@aws-sdk|@smithy|@aws-crypto|@aws\/lambda-invoke-store|aws-sdk)\//,
  python: /(?:^|\/)(?:boto3|botocore|s3transfer)\//,
};
const OF_OTHERS = /(?:^|\/)(?:node_modules|site-packages|dist-packages)\//;
const MENTIONS_AWS = /aws-sdk|@aws|AWS_|AWS4|amazonaws|\baws\b|boto/i;
/** What runs and can't be read, and what may hold it. */
const OPAQUE = /\.(?:node|so(?:\.\d+)*|dll|dylib|wasm|exe|jar|class|zip|tar|t?gz|whl|egg|jsc|pyx|pyd|sh|bash|rb|pl|php)$/;

/** Whether a file's text is needed at all: only then is it worth unpacking. */
export const isCode = (path: string, language: CodeLanguage): boolean =>
  CODE[language].test(path) && !path.endsWith('.d.ts') && !OF_AWS[language].test(path);

/** Whether a file makes the whole package unreadable by its name alone. */
export function isOpaque(path: string, language: CodeLanguage): boolean {
  if (OF_AWS[language].test(path)) return false;
  if (language === 'python' && path.endsWith('.pyc')) return !path.includes('__pycache__/');
  return OPAQUE.test(path);
}

/**
 * The calls of AWS that a deployment package makes, sorted: `dynamodb GetItem`. Whatever can't be told from its text makes the whole answer
 * unknown: what is found is at least what the code calls, or it is no answer. Pure.
 */
export function readCalls(files: readonly CodeFile[], language: CodeLanguage): Known<readonly string[]> {
  const opaque = files.find(({ path }) => isOpaque(path, language));
  if (opaque) return unknown(`${opaque.path} can't be read`);
  const sources: { path: string; text: string }[] = [];
  for (const { path, text } of files) {
    if (!isCode(path, language)) continue;
    if (text === null) return unknown(`${path} is no text`);
    // Others' code that never speaks of AWS is handed no client that is not accounted for where it is made.
    if (OF_OTHERS.test(path) && !MENTIONS_AWS.test(text)) continue;
    sources.push({ path, text });
  }
  if (sources.length === 0)
    return unknown(`the package holds no ${language === 'node' ? 'JavaScript' : 'Python'} that can be read`);
  const calls = language === 'node' ? callsOfJavaScript(sources) : callsOfPython(sources);
  return isDoubt(calls) ? unknown(calls.why) : [...calls].sort();
}
