/**
 * What the /tmp cleaner costs an invocation and a start, with the real program before a runtime and a Runtime API on this machine:
 * `npx tsx bench/tmp-cleaner.ts`. The same is measured without it, so that what is printed is the difference.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startFakeRuntimeApi } from '../test/layers/fake-runtime-api.ts';
import { unpackCleaner } from '../test/layers/resolver-binary.ts';

const RUNTIME = fileURLToPath(new URL('../test/layers/small-runtime.cjs', import.meta.url));
const STARTS = 40;
const ROUNDS = 400;
const MANY = { fill: 1000 };

const median = (all: number[]): number => all.sort((one, other) => one - other)[Math.floor(all.length / 2)] ?? 0;

function started(program: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const start = performance.now();
  const child = spawn(program[0] ?? '', program.slice(1), { env, stdio: 'ignore' });
  return new Promise((resolve) => child.once('exit', () => resolve(performance.now() - start)));
}

/** From the end of one invocation to the next one's start, and what the invocation itself takes. */
async function measure(program: readonly string[], event: object, rounds: number): Promise<{ turn: number; memoryMb: number }> {
  const api = await startFakeRuntimeApi();
  const root = mkdtempSync(join(tmpdir(), 'cinch-bench-'));
  const child = spawn(program[0] ?? '', [...program.slice(1), process.execPath, RUNTIME], {
    env: { AWS_LAMBDA_RUNTIME_API: api.address, CINCH_TMP_ROOT: root, TEST_ROOT: root, PATH: process.env.PATH },
    stdio: 'inherit',
  });
  const turns: number[] = [];
  for (let n = 0; n < rounds; n++) {
    await api.invoke({ id: `write-${n}`, payload: JSON.stringify(event) });
    const start = performance.now();
    await api.asked();
    await api.invoke({ id: `look-${n}`, payload: '{"echo":true}' });
    turns.push(performance.now() - start);
  }
  const memoryMb = proxyMemory(root);
  child.kill('SIGKILL');
  await api.close();
  rmSync(root, { recursive: true, force: true });
  return { turn: median(turns), memoryMb };
}

function proxyMemory(root: string): number {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(`cinch-tmp-proxy\0`)) continue;
      if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(root)) continue;
      return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
    } catch {
      // It ended while the list was read.
    }
  }
  return 0;
}

const cleaner = await unpackCleaner();
const api = await startFakeRuntimeApi();
const env = { AWS_LAMBDA_RUNTIME_API: api.address, CINCH_TMP_ROOT: mkdtempSync(join(tmpdir(), 'cinch-bench-')) };
const [plainStarts, cleanStarts]: [number[], number[]] = [[], []];
for (let n = 0; n < STARTS; n++) {
  plainStarts.push(await started(['/bin/true'], env));
  cleanStarts.push(await started([cleaner, '/bin/true'], env));
}
await api.close();
const direct = await measure(['/usr/bin/env'], {}, ROUNDS);
const empty = await measure([cleaner], {}, ROUNDS);
const directMany = await measure(['/usr/bin/env'], MANY, 60);
const many = await measure([cleaner], MANY, 60);

const row = (what: string, ms: number): void => console.log(`${what.padEnd(58)} ${ms.toFixed(2)} ms`);
row('start until the runtime runs, without (/bin/true)', median(plainStarts));
row('start until the runtime runs, with the cleaner', median(cleanStarts));
row('one turn (end, next, an invocation), without', direct.turn);
row('one turn with the cleaner, nothing in /tmp', empty.turn);
row('  the cleaner costs', empty.turn - direct.turn);
row('one turn with the cleaner, 1,000 files to remove', many.turn);
row('  the cleaner costs', many.turn - empty.turn + (empty.turn - direct.turn));
row('(without the cleaner, with the files that stay)', directMany.turn);
console.log(`memory of the proxy after that: ${many.memoryMb.toFixed(1)} MB`);
