/**
 * The engine on many functions, beside Cloud Custodian's filters on the same ones: `npx tsx bench/engine.ts [functions, default 10000]`.
 * Prints functions a second for the checks that both have and for the whole catalogue. Custodian is installed below .local/ when missing.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluateRules } from '../shared/engine/evaluate.ts';
import { functionResource } from '../shared/model/resource.ts';
import type { AnyRule } from '../shared/model/rule.ts';
import { parsePolicyDocument } from '../shared/policy/parse.ts';
import { RULES } from '../shared/rules/index.ts';
import { EXAMPLE_ACCOUNT, EXAMPLE_NOW, EXAMPLE_SETTINGS } from '../shared/rules/parts/example-context.ts';
import { type MadeFunction, makeFunctions } from './functions.ts';
import { peerVenv } from './peer-venv.ts';

/** What both can judge: Cinch's rule and Custodian's filter. */
const SHARED: Readonly<Record<string, readonly object[]>> = {
  'lambda-timeout-excessive': [{ type: 'value', key: 'Timeout', op: 'gt', value: 300 }],
  'lambda-runtime-deprecated': [{ type: 'value', key: 'Runtime', op: 'in', value: ['nodejs14.x', 'python3.7', 'go1.x'] }],
  'lambda-tracing-off': [{ type: 'value', key: 'TracingConfig.Mode', value: 'PassThrough' }],
  'lambda-vpc-missing': [{ type: 'value', key: 'VpcConfig.SubnetIds', value: 'empty' }],
  'lambda-failure-destination-missing': [{ type: 'value', key: 'DeadLetterConfig', value: 'absent' }],
  'lambda-tmp-not-cleaned': [{ type: 'value', key: 'EphemeralStorage.Size', op: 'gt', value: 512 }],
  'lambda-owner-missing': [{ 'tag:owner': 'absent' }],
  'lambda-layer-foreign': [{ type: 'value', key: "length(Layers[?contains(Arn, ':layer:foreign:')])", op: 'gt', value: 0 }],
  'lambda-policy-public': [{ type: 'cross-account', whitelist_conditions: [] }],
  'lambda-policy-cross-account': [{ type: 'cross-account' }],
};
/** Each is timed so often, and its best run counts: V8 needs some to compile what is hot. */
const RUNS = 10;
const PEER_RUNS = 3;

const count = Number(process.argv[2] ?? 10_000);
const made = makeFunctions(count);
console.log(`${count} functions, one core each, load ${loadavg()[0]?.toFixed(2)}`);

const both = RULES.filter((rule) => rule.id in SHARED);
const missing = Object.keys(SHARED).filter((id) => !both.some((rule) => rule.id === id));
if (missing.length > 0) throw new Error(`no such rules: ${missing.join(', ')}`);
const catalogue = RULES.filter((rule) => rule.resource === 'function');

const ours = best(() => judgeAll(both, made));
const whole = best(() => judgeAll(catalogue, made));
const theirs = custodian(made);

console.log('check                                   Cinch matched   Custodian matched');
for (const [id, { matched }] of Object.entries(theirs.byFilter))
  console.log(`${id.padEnd(40)}${String(ours.matched.get(id) ?? 0).padStart(13)}${String(matched).padStart(20)}`);
row(`Cinch, the ${both.length} checks that both have`, ours.seconds);
row('Cloud Custodian, the same', theirs.seconds);
row(`Cinch, all its ${catalogue.length} rules on functions`, whole.seconds);
console.log(
  `Cinch judges ${(theirs.seconds / ours.seconds).toFixed(1)} times as many functions a second on the checks that both have`,
);

function row(what: string, seconds: number): void {
  console.log(
    `${what.padEnd(48)}${seconds.toFixed(2).padStart(8)} s ${Math.round(count / seconds)
      .toString()
      .padStart(9)} a second`,
  );
}

interface Judged {
  readonly seconds: number;
  readonly matched: ReadonlyMap<string, number>;
}

function judgeAll(rules: readonly AnyRule[], functions: readonly MadeFunction[]): Judged {
  const matched = new Map<string, number>();
  const context = {
    settings: { ...EXAMPLE_SETTINGS, timeout: { ...EXAMPLE_SETTINGS.timeout, ceilingSeconds: 300 } },
    now: EXAMPLE_NOW,
  };
  const started = performance.now();
  for (const { name, facts, policyText } of functions) {
    const resource = functionResource(EXAMPLE_ACCOUNT, 'eu-central-1', name);
    const document = parsePolicyDocument(policyText, name);
    const state = { ...facts, resourcePolicies: [{ qualifier: null, revisionId: 'r', document }] };
    for (const outcome of evaluateRules(rules, resource, state, context)) {
      if (outcome.result === 'unknown') throw new Error(`${outcome.rule.id}: ${outcome.why.join('; ')}`);
      if (outcome.result === 'violation') matched.set(outcome.rule.id, (matched.get(outcome.rule.id) ?? 0) + 1);
    }
  }
  return { seconds: (performance.now() - started) / 1000, matched };
}

function best(run: () => Judged): Judged {
  return Array.from({ length: RUNS }, run).reduce((fastest, one) => (one.seconds < fastest.seconds ? one : fastest));
}

/** The best of a few runs, each a process of its own whose start is not counted. */
function custodian(functions: readonly MadeFunction[]): {
  seconds: number;
  byFilter: Record<string, { seconds: number; matched: number }>;
} {
  const python = join(peerVenv('c7n==0.9.53'), 'python');
  const folder = mkdtempSync(join(tmpdir(), 'cinch-bench-'));
  try {
    writeFileSync(join(folder, 'functions.json'), JSON.stringify(functions.map(({ described }) => described)));
    writeFileSync(join(folder, 'filters.json'), JSON.stringify(SHARED));
    const script = join(import.meta.dirname, 'custodian_filters.py');
    const runs = Array.from({ length: PEER_RUNS }, () => {
      const args = [script, join(folder, 'functions.json'), join(folder, 'filters.json')];
      const answer = execFileSync(python, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 26 });
      const byFilter = JSON.parse(answer) as Record<string, { seconds: number; matched: number }>;
      return { byFilter, seconds: Object.values(byFilter).reduce((sum, { seconds }) => sum + seconds, 0) };
    });
    return runs.reduce((fastest, one) => (one.seconds < fastest.seconds ? one : fastest));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
