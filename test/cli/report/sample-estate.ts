import type { ScanDocument } from '../../../cli/scan/document.ts';
import type { LedgerContents } from '../../../shared/aws/ledger/everything.ts';
import { findingId } from '../../../shared/engine/fingerprint.ts';
import type { Finding, FindingStatus } from '../../../shared/model/finding.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import { apiResource, functionResource, type Resource, roleResource, userResource } from '../../../shared/model/resource.ts';
import { RULES } from '../../../shared/rules/index.ts';
import { aFinding, aPlan } from '../../support/slack-samples.ts';
import { makeConfig } from '../../support/world.ts';
import { sampleFindings } from '../findings/sample.ts';

/** An invented company's estate, always the same: enough of everything for figures to be counted and a page to be looked at. */

export const NOW = '2026-11-25T08:30:00.000Z';
const HOUR = 3_600_000;

const REGION = 'eu-central-1';
const MEMBERS = [
  { account: '210000000001', name: 'shop-production', unit: 'Shop', size: 46 },
  { account: '210000000002', name: 'shop-staging', unit: 'Shop', size: 22 },
  { account: '210000000003', name: 'payments-production', unit: 'Payments', size: 18 },
  { account: '210000000004', name: 'payments-sandbox', unit: 'Payments', size: 9 },
  { account: '210000000005', name: 'data-platform', unit: 'Data', size: 31 },
] as const;

const NAMES = ['orders', 'invoices', 'checkout', 'refunds', 'catalogue', 'stock', 'mailer', 'thumbnails', 'search', 'export'];
const PARTS = ['api', 'worker', 'import', 'nightly', 'webhook', 'stream'];

export const config = makeConfig({
  members: MEMBERS.map(({ account, name, unit }) => ({ account, name, unit, regions: [REGION] })),
  exemptions: [
    {
      rule: 'lambda-timeout-excessive',
      resource: `arn:aws:lambda:${REGION}:210000000005:function:export-*`,
      owner: 'data-team',
      reason: 'exports of a whole year take their time',
      expires: '2027-01-31',
    },
  ],
});

/** Numbers from 0 to 1, the same in every run (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const ENTRIES = sampleFindings('template.yaml');

function resourcesOf(member: (typeof MEMBERS)[number], index: number): Resource[] {
  const functions = Array.from({ length: member.size }, (_, at) =>
    functionResource(
      member.account,
      REGION,
      `${NAMES[(at * 3 + index) % NAMES.length]}-${PARTS[(at + index) % PARTS.length]}-${at}`,
    ),
  );
  const roles = functions.slice(0, Math.ceil(member.size * 0.7)).map(({ name }) => roleResource(member.account, `${name}-role`));
  return [
    ...functions,
    ...roles,
    apiResource(member.account, REGION, `a1b2c3d${index}`),
    apiResource(member.account, REGION, `e5f6a7b${index}`),
    userResource(member.account, 'ci-deploy'),
  ];
}
const RESOURCES = MEMBERS.flatMap(resourcesOf);

const FATES: readonly [FindingStatus, number][] = [
  ['reported', 0.3],
  ['fixed', 0.28],
  ['resolved', 0.2],
  ['asked', 0.09],
  ['exempt', 0.04],
  ['denied', 0.04],
  ['expired', 0.03],
  ['failed', 0.02],
];

function fateOf(roll: number): FindingStatus {
  let left = roll;
  for (const [fate, share] of FATES) {
    left -= share;
    if (left < 0) return fate;
  }
  return 'reported';
}

/** The ledger's findings and questions after seven weeks. */
export function sampleLedger(): LedgerContents {
  const roll = dice(20_261_125);
  const findings: Finding[] = [];
  const asked: Plan[] = [];
  for (const resource of RESOURCES) {
    for (const entry of ENTRIES) {
      if (entry.resource.kind !== resource.kind || roll() > (resource.kind === 'api' ? 0.3 : 0.055)) continue;
      const opened = Date.parse(NOW) - roll() ** 1.6 * 48 * 24 * HOUR;
      const status = entry.remedy.kind === 'manual' ? (roll() < 0.25 ? 'resolved' : 'reported') : fateOf(roll());
      const isSafe = entry.remedy.kind === 'steps' && entry.remedy.risk === 'safe';
      const took = roll() ** 2 * (status === 'fixed' ? (isSafe ? 0.2 : 22) : 190) * HOUR;
      const openedAt = new Date(status === 'asked' ? Date.parse(NOW) - roll() ** 2 * 90 * HOUR : opened).toISOString();
      const finding = aFinding({
        id: findingId(entry.id, resource),
        ruleId: entry.id,
        severity: entry.severity,
        resource,
        status,
        summary: entry.message,
        reason: null,
        planId: null,
        remedy:
          entry.remedy.kind === 'steps'
            ? { risk: entry.remedy.risk, steps: entry.remedy.steps as never }
            : { risk: 'manual', steps: [] },
        openedAt,
        updatedAt: new Date(Math.min(Date.parse(openedAt) + took + 60_000, Date.parse(NOW))).toISOString(),
      });
      findings.push(finding);
      if (status === 'asked') asked.push(questionOf(finding));
    }
  }
  return { findings, asked, exemptions: exemptionsFor(findings) };
}

