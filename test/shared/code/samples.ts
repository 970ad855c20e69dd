import { build, type Format } from 'esbuild';
import { readCalls } from '../../../shared/code/read-code.ts';
import { isUnknown } from '../../../shared/model/unknown.ts';

export const js = (text: string, path = 'index.js') => readCalls([{ path, text }], 'node');
export const py = (text: string, path = 'app.py') => readCalls([{ path, text }], 'python');

/** What is read, or why it can't be. */
export const whyOf = (calls: ReturnType<typeof readCalls>): string =>
  isUnknown(calls) ? calls.unknown : `known: ${calls.join(', ')}`;

export interface Bundling {
  readonly format: Format;
  readonly minify: boolean;
  /** Whether the client's ES modules are taken, of which a bundler drops what is not used, or its CommonJS ones, which stay whole. */
  readonly modules: 'es' | 'common';
  /** Left to the runtime, which has the SDK. */
  readonly external?: boolean;
}

export const BUNDLINGS: readonly Bundling[] = (['es', 'common'] as const).flatMap((modules) =>
  (['cjs', 'esm'] as const).flatMap((format) => [true, false].map((minify): Bundling => ({ format, minify, modules }))),
);
export const bundlingName = ({ format, minify, modules, external }: Bundling): string =>
  `${external ? 'the SDK left out' : `${modules} modules inside`}, as ${format}${minify ? ', minified' : ''}`;

/** Bundles TypeScript as people do for Lambda, with the SDK's clients that are installed here. */
export async function bundle(source: string, { format, minify, modules, external }: Bundling): Promise<string> {
  const built = await build({
    stdin: { contents: source, loader: 'ts', resolveDir: import.meta.dirname, sourcefile: 'handler.ts' },
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format,
    minify,
    mainFields: modules === 'es' ? ['module', 'main'] : ['main', 'module'],
    ...(external ? { external: ['@aws-sdk/*'] } : {}),
    logLevel: 'silent',
  });
  return built.outputFiles[0]?.text ?? '';
}
