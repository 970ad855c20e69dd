import { readdirSync, readFileSync } from 'node:fs';
import type { System } from '../local/system.ts';

/** The memory of the functions' processes, looked at while the load runs. */

export interface Memory {
  /** Function -> its processes. */
  readonly workers: ReadonlyMap<string, { readonly count: number; readonly mostMb: number }>;
  readonly emulatorMb: number;
}

/** RSS of the emulator and of the hub's functions, whose processes it starts; from /proc, so on Linux only. */
export function readMemory(system: System): Memory {
  const workers = new Map<string, { count: number; mostMb: number }>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const found = workerOf(pid, system.cloud.pid);
    if (!found) continue;
    const { count, mostMb } = workers.get(found.name) ?? { count: 0, mostMb: 0 };
    workers.set(found.name, { count: count + 1, mostMb: Math.max(mostMb, found.mb) });
  }
  return { workers, emulatorMb: rssMb(String(system.cloud.pid)) };
}

function workerOf(pid: string, group: number): { name: string; mb: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]) !== group) return undefined;
    if (!/^\S*node/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))) return undefined;
    const name = /(?:^|\0)AWS_LAMBDA_FUNCTION_NAME=(cinch-[^\0]+)/.exec(readFileSync(`/proc/${pid}/environ`, 'utf8'))?.[1];
    return name ? { name, mb: rssMb(pid) } : undefined;
  } catch {
    // It ended while it was looked at.
    return undefined;
  }
}

const rssMb = (pid: string): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

export const memoryLine = ({ workers, emulatorMb }: Memory): string =>
  [...workers]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, { count, mostMb }]) => `${name} ${count} x at most ${Math.round(mostMb)} MB`)
    .concat(`the emulator ${Math.round(emulatorMb)} MB`)
    .join(', ');
