/**
 * How well secrets are told from settings: `npx tsx bench/secrets-accuracy.ts <secrets.jsonl[.gz]>`, a file of lines
 * `{id, name, value, isSecret, kind, doubt?}`. Prints precision, recall, F1, the misses by id (never a value) and the speed.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { classify } from '../shared/secrets/classify.ts';

interface Line {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly isSecret: boolean;
  readonly kind: string;
  readonly doubt?: boolean;
}

const { positionals } = parseArgs({ allowPositionals: true });
const [path] = positionals;
if (path === undefined) {
  console.error('usage: npx tsx bench/secrets-accuracy.ts <secrets.jsonl[.gz]>');
  process.exit(2);
}
const lines = readLines(path);
const scored = lines.filter(({ doubt }) => doubt !== true);
report(scored);
speed(
  'the corpus',
  lines.map(({ name, value }) => [name, value]),
);
speed('typical variables', TYPICAL());

function readLines(file: string): Line[] {
  const bytes = readFileSync(file);
  const text = (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

function report(all: readonly Line[]): void {
  const judged = all.map((line) => ({ line, ...classify(line.name, line.value) }));
  const hit = judged.filter(({ line, secret }) => secret && line.isSecret).length;
  const wrong = judged.filter(({ line, secret }) => secret && !line.isSecret);
  const missed = judged.filter(({ line, secret }) => !secret && line.isSecret);
  const precision = hit / (hit + wrong.length);
  const recall = hit / (hit + missed.length);
  console.log(`${all.length} lines scored of ${lines.length}`);
  console.log(
    `precision ${precision.toFixed(4)}  recall ${recall.toFixed(4)}  F1 ${((2 * precision * recall) / (precision + recall)).toFixed(4)}`,
  );
  for (const level of ['high', 'medium', 'low'] as const) {
    const at = judged.filter(({ confidence, secret }) => secret && confidence === level);
    console.log(`  ${level}: ${at.length} called secret, ${at.filter(({ line }) => !line.isSecret).length} of them wrongly`);
  }
  for (const { kind, line } of wrong) console.log(`  not a secret, called ${kind}: ${line.id} (${line.kind})`);
  for (const { kind, line } of missed) console.log(`  a secret, called ${kind}: ${line.id} (${line.kind})`);
}

/** By the process's own processor time, so that a busy machine changes little. */
function speed(what: string, pairs: readonly (readonly [string, string])[]): void {
  const rates: number[] = [];
  for (let round = 0; round < 9; round++) {
    const repeats = Math.ceil(60_000 / pairs.length);
    const start = process.cpuUsage();
    for (let i = 0; i < repeats; i++) for (const [name, value] of pairs) classify(name, value);
    const { system, user } = process.cpuUsage(start);
    rates.push((repeats * pairs.length) / ((system + user) / 1e6));
  }
  rates.sort((a, b) => a - b);
  const show = (rate = 0): string => Math.round(rate).toLocaleString('en');
  console.log(`${what}: ${show(rates[4])} values a second of one core (median of 9), best ${show(rates.at(-1))}`);
}

/** What the variables of ordinary functions look like. */
function TYPICAL(): [string, string][] {
  return [
    ['TABLE_NAME', 'orders-prod-OrdersTable-1A2B3C4D5E6F7'],
    ['LOG_LEVEL', 'INFO'],
    ['POWERTOOLS_SERVICE_NAME', 'orders'],
    ['QUEUE_URL', 'https://sqs.eu-west-1.amazonaws.com/111111111111/orders'],
    ['TOPIC_ARN', 'arn:aws:sns:eu-west-1:111111111111:orders'],
    ['STAGE', 'prod'],
    ['FEATURE_ENABLED', 'true'],
    ['TIMEOUT_MS', '3000'],
    ['NODE_OPTIONS', '--enable-source-maps'],
    ['BUCKET', 'orders-exports-111111111111'],
    ['API_URL', 'https://api.example.com/v1'],
    ['DB_HOST', 'orders.cluster-abc.eu-west-1.rds.amazonaws.com'],
    ['DB_USER', 'orders'],
    ['SECRET_ARN', 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:orders-AbCdEf'],
    ['TZ', ':UTC'],
    ['MODEL_ID', 'anthropic.claude-3-haiku-20240307-v1:0'],
  ];
}
