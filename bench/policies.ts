/**
 * How well policies are read: `npx tsx bench/policies.ts <folder>`, a folder with `index.json` (`[{file, expected, acceptable?}]`) and `docs/`.
 * Prints precision and recall for each id, every disagreement, and the speed beside cloudsplaining's in the same run (`--no-peer` leaves it out).
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { analyzePolicyText } from '../shared/policy/analyze-text.ts';
import { peerVenv } from './peer-venv.ts';

interface Label {
  readonly file: string;
  readonly expected: readonly string[];
  readonly acceptable?: readonly string[];
}

interface Tally {
  hit: number;
  wrong: number;
  missed: number;
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { peer: { type: 'boolean', default: true } },
  allowNegative: true,
});
const [folder] = positionals;
if (folder === undefined) {
  console.error('usage: npx tsx bench/policies.ts [--no-peer] <folder with index.json and docs/>');
  process.exit(2);
}
const labels = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as Label[];
const texts = labels.map(({ file }) => readFileSync(join(resolve(folder), 'docs', file), 'utf8'));

/** Labels that say what a document is, and what of it Cinch should or may say. Null: nothing, and nothing is wrong either way. */
function wantedOf(label: string): { id: string | null; must: boolean } {
  if (label.startsWith('privilege-escalation')) return { id: label, must: true };
  switch (label) {
    case 'trust:public':
    case 'resource-policy:public':
    case 'resource-policy:federated-without-condition':
      return { id: 'public-principal', must: true };
    case 'trust:public-with-condition':
    case 'resource-policy:public-with-condition':
      return { id: 'public-principal', must: false };
    case 'resource-policy:service-principal-without-source':
      return { id: 'service-principal-without-source', must: true };
    case 'trust:service-confused-deputy':
      return { id: 'service-principal-without-source', must: false };
    default:
      return label === 'none' || /^(trust|resource-policy):/.test(label) ? { id: null, must: false } : { id: label, must: true };
  }
}

function report(): void {
  const tallies = new Map<string, Tally>();
  const tally = (id: string): Tally => {
    const known = tallies.get(id) ?? { hit: 0, wrong: 0, missed: 0 };
    tallies.set(id, known);
    return known;
  };
  const methods: Tally = { hit: 0, wrong: 0, missed: 0 };
  const disagreements: string[] = [];
  let exact = 0;
  labels.forEach((label, index) => {
    const answer = analyzePolicyText(texts[index] ?? '', label.file);
    const said = 'error' in answer ? ['malformed'] : answer.findings.map(({ id, method }) => (method ? `${id}:${method}` : id));
    const expected = label.expected.map(wantedOf);
    const must = kinds(expected.flatMap(({ id, must }) => (must && id !== null ? [id] : [])));
    const may = kinds([...expected, ...(label.acceptable ?? []).map(wantedOf)].flatMap(({ id }) => (id === null ? [] : [id])));
    const got = kinds(said);
    const more = [...got].filter((id) => !may.has(id));
    const less = [...must].filter((id) => !got.has(id));
    for (const id of got) if (must.has(id)) tally(id).hit += 1;
    for (const id of more) tally(id).wrong += 1;
    for (const id of less) tally(id).missed += 1;
    const lost = lostMethods(label, said);
    methods.missed += lost.length;
    methods.hit += label.expected.filter(isMethod).length - lost.length;
    if (more.length + less.length === 0) exact += 1;
    if (more.length + less.length + lost.length > 0)
      disagreements.push(
        [
          `  ${label.file}`,
          ...more.map(
            (id) =>
              `+${id}${id === 'privilege-escalation' ? ` (${said.filter((one) => one.startsWith(id)).length} methods, ${said.find((one) => one.startsWith(id))})` : ''}`,
          ),
          ...less.map((id) => `-${id}`),
          ...lost.map((id) => `-${id}`),
          'error' in answer ? `(${answer.error.where}: ${answer.error.message})` : '',
        ].join(' '),
      );
  });
  console.log(`${labels.length} documents, ${exact} agree with their labels`);
  const all = [...tallies.values()].reduce((one, other) => ({
    hit: one.hit + other.hit,
    wrong: one.wrong + other.wrong,
    missed: one.missed + other.missed,
  }));
  for (const [id, counts] of [...tallies].sort()) console.log(`  ${id.padEnd(34)} ${rates(counts)}`);
  console.log(`  ${'all'.padEnd(34)} ${rates(all)}`);
  console.log(`  methods named by a label and found: ${methods.hit} of ${methods.hit + methods.missed}`);
  console.log('disagreements (+ said by Cinch only, - by the label only)');
  for (const line of disagreements) console.log(line);
}

