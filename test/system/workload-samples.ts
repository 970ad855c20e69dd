/**
 * Functions as people write them, each with a secret in its environment and a timeout that is too long. What they answer depends on the secret.
 * None is for arm64: this machine could not run the resolver that is built for it (its build is tested with the layers).
 */
export interface WorkloadSample {
  readonly name: string;
  readonly runtime: string;
  readonly handler: string;
  readonly files: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly caller: 'direct' | 'alias' | 'queue' | 'bus' | 'http' | 'async';
  readonly payload?: unknown;
  /** Those of the sample's own layer, under /opt. */
  readonly layer?: Readonly<Record<string, string>>;
  /** Samples of one name here share a role. */
  readonly sharedRole?: string;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Beside letters and digits what shells, JSON and Python each treat in their own way. */
const ODD = 'p"w\'$(id)`\\n=;&|<>% é漢\t#9Zx7Qm2Lk4';
const PLAIN = 'k9Xw2Lq7Zr4Tn8Vb3Mc6';
const KEY = 'sk_live_4eC39HqLyjWDarjtT1zdp7dc';
const URL = 'postgres://orders:h4Rd-2-gu3ss-pw@db.internal:5432/orders';
const PEM = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC'.repeat(6)}\n-----END PRIVATE KEY-----\n`;

const HASH = `const h = (v) => (v === undefined ? null : require('node:crypto').createHash('sha256').update(v).digest('hex').slice(0, 16));\n`;
const tell = (result: string): string => `const out = ${result}; console.log('RESULT ' + JSON.stringify(out)); return out;`;
const cjs = (body: string): Record<string, string> => ({ 'index.js': `${HASH}exports.handler = async (event) => { ${body} };` });
const esm = (text: string): Record<string, string> => ({
  'index.mjs': `import { createHash } from 'node:crypto';\nconst h = (v) => (v === undefined ? null : createHash('sha256').update(v).digest('hex').slice(0, 16));\n${text}`,
});
const PY_HASH = `import hashlib, json, os\ndef h(v):\n    return None if v is None else hashlib.sha256(v.encode()).hexdigest()[:16]\n`;
const python = (body: string, before = ''): Record<string, string> => ({
  'index.py': `${PY_HASH}${before}\ndef handler(event, context):\n${body
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')}\n    print("RESULT " + json.dumps(out))\n    return out\n`,
});

const NODE = { runtime: 'nodejs22.x', handler: 'index.handler', caller: 'direct' } as const;
const PYTHON = { runtime: 'python3.12', handler: 'index.handler', caller: 'direct' } as const;
const PASSWORD = { DB_PASSWORD: PLAIN };
const ANSWER = cjs(tell('{ secret: h(process.env.DB_PASSWORD), got: event }'));
const PY_ANSWER = python('out = {"secret": h(os.environ.get("DB_PASSWORD")), "got": event}');

export const WORKLOADS: readonly WorkloadSample[] = [
  { ...NODE, name: 'node-cjs', files: ANSWER, environment: PASSWORD, payload: { a: 1 } },
  { ...NODE, name: 'node-20', runtime: 'nodejs20.x', files: ANSWER, environment: PASSWORD },
  { ...NODE, name: 'node-24', runtime: 'nodejs24.x', files: ANSWER, environment: PASSWORD },
  {
    ...NODE,
    name: 'node-esm',
    files: esm(`export const handler = async (event) => { ${tell('{ secret: h(process.env.DB_PASSWORD), got: event }')} };`),
    environment: PASSWORD,
  },
  {
    ...NODE,
    name: 'node-esm-init',
    files: esm(
      `const secret = await Promise.resolve(h(process.env.DB_PASSWORD));\nlet calls = 0;\nexport const handler = async () => { ${tell('{ secret, warm: (calls += 1) > 0 }')} };`,
    ),
    environment: PASSWORD,
  },
  {
    ...NODE,
    name: 'node-init-cjs',
    files: {
      'index.js': `${HASH}const { DB_PASSWORD, ...rest } = process.env;\nexports.handler = async () => { ${tell('{ secret: h(DB_PASSWORD), region: rest.AWS_REGION, tz: rest.TZ ?? null }')} };`,
    },
    environment: { ...PASSWORD, STAGE: 'prod' },
  },
  {
    ...NODE,
    name: 'node-callback',
    files: {
      'index.js': `${HASH}exports.handler = (event, context, callback) => { const out = { secret: h(process.env.DB_PASSWORD), name: context.functionName }; console.log('RESULT ' + JSON.stringify(out)); callback(null, out); };`,
    },
    runtime: 'nodejs20.x',
    environment: PASSWORD,
  },
  { ...NODE, name: 'node-odd-value', files: ANSWER, environment: { DB_PASSWORD: ODD } },
  {
    ...NODE,
    name: 'node-private-key',
    files: cjs(tell('{ secret: h(process.env.SIGNING_KEY), lines: process.env.SIGNING_KEY.split("\\n").length }')),
    environment: { SIGNING_KEY: PEM },
  },
  {
    ...NODE,
    name: 'node-many',
    files: cjs(
      tell(
        '{ all: ["DB_PASSWORD", "STRIPE_KEY", "DATABASE_URL", "SMTP_PASSWORD", "API_TOKEN"].map((name) => h(process.env[name])), table: process.env.TABLE }',
      ),
    ),
    environment: {
      ...PASSWORD,
      STRIPE_KEY: KEY,
      DATABASE_URL: URL,
      SMTP_PASSWORD: `${PLAIN}1`,
      API_TOKEN: `${PLAIN}2`,
      TABLE: 'orders',
    },
  },
  {
    ...NODE,
    name: 'node-child-process',
    files: cjs(
      tell(
        `{ secret: require('node:child_process').execFileSync(process.execPath, ['-e', 'process.stdout.write(process.env.DB_PASSWORD)']).toString('hex') }`,
      ),
    ),
    environment: PASSWORD,
  },
  {
    ...NODE,
    name: 'node-nested-handler',
    handler: 'src/api/orders.get',
    files: {
      'src/api/orders.js': `${HASH}exports.get = async (event) => { ${tell('{ secret: h(process.env.DB_PASSWORD), got: event }')} };`,
    },
    environment: PASSWORD,
  },
  {
    ...NODE,
    name: 'node-layer',
    files: cjs(
      tell(`{ secret: h(process.env.DB_PASSWORD), setting: require('node:fs').readFileSync('/opt/settings.txt', 'utf8') }`),
    ),
    layer: { 'settings.txt': 'from the layer' },
    environment: PASSWORD,
  },
  {
    ...NODE,
    name: 'node-layer-module',
    files: cjs(tell(`{ secret: h(process.env.DB_PASSWORD), twice: require('/opt/nodejs/node_modules/twice/index.js')(21) }`)),
    layer: { 'nodejs/node_modules/twice/index.js': 'module.exports = (n) => 2 * n;' },
    environment: PASSWORD,
  },
  {
    ...NODE,
    name: 'node-own-wrapper',
    files: cjs(tell('{ secret: h(process.env.DB_PASSWORD), wrapped: process.env.WRAPPED ?? null }')),
    layer: { wrapper: '#!/bin/sh\nexport WRAPPED="by its own"\nexec "$@"\n' },
    environment: { ...PASSWORD, AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrapper' },
  },
  {
    ...NODE,
    name: 'node-throws',
    files: cjs(
      `if (!process.env.DB_PASSWORD) throw new Error('no password'); throw new Error('always ' + h(process.env.DB_PASSWORD));`,
    ),
    environment: PASSWORD,
  },
  {
    ...NODE,
    name: 'node-big-payload',
    files: cjs(tell('{ secret: h(process.env.DB_PASSWORD), bytes: JSON.stringify(event).length }')),
    environment: PASSWORD,
    payload: { text: 'x'.repeat(200_000) },
  },
  {
    ...NODE,
    name: 'node-env-names',
    files: cjs(tell('Object.keys(process.env).filter((name) => ["DB_PASSWORD", "STAGE", "LOG_LEVEL"].includes(name)).sort()')),
    environment: { ...PASSWORD, STAGE: 'prod', LOG_LEVEL: 'debug' },
  },
  {
    ...NODE,
    name: 'node-tmp',
    files: cjs(
      `require('node:fs').writeFileSync('/tmp/note', event.note ?? 'none'); ${tell(`{ secret: h(process.env.DB_PASSWORD), note: require('node:fs').readFileSync('/tmp/note', 'utf8') }`)}`,
    ),
    environment: PASSWORD,
    payload: { note: 'written' },
    more: { EphemeralStorage: { Size: 1024 } },
  },
  { ...NODE, name: 'node_under_score-and-a-quite-long-name-as-tools-make-them-0a1b2c3', files: ANSWER, environment: PASSWORD },
  { ...NODE, name: 'node-shared-role-1', files: ANSWER, environment: PASSWORD, sharedRole: 'shared' },
  { ...NODE, name: 'node-shared-role-2', files: ANSWER, environment: PASSWORD, sharedRole: 'shared' },
  { ...NODE, name: 'node-alias', files: ANSWER, environment: PASSWORD, caller: 'alias', payload: { via: 'alias' } },
  {
    ...NODE,
    name: 'node-queue',
    files: cjs(tell('{ secret: h(process.env.DB_PASSWORD), bodies: event.Records.map(({ body }) => body) }')),
    environment: PASSWORD,
    caller: 'queue',
    payload: 'an order',
  },
  {
    ...NODE,
    name: 'node-bus',
    files: cjs(tell('{ secret: h(process.env.DB_PASSWORD), detail: event.detail }')),
    environment: PASSWORD,
    caller: 'bus',
    payload: { order: 7 },
  },
  {
    ...NODE,
    name: 'node-http',
    files: cjs(
      `const out = { secret: h(process.env.DB_PASSWORD), path: event.rawPath }; return { statusCode: 200, body: JSON.stringify(out) };`,
    ),
    environment: PASSWORD,
    caller: 'http',
  },
  { ...NODE, name: 'node-async', files: ANSWER, environment: PASSWORD, caller: 'async', payload: { later: true } },
  { ...PYTHON, name: 'python', files: PY_ANSWER, environment: PASSWORD, payload: { a: [1, 2] } },
  { ...PYTHON, name: 'python-13', runtime: 'python3.13', files: PY_ANSWER, environment: PASSWORD },
  {
    ...PYTHON,
    name: 'python-init',
    files: python(
      'out = {"secret": SECRET, "stage": STAGE}',
      'SECRET = h(os.environ["DB_PASSWORD"])\nSTAGE = os.environ["STAGE"]\n',
    ),
    environment: { ...PASSWORD, STAGE: 'prod' },
  },
  { ...PYTHON, name: 'python-odd-value', files: PY_ANSWER, environment: { DB_PASSWORD: ODD } },
  {
    ...PYTHON,
    name: 'python-subprocess',
    files: python(
      'import subprocess, sys\nseen = subprocess.check_output([sys.executable, "-c", "import os; print(os.environ[\'DB_PASSWORD\'].encode().hex())"])\nout = {"secret": seen.decode().strip()}',
    ),
    environment: PASSWORD,
  },
  {
    ...PYTHON,
    name: 'python-raises',
    files: python('out = {}\nraise ValueError("always " + h(os.environ["DB_PASSWORD"]))'),
    environment: PASSWORD,
  },
  {
    ...PYTHON,
    name: 'python-package',
    handler: 'orders.api.handler',
    files: { 'orders/__init__.py': '', 'orders/api.py': PY_ANSWER['index.py'] ?? '' },
    environment: PASSWORD,
  },
  {
    ...PYTHON,
    name: 'python-layer',
    files: python(
      'import sys\nsys.path.append("/opt/python")\nimport twice\nout = {"secret": h(os.environ["DB_PASSWORD"]), "twice": twice.twice(21)}',
    ),
    layer: { 'python/twice.py': 'def twice(n):\n    return 2 * n\n' },
    environment: PASSWORD,
  },
  {
    ...PYTHON,
    name: 'python-queue',
    files: python('out = {"secret": h(os.environ["DB_PASSWORD"]), "bodies": [record["body"] for record in event["Records"]]}'),
    environment: PASSWORD,
    caller: 'queue',
    payload: 'an order',
  },
  { ...PYTHON, name: 'python-alias', files: PY_ANSWER, environment: PASSWORD, caller: 'alias' },
];
