import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatProblem, parseConfig, readConfig } from '../../../shared/config/load.ts';
import { modeFor, settingsFor } from '../../../shared/config/resolve.ts';
import { InvalidConfiguration } from '../../../shared/model/errors.ts';
import { RULES as CATALOGUE } from '../../../shared/rules/index.ts';

const RULES = ['lambda-timeout-excessive', 'lambda-policy-public'];
const VALID = `version: 1
hub:
  account: "111111111111"
  region: eu-central-1
  externalId: an-external-id-0001
members:
  - account: "222222222222"
    regions: [eu-central-1]
slack:
  channel: C0123456789
  team: T0123456789
  approvers:
    users: [U0123456789]
rules:
  lambda-timeout-excessive: fix
`;

const problemsOf = (text: string): string[] => {
  const result = readConfig(text, RULES);
  return 'problems' in result ? result.problems.map((p) => formatProblem('cinch.yaml', p)) : [];
};

describe('a valid configuration', () => {
  it('gets the defaults: ask, nothing fixed unless named', () => {
    const config = parseConfig(VALID, 'cinch.yaml', RULES);
    expect(modeFor(config, { id: 'lambda-policy-public' }, '222222222222')).toBe('ask');
    expect(modeFor(config, { id: 'lambda-timeout-excessive' }, '222222222222')).toBe('fix');
    expect(settingsFor(config, '222222222222').timeout).toEqual({ ceilingSeconds: 900, floorSeconds: 3, headroom: 1.5 });
    expect(config.secrets.iamPropagationSeconds).toBe(10);
  });

  it('lets the last override that names the account win', () => {
    const config = parseConfig(
      `${VALID}overrides:
  - accounts: ["222222222222"]
    mode: report
    timeout: { ceilingSeconds: 60 }
  - accounts: ["222222222222"]
    rules: { lambda-policy-public: "off" }
`,
      'cinch.yaml',
      RULES,
    );
    expect(modeFor(config, { id: 'lambda-timeout-excessive' }, '222222222222')).toBe('report');
    expect(modeFor(config, { id: 'lambda-policy-public' }, '222222222222')).toBe('off');
    expect(modeFor(config, { id: 'lambda-timeout-excessive' }, '333333333333')).toBe('fix');
    expect(settingsFor(config, '222222222222').timeout).toEqual({ ceilingSeconds: 60, floorSeconds: 3, headroom: 1.5 });
  });

  it('leaves a rule off that must be opted into, until it is named', () => {
    const rule = { id: 'lambda-policy-public', optIn: true } as const;
    const modeWith = (more: string) => modeFor(parseConfig(`${VALID}${more}`, 'cinch.yaml', RULES), rule, '222222222222');
    expect(modeWith('')).toBe('off');
    expect(modeWith('mode: fix\n')).toBe('off');
    expect(modeWith('  lambda-policy-public: ask\n')).toBe('ask');
    expect(modeWith('overrides:\n  - accounts: ["222222222222"]\n    mode: ask\n')).toBe('off');
    expect(modeWith('overrides:\n  - accounts: ["222222222222"]\n    rules: { lambda-policy-public: report }\n')).toBe('report');
    expect(modeWith('overrides:\n  - accounts: ["333333333333"]\n    rules: { lambda-policy-public: report }\n')).toBe('off');
    // What is said of a whole account later is not said of it.
    expect(modeWith('  lambda-policy-public: ask\noverrides:\n  - accounts: ["222222222222"]\n    mode: report\n')).toBe('off');
  });

  it('is what the local system deploys', () => {
    const text = readFileSync(new URL('../../../local/cinch.yaml', import.meta.url), 'utf8');
    const known = CATALOGUE.map(({ id }) => id);
    expect(parseConfig(text, 'local/cinch.yaml', known).members).toHaveLength(1);
  });
});

describe('an invalid configuration names line, column and reason', () => {
  it.each([
    [
      'a misspelt rule',
      VALID.replace('lambda-timeout-excessive', 'lambda-timeout'),
      'cinch.yaml:15:3: rules.lambda-timeout: no rule is called lambda-timeout',
    ],
    ['an unknown setting', VALID.replace('  team:', '  taem:'), 'cinch.yaml:11:3: slack.taem: unknown setting taem'],
    [
      'a number for an account',
      VALID.replace('"222222222222"', '222222222222'),
      'cinch.yaml:7:5: members.0.account: must be a text (quote numbers), or is missing',
    ],
    [
      'an unknown mode',
      VALID.replace(': fix', ': repair'),
      'cinch.yaml:15:3: rules.lambda-timeout-excessive: must be one of off, report, ask, fix',
    ],
    [
      'a bad channel',
      VALID.replace('C0123456789', '"#security"'),
      'cinch.yaml:10:3: slack.channel: a Slack channel id starts with C or G',
    ],
    [
      'a missing part',
      VALID.replace(/slack:[\s\S]*?rules:/, 'rules:'),
      'cinch.yaml:1:1: slack: must be of type object, or is missing',
    ],
    [
      'an address of the rules that is none',
      `${VALID}exports: { rulesUrl: "http://docs.example.com" }\n`,
      'cinch.yaml:16:12: exports.rulesUrl: an https URL',
    ],
    ['a key twice', `${VALID}mode: ask\nmode: fix\n`, 'cinch.yaml:17:1: Map keys must be unique'],
    ['broken YAML', `${VALID}  - [`, 'cinch.yaml:16:'],
  ])('%s', (_, text, expected) => {
    expect(problemsOf(text).join('\n')).toContain(expected);
  });

  it('tells every problem at once, as an error', () => {
    const text = VALID.replace(': fix', ': repair').replace('T0123456789', 'X1');
    expect(() => parseConfig(text, 'cinch.yaml', RULES)).toThrow(InvalidConfiguration);
    expect(problemsOf(text)).toHaveLength(2);
  });

  it.each([
    ['an alias without an anchor', 'hub: *nowhere\n'],
    [
      'an alias that multiplies out',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'.replace(/./g, (c) => `${c}: &${c} [${`*${String.fromCharCode(c.charCodeAt(0) - 1)},`.repeat(9)}]\n`)}`,
    ],
  ])('refuses %s', (_, text) => {
    expect(problemsOf(text)).toEqual(['cinch.yaml:1:1: an alias (*name) leads nowhere, or to too much']);
  });

  it('names the line of approvals that could never be given', () => {
    const text = VALID.replace(
      /approvers:\n {4}users: (.*)\n/,
      'approvers:\n    users: $1\n  approvals:\n    - needed: 2\n    - steps: [no-such-step]\n',
    );
    expect(problemsOf(text)).toEqual([
      'cinch.yaml:15:7: slack.approvals.0.needed: 2 people must approve, but only 1 is named, here and in slack.escalation',
      'cinch.yaml:16:15: slack.approvals.1.steps.0: no step is called no-such-step',
    ]);
  });

  it('refuses an empty file and a floor above the ceiling', () => {
    expect(problemsOf('')).toHaveLength(1);
    expect(problemsOf(`${VALID}timeout: { floorSeconds: 60, ceilingSeconds: 30 }\n`)[0]).toContain(
      'timeout.floorSeconds: is above ceilingSeconds',
    );
  });
});