/** Ids without their methods. */
const kinds = (ids: readonly string[]): Set<string> => new Set(ids.map((id) => id.replace(/^(privilege-escalation):.*$/, '$1')));
const isMethod = (id: string): boolean => /^privilege-escalation:(?!\*$)/.test(id);

/** Names under which other lists have a path. */
const ALIASES: Readonly<Record<string, string>> = {
  'cloudformation:UpdateStack': 'pathfinding:cloudformation-002',
  'ssm:SendCommand': 'pathfinding:ssm-002',
  'sts:AssumeRole': 'pathfinding:sts-001',
  'prowler:agentcore_passrole_create_browser': 'pathfinding:bedrock-006',
};

function lostMethods({ expected }: Label, said: readonly string[]): string[] {
  const found = new Set(said.map((one) => one.replace(/^privilege-escalation:/, '')));
  if (found.has('*')) return [];
  return expected.filter(isMethod).filter((label) => {
    const method = label.replace(/^privilege-escalation:/, '');
    return !found.has(method) && !found.has(ALIASES[method] ?? '');
  });
}

function rates({ hit, missed, wrong }: Tally): string {
  const share = (part: number, whole: number) => (whole === 0 ? '   -' : (part / whole).toFixed(2));
  return `precision ${share(hit, hit + wrong)}  recall ${share(hit, hit + missed)}  (${hit} right, ${wrong} more, ${missed} less)`;
}

/** By the process's own processor time, so that a busy machine changes little. The first pass is the first time that this process reads a policy. */
function speed(): number {
  const seconds = (work: () => void): number => {
    const start = process.cpuUsage();
    work();
    const { system, user } = process.cpuUsage(start);
    return (system + user) / 1e6;
  };
  const pass = () => {
    for (const text of texts) analyzePolicyText(text, '');
  };
  const rates = Array.from({ length: 9 }, () => {
    const repeats = 20;
    return (repeats * texts.length) / seconds(() => Array.from({ length: repeats }, pass));
  }).sort((one, other) => one - other);
  const median = rates[4] ?? 0;
  console.log(`Cinch: ${round(median)} policies a second of one core, text to findings (median of 9 runs)`);
  return median;
}

const round = (rate: number): string => Math.round(rate).toLocaleString('en');

/** The same documents in one process of cloudsplaining, parsed before; a document it can't read counts as read. */
function peerSpeed(docs: string, mine: number): void {
  const bin = peerVenv('cloudsplaining==0.9.1');
  const script = `
import json, os, sys, time
from cloudsplaining.scan.policy_document import PolicyDocument
docs = []
for name in sorted(os.listdir(sys.argv[1])):
    try: docs.append(json.load(open(os.path.join(sys.argv[1], name))))
    except ValueError: pass
def run():
    for doc in docs:
        try:
            p = PolicyDocument(doc)
            p.allows_privilege_escalation, p.allows_data_exfiltration_actions, p.permissions_management_without_constraints
            p.credentials_exposure, p.service_wildcard, p.infrastructure_modification
        except Exception: pass
rates = []
for _ in range(6):
    start = time.process_time(); run(); rates.append(len(docs) / (time.process_time() - start))
print(rates[0], sorted(rates[1:])[2], file=sys.stderr)
`;
  const { first, warm } = peerRates(join(bin, 'python'), script, docs);
  console.log(
    `cloudsplaining 0.9.1: ${round(first)} in its first pass, ${round(warm)} warm; Cinch is ${(mine / warm).toFixed(1)} times as fast`,
  );
}

function peerRates(python: string, script: string, docs: string): { first: number; warm: number } {
  // It prints notes to stdout, so the figures come through a shell that keeps stderr only.
  const said = execFileSync('/bin/sh', ['-c', '"$0" -c "$1" "$2" 2>&1 >/dev/null', python, script, docs], { encoding: 'utf8' });
  const [first = '0', warm = '0'] = said.trim().split('\n').at(-1)?.split(' ') ?? [];
  return { first: Number(first), warm: Number(warm) };
}

report();
const own = speed();
if (values.peer) peerSpeed(join(resolve(folder), 'docs'), own);
