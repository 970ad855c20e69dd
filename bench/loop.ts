import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateFunctionCommand, GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { type Developer, makeRole, signIn, zip } from '../local/demo/workloads.ts';
import { HUB, type System, startSystem } from '../local/system.ts';

/**
 * The local loop: from the return of CreateFunction (timeout 900 s behind the policy's ceiling) to the fix's verified end, as the ledger says.
 *   npx tsx bench/loop.ts [functions=200]
 * Prints minimum, median, p99 and maximum for functions created one after another, and the time until the last of as many created at once.
 */

const count = Number(process.argv[2] ?? 200);
const code = zip({ 'index.js': 'exports.handler = async () => 1;' });

async function createFunction(developer: Developer, name: string, role: string): Promise<number> {
  const input = {
    FunctionName: name,
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Role: role,
    Code: { ZipFile: code },
    Timeout: 900,
  } as const;
  await developer.lambda.send(new CreateFunctionCommand(input));
  return Date.now();
}

/** Function name -> time its plan was applied and verified. */
async function appliedTimes(table: DynamoDBClient, tableName: string): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  let start: Record<string, never> | undefined;
  do {
    const page = await table.send(new ScanCommand({ TableName: tableName, ...(start ? { ExclusiveStartKey: start } : {}) }));
    for (const item of page.Items ?? []) {
      const plan = JSON.parse(item.data?.S ?? '{}') as { appliedAt?: string; resource?: { name: string } };
      if (plan.appliedAt && plan.resource) times.set(plan.resource.name, Date.parse(plan.appliedAt));
    }
    start = page.LastEvaluatedKey as typeof start;
  } while (start);
  return times;
}

async function until(
  times: () => Promise<Map<string, number>>,
  names: readonly string[],
  timeoutMs: number,
): Promise<Map<string, number>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await times();
    const missing = names.filter((name) => !found.has(name));
    if (missing.length === 0) return found;
    if (Date.now() > deadline) throw new Error(`${missing.length} of ${names.length} were not fixed in time, e.g. ${missing[0]}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;

function report(label: string, values: readonly number[]): void {
  const sorted = [...values].sort((a, b) => a - b);
  const of = (q: number) => `${Math.round(quantile(sorted, q))} ms`;
  process.stdout.write(`${label}: minimum ${of(0)}, median ${of(0.5)}, p99 ${of(0.99)}, maximum ${of(1)}\n`);
}

/** Waits until the timeout itself is down before the next one: a poll of the live function, which is what a person would see. */
async function untilLowered(developer: Developer, name: string): Promise<void> {
  for (;;) {
    const { Timeout } = await developer.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    if (Timeout !== 900) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function run(system: System): Promise<void> {
  const developer = await signIn(system);
  const table = new DynamoDBClient(system.clientConfig(HUB.account, HUB.region));
  const times = () => appliedTimes(table, 'cinch');
  const role = await makeRole(developer, 'bench-role');
  await createFunction(developer, 'bench-warm-up', role);
  await until(times, ['bench-warm-up'], 120_000);

  const oneByOne = new Map<string, number>();
  for (let index = 0; index < count; index++) {
    const name = `bench-serial-${index}`;
    oneByOne.set(name, await createFunction(developer, name, role));
    await untilLowered(developer, name);
  }
  const serial = await until(times, [...oneByOne.keys()], 120_000);
  report(
    `${count} one after another`,
    [...oneByOne].map(([name, created]) => (serial.get(name) ?? Number.NaN) - created),
  );

  const start = Date.now();
  const names = Array.from({ length: count }, (_, index) => `bench-burst-${index}`);
  await Promise.all(names.map((name) => createFunction(developer, name, role)));
  const created = Date.now();
  const burst = await until(times, names, 600_000);
  const last = Math.max(...names.map((name) => burst.get(name) ?? Number.NaN));
  process.stdout.write(
    `${count} at once: created within ${created - start} ms, the last one put right ${last - start} ms after the first call\n`,
  );
}

const system = await startSystem({
  unlimitedSlack: true,
  configFile: new URL('./loop.yaml', import.meta.url).pathname,
  log: (line) => process.stderr.write(`${line}\n`),
});
try {
  await run(system);
} finally {
  await system.stop();
}
