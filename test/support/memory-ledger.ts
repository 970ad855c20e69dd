import type { AccountCheck, SelfCheck } from '../../shared/flows/doctor/self-check-record.ts';
import type { AuditEntry, CauseEntry, Clock, FailureNote, Ledger, ResourceNote } from '../../shared/flows/ports.ts';
import type { Digest, Storm } from '../../shared/model/digest.ts';
import type { Exemption, Exported, Finding } from '../../shared/model/finding.ts';
import type { Halt } from '../../shared/model/halt.ts';
import type { LayerUse } from '../../shared/model/own-layer.ts';
import { placeId, placeOf } from '../../shared/model/place.ts';
import type { Plan } from '../../shared/model/plan.ts';
import { resourceId } from '../../shared/model/resource.ts';
import type { Round } from '../../shared/model/round.ts';

/** A World in memory, for the flows' unit tests. The ledger keeps the contract of ports.ts to the letter: versions, leases, claims. */
export interface MemoryLedger extends Ledger {
  readonly findings: Map<string, Finding>;
  readonly plans: Map<string, Plan>;
  readonly digests: Map<string, Digest>;
  readonly exemptions: Exemption[];
  readonly entries: AuditEntry[];
  readonly causes: CauseEntry[];
  readonly failures: Map<string, FailureNote>;
  /** Runs before each call of that name; throw in it to break the call, or write in it to win a race. */
  before: Partial<Record<keyof Ledger, () => void | Promise<void>>>;
}

/** Values go in and out as copies, as they would through a database. */
export const copy = <T>(value: T): T => structuredClone(value);

/** Fewer than the real ledger's, so that a test has several. */
const FINDINGS_A_PAGE = 3;
const ACCOUNTS_A_PAGE = 100;

/** The same contract as DynamoDB's conditional put: 0 means "not there yet". */
function writeVersioned<T extends { readonly id: string; readonly version: number }>(
  store: Map<string, T>,
  value: T,
): T | undefined {
  if ((store.get(value.id)?.version ?? 0) !== value.version) return undefined;
  const next = { ...copy(value), version: value.version + 1 };
  store.set(value.id, next);
  return copy(next);
}

/** An asked plan is due when its approval expires, any other when nobody has touched it. */
const dueAt = (plan: Plan): string => (plan.status === 'asked' && plan.expiresAt ? plan.expiresAt : plan.updatedAt);

