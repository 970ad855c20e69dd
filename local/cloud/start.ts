import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ensureEmulator } from '../setup/setup.mjs';
import { type CloudCredentials, cloudCredentials, cloudEnv } from './environment.ts';
import { freePort } from './free-port.ts';

export interface CloudOptions {
  /** The account that unsigned requests (Slack's, to the HTTP API) belong to. */
  hubAccount?: string;
  /** Gets each line that the emulator writes. */
  log?: (line: string) => void;
  /** Gets them too, appended. */
  logFile?: string;
  /** False: workers share this machine's /tmp, and /opt is mapped, as where mount namespaces aren't to be had. */
  privateFolders?: boolean;
  /** CloudTrail's records arrive as on a bad day. Default: each once, at once. */
  deliveries?: Deliveries;
}

export interface Deliveries {
  readonly seed: number;
  /** The part of the records that comes two or three times. */
  readonly again: number;
  /** The part whose first delivery is late. */
  readonly late: number;
  readonly maxDelaySeconds: number;
}

export interface Cloud {
  port: number;
  /** `http://127.0.0.1:<port>` */
  endpoint: string;
  hubAccount: string;
  pid: number;
  /** What a process needs in its environment to talk to this cloud as the root of `account`. Merge it into `process.env`. */
  env(account: string, region?: string): Record<string, string>;
  credentials(account: string): CloudCredentials;
  /** Empties every account. */
  reset(): Promise<void>;
  /** Ends the emulator and all its Lambda workers; resolves when they are gone. */
  stop(): Promise<void>;
}

const defaultHubAccount = '111111111111';
const startTimeoutMs = 60_000;
const keptLines = 40;
const here = dirname(fileURLToPath(import.meta.url));

/**
 * Where a cloud keeps its functions' files: outside this repository, whose package.json and node_modules they must not find, and
 * outside /tmp, of which each worker gets its own.
 */
function makeFolder(port: number): string {
  const parents = process.platform === 'linux' ? ['/var/tmp', tmpdir()] : [tmpdir()];
  for (const parent of parents) {
    try {
      return mkdtempSync(join(parent, `cinch-cloud-${port}-`));
    } catch {
      // Not there or not writable: the next one, and tmpdir() tells why below.
    }
  }
  return mkdtempSync(join(tmpdir(), `cinch-cloud-${port}-`));
}

function emulatorEnv(port: number, folder: string, options: CloudOptions): Record<string, string> {
  const own = process.env;
  return {
    // Lambda's Node functions run in the Node that runs this.
    PATH: `${dirname(process.execPath)}${delimiter}${own.PATH ?? ''}`,
    HOME: own.HOME ?? folder,
    LANG: 'C.UTF-8',
    TMPDIR: folder,
    CINCH_CLOUD_DIR: folder,
    CINCH_CLOUD_PRIVATE: options.privateFolders === false ? 'no' : 'yes',
    GATEWAY_PORT: String(port),
    BIND_HOST: '127.0.0.1',
    AUTH: 'true',
    MINISTACK_ACCOUNT_ID: options.hubAccount ?? defaultHubAccount,
    LOG_LEVEL: own.CINCH_CLOUD_LOG_LEVEL ?? 'INFO',
    S3_DATA_DIR: join(folder, 's3'),
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    ...(options.deliveries ? { CINCH_CLOUD_DELIVERY: JSON.stringify(options.deliveries) } : {}),
    // No container engine is used, even where there is one.
    DOCKER_HOST: `unix://${join(folder, 'no-docker.sock')}`,
  };
}

/** Ends the whole group: the emulator and the Lambda workers that it started. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function isGroupAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function untilGone(pid: number): Promise<void> {
  for (let tries = 0; tries < 200 && isGroupAlive(pid); tries++) await sleep(25);
}

function collectLines(child: ChildProcess, file: number | undefined, log: CloudOptions['log']): string[] {
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      last.push(line);
      if (last.length > keptLines) last.shift();
      if (file !== undefined) writeSync(file, `${line}\n`);
      log?.(line);
    });
  }
  child.on('close', () => {
    if (file !== undefined) closeSync(file);
  });
  return last;
}

async function untilHealthy(endpoint: string, child: ChildProcess, lines: readonly string[]): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
    const response = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined);
    if (response?.ok) return;
    await sleep(50);
  }
  throw new Error(`The local cloud did not start:\n${lines.join('\n')}`);
}

async function launch(options: CloudOptions): Promise<{ child: ChildProcess; pid: number; port: number; folder: string }> {
  const python = await ensureEmulator();
  const file = options.logFile === undefined ? undefined : openSync(options.logFile, 'a');
  const port = await freePort();
  const folder = makeFolder(port);
  const child = spawn(python, [join(here, 'bridge', 'main.py')], {
    cwd: folder,
    env: emulatorEnv(port, folder, options),
    // The pipe to its input is the lifeline: when this process is gone, however it went, the emulator ends its group.
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const lines = collectLines(child, file, options.log);
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => resolve(child.pid ?? -1));
  });
  try {
    await untilHealthy(`http://127.0.0.1:${port}`, child, lines);
  } catch (error) {
    endGroup(pid);
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return { child, pid, port, folder };
}

/**
 * Starts an empty AWS on a free port of this machine: every account and region, with enforced IAM.
 * Throws with the emulator's last lines when it does not come up within a minute.
 */
export async function startCloud(options: CloudOptions = {}): Promise<Cloud> {
  const { child, pid, port, folder } = await launch(options);
  const endpoint = `http://127.0.0.1:${port}`;
  const endNow = (): void => endGroup(pid);
  process.once('exit', endNow);
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    process.removeListener('exit', endNow);
    endGroup(pid);
    if (child.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.once('exit', resolve));
    await untilGone(pid);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  return {
    port,
    endpoint,
    hubAccount: options.hubAccount ?? defaultHubAccount,
    pid,
    env: (account, region) => cloudEnv(port, account, region),
    credentials: cloudCredentials,
    reset: async () => {
      const response = await fetch(`${endpoint}/_ministack/reset`, { method: 'POST' });
      if (!response.ok) throw new Error(`The local cloud could not be reset: ${response.status}`);
    },
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}
