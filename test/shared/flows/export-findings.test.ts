import { describe, expect, it } from 'vitest';
import { type AsffFinding, workflowOf } from '../../../shared/exports/asff.ts';
import { type ExportWorld, exportFindings, exportMessages, refreshExport } from '../../../shared/flows/export-findings.ts';
import type { SecurityHub } from '../../../shared/flows/ports.ts';
import { AccessRefused } from '../../../shared/model/errors.ts';
import type { Finding, FindingStatus } from '../../../shared/model/finding.ts';
import { RULES } from '../../../shared/rules/index.ts';
import { makeConfig, makeWorld } from '../../support/world.ts';
import { findingOf, makeCheck } from '../exports/samples.ts';

/** As Security Hub does it: only what is later counts, and an import never touches the workflow of what is there. */
function makeSecurityHub() {
  const findings = new Map<string, AsffFinding>();
  const calls: { imported: string[][]; workflow: [string, string[]][] } = { imported: [], workflow: [] };
  const refuses = new Map<string, string>();
  let during: (() => Promise<void>) | undefined;
  const check = makeCheck('asff.schema.json');
  const idOf = (asff: Pick<AsffFinding, 'Id'>) => asff.Id.slice('cinch/'.length);
  const hub: SecurityHub = {
    importFindings: async (given) => {
      expect(given.length).toBeLessThanOrEqual(100);
      for (const one of given) expect(check(one)).toBeUndefined();
      calls.imported.push(given.map(idOf));
      await during?.();
      for (const one of given.filter((asff) => !refuses.has(idOf(asff)))) {
        const there = findings.get(idOf(one));
        if (!there || one.UpdatedAt > there.UpdatedAt)
          findings.set(idOf(one), { ...one, Workflow: there?.Workflow ?? one.Workflow });
      }
      return new Map(given.map(idOf).flatMap((id) => (refuses.has(id) ? [[id, refuses.get(id) ?? ''] as const] : [])));
    },
    setWorkflow: async (ids, Status) => {
      calls.workflow.push([Status, [...ids]]);
      for (const id of ids) {
        const there = findings.get(id);
        if (there) findings.set(id, { ...there, Workflow: { Status } });
      }
      return new Map();
    },
  };
  return {
    hub,
    findings,
    calls,
    refuses,
    while: (act: () => Promise<void>) => {
      during = async () => {
        during = undefined;
        await act();
      };
    },
    workflow: (id = 'f1') => findings.get(id)?.Workflow.Status,
  };
}

async function setUp(...findings: Partial<Finding>[]) {
  const memory = makeWorld({ config: makeConfig({ exports: { securityHub: true } }) });
  const securityHub = makeSecurityHub();
  const world: ExportWorld = { ...memory, securityHub: securityHub.hub };
  for (const one of findings) await memory.ledger.writeFinding(findingOf({ id: 'f1', version: 0, ...one }));
  const move = async (status: FindingStatus, id = 'f1') => {
    memory.clock.advance(60_000);
    const finding = await memory.ledger.readFinding(id);
    if (finding) await memory.ledger.writeFinding({ ...finding, status, updatedAt: memory.clock.now().toISOString() });
    memory.clock.advance(1000);
  };
  const tell = (...ids: string[]) => exportFindings(world, RULES, ids.length > 0 ? ids : ['f1']);
  return { ...memory, world, securityHub, move, tell };
}

const event = (findingId: string) =>
  JSON.stringify({ source: 'cinch', 'detail-type': 'FindingChanged', detail: { version: 1, findingId, status: 'asked' } });

describe('the status in Security Hub', () => {
  it.each<[FindingStatus, FindingStatus, string]>([
    ['asked', 'denied', 'SUPPRESSED'],
    ['asked', 'exempt', 'SUPPRESSED'],
    ['fixing', 'fixed', 'RESOLVED'],
    ['reported', 'resolved', 'RESOLVED'],
    ['fixed', 'undone', 'NOTIFIED'],
    ['exempt', 'asked', 'NOTIFIED'],
    ['denied', 'resolved', 'RESOLVED'],
    ['resolved', 'reported', 'NEW'],
  ])('%s, then %s: %s', async (from, to, workflow) => {
    const { tell, move, securityHub } = await setUp({ status: from });
    await tell();
    expect(securityHub.workflow()).toBe(workflowOf(from));
    await move(to);
    await tell();
    expect(securityHub.workflow()).toBe(workflow);
    expect(securityHub.findings.get('f1')?.ProductFields['cinch/status']).toBe(to);
  });

  it('is left to those who work with it, while the state stays the same', async () => {
    const { tell, move, securityHub } = await setUp({ status: 'reported' });
    await tell();
    await securityHub.hub.setWorkflow(['f1'], 'SUPPRESSED');
    securityHub.calls.workflow.length = 0;
    await move('asked');
    await tell();
    expect(securityHub.workflow()).toBe('SUPPRESSED');
    expect(securityHub.calls.workflow).toEqual([]);
    expect(securityHub.findings.get('f1')?.ProductFields['cinch/status']).toBe('asked');
  });

  it('is what the ledger says, in whatever order messages come', async () => {
    const { tell, move, securityHub } = await setUp({ status: 'asked' });
    // While this one is under way the finding is exempted, told, and found again.
    securityHub.while(async () => {
      await move('exempt');
      await tell();
      await move('asked');
      await tell();
    });
    await tell();
    expect(securityHub.findings.get('f1')?.ProductFields['cinch/status']).toBe('asked');
    expect(securityHub.workflow()).toBe('NOTIFIED');
  });

  it('is told again when the finding moved on between its read and the telling', async () => {
    const { tell, move, securityHub } = await setUp({ status: 'exempt' });
    securityHub.while(() => move('asked'));
    await tell();
    expect(securityHub.workflow()).toBe('NOTIFIED');
    expect(securityHub.findings.get('f1')?.ProductFields['cinch/status']).toBe('asked');
  });
});

