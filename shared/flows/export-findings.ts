import { asffOf, type WorkflowStatus, workflowOf } from '../exports/asff.ts';
import type { RuleWords } from '../exports/texts.ts';
import { CinchError, TryAgain } from '../model/errors.ts';
import { FINDING_STATUSES, type Finding, STATE_OF } from '../model/finding.ts';
import { parseExportMessage } from './messages.ts';
import type { ExportFailure, SecurityHub, World } from './ports.ts';

export type ExportWorld = Pick<World, 'clock' | 'log' | 'config' | 'ledger'> & { readonly securityHub: SecurityHub };

/** Security Hub takes so many at once. */
const BATCH = 100;
const ROUNDS = 5;
const AFTER_ALL = '9999';
/** Longer than any message is tried again. */
const CLOSED_DAYS = 5;

/**
 * Does what messages of the exports queue ask for, together. Answers for each of them what is wrong, or undefined: whoever fails is
 * delivered again, and the others are done.
 */
export async function exportMessages(
  world: ExportWorld,
  rules: readonly RuleWords[],
  bodies: readonly string[],
): Promise<(Error | undefined)[]> {
  const messages = bodies.map((body) => attempt(() => parseExportMessage(body)));
  const ids = messages.flatMap((message) => ('findingId' in message ? [message.findingId] : []));
  const failed = ids.length === 0 ? new Map<string, ExportFailure>() : await attempted(() => exportFindings(world, rules, ids));
  const refreshed = messages.some((message) => 'kind' in message && message.kind === 'refresh')
    ? await attempted(() => refreshExport(world, rules))
    : undefined;
  return messages.map((message) => {
    if (message instanceof Error) return message;
    if (message.kind === 'refresh') return refreshed instanceof Error ? refreshed : undefined;
    if (failed instanceof Error) return failed;
    const code = failed.get(message.findingId);
    return code === undefined ? undefined : new TryAgain(`Security Hub refused finding ${message.findingId}: ${code}`);
  });
}

function attempt<T>(work: () => T): T | CinchError {
  try {
    return work();
  } catch (error) {
    if (error instanceof CinchError) return error;
    throw error;
  }
}

/** One trouble of a call is that of every message in it. */
async function attempted<T>(work: () => Promise<T>): Promise<T | Error> {
  try {
    return await work();
  } catch (error) {
    return error instanceof Error ? error : new Error('unknown');
  }
}

/**
 * Brings these findings in Security Hub in line with the ledger. Messages may come twice, late and out of order: what is told is what the
 * ledger says now. Answers, by id, why one was refused.
 * @throws AccessRefused, TryAgain when none can be told
 */
export async function exportFindings(
  world: ExportWorld,
  rules: readonly RuleWords[],
  findingIds: readonly string[],
): Promise<ReadonlyMap<string, ExportFailure>> {
  const failed = new Map<string, ExportFailure>();
  const ids = [...new Set(findingIds)];
  for (let from = 0; from < ids.length; from += BATCH) {
    for (const [id, code] of await exportBatch(world, rules, ids.slice(from, from + BATCH))) failed.set(id, code);
  }
  return failed;
}

/**
 * Everything that is open or was closed lately, once more. What got lost comes with it, what was there before the export was switched on, and
 * Security Hub forgets nothing: it deletes what nobody has updated for 90 days.
 */
export async function refreshExport(world: ExportWorld, rules: readonly RuleWords[]): Promise<void> {
  const since = new Date(world.clock.now().getTime() - CLOSED_DAYS * 86_400_000).toISOString();
  let count = 0;
  let refused = 0;
  for (const status of FINDING_STATUSES) {
    const from = STATE_OF[status] === 'resolved' ? since : undefined;
    const findings = await world.ledger.findingsByStatus(status, AFTER_ALL, from);
    const failed = await exportFindings(
      world,
      rules,
      findings.map(({ id }) => id),
    );
    for (const [finding, code] of failed) world.log.error('not exported', { finding, code });
    count += findings.length;
    refused += failed.size;
  }
  world.log.info('export refreshed', { findings: count, refused });
}

async function exportBatch(
  world: ExportWorld,
  rules: readonly RuleWords[],
  ids: readonly string[],
): Promise<ReadonlyMap<string, ExportFailure>> {
  const { exports, hub } = await world.config.read();
  if (!exports.securityHub) return new Map();
  const failed = new Map<string, ExportFailure>();
  let due = ids;
  for (let round = 0; due.length > 0; round++) {
    if (round === ROUNDS) throw new TryAgain(`${due.length} findings change faster than they can be exported`);
    // Before the read: whoever reads later tells more, and Security Hub takes only what is later.
    const place = { account: hub.account, region: hub.region, at: world.clock.now().toISOString(), rulesUrl: exports.rulesUrl };
    const findings = await world.ledger.readFindings(due);
    if (findings.length === 0) return failed;
    const ruleOf = (id: string) => rules.find((rule) => rule.id === id);
    const refused = await world.securityHub.importFindings(
      findings.map((finding) => asffOf(finding, ruleOf(finding.ruleId), place)),
    );
    for (const [id, code] of refused) failed.set(id, code);
    due = await tellWorkflow(
      world,
      findings.filter(({ id }) => !refused.has(id)),
      failed,
    );
  }
  return failed;
}

/**
 * An import can't change the workflow status of a finding that is there: that is told by another call, and only when the state is another than
 * the one told last. In between it belongs to those who work with it. Answers the ids of those that have moved on meanwhile.
 */
async function tellWorkflow(
  world: ExportWorld,
  findings: readonly Finding[],
  failed: Map<string, ExportFailure>,
): Promise<string[]> {
  const told = new Map((await world.ledger.readExported(findings.map(({ id }) => id))).map((one) => [one.findingId, one.state]));
  const moved = findings.filter(({ id, status }) => (told.get(id) ?? 'open') !== STATE_OF[status]);
  for (const workflow of new Set(moved.map(({ status }) => workflowOf(status)))) {
    const group = moved.filter(({ status }) => workflowOf(status) === workflow);
    await tellGroup(world, workflow, group, failed);
  }
  const now = await world.ledger.readFindings(moved.map(({ id }) => id));
  const statusOf = new Map(moved.map(({ id, status }) => [id, STATE_OF[status]]));
  return now.filter(({ id, status }) => !failed.has(id) && STATE_OF[status] !== statusOf.get(id)).map(({ id }) => id);
}

async function tellGroup(
  world: ExportWorld,
  workflow: WorkflowStatus,
  group: readonly Finding[],
  failed: Map<string, ExportFailure>,
): Promise<void> {
  const refused = await world.securityHub.setWorkflow(
    group.map(({ id }) => id),
    workflow,
  );
  for (const { id, status } of group) {
    const code = refused.get(id);
    if (code === undefined) await world.ledger.writeExported({ findingId: id, state: STATE_OF[status] });
    else failed.set(id, code);
  }
}
