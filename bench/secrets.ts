/**
 * How well and how fast secrets are told from settings, beside gitleaks and detect-secrets on the same variables in one run:
 * `npx tsx bench/secrets.ts <secrets.jsonl[.gz]> [--alone]`, a file of lines `{id, name, value, isSecret, kind, doubt?}`.
 * Prints precision, recall and F1 without the doubtful lines, the disagreements by id (never a value), and values a second of one core.
 * The peers are installed below .local/ when missing; --alone leaves them out.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { classify } from '../shared/secrets/classify.ts';
import { peerVenv } from './peer-venv.ts';
import { gitleaksJudge } from './secrets-gitleaks.ts';
import { TYPICAL } from './secrets-typical.ts';

interface Line {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly isSecret: boolean;
  readonly kind: string;
  readonly doubt?: boolean;
}

/** What one of the judges said of each line of both lists, and how many it does a second. */
interface Judged {
  readonly who: string;
  readonly found: readonly boolean[];
  readonly rates: readonly [corpus: number, typical: number];
}

const ROUNDS = 9;
/** The peers' runs are long enough with the typical variables this many times over. */
const REPEATS = 1_000;

const { positionals, values } = parseArgs({ allowPositionals: true, options: { alone: { type: 'boolean' } } });
const [path] = positionals;
if (path === undefined) {
  console.error('usage: npx tsx bench/secrets.ts <secrets.jsonl[.gz]> [--alone]');
  process.exit(2);
}
const lines = readLines(path);
console.log(`${lines.length} variables, ${lines.filter(isScored).length} of them scored; load ${loadavg()[0]?.toFixed(2)}`);
const judges = values.alone ? [ours()] : [ours(), ...peers()];
table(judges);
disagreements();

function readLines(file: string): Line[] {
  const bytes = readFileSync(file);
  const text = (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

function isScored({ doubt }: Line): boolean {
  return doubt !== true;
}

function ours(): Judged {
  const found = lines.map(({ name, value }) => classify(name, value).secret);
  return { who: 'Cinch', found, rates: [rate(lines.map(({ name, value }) => [name, value])), rate(TYPICAL)] };
}

/** By the process's own processor time, so that a busy machine changes little; the median of all rounds. */
function rate(pairs: readonly (readonly [string, string])[]): number {
  const repeats = Math.ceil(60_000 / pairs.length);
  const rates = Array.from({ length: ROUNDS }, () => {
    const start = process.cpuUsage();
    for (let i = 0; i < repeats; i++) for (const [name, value] of pairs) classify(name, value);
    const { system, user } = process.cpuUsage(start);
    return (repeats * pairs.length) / ((system + user) / 1e6);
  });
  return rates.sort((a, b) => a - b)[ROUNDS >> 1] ?? 0;
}

/** Each is a process of its own, whose start is not counted, and judges one variable at a time. */
function peers(): Judged[] {
  const folder = mkdtempSync(join(tmpdir(), 'cinch-bench-'));
  try {
    const files = ['corpus.jsonl', 'typical.jsonl'].map((name) => join(folder, name));
    const typical = Array.from({ length: REPEATS }, () => TYPICAL).flat();
    const lists = [lines, typical.map(([name, value]) => ({ name, value }))];
    files.forEach((file, at) => {
      const text = (lists[at] ?? []).map(({ name, value }) => JSON.stringify({ name, value })).join('\n');
      writeFileSync(file, `${text}\n`);
    });
    const python = join(peerVenv('detect-secrets==1.5.0'), 'python');
    const script = join(import.meta.dirname, 'secrets_detect.py');
    return [judgeWith('gitleaks', gitleaksJudge(), files), judgeWith('detect-secrets', python, [script, ...files])];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function judgeWith(who: string, command: string, args: readonly string[]): Judged {
  const answer = execFileSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, GOMAXPROCS: '1' },
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [corpus, typical] = JSON.parse(answer) as { seconds: number; found: boolean[] }[];
  if (corpus?.found.length !== lines.length || typical === undefined) throw new Error(`${who} left lines out`);
  return { who, found: corpus.found, rates: [lines.length / corpus.seconds, typical.found.length / typical.seconds] };
}

function table(all: readonly Judged[]): void {
  console.log('                precision  recall      F1   values a second: corpus   typical');
  for (const { found, rates, who } of all) {
    const count = (isSecret: boolean, said: boolean): number =>
      lines.filter((line, at) => isScored(line) && line.isSecret === isSecret && found[at] === said).length;
    const hits = count(true, true);
    const precision = hits / (hits + count(false, true));
    const recall = hits / (hits + count(true, false));
    const f1 = (2 * precision * recall) / (precision + recall);
    const figures = [precision, recall, f1].map((figure) => figure.toFixed(4).padStart(8)).join('');
    console.log(
      `${who.padEnd(16)}${figures}   ${rates.map((one) => Math.round(one).toLocaleString('en').padStart(17)).join('')}`,
    );
  }
}

function disagreements(): void {
  const judged = lines.map((line) => ({ line, ...classify(line.name, line.value) }));
  for (const level of ['high', 'medium', 'low'] as const) {
    const at = judged.filter(({ confidence, line, secret }) => secret && confidence === level && isScored(line));
    console.log(`${level}: ${at.length} called secret, ${at.filter(({ line }) => !line.isSecret).length} of them wrongly`);
  }
  for (const { kind, line, secret } of judged) {
    if (secret === line.isSecret) continue;
    const doubt = isScored(line) ? '' : ', doubtful and not scored';
    console.log(`  ${line.id} (${line.kind}${doubt}): ${secret ? `no secret, called ${kind}` : `a secret, called ${kind}`}`);
  }
}
