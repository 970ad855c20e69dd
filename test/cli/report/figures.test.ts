import { describe, expect, it } from 'vitest';
import { buildReport } from '../../../cli/report/build.ts';
import { type ReportDocument, reportDocument } from '../../../cli/report/document.ts';
import { sourceFromLedger } from '../../../cli/report/from-ledger.ts';
import { sourceFromScans } from '../../../cli/report/from-scans.ts';
import { quantile } from '../../../cli/report/times.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import { UNJUDGED } from '../../../shared/model/finding.ts';
import { RULES } from '../../../shared/rules/index.ts';
import { aFinding } from '../../support/slack-samples.ts';
import { config, NOW, sampleLedger, sampleScan } from './sample-estate.ts';

/** Every figure is counted a second time here, from what was given and by another way than the report's. */

const settings = { days: 30, members: config.members, catalogue: RULES };
const severityOf = (id: string) => RULES.find((rule) => rule.id === id)?.severity ?? 'low';
const contents = sampleLedger();
const ledger = buildReport(sourceFromLedger(contents, config.exemptions, NOW), settings);
const scans = [0, 1, 2, 3, 4, 5, 6].map(sampleScan);
const scan = buildReport(
  sourceFromScans(
    // In any order: their own times count.
    scans.map((document, week) => ({ file: `week-${week}.json`, document })).reverse(),
    severityOf,
  ),
  settings,
);
const newest = scans[6] as (typeof scans)[number];

const OPEN = new Set(['reported', 'asked', 'fixing', 'denied', 'discarded', 'undone', 'expired', 'failed']);
const open = contents.findings.filter(({ status }) => OPEN.has(status));
const tally = (all: readonly { severity: string }[]) =>
  Object.fromEntries(
    ['critical', 'high', 'medium', 'low'].map((severity) => [severity, all.filter((one) => one.severity === severity).length]),
  );
const total = (open: ReportDocument['summary']['open']) => open.critical + open.high + open.medium + open.low;

