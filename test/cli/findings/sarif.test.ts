import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { sarifLog, uriOf } from '../../../cli/findings/sarif.ts';
import { RULES } from '../../../shared/rules/index.ts';
import { sampleFindings } from './sample.ts';

/** OASIS's own schema (see fixtures/README.md). Zod knows `uri-reference` as a whole URL only, so that one is held by a test of its own. */
const schema = sarifSchema();
function sarifSchema() {
  const text = gunzipSync(readFileSync(new URL('../fixtures/sarif-schema-2.1.0.json.gz', import.meta.url))).toString('utf8');
  return z.fromJSONSchema(
    JSON.parse(text.replaceAll(/,?\s*"format": "uri-reference"/g, '')) as Parameters<typeof z.fromJSONSchema>[0],
  );
}

interface Run {
  tool: { driver: { rules: { id: string; properties: { 'security-severity': string } }[] } };
  invocations: { executionSuccessful: boolean; toolExecutionNotifications: { message: { text: string } }[] }[];
  results: {
    ruleId: string;
    ruleIndex: number;
    level: string;
    message: { text?: string };
    locations: { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } } }[];
    partialFingerprints: Record<string, string>;
  }[];
}
interface Sarif {
  version: string;
  runs: Run[];
}

const ROOT = '/checkout';
const logOf = (file = 'stacks/shop.template.json', errors: { file: string; message: string }[] = []): Sarif =>
  sarifLog({ version: '1.2.3', rules: RULES, findings: sampleFindings(file), errors, root: ROOT }) as Sarif;

function runOf({ runs: [run] }: Sarif): Run {
  if (!run) throw new Error('there is no run');
  return run;
}
const regionOf = (result: Run['results'][0] | undefined): object => result?.locations[0]?.physicalLocation.region ?? {};

describe('the SARIF log', () => {
  it('is valid by the schema of OASIS, with a finding of every rule and with an error', () => {
    const log = logOf('stacks/shop.template.json', [{ file: 'broken one.yaml', message: 'line 3: not YAML' }]);
    expect(z.safeParse(schema, log).error?.issues).toBeUndefined();
    expect(log.runs[0]?.results).toHaveLength(RULES.length);
  });

  it.each<[string, (run: Run) => unknown]>([
    ['a level that SARIF lacks', ({ results: [result] }) => result && Object.assign(result, { level: 'critical' })],
    ['a line before the first', ({ results: [result] }) => Object.assign(regionOf(result), { startLine: 0 })],
    ['a result that names no message', ({ results: [result] }) => result && Object.assign(result, { message: undefined })],
    ['a property that SARIF lacks', ({ results: [result] }) => result && Object.assign(result, { severity: 'high' })],
    ['a rule twice', ({ tool }) => tool.driver.rules.push(...tool.driver.rules.slice(0, 1))],
  ])('would not be with %s', (_, spoil) => {
    const log = logOf();
    spoil(runOf(log));
    expect(z.safeParse(schema, log).success).toBe(false);
  });

  it('points to the rule, the file and the line', () => {
    const { results, tool } = runOf(logOf());
    for (const result of results) {
      expect(tool.driver.rules[result.ruleIndex]?.id).toBe(result.ruleId);
      expect(result.locations[0]?.physicalLocation.artifactLocation.uri).toBe('stacks/shop.template.json');
      expect(result.locations[0]?.physicalLocation.region.startLine).toBeGreaterThan(0);
    }
  });

  it('follows a finding that moves to another line, and tells two apart', () => {
    const prints = (findings: ReturnType<typeof sampleFindings>): (string | undefined)[] => {
      const log = sarifLog({ version: '1', rules: RULES, findings, errors: [], root: ROOT }) as Sarif;
      return (log.runs[0]?.results ?? []).map((result) => result.partialFingerprints['cinch/v1']);
    };
    const findings = sampleFindings('a.yaml');
    const moved = findings.map((finding) => ({ ...finding, line: (finding.line ?? 0) + 40 }));
    expect(prints(moved)).toEqual(prints(findings));
    expect(new Set(prints(findings)).size).toBe(findings.length);
    expect(prints(sampleFindings('b.yaml'))[0]).not.toBe(prints(findings)[0]);
  });

  it('says when it is not whole', () => {
    const whole = logOf().runs[0]?.invocations[0];
    const broken = logOf('a.yaml', [{ file: 'b.yaml', message: 'not YAML' }]).runs[0]?.invocations[0];
    expect([whole?.executionSuccessful, broken?.executionSuccessful]).toEqual([true, false]);
    expect(broken?.toolExecutionNotifications[0]?.message.text).toBe('not YAML');
  });
});

describe('a file’s URI', () => {
  it.each([
    ['a/b.yaml', 'a/b.yaml'],
    ['./a/b.yaml', 'a/b.yaml'],
    ['/checkout/a b/ü#.yaml', 'a%20b/%C3%BC%23.yaml'],
    ['/elsewhere/a.yaml', 'file:///elsewhere/a.yaml'],
    ['../a.yaml', '../a.yaml'],
  ])('of %s is %s', (file, uri) => {
    expect(uriOf(file, ROOT)).toBe(uri);
  });

  it('is a reference that leads back to the file, whatever its name', () => {
    const segment = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[/\\\0]/.test(text) && !/^\.+$/.test(text));
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), (parts) => {
        const uri = uriOf(parts.join('/'), ROOT);
        const resolved = new URL(uri, 'file:///checkout/');
        expect(decodeURIComponent(resolved.pathname)).toBe(`/checkout/${parts.join('/')}`);
      }),
    );
  });
});
