import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildReport } from '../../../cli/report/build.ts';
import { sourceFromLedger } from '../../../cli/report/from-ledger.ts';
import { reportPage } from '../../../cli/report/html/page.ts';
import { functionResource } from '../../../shared/model/resource.ts';
import { RULES } from '../../../shared/rules/index.ts';
import { aFinding, aPlan } from '../../support/slack-samples.ts';
import { cinch, folderOf } from '../run-cinch.ts';
import { config, NOW, sampleLedger, sampleScan } from './sample-estate.ts';

const settings = { days: 30, members: config.members, catalogue: RULES };
const page = reportPage(buildReport(sourceFromLedger(sampleLedger(), config.exemptions, NOW), settings));

describe('the page', () => {
  it('needs nothing else and runs nothing', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|<object|@import|url\((?!#)|\son\w+=|srcset|javascript:/i);
    expect(
      [...page.matchAll(/https?:\/\/[^"' <)]*/g)].map(([url]) => url).filter((url) => url !== 'http://www.w3.org/2000/svg'),
    ).toEqual([]);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  it('has colours of its own in charts too: no stand-in is left', () => {
    expect(page).toContain('var(--critical)');
    expect(page).not.toMatch(/#00000[a-d]|#00001[a-d]|rgba?\(0,\s?0,\s?(1\d|2[0-9])/);
  });

  it('has every id once', () => {
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(20);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });
});

describe('hostile names', () => {
  const NASTY = `"><script>alert(1)</script><b onclick='x'>&\u202Egnp.exe\u200B`;
  const resource = {
    ...functionResource('222222222222', 'eu-central-1', 'x'),
    name: NASTY,
    arn: `arn:aws:lambda:eu-central-1:222222222222:function:${NASTY}`,
  };
  const finding = aFinding({ resource, summary: NASTY, status: 'exempt', reason: NASTY, ruleId: NASTY });
  const asked = aFinding({ id: 'f2', resource, summary: NASTY });
  const report = buildReport(
    sourceFromLedger(
      {
        findings: [finding, asked],
        asked: [aPlan({ resource, ruleId: NASTY, findingId: 'f2' })],
        exemptions: [{ rule: '*', resource: NASTY, owner: NASTY, reason: NASTY, expires: NASTY }],
      },
      [],
      NOW,
    ),
    { ...settings, members: [{ account: '222222222222', name: NASTY, unit: NASTY }] },
  );
  const text = reportPage(report);

  it('stay text, wherever they come from', () => {
    expect(text.match(/&lt;script&gt;/g)?.length).toBeGreaterThan(8);
    expect(text).not.toMatch(/<script|<b onclick/i);
    expect(text).not.toMatch(/[\u202E\u200B]/);
    // Nothing leaves an attribute: every tag is one that the page itself writes.
    const tags = new Set([...text.matchAll(/<([a-z0-9]+)[\s>]/gi)].map(([, tag]) => tag?.toLowerCase()));
    const own =
      'html head meta title style body header p h1 h2 h3 nav ul ol li a main section div b span i dl dt dd table caption thead tbody tr th td small code details summary svg desc rect path text g defs clippath footer';
    expect([...tags].filter((tag) => !own.split(' ').includes(tag ?? ''))).toEqual([]);
  });
});

describe('a secret', () => {
  it('could not even get in by evidence, advice or authors: none of them is in a report', () => {
    const CANARY = 'AKIACANARYCANARY0001';
    const finding = aFinding({
      evidence: [{ path: `Environment.${CANARY}`, found: CANARY, expected: CANARY }],
      advice: [CANARY],
      status: 'asked',
    });
    const plan = aPlan({
      previews: [{ title: CANARY, before: CANARY, after: CANARY }],
      outcome: [CANARY],
      snapshots: [CANARY],
      receipts: [CANARY],
    });
    const report = buildReport(sourceFromLedger({ findings: [finding], asked: [plan], exemptions: [] }, [], NOW), settings);
    expect(JSON.stringify(report)).not.toContain(CANARY);
    expect(reportPage(report)).not.toContain(CANARY);
    expect(reportPage(report)).toContain('anybody may invoke it');
  });
});

describe('cinch report', () => {
  const folder = folderOf({
    'scans/one.json': JSON.stringify(sampleScan(0)),
    'scans/two.json': JSON.stringify(sampleScan(6)),
    'clean.json': JSON.stringify({ ...sampleScan(6), findings: [] }),
    'other.json': '{"findings": []}',
    'text.json': 'AKIACANARYCANARY0001',
  });
  const run = (...args: string[]) => cinch(['report', ...args], { cwd: folder, env: { CINCH_TABLE: '' } });

  it('writes one file, and says in one line what is in it', async () => {
    const { code, stdout, stderr } = await run('scans', '--out', 'report.html');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^cinch report: \d+ open findings in report\.html\n$/);
    const written = readFileSync(join(folder, 'report.html'), 'utf8');
    expect(written).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
    expect(written).toContain('>Trend<');
  });

  it('prints the same figures as JSON, and fails from the severity that is asked for', async () => {
    const [json, none, critical] = await Promise.all([
      run('scans', '--format', 'json'),
      run('scans', '--format', 'json', '--fail-on', 'none'),
      run('clean.json', '--format', 'json'),
    ]);
    expect([json.code, none.code, critical.code]).toEqual([1, 0, 0]);
    expect(JSON.parse(json.stdout)).toMatchObject({ source: 'scan', at: sampleScan(6).at, trend: [{}, {}] });
  });

  it.each([
    [[], /^cinch report: scans: name files that `cinch scan --format json` wrote, or the ledger with --table$/],
    [['nothing.json'], /^cinch report: nothing\.json: there is no such file$/],
    [['other.json'], /^cinch report: other\.json: not what this version's `cinch scan --format json` writes \(at\): scan again$/],
    [['text.json'], /^cinch report: text\.json: not JSON: name what `cinch scan --format json` wrote$/],
    [['clean.json', '--days', '0'], /must be a whole number from 1 to 400/],
    [['clean.json', '--out', 'no/such/folder.html'], /^cinch report: no\/such\/folder\.html: it can't be written \(ENOENT\)$/],
  ])('%j is refused in one line', async (args, words) => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.trimEnd()).toMatch(words);
    expect(stderr).not.toContain('CANARY');
  });
});
