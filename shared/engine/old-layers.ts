import type { LayerUse, OwnLayerVersion } from '../model/own-layer.ts';
import { TMP_CLEANER_LAYER } from '../names.ts';
import { LAYER_NAME } from '../secrets/resolver-contract.ts';

/** Which versions of Cinch's own layers nobody needs any more. Pure. */

export const OWN_LAYERS: readonly string[] = [LAYER_NAME, TMP_CLEANER_LAYER];

const DAY_MS = 86_400_000;
/** A deploy tool may want to go back to what it had: so long an unused version stays. */
export const KEEP_DAYS = 30;
/** Who was not looked at for so long may have been used in between. */
const GAP_MS = 2 * DAY_MS;

const DESCRIPTION = /^(Cinch [a-z ]+ (?:x86_64|arm64)) sha256:[0-9a-f]{64}$/;

/** All but the newest of each program and architecture. What does not carry Cinch's own words is not Cinch's. */
export function oldVersions(versions: readonly OwnLayerVersion[]): OwnLayerVersion[] {
  const newest = new Map<string, number>();
  const programOf = ({ layer, description }: OwnLayerVersion): string | undefined => {
    const [, program] = DESCRIPTION.exec(description) ?? [];
    return program && OWN_LAYERS.includes(layer) ? `${layer} ${program}` : undefined;
  };
  for (const version of versions) {
    const program = programOf(version);
    if (program) newest.set(program, Math.max(newest.get(program) ?? 0, version.version));
  }
  return versions.filter((version) => {
    const program = programOf(version);
    return program !== undefined && version.version < (newest.get(program) ?? 0);
  });
}

/** At the beginning of a pass: forgets what is gone, and begins to wait for what is new, or for all when too long nobody looked. */
export function beginPass(use: LayerUse, old: readonly OwnLayerVersion[], now: string): LayerUse {
  const isGap = use.checkedAt === null || Date.parse(now) - Date.parse(use.checkedAt) > GAP_MS;
  const lastUsed = Object.fromEntries(old.map(({ arn }) => [arn, isGap ? now : (use.lastUsed[arn] ?? now)]));
  return { ...use, lastUsed };
}

/** Of the old versions that are waited for, those that these functions use were used now. */
export function noteUsed(use: LayerUse, used: readonly string[], now: string): LayerUse {
  const ours = used.filter((arn) => use.lastUsed[arn] !== undefined);
  return { ...use, lastUsed: { ...use.lastUsed, ...Object.fromEntries(ours.map((arn) => [arn, now])) } };
}

export const isUnusedLong = (use: LayerUse, arn: string, now: string): boolean => {
  const since = use.lastUsed[arn];
  return since !== undefined && Date.parse(now) - Date.parse(since) >= KEEP_DAYS * DAY_MS;
};
