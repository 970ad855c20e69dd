/**
 * How fast code is read: `npx tsx bench/code.ts`. Bundles a handler with the SDK's clients whole, once minified and once not, fills it up with
 * code to about 1 and 5 MB, and reads each five times: the median, unpacking included.
 */
import { build } from 'esbuild';
import { unzipSync, zipSync } from 'fflate';
import { readCalls } from '../shared/code/read-code.ts';
import { isUnknown } from '../shared/model/unknown.ts';

const HANDLER = `
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
export const handler = async (event: never) => {
  await new SQSClient({}).send(new SendMessageCommand(event));
  return new DynamoDBClient({}).send(new GetItemCommand(event));
};`;

async function bundleOf(minify: boolean): Promise<string> {
  const built = await build({
    stdin: { contents: HANDLER, loader: 'ts', resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    mainFields: ['main', 'module'],
    minify,
    logLevel: 'silent',
  });
  return built.outputFiles[0]?.text ?? '';
}

/** Code as a bundle holds beside the SDK: functions, strings, divisions and regular expressions. */
function filler(bytes: number): string {
  const parts: string[] = [];
  for (let size = 0, at = 0; size < bytes; at += 1) {
    const part = `function f${at}(a,b){if(/^x[/"]+$/.test(a))return "t"+a/b;let c=\`v\${b}\`;return{a:c,b:[a,b].map(d=>d*${at})}}\n`;
    parts.push(part);
    size += part.length;
  }
  return parts.join('');
}

for (const megabytes of [1, 5]) {
  for (const minify of [true, false]) {
    const bundled = await bundleOf(minify);
    const text = `${filler(Math.max(0, megabytes * 1_000_000 - bundled.length))}${bundled}`;
    const zip = zipSync({ 'index.js': new TextEncoder().encode(text) });
    const times: number[] = [];
    for (let run = 0; run < 5; run += 1) {
      const started = performance.now();
      const [bytes] = Object.values(unzipSync(zip));
      const calls = readCalls([{ path: 'index.js', text: Buffer.from(bytes ?? []).toString('utf8') }], 'node');
      times.push(performance.now() - started);
      if (isUnknown(calls) || calls.length !== 2) throw new Error(`two calls are expected: ${JSON.stringify(calls)}`);
    }
    const median = times.sort((one, other) => one - other)[2] ?? 0;
    console.log(`${(text.length / 1e6).toFixed(1)} MB, ${minify ? 'minified' : 'plain'}: ${median.toFixed(0)} ms`);
  }
}
const memory = process.resourceUsage().maxRSS / 1024;
console.log(`at most ${memory.toFixed(0)} MB of memory in all, esbuild's own process apart`);