describe('messages of the exports queue', () => {
  it('are told together, each finding once', async () => {
    const { world, securityHub } = await setUp({ id: 'f1' }, { id: 'f2' });
    expect(await exportMessages(world, RULES, [event('f1'), event('f2'), event('f1')])).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(securityHub.calls.imported).toEqual([['f1', 'f2']]);
  });

  it('fail alone where Security Hub refuses one finding', async () => {
    const { world, securityHub } = await setUp({ id: 'f1' }, { id: 'f2', status: 'exempt' });
    securityHub.refuses.set('f1', 'InvalidInput');
    const [first, second] = await exportMessages(world, RULES, [event('f1'), event('f2')]);
    expect(first?.message).toBe('Security Hub refused finding f1: InvalidInput');
    expect(second).toBeUndefined();
    expect(securityHub.workflow('f2')).toBe('SUPPRESSED');
  });

  it('fail in one way where Security Hub is not there', async () => {
    const { world, securityHub } = await setUp({});
    const trouble = new AccessRefused('Security Hub is not enabled in account 111111111111, eu-central-1');
    securityHub.while(async () => {
      throw trouble;
    });
    expect(await exportMessages(world, RULES, [event('f1'), 'no JSON', event('f1')])).toEqual([
      trouble,
      expect.objectContaining({ code: 'malformed' }),
      trouble,
    ]);
  });

  it('of findings that are no more there do nothing', async () => {
    const { world, securityHub } = await setUp();
    expect(await exportMessages(world, RULES, [event('gone')])).toEqual([undefined]);
    expect(securityHub.calls.imported).toEqual([]);
  });

  it.each([
    '{}',
    '[]',
    '{"detail-type":"PlanChanged","detail":{"findingId":"f1"}}',
    '{"detail-type":"FindingChanged","detail":{}}',
  ])('are refused: %s', async (body) => {
    const { world, securityHub } = await setUp({});
    const [error] = await exportMessages(world, RULES, [body]);
    expect(error).toMatchObject({ code: 'malformed' });
    expect(securityHub.calls.imported).toEqual([]);
  });
});

describe('a refresh', () => {
  it('tells all that is open or suppressed and what was closed lately, in hundreds', async () => {
    const many = Array.from({ length: 230 }, (_, index) => ({ id: `f${index}`, status: 'asked' as const }));
    const { world, securityHub, clock, lines } = await setUp(
      ...many,
      { id: 'exempt', status: 'exempt' },
      { id: 'lately', status: 'resolved', updatedAt: '2026-11-20T12:00:00.000Z' },
      { id: 'long ago', status: 'resolved', updatedAt: '2026-09-01T12:00:00.000Z' },
    );
    expect(clock.now().toISOString()).toMatch(/^2026-11-22/);
    expect(await exportMessages(world, RULES, ['{"kind":"refresh"}'])).toEqual([undefined]);
    expect(securityHub.findings.size).toBe(232);
    expect(securityHub.findings.has('long ago')).toBe(false);
    expect(securityHub.calls.imported.map((ids) => ids.length).sort()).toEqual([1, 1, 100, 100, 30].sort());
    expect(lines.at(-1)).toMatchObject({ message: 'export refreshed', ids: { findings: 232, refused: 0 } });
  });

  it('brings what was lost, and keeps what Security Hub would forget', async () => {
    const { world, securityHub, move, tell, clock } = await setUp({ status: 'asked' });
    await tell();
    await move('exempt');
    await refreshExport(world, RULES);
    expect(securityHub.workflow()).toBe('SUPPRESSED');
    const before = securityHub.findings.get('f1')?.UpdatedAt ?? '';
    clock.advance(6 * 3_600_000);
    await refreshExport(world, RULES);
    expect((securityHub.findings.get('f1')?.UpdatedAt ?? '') > before).toBe(true);
    expect(securityHub.calls.workflow).toHaveLength(1);
  });

  it('goes on over one that is refused', async () => {
    const { world, securityHub, lines } = await setUp({ id: 'f1' }, { id: 'f2' });
    securityHub.refuses.set('f1', 'InvalidInput');
    await refreshExport(world, RULES);
    expect([...securityHub.findings.keys()]).toEqual(['f2']);
    expect(lines).toContainEqual({ level: 'error', message: 'not exported', ids: { finding: 'f1', code: 'InvalidInput' } });
  });
});

it('nothing is told when the configuration no longer says so', async () => {
  const { world, securityHub } = await setUp({});
  await exportFindings({ ...world, config: { read: async () => makeConfig() } }, RULES, ['f1']);
  expect(securityHub.calls.imported).toEqual([]);
});
