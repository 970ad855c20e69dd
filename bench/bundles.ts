import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Metafile } from 'esbuild';
import { bundleCode } from '../infra/bundle.ts';
import { BOT_FUNCTIONS, type BotFunction, ENV } from '../shared/names.ts';

/**
 * What a cold start loads: the size of each function's bundle, how long a fresh process takes to import it (module-level wiring included),
 * and what it is made of.
 *   npx tsx bench/bundles.ts [processes=15] [biggest=12]
 */

const processes = Number(process.argv[2] ?? 15);
const biggest = Number(process.argv[3] ?? 12);
const GOALS: Readonly<Record<BotFunction, { kilobytes: number; ms: number }>> = {
  'on-change': { kilobytes: 600, ms: 110 },
  apply: { kilobytes: 600, ms: 110 },
  'on-approval': { kilobytes: 60, ms: 20 },
  'on-slack': { kilobytes: 60, ms: 20 },
  notify: { kilobytes: 600, ms: 110 },
  sweep: { kilobytes: 600, ms: 110 },
  export: { kilobytes: 600, ms: 110 },
};

/** What the handlers ask for while they are imported; nothing is called. */
const environment = {
  PATH: process.env.PATH ?? '',
  AWS_REGION: 'us-east-1',
  LAMBDA_TASK_ROOT: '/var/task',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  ...Object.fromEntries(Object.values(ENV).map((name) => [name, 'x'])),
  [ENV.slackApiUrl]: '',
};

const TIMED =
  'const start = performance.now(); require(process.argv[1]); process.stdout.write(String(performance.now() - start));';

const importMs = (file: string): number =>
  Number(execFileSync(process.execPath, ['-e', TIMED, file], { env: environment, encoding: 'utf8' }));

/** `@aws-sdk/client-lambda`, `shared/rules`, ... */
function partOf(input: string): string {
  const name = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1];
  return name ?? input.split('/').slice(0, 2).join('/');
}

function partsOf(metafile: Metafile, name: BotFunction): [part: string, bytes: number][] {
  const output = Object.entries(metafile.outputs).find(([path]) => path.endsWith(join(name, 'index.js')))?.[1];
  const sizes = new Map<string, number>();
  for (const [input, { bytesInOutput }] of Object.entries(output?.inputs ?? {}))
    sizes.set(partOf(input), (sizes.get(partOf(input)) ?? 0) + bytesInOutput);
  return [...sizes].sort(([, a], [, b]) => b - a);
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(bytes < 100_000 ? 1 : 0)} KB`;
const print = (...cells: readonly string[]): void =>
  void process.stdout.write(`${cells.map((cell, index) => (index === 0 ? cell.padEnd(11) : cell.padStart(18))).join('')}\n`);

function measure(folder: string, name: BotFunction): void {
  const file = join(folder, name, 'index.js');
  const code = readFileSync(file);
  const times = Array.from({ length: processes }, () => importMs(file)).sort((a, b) => a - b);
  const ms = (index: number): string => `${(times[index] ?? Number.NaN).toFixed(1)} ms`;
  const goal = GOALS[name];
  print(
    name,
    kilobytes(code.length),
    kilobytes(gzipSync(code).length),
    ms(0),
    ms(Math.floor(times.length / 2)),
    `${goal.kilobytes} KB, ${goal.ms} ms`,
  );
}

const folder = mkdtempSync(join(tmpdir(), 'cinch-bundles-'));
try {
  const metafile = await bundleCode(folder);
  process.stdout.write(
    `Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, load ${loadavg()[0]?.toFixed(2)}, ${processes} processes each\n`,
  );
  print('function', 'size', 'gzip', 'import minimum', 'import median', 'goal');
  for (const name of BOT_FUNCTIONS) measure(folder, name);
  for (const name of BOT_FUNCTIONS) {
    const parts = partsOf(metafile, name).slice(0, biggest);
    process.stdout.write(`\n${name}: ${parts.map(([part, bytes]) => `${part} ${kilobytes(bytes)}`).join(', ')}\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
