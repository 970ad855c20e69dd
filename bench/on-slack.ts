import { loadavg } from 'node:os';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { MAX_BODY } from '../shared/flows/on-slack.ts';
import { startFakeHub } from '../test/support/fake-hub.ts';
import { approvalOf, FORGERIES, type GatewayEvent, genuine, seeded } from '../test/support/forged-requests.ts';
import { SIGNING_SECRET } from '../test/support/slack-samples.ts';
import { quantile } from './quantiles.ts';

/**
 * How long the function that answers Slack takes to refuse what Slack did not send: the deployed handler, called in this process, on bodies of
 * the usual length and of the longest that it hashes.
 *   npx tsx bench/on-slack.ts [requests of each kind = 2000]
 */

const count = Number(process.argv[2] ?? 2000);
const GOAL_MS = 10;

const hub = await startFakeHub();
const { handler } = await import('../functions/on-slack/handler.ts');
const write = process.stdout.write.bind(process.stdout);
const say = (line: string): void => void write(`${line}\n`);
// The function's own log lines would drown the table, and a pipe that is read slowly would be what is measured.
process.stdout.write = () => true;

const send = (event: GatewayEvent) => handler(event as unknown as APIGatewayProxyEventV2);
await send(genuine({ body: approvalOf(2000), timestamp: Math.floor(Date.now() / 1000), secret: SIGNING_SECRET }));

say(`${count} requests of each kind; load ${loadavg()[0]?.toFixed(2)}`);
say(`${'kind'.padEnd(36)}${['bytes', 'median ms', 'p99 ms', 'longest ms'].map((cell) => cell.padStart(12)).join('')}`);
const all: number[] = [];
/** Of the processor, which other work on the machine does not lengthen. */
const worked: number[] = [];
for (const bytes of [2_000, 20_000, MAX_BODY])
  for (const [kind, forge] of Object.entries(FORGERIES)) await measure(kind, forge, bytes);
const slow = (times: readonly number[]): number => times.filter((ms) => ms >= GOAL_MS).length;
say(`${all.length} requests; ${hub.queued.length} queued, the genuine one`);
for (const [what, times] of Object.entries({ 'from call to answer': all, 'of the processor': worked }))
  say(
    `${what}: p99 ${quantile(times, 0.99).toFixed(2)} ms, longest ${quantile(times, 1).toFixed(2)} ms, ${slow(times)} of ${GOAL_MS} ms or more`,
  );
await hub.close();

async function measure(kind: string, forge: (typeof FORGERIES)[string], bytes: number): Promise<void> {
  const random = seeded(bytes);
  const body = approvalOf(bytes);
  const times: number[] = [];
  for (let round = 0; round < count; round++) {
    const event = forge({ body, timestamp: Math.floor(Date.now() / 1000), secret: SIGNING_SECRET, random });
    const [start, before] = [performance.now(), process.cpuUsage()];
    const { statusCode } = await send(event);
    times.push(performance.now() - start);
    const { user, system } = process.cpuUsage(before);
    worked.push((user + system) / 1000);
    if (statusCode !== 401 && statusCode !== 413) throw new Error(`${kind} was answered with ${statusCode}`);
  }
  all.push(...times);
  const cells = [String(bytes), ...[0.5, 0.99, 1].map((share) => quantile(times, share).toFixed(3))];
  say(`${kind.padEnd(36)}${cells.map((cell) => cell.padStart(12)).join('')}`);
}
