import { randomUUID } from 'node:crypto';
import { type LightClient, makeHubClient } from './aws/hub-client.ts';
import { metricLine } from './flows/metric-line.ts';
import type { Clock, Log } from './flows/ports.ts';

/** What every function has, light enough for on-slack too. */

export const clock: Clock = {
  now: () => new Date(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** One JSON line an outcome. */
export const log: Log = {
  info: (message, ids) => write('info', message, ids),
  error: (message, ids) => write('error', message, ids),
  metric: (id, value) => void process.stdout.write(`${metricLine(id, value, clock.now())}\n`),
};

function write(level: string, message: string, ids: Readonly<Record<string, string | number | null>>): void {
  process.stdout.write(`${JSON.stringify({ level, message, ...ids })}\n`);
}

export const newId = (): string => randomUUID();

export const retrying = { clock, random: Math.random };

/** Lambda always sets AWS_REGION. */
export const region = (): string => process.env.AWS_REGION ?? 'us-east-1';

export const hubClient = (): LightClient => makeHubClient({ ...retrying, region: region() });
