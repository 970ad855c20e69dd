import { changesBetween, changeText, isValidStored } from '../config/changes.ts';
import { configChanged } from './domain-events.ts';
import type { AuditEntry, ConfigVersion, World } from './ports.ts';

export type WatchConfigWorld = Pick<World, 'log' | 'ledger' | 'queues' | 'bus' | 'configHistory'>;

/** Under this id the ledger keeps what became of the configuration. */
export const CONFIG_RECORD = 'configuration';

const MAX_DETAIL = 3000;
/** What this process has recorded, or seen recorded: most minutes end here, after one call. */
const seen = new WeakMap<World['ledger'], number>();

/**
 * Records every version of the configuration that it has not recorded yet, however it came about: who, when, and which settings changed from what to
 * what. Run again after a crash it tells once more, and records once. Answers how many versions were new.
 */
export async function watchConfig(world: WatchConfigWorld): Promise<number> {
  const latest = await world.configHistory.latest();
  if (seen.get(world.ledger) === latest) return 0;
  const recorded = lastRecorded(await world.ledger.readAudit(CONFIG_RECORD));
  const versions = recorded === latest ? [] : newSince(recorded, await world.configHistory.versions());
  for (const [version, before] of versions) await record(world, version, before);
  seen.set(world.ledger, latest);
  return versions.length;
}

const VERSION = /^version (\d+)/;

/** 0 when nothing is recorded. */
const lastRecorded = (entries: readonly AuditEntry[]): number => Number(VERSION.exec(entries.at(-1)?.what ?? '')?.[1] ?? 0);

/**
 * Each with the one before it. What was there before Cinch recorded anything is told as one, and so is a parameter that was deleted and made
 * anew: it counts from one again.
 */
function newSince(recorded: number, versions: readonly ConfigVersion[]): [ConfigVersion, ConfigVersion | undefined][] {
  const known = versions.findIndex(({ version }) => version === recorded);
  const last = versions.at(-1);
  if (recorded > 0 && known >= 0) return versions.slice(known + 1).map((version, index) => [version, versions[known + index]]);
  if (recorded > 0 && last && last.version > recorded) return versions.map((version, index) => [version, versions[index - 1]]);
  return last ? [[last, undefined]] : [];
}

async function record(
  world: WatchConfigWorld,
  { version, at, by, text }: ConfigVersion,
  before: ConfigVersion | undefined,
): Promise<void> {
  const changes = before ? changesBetween(before.text, text) : [];
  const valid = isValidStored(text);
  const words = before ? changes.map(changeText).join('; ') || 'nothing changed' : 'the first that was seen';
  const detail = `${valid ? '' : 'NOT VALID, nothing is written to any account: '}${words}`.slice(0, MAX_DETAIL);
  world.log.info('configuration changed', { version, by, changes: changes.length, valid: valid ? 'yes' : 'no' });
  await world.bus.publish(
    configChanged({ configVersion: version, by, valid: valid ? 'yes' : 'no', changes: detail, updatedAt: at }),
  );
  // An invalid one names no channel to tell it in; the alarms tell.
  if (before && valid) await world.queues.sendNotice({ kind: 'config', version }, CONFIG_RECORD);
  // Last: what is recorded has been told.
  await world.ledger.audit({ findingId: CONFIG_RECORD, at, what: `version ${version}`, by, detail });
}