describe('the figures from the ledger', () => {
  it('are of the schema, and there is enough to count', () => {
    for (const report of [ledger, scan]) expect(reportDocument.safeParse(report).error).toBeUndefined();
    expect(contents.findings.length).toBeGreaterThan(300);
    for (const severity of ['critical', 'high', 'medium', 'low']) expect(tally(open)[severity]).toBeGreaterThan(2);
  });

  it('count what is open, exempt, asked', () => {
    expect(ledger.summary).toMatchObject({
      open: tally(open),
      exempt: contents.findings.filter(({ status }) => status === 'exempt').length,
      asked: contents.findings.filter(({ status }) => status === 'asked').length,
      resources: null,
      clean: null,
    });
  });

  it('add up: accounts, units and rules are the whole, each in its own way', () => {
    const whole = total(ledger.summary.open);
    expect(ledger.accounts.reduce((sum, place) => sum + total(place.open), 0)).toBe(whole);
    expect(ledger.units.reduce((sum, place) => sum + total(place.open), 0)).toBe(whole);
    // One rule finds one thing on one resource, so here resources are findings.
    expect(ledger.rules.reduce((sum, { violation }) => sum + violation, 0)).toBe(whole);
    expect(ledger.units.map(({ unit }) => unit).sort()).toEqual(['Data', 'Payments', 'Shop']);
    for (const place of ledger.accounts)
      expect(place.open).toEqual(tally(open.filter(({ resource }) => resource.account === place.account)));
  });

  it('follow each day by opening and end', () => {
    expect(ledger.trend).toHaveLength(31);
    for (const point of ledger.trend) {
      const then = contents.findings.filter(
        ({ openedAt, updatedAt, status }) =>
          openedAt <= point.at && (OPEN.has(status) || (status !== 'exempt' && updatedAt > point.at)),
      );
      expect(point).toEqual({ at: point.at, ...tally(then) });
    }
    expect(ledger.trend.at(-1)).toEqual({ at: NOW, ...ledger.summary.open });
  });

  it('count what is new and what has ended within the period', () => {
    const from = ledger.period.from;
    expect(from).toBe('2026-10-26T08:30:00.000Z');
    expect(ledger.summary.opened).toBe(
      contents.findings.filter(({ openedAt, status }) => openedAt >= from && status !== 'exempt').length,
    );
    const ended = contents.findings.filter(
      ({ status, updatedAt }) => (status === 'fixed' || status === 'resolved') && updatedAt >= from,
    );
    expect(ledger.summary.ended).toBe(ended.length);
    expect(ledger.timeToFix?.reduce((sum, row) => sum + row.ended, 0)).toBe(ended.length);
    for (const row of ledger.timeToFix ?? []) {
      const own = ended.filter(({ severity }) => severity === row.severity);
      const hours = own.map(({ openedAt, updatedAt }) => (Date.parse(updatedAt) - Date.parse(openedAt)) / 3_600_000);
      const within = (limit: number | null) => hours.filter((one) => one <= (limit ?? 0) + 0.05).length;
      const below = (limit: number | null) => hours.filter((one) => one < (limit ?? 0) - 0.05).length;
      expect(row.byCinch).toBe(own.filter(({ status }) => status === 'fixed').length);
      expect(within(row.medianHours)).toBeGreaterThanOrEqual(own.length * 0.5);
      expect(below(row.medianHours)).toBeLessThan(own.length * 0.5);
      expect(within(row.p90Hours)).toBeGreaterThanOrEqual(own.length * 0.9);
      expect(below(row.p90Hours)).toBeLessThan(own.length * 0.9);
    }
  });

  it('tell the oldest question first, with its age', () => {
    const ages = (ledger.questions ?? []).map(({ ageHours }) => ageHours);
    expect(ages).toHaveLength(contents.asked.length);
    expect(ages).toEqual([...ages].sort((one, other) => other - one));
    const [oldest] = [...contents.asked].sort((one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt));
    expect(ledger.questions?.[0]?.plan).toBe(oldest?.id);
    expect(ages[0]).toBeCloseTo((Date.parse(NOW) - Date.parse(oldest?.createdAt ?? '')) / 3_600_000, 0);
  });

  it('say what the mode fix would have done', () => {
    const left = contents.findings.filter(
      ({ status, updatedAt }) => OPEN.has(status) || (status === 'resolved' && updatedAt >= ledger.period.from),
    );
    const { findings, safe, approval, manual, notKnown } = ledger.fixMode;
    expect({ findings, safe, approval, manual, notKnown }).toEqual({
      findings: left.length,
      safe: left.filter(({ remedy }) => remedy?.risk === 'safe').length,
      approval: left.filter(({ remedy }) => remedy?.risk === 'approval').length,
      manual: left.filter(({ remedy }) => remedy?.risk === 'manual').length,
      notKnown: 0,
    });
    expect(safe + approval + manual + notKnown).toBe(findings);
    for (const step of ledger.fixMode.steps)
      expect(step.safe + step.approval).toBe(
        left.filter(({ remedy }) => remedy?.steps.some((kind) => kind === step.kind)).length,
      );
  });

  it('name the ten functions that weigh most, with all that weighs', () => {
    const weights = new Map<string, number>();
    const each: Record<string, number> = { critical: 100, high: 30, medium: 10, low: 1 };
    expect(ledger.weights).toEqual(each);
    for (const { resource, severity } of open)
      if (resource.kind === 'function') weights.set(resource.arn, (weights.get(resource.arn) ?? 0) + (each[severity] ?? 0));
    expect(ledger.worst.map(({ weight }) => weight)).toEqual(
      [...weights.values()].sort((one, other) => other - one).slice(0, 10),
    );
    for (const one of ledger.worst) {
      expect(weights.get(one.resource.arn)).toBe(one.weight);
      expect(one.findings).toHaveLength(open.filter(({ resource }) => resource.arn === one.resource.arn).length);
    }
  });

  it('list the exemptions by their end, with what they cover', () => {
    const ends = ledger.exemptions.flatMap(({ daysLeft }) => (daysLeft === null ? [] : [daysLeft]));
    expect(ends).toEqual([...ends].sort((one, other) => one - other));
    expect(ledger.exemptions).toHaveLength(contents.exemptions.length + config.exemptions.length);
    expect(ledger.exemptions[0]).toMatchObject({ expires: '2026-12-03T12:00:00.000Z', daysLeft: 8, findings: 1 });
  });
});