function questionOf({ id, ruleId, severity, resource, openedAt }: Finding): Plan {
  const expiresAt = new Date(Date.parse(openedAt) + 120 * HOUR).toISOString();
  return aPlan({ id: `${id}-p`, findingId: id, ruleId, severity, resource, createdAt: openedAt, updatedAt: openedAt, expiresAt });
}

const exemptionsFor = (findings: readonly Finding[]) =>
  findings
    .filter(({ status }) => status === 'exempt')
    .slice(0, 8)
    .map(({ ruleId, resource }, index) => ({
      rule: ruleId,
      resource: resource.arn,
      owner: ['shop-team', 'payments', 'data-team'][index % 3] ?? 'shop-team',
      reason: ['moves to a new function in the spring', 'the partner’s gateway needs it', 'a test account'][index % 3] ?? '',
      expires: `2026-12-${String(3 + index * 3).padStart(2, '0')}T12:00:00.000Z`,
    }));

/** Scans of the same estate, a week apart: what is found is put right little by little. */
export function sampleScan(week: number): ScanDocument {
  const roll = dice(42);
  const document: ScanDocument = {
    at: new Date(Date.parse(NOW) - (6 - week) * 7 * 24 * HOUR).toISOString(),
    rules: RULES.map(({ id }) => id),
    accounts: MEMBERS.map((member) => ({
      account: member.account,
      regions: [REGION],
      resources: countKinds(RESOURCES.filter(({ account }) => account === member.account)),
      off: [],
    })),
    findings: [],
    unknown: [],
    exempt: [],
    errors: [],
    summary: {
      resources: RESOURCES.length,
      findings: { critical: 0, high: 0, medium: 0, low: 0 },
      unknown: 0,
      exempt: 0,
      errors: 0,
    },
  };
  for (const resource of RESOURCES) {
    for (const entry of ENTRIES) {
      if (entry.resource.kind !== resource.kind) continue;
      const [chance, until] = [roll(), roll()];
      const place = {
        kind: resource.kind,
        name: resource.name,
        arn: resource.arn,
        account: resource.account,
        region: resource.region,
      };
      if (chance < 0.045 && until > week * 0.09) {
        const { file: _file, line: _line, column: _column, ...found } = entry;
        document.findings.push({ ...found, resource: place });
      } else if (chance > 0.99) document.unknown.push({ id: entry.id, resource: place, why: ['the read was denied'] });
      else if (chance > 0.987)
        document.exempt.push({
          id: entry.id,
          resource: place,
          owner: 'shop-team',
          reason: 'until the move',
          expires: '2026-12-31',
        });
    }
  }
  return document;
}

function countKinds(resources: readonly Resource[]) {
  const counts = { function: 0, role: 0, api: 0, user: 0 };
  for (const { kind } of resources) counts[kind] += 1;
  return counts;
}
