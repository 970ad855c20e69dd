import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { inOrder, readChoice } from '../../cli/export/choose.ts';
import type { FindingsOptions } from '../../cli/export/command.ts';
import { findingsList, formatted } from '../../cli/export/print.ts';
import { coloursOf } from '../../cli/frame/colours.ts';
import { FINDING_STATUSES } from '../../shared/model/finding.ts';
import { ROOT } from '../house/source-files.ts';
import { findingOf, makeCheck } from '../shared/exports/samples.ts';
import { cinch } from './run-cinch.ts';

const NOW = new Date('2026-11-22T12:00:00.000Z');
const choose = (options: Partial<FindingsOptions>) => readChoice({ format: 'table', ...options }, NOW);
const PLACE = { account: '111111111111', region: 'eu-central-1', at: NOW.toISOString() };

describe('what is listed', () => {
  it('is what is open, unless statuses are named', () => {
    expect(choose({}).statuses).toEqual(['reported', 'asked', 'fixing', 'discarded', 'undone', 'expired', 'failed']);
    expect(choose({ status: ['suppressed', 'failed'] }).statuses).toEqual(['denied', 'exempt', 'failed']);
    expect(choose({ status: ['resolved'] }).statuses).toEqual(['fixed', 'resolved']);
    expect(choose({ status: ['all'] }).statuses).toEqual([...FINDING_STATUSES]);
  });

  it('is narrowed by severity, account and rule', () => {
    const shown = (options: Partial<FindingsOptions>) => choose(options).shows(findingOf());
    expect(shown({ severity: ['critical', 'high'], account: ['222222222222'], rules: ['lambda-policy-*'] })).toBe(true);
    expect(shown({ severity: ['high'] })).toBe(false);
    expect(shown({ account: ['333333333333'] })).toBe(false);
    expect(shown({ rules: ['iam-*'] })).toBe(false);
  });

  it.each([
    ['24h', '2026-11-21T12:00:00.000Z'],
    ['7d', '2026-11-15T12:00:00.000Z'],
    ['2026-11-01', '2026-11-01T00:00:00.000Z'],
    ['2026-11-01T08:30Z', '2026-11-01T08:30:00.000Z'],
  ])('is what has changed since %s', (since, iso) => {
    expect(choose({ since }).since).toBe(iso);
  });

  it('begins with the worst, and of those the latest', () => {
    const findings = [
      findingOf({ id: 'a', severity: 'low' }),
      findingOf({ id: 'b', updatedAt: '2026-11-01T00:00:00.000Z' }),
      findingOf({ id: 'c' }),
    ];
    expect(inOrder(findings).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  });
});

describe('the formats', () => {
  const findings = [findingOf(), findingOf({ id: 'other', status: 'exempt', owner: '=1+1', severity: 'low' })];

  it('json: what its schema says', () => {
    const document = JSON.parse(formatted(findings, { format: 'json' }, PLACE)) as { findings: object[] };
    const schema = JSON.parse(readFileSync(join(ROOT, 'docs/schemas/findings.schema.json'), 'utf8'));
    expect(z.fromJSONSchema(schema).safeParse(document).error).toBeUndefined();
    expect(document).toMatchObject({
      findings: [{ state: 'open', rule: 'lambda-policy-public' }, { state: 'suppressed' }],
      summary: { critical: 1, high: 0, medium: 0, low: 1 },
    });
    expect(z.fromJSONSchema(schema).safeParse({ findings: [{ ...document.findings[0], environment: {} }] }).success).toBe(false);
  });

  it.each([
    ['asff', 'asff.schema.json'],
    ['ocsf', 'ocsf-compliance-finding.schema.json'],
  ] as const)('%s: a list of findings, each as its schema says', (format, fixture) => {
    const rulesUrl = 'https://docs.example.com/rules.md';
    const list = JSON.parse(formatted(findings, { format, rulesUrl }, PLACE)) as object[];
    expect(list).toHaveLength(2);
    for (const one of list) expect(makeCheck(fixture)(one)).toBeUndefined();
    expect(JSON.stringify(list)).toContain(`${rulesUrl}#lambda-policy-public`);
  });

  it('csv: a line each, and no formula', () => {
    const lines = formatted(findings, { format: 'csv' }, PLACE).split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines[2]).toContain(`"'=1+1"`);
  });

  it('table: a line each, and nothing that steers a terminal', () => {
    const lines = findingsList([findingOf({ summary: 'it is\u001b[2J open' })], coloursOf({ isTTY: false }, {}), 200);
    expect(lines[1]).toMatch(/^critical +asked +2026-11-22 12:00Z +222222222222 +lambda-policy-public +function orders +it is\?/);
    expect(lines.at(-1)).toBe('1 finding.');
    expect(findingsList([], coloursOf({ isTTY: false }, {}), 200)).toEqual(['No such findings.']);
  });
});

describe('cinch findings', () => {
  const env = { AWS_ACCESS_KEY_ID: '111111111111', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1', CINCH_TABLE: '' };

  it.each([
    [[], /--table: name the hub stack's output LedgerTable, or set CINCH_TABLE/],
    [['--status', 'opened'], /--status: opened is none of open, .*: open\?/],
    [['--severity', 'hihg'], /--severity: hihg is none of critical, high, medium, low: high\?/],
    [['--account', '12'], /12: an account has 12 digits/],
    [['--rules', 'lambda-polcy-public'], /did you mean lambda-policy-public\?/],
    [['--since', 'yesterday'], /--since: yesterday is neither a date/],
    [['--since', '2026-02-31'], /--since: 2026-02-31 is neither a date/],
    [['--table', 't', '--rules-url', 'http://x'], /--rules-url: http:\/\/x is no https URL/],
    [['--format', 'xml'], /'xml' is invalid/],
  ])('%j is refused in one line', async (args, words) => {
    const { code, stdout, stderr } = await cinch(['findings', ...args], { env });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(words);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('says that there is no AWS', async () => {
    const { code, stderr } = await cinch(['findings', '--table', 't'], {
      env: { ...env, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
    });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^cinch findings: AWS can't be reached \(ECONNREFUSED\)\n$/)]);
  });
});