export function makeMemoryLedger(clock: Clock): MemoryLedger {
  const findings = new Map<string, Finding>();
  const plans = new Map<string, Plan>();
  const exemptions: Exemption[] = [];
  const entries: AuditEntry[] = [];
  const audited = new Set<string>();
  const causes: CauseEntry[] = [];
  const failures = new Map<string, FailureNote>();
  const before: MemoryLedger['before'] = {};
  const handled = new Map<string, number>();
  const rounds = new Map<string, Round>();
  const layerUses = new Map<string, LayerUse>();
  const leases = new Map<string, { holder: string; until: number }>();
  const claims = new Map<string, number>();
  const storms = new Map<string, Storm>();
  const digests = new Map<string, Digest>();
  const halts = new Map<string, Halt>();
  const exported = new Map<string, Exported>();
  const fixes = new Map<string, string>();
  const heard = new Map<string, Record<string, string>>();
  const selfChecks = new Map<string, SelfCheck & { readonly id: string }>();
  const accountChecks = new Map<string, AccountCheck & { readonly id: string }>();
  const notes = new Map<string, ResourceNote>();
  const ms = () => clock.now().getTime();
  const calls: Ledger = {
    isHandled: async (id) => (handled.get(id) ?? 0) > ms(),
    markHandled: async (id, seconds = 7 * 86_400) => void handled.set(id, ms() + seconds * 1000),
    readFinding: async (id) => copy(findings.get(id)),
    writeFinding: async (finding) => writeVersioned(findings, finding),
    findingsOfResource: async (resource) =>
      copy([...findings.values()].filter((finding) => resourceId(finding.resource) === resourceId(resource))),
    readFindingPage: async (place, from) => {
      const here = [...findings.values()].filter(({ resource }) => placeId(placeOf(resource)) === place);
      const after = here.filter(({ id }) => from === null || id > from).sort((a, b) => (a.id < b.id ? -1 : 1));
      const items = after.slice(0, FINDINGS_A_PAGE);
      return { items: copy(items), next: items.length < FINDINGS_A_PAGE ? null : (items.at(-1)?.id ?? null) };
    },
    readPlan: async (id) => copy(plans.get(id)),
    writePlan: async (plan) => writeVersioned(plans, plan),
    plansByStatus: async (status, time) =>
      copy([...plans.values()].filter((plan) => plan.status === status && dueAt(plan) < time)),
    readExported: async (ids) => copy(ids.flatMap((id) => exported.get(id) ?? [])),
    writeExported: async (one) => void exported.set(one.findingId, copy(one)),
    findingsByStatus: async (status, time, since = '') =>
      copy([...findings.values()].filter((one) => one.status === status && one.updatedAt < time && one.updatedAt >= since)),
    watchedPlans: async () => copy([...plans.values()].filter((plan) => plan.status === 'applied' && plan.watchUntil !== null)),
    takeLease: async (resource, holder, seconds) => {
      const held = leases.get(resourceId(resource));
      if (held && held.holder !== holder && held.until > ms()) return false;
      leases.set(resourceId(resource), { holder, until: ms() + seconds * 1000 });
      return true;
    },
    releaseLease: async (resource, holder) => {
      if (leases.get(resourceId(resource))?.holder === holder) leases.delete(resourceId(resource));
    },
    readNote: async (resource) => copy(notes.get(resourceId(resource))),
    writeNote: async (resource, note) => {
      const known = notes.get(resourceId(resource)) ?? { resource, roleArn: null, createdAt: null, managedBy: null };
      const given = Object.fromEntries(Object.entries(note).filter(([, value]) => value !== undefined));
      notes.set(resourceId(resource), copy({ ...known, ...given }));
    },
    forget: async (resource) => void notes.delete(resourceId(resource)),
    functionsOfRole: async (roleArn) =>
      [...notes.values()].flatMap(({ resource, roleArn: role }) =>
        role === roleArn && resource.kind === 'function' ? [{ ...resource, kind: 'function' as const }] : [],
      ),
    addExemption: async (exemption) => {
      const same = exemptions.findIndex((known) => known.rule === exemption.rule && known.resource === exemption.resource);
      exemptions.splice(same === -1 ? exemptions.length : same, same === -1 ? 0 : 1, copy(exemption));
    },
    listExemptions: async () => copy(exemptions),
    audit: async ({ once, ...entry }) => {
      const key = `${entry.findingId} ${once ?? JSON.stringify(entry)}`;
      if (audited.has(key)) return;
      audited.add(key);
      entries.push(copy(entry));
    },
    readAudit: async (id) => copy(entries.filter((entry) => entry.findingId === id)),
    noteCause: async (entry) => void causes.push(copy(entry)),
    noteFailure: async (note) => void failures.set(note.messageId, copy(note)),
    claim: async (id, seconds) => {
      if ((claims.get(id) ?? 0) > ms()) return false;
      claims.set(id, ms() + seconds * 1000);
      return true;
    },
    releaseClaim: async (id) => void claims.delete(id),
    readFindings: async (ids) => copy(ids.flatMap((id) => findings.get(id) ?? [])),
    readPlans: async (ids) => copy(ids.flatMap((id) => plans.get(id) ?? [])),
    readStorm: async (id) => copy(storms.get(id)),
    writeStorm: async (storm) => writeVersioned(storms, storm),
    readDigest: async (id) => copy(digests.get(id)),
    writeDigest: async (digest) => writeVersioned(digests, digest),
    readRound: async (place) => copy(rounds.get(place)),
    writeRound: async (round) => writeVersioned(rounds, round),
    openRounds: async (time) => copy([...rounds.values()].filter(({ stage, updatedAt }) => stage !== null && updatedAt < time)),
    readLayerUse: async (place) => copy(layerUses.get(place)),
    writeLayerUse: async (use) => writeVersioned(layerUses, use),
    readHalts: async () => copy([...halts.values()]),
    writeHalt: async (halt) => writeVersioned(halts, halt),
    noteFix: async (account, planId, at) => {
      const key = `${account} ${planId}`;
      if (!fixes.has(key)) fixes.set(key, at);
    },
    hear: async (account, where, at) => {
      const before = heard.get(account) ?? {};
      if ((before[where] ?? '') < at) heard.set(account, { ...before, [where]: at });
    },
    readHeard: async (account) => ({ ...heard.get(account) }),
    readSelfCheck: async () => copy(selfChecks.get('-')),
    writeSelfCheck: async (record) => writeVersioned(selfChecks, { ...record, id: '-' }),
    readAccountCheck: async (round, account) => copy(accountChecks.get(`${round} ${account}`)),
    writeAccountCheck: async (record) => writeVersioned(accountChecks, { ...record, id: `${record.round} ${record.account}` }),
    readAccountChecks: async (round, from) => {
      const ofRound = [...accountChecks.values()].filter((one) => one.round === round && (from === null || one.account > from));
      const items = ofRound.sort((a, b) => (a.account < b.account ? -1 : 1)).slice(0, ACCOUNTS_A_PAGE);
      return { items: copy(items), next: items.at(-1)?.account ?? null };
    },
    fixesSince: async (account, since) => [...fixes].filter(([key, at]) => key.startsWith(`${account} `) && at >= since).length,
  };
  return Object.assign(withHooks(calls, before), { findings, plans, digests, exemptions, entries, causes, failures, before });
}

/** Every call first runs the hook of its name, then yields once, so that parallel flows interleave as they would over a network. */

export function withHooks<T extends object>(calls: T, before: Partial<Record<keyof T, () => void | Promise<void>>>): T {
  const hooked = Object.entries(calls).map(([name, call]) => [
    name,
    async (...args: unknown[]) => {
      await before[name as keyof T]?.();
      await Promise.resolve();
      return (call as (...values: unknown[]) => Promise<unknown>)(...args);
    },
  ]);
  return Object.fromEntries(hooked) as T;
}