describe('the figures from scans', () => {
  it('are those of the newest, and a point for each', () => {
    expect(scan.at).toBe(newest.at);
    expect(scan.summary.open).toEqual(tally(newest.findings));
    expect(scan.trend).toEqual(scans.map(({ at, findings }) => ({ at, ...tally(findings) })));
  });

  it('count passes: of every item each resource once', () => {
    const sizes = newest.accounts.map(({ resources }) => resources.function + resources.role + resources.api + resources.user);
    const judged = sizes.reduce((sum, one) => sum + one, 0);
    expect(scan.summary.resources).toBe(judged);
    const blemished = new Set([...newest.findings, ...newest.unknown].map(({ resource }) => resource.arn));
    expect(scan.summary.clean).toBe(judged - blemished.size);
    for (const item of scan.checklist) {
      const of = (entries: readonly { id: string; resource: { arn: string } }[]) =>
        new Set(entries.filter(({ id }) => item.rules.includes(id)).map(({ resource }) => resource.arn));
      const [violated, unknown, exempt] = [of(newest.findings), of(newest.unknown), of(newest.exempt)];
      const kinds = new Set(RULES.filter(({ id }) => item.rules.includes(id)).map(({ resource }) => resource));
      const all = newest.accounts.reduce(
        (sum, { resources }) => sum + [...kinds].reduce((own, kind) => own + resources[kind], 0),
        0,
      );
      const onlyUnknown = [...unknown].filter((arn) => !violated.has(arn)).length;
      const onlyExempt = [...exempt].filter((arn) => !violated.has(arn) && !unknown.has(arn)).length;
      expect(item).toMatchObject({
        violation: violated.size,
        unknown: onlyUnknown,
        exempt: onlyExempt,
        pass: all - violated.size - onlyUnknown - onlyExempt,
      });
    }
    expect(scan.checklist.map(({ id }) => id)).toEqual(['wp-1', 'wp-2', 'wp-3', 'wp-4', 'wp-5', 'wp-6']);
    for (const rule of scan.rules) {
      const counted = rule.violation + rule.unknown + rule.exempt + (rule.pass ?? 0);
      expect(counted).toBe(newest.accounts.reduce((sum, { resources }) => sum + resources[rule.resource], 0));
    }
  });

  it('leave out accounts where a rule is off', () => {
    const [id = ''] = scan.checklist[5]?.rules ?? [];
    const kind = RULES.find((rule) => rule.id === id)?.resource ?? 'function';
    const only = RULES.filter((rule) => rule.id === id);
    const [first, ...others] = newest.accounts;
    const clean = {
      ...newest,
      rules: [id],
      findings: [],
      unknown: [],
      exempt: [],
      accounts: [{ ...first, off: [id] }, ...others],
    } as typeof newest;
    const report = buildReport(sourceFromScans([{ file: 'x', document: clean }], severityOf), { ...settings, catalogue: only });
    expect(report.checklist[5]?.pass).toBe(others.reduce((sum, { resources }) => sum + resources[kind], 0));
  });

  it('tell what came and went between the first and the last, and no times that nobody knows', () => {
    const keys = (index: number) => new Set(scans[index]?.findings.map(({ id, resource }) => `${id} ${resource.arn}`));
    const [before, after] = [keys(0), keys(6)];
    expect(scan.summary.opened).toBe([...after].filter((key) => !before.has(key)).length);
    expect(scan.summary.ended).toBe([...before].filter((key) => !after.has(key)).length);
    expect(scan.summary.ended).toBeGreaterThan(50);
    expect([scan.timeToFix, scan.questions, scan.summary.asked]).toEqual([null, null, null]);
  });

  it('of one scan alone are no movement', () => {
    const report = buildReport(sourceFromScans([{ file: 'x', document: newest }], severityOf), settings);
    expect([report.summary.opened, report.summary.ended, report.trend.length]).toEqual([null, null, 1]);
  });

  it('say that a scan was not whole, and that scans differ', () => {
    const broken = { ...newest, errors: [{ account: '210000000001', message: 'denied' }] };
    const smaller = { ...(scans[0] as typeof newest), rules: ['lambda-unused'] };
    const report = buildReport(
      sourceFromScans(
        [
          { file: 'a', document: smaller },
          { file: 'b', document: broken },
        ],
        severityOf,
      ),
      settings,
    );
    expect(report.notes.join('\n')).toMatch(/not whole: 1 read failed[\s\S]*different accounts, regions or rules/);
  });
});

describe('what is neither a pass nor a finding', () => {
  const of = (changes: Partial<Finding>) =>
    buildReport(sourceFromLedger({ findings: [aFinding(changes)], asked: [], exemptions: [] }, [], NOW), settings);

  it('is a finding that could not be judged', () => {
    const report = of({ status: 'reported', reason: UNJUDGED, planId: null });
    expect(total(report.summary.open)).toBe(0);
    expect(report.summary.unknown).toBe(1);
    expect(report.trend.at(-1)).toMatchObject({ high: 0 });
    expect(report.fixMode.findings).toBe(0);
  });

  it('is what nobody wrote down: it is said, not guessed', () => {
    const report = of({ status: 'reported', planId: null });
    expect(report.fixMode).toMatchObject({ findings: 1, notKnown: 1, safe: 0, approval: 0, manual: 0 });
    expect(report.notes.join()).toMatch(/1 reported finding it is not known/);
  });

  it('is an exemption by a tag: it has no end here but in the words of its reason', () => {
    const report = of({ status: 'exempt', reason: 'exempt until 2027-01-01 by shop: moves' });
    expect(report.exemptions).toMatchObject([{ owner: null, expires: null, daysLeft: null, findings: 1 }]);
    expect(total(report.summary.open)).toBe(0);
  });
});

describe('a quantile', () => {
  it('is the nearest rank: a value that occurred', () => {
    expect([
      quantile([], 0.5),
      quantile([7], 0.9),
      quantile([4, 1, 3, 2], 0.5),
      quantile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9),
    ]).toEqual([null, 7, 2, 9]);
  });
});
